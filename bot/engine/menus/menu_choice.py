"""Which rich menu is whose: of one person, and as a condition that finds people (language, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.menu import Menu
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Any, Condition, ConditionContext, Not
from bot.model.contact import Identity

EVERYBODY = All(())


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """A menu with the condition of the people who are to see it, unless one is pinned for them."""

    menu: str | None
    """Its name; `None`: these people see no menu."""
    condition: Condition


def menu_of(identity: Identity, menus: Sequence[Menu], context: ConditionContext) -> str | None:
    """The name of the menu that this person is to see, of those of the channel; `None`: of none of them."""
    now = context.when.now
    runs = identity.pinned_until is None or now < identity.pinned_until
    if identity.pinned is not None and runs and any(menu.name == identity.pinned for menu in menus):
        return identity.pinned
    for menu in menus:
        if menu.since is not None and now < menu.since:
            continue
        if menu.until is not None and now >= menu.until:
            continue
        if menu.condition is None or menu.condition.holds(context):
            return menu.name
    return None


def choices(playbook: Playbook, channel: str, now: datetime) -> Iterator[MenuChoice]:
    """One for each menu that can be shown just now, in the order of the list, then who has none."""
    before: list[Condition] = []
    for menu in playbook.menus_on(channel):
        if (menu.since is not None and now < menu.since) or (menu.until is not None and now >= menu.until):
            continue
        mine = menu.condition or EVERYBODY
        yield MenuChoice(menu.name, _and_none_of(mine, before))
        before.append(mine)
        if menu.condition is None:
            return
    yield MenuChoice(None, _and_none_of(EVERYBODY, before))


def _and_none_of(condition: Condition, before: list[Condition]) -> Condition:
    if not before:
        return condition
    return All((condition, Not(Any(tuple(before)))))
