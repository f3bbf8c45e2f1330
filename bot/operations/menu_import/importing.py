"""LINE's rich menus as files of the playbook: what would be written, and by which tag people see which (M3).

Nothing at LINE is changed, and nothing in the database but the audit log's line about who was asked after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import default_menu
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.broadcasts.line_now import LineNow, line_of
from bot.operations.menu_import.imported import ImportedMenus, PlaybookAround, imported_menus
from bot.operations.menu_import.line_menus import MenusAtAccount, menus_at_account
from bot.operations.menu_import.menu_files import MENUS, MenuFile, folder_for, menu_files
from bot.playbook.load import Loaded
from bot.playbook.syntax.nodes import List, Map, Scalar

Tell = Callable[[Translatable], None]


class ChannelUnnamed(Refusal):
    """It is not said of which account; the sentence names them."""


@dataclass(frozen=True, slots=True)
class MenuImport:
    """What an import would write, and what it is made of. `into` is the folder of the files."""

    channel: str
    into: str
    there: MenusAtAccount
    found: ImportedMenus
    files: list[MenuFile]

    @property
    def to_write(self) -> list[MenuFile]:
        """The files that are not there as they are to be."""
        return [file for file in self.files if file.state != "same"]


async def planned(
    line: LineNow,
    channel: str | None,
    loaded: Loaded,
    live: Playbook,
    into: str | None,
    tell: Tell,
    *,
    as_first: bool = False,
) -> MenuImport:
    """What an import into a folder of `loaded` would write; `live` stands in where that has mistakes.

    `as_first`: with the names of the first import, whatever has become of its files.
    Raises `ChannelUnnamed`, `CannotAsk`, `MenusUnread` and `MenusNotWritten`.
    """
    name, folder = _channel(line.settings, channel), loaded.document.folder
    goal = folder_for(folder, into, name)
    account = line.settings.channels[name]
    around = _around(loaded, live, name, f"{goal}/{MENUS}")
    if as_first:
        around = replace(around, menus=(), tags=())
    with TemporaryDirectory(prefix="oaflow-menus-") as pictures:
        async with line_of(line, name) as client:
            there = await menus_at_account(client.rich_menus, name, Path(pictures), tell)
        found = imported_menus(there, around, account.liff.liff_id if account.liff is not None else None)
        on_top = name if len(line.settings.channels) > 1 else None
        files = menu_files(folder, goal, found.menus, on_top) if found.menus else []
    return MenuImport(name, goal, there, found, files)


def _channel(settings: Settings, name: str | None) -> str:
    names = row(settings.channels)
    if name is None and len(settings.channels) == 1:
        return next(iter(settings.channels))
    if name is None:
        raise ChannelUnnamed(tr("say whose menus, of one channel: {names}", names=names))
    if name not in settings.channels:
        raise ChannelUnnamed(tr("the playbook has no channel {name}: it has {names}", name=name, names=names))
    return name


def _around(loaded: Loaded, live: Playbook, channel: str, file: str) -> PlaybookAround:
    """What the playbook has beside the file of the import."""
    root = loaded.document.root
    menus, tags = root.get("rich_menus"), root.get("tags")
    items = menus.items if isinstance(menus, List) else []
    named = (one.get("menu") for one in items if isinstance(one, Map))
    keys = (key for key, _ in tags.pairs.values()) if isinstance(tags, Map) else ()
    playbook = loaded.playbook or live
    others = replace(playbook, menus=tuple(menu for menu in playbook.menus if menu.place.file != file))
    return PlaybookAround(
        [one.value for one in named if isinstance(one, Scalar) and one.file != file],
        [key.value for key in keys if key.file != file],
        default_menu(others, channel) is not None,
    )
