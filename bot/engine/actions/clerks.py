"""The person is bound to a clerk of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.asking import at_once, not_asked, origin_of
from bot.engine.actions.doers import Doers
from bot.engine.compiled.step import Notes, Operand, Short, Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.engine.turn.worth import worth
from bot.model.effects import FindClerk


@dataclass(frozen=True, slots=True)
class AskClerk(Step):
    """`bind_clerk`."""

    asks: ClassVar = FindClerk.question
    binds: ClassVar = "clerk"
    notes: ClassVar[Notes] = {
        "bind_clerk: asked": ("wait", "Looks the clerk's code up, and waits"),
    }
    code: Operand
    rebind: bool = False

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("bind_clerk"),)


def _ask_clerk(turn: Turn, step: AskClerk, doing: Doing) -> None:
    """Ask for a clerk's code to be looked up."""
    origin = origin_of(turn, doing)
    code = worth(turn, step.code, doing)
    if origin is None or not isinstance(code, str):
        not_asked(turn, "bind_clerk", step.place)
        at_once(turn, "clerk", "unknown", origin)
        return
    turn.actions.append(FindClerk(code, step.rebind, origin))
    turn.note("bind_clerk", "asked", place=step.place)


DO: Doers = {
    AskClerk: _ask_clerk,
}
