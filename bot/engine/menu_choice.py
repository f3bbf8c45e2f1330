"""Which rich menu is whose, as conditions by which a database finds people (language, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.condition import All, Any, Condition, Not
from bot.engine.playbook import Playbook

EVERYBODY = All(())


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose menu it is, of those who have none pinned; `None`: theirs who have no menu."""

    menu: str | None
    condition: Condition


def choices(playbook: Playbook, channel: str, now: datetime) -> Iterator[Choice]:
    """One for each menu that can be shown just now, in the order of the list, then who has none."""
    before: list[Condition] = []
    for menu in playbook.menus_on(channel):
        if (menu.since is not None and now < menu.since) or (menu.until is not None and now >= menu.until):
            continue
        mine = menu.condition or EVERYBODY
        yield Choice(menu.name, _and_none_of(mine, before))
        before.append(mine)
        if menu.condition is None:
            return
    yield Choice(None, _and_none_of(EVERYBODY, before))


def _and_none_of(condition: Condition, before: list[Condition]) -> Condition:
    if not before:
        return condition
    return All((condition, Not(Any(tuple(before)))))
