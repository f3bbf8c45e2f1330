"""The actions `pin_menu` and `unpin_menu`: a person sees one rich menu, whatever conditions menus have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Step
from bot.engine.times.local_time import Duration, later
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.instance import Timer
from bot.model.trace import NoteKind

PIN = "menu"
"""The timer at which a pinned menu's term ends: the turn that it makes shows the right one."""


PINNED = NoteKind("pin_menu: {menu}", "Pinned the rich menu {menu}", code="menu_pinned")
UNPINNED = NoteKind("unpin_menu: unpinned", "No rich menu is pinned any more")


@dataclass(frozen=True, slots=True)
class PinMenu(Step):
    """`pin_menu`; without a span for as long as it is not unpinned."""

    words: ClassVar = {"pin_menu": {}}
    about: ClassVar = "menu"
    menu: str
    span: Duration | None = None


@dataclass(frozen=True, slots=True)
class UnpinMenu(Step):
    """`unpin_menu`."""

    words: ClassVar = {"unpin_menu": {}}


def _pin(turn: Turn, step: PinMenu, doing: Doing) -> None:
    until = None if step.span is None else later(turn.now, step.span, turn.playbook.zone)
    identity = turn.identity
    identity.pinned, identity.pinned_until = step.menu, until
    if until is not None:
        turn.arm(Timer("", turn.channel, 0, PIN, until))
    turn.note(PINNED, step.menu, place=step.place)


def _unpin(turn: Turn, step: UnpinMenu, doing: Doing) -> None:
    identity = turn.identity
    identity.pinned, identity.pinned_until = None, None
    turn.note(UNPINNED, place=step.place)


DO: Doers = {
    PinMenu: _pin,
    UnpinMenu: _unpin,
}
