"""The rich menus that others have made at LINE, as its API gives them, with their pictures (M3).

Raises `MenusUnread`: then nothing was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.engine.menus.menu_face import label_in
from bot.line.outcome import LineError
from bot.line.rich_menus import RichMenus
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.operations.patience import patiently
from bot.playbook.compile.values.pictures import Header, header_of


class MenusUnread(Refusal):
    """LINE does not say what it has; the sentence says why."""


@dataclass(frozen=True, slots=True)
class LineMenu:
    """A menu that oaflow has not made; its `picture` in a file, `None` where LINE has none."""

    id: str
    name: str
    form: Mapping[str, Any]
    picture: Path | None
    header: Header

    @property
    def areas(self) -> list[Mapping[str, Any]]:
        """The areas, as far as they are objects."""
        areas = self.form.get("areas")
        return [one for one in areas if isinstance(one, dict)] if isinstance(areas, list) else []


@dataclass(frozen=True, slots=True)
class MenusAtAccount:
    """What an account has: by name, for LINE documents no order.

    `default` is one of others', `our_default` the label of ours where LINE shows that; `ours` is how many of
    them there are. `aliases`: the menu behind each.
    """

    menus: tuple[LineMenu, ...]
    aliases: Mapping[str, str]
    default: str | None
    our_default: str | None
    ours: int


async def menus_at_account(
    line: RichMenus, channel: str, folder: Path, tell: Callable[[Translatable], None]
) -> MenusAtAccount:
    """Read them; pictures go into a `folder` of ours. `tell` hears how far it is."""
    try:
        forms = await line.forms()
        aliases, default = await patiently(line.aliases), await patiently(line.default)
        labels = {str(form["richMenuId"]): label_in(_name(form)) for form in forms}
        others = [form for form in forms if labels[str(form["richMenuId"])] is None]
        others.sort(key=lambda form: (_name(form), str(form["richMenuId"])))
        menus = []
        for number, form in enumerate(others):
            tell(tr("pictures: {done} of {all}", done=number, all=len(others)))
            menus.append(await _with_picture(line, form, folder / str(number)))
    except LineError as error:
        raise MenusUnread(
            tr("{channel}: LINE says {why}; nothing was written", channel=channel, why=Quoted(str(error)))
        ) from error
    ours = labels.get(default) if default is not None else None
    foreign = default if default is not None and ours is None else None
    return MenusAtAccount(tuple(menus), aliases, foreign, ours, len(forms) - len(others))


def _name(form: Mapping[str, Any]) -> str:
    return str(form.get("name") or "")


async def _with_picture(line: RichMenus, form: Mapping[str, Any], path: Path) -> LineMenu:
    id = str(form["richMenuId"])
    content = await patiently(partial(line.picture, id))
    if content is None:
        return LineMenu(id, _name(form), form, None, Header("other"))

    await asyncio.to_thread(path.write_bytes, content)
    return LineMenu(id, _name(form), form, path, header_of(BytesIO(content)))
