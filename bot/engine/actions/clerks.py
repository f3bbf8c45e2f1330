"""The actions `bind_clerk` and `check_clerk`: the person is bound to the clerk with a code, or the code is
only looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, at_once, note_not_asked, origin_of, worth
from bot.engine.compiled.step import Operand, Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import CheckClerk, FindClerk
from bot.model.trace import NoteKind

_ASKED = "Looks the clerk's code up, and waits"
BIND_ASKED = NoteKind("bind_clerk: asked", _ASKED, "wait")
CHECK_ASKED = NoteKind("check_clerk: asked", _ASKED, "wait")


@dataclass(frozen=True, slots=True)
class AskClerk(Step):
    """`bind_clerk`."""

    asks: ClassVar = FindClerk.question
    binds: ClassVar = "clerk"
    code: Operand
    rebind: bool = False
    """Whether a person who has a clerk is bound to this one instead; else the outcome is `already`."""


@dataclass(frozen=True, slots=True)
class CheckClerkCode(Step):
    """`check_clerk`."""

    asks: ClassVar = CheckClerk.question
    code: Operand
    rebind: bool = False
    """As of `AskClerk`: whether the code of another clerk than the person's is valid."""


def _bind_clerk(turn: Turn, step: AskClerk, doing: Doing) -> None:
    """Ask for a clerk's code to be looked up, and the person bound."""
    if _ask_clerk(turn, step, doing, FindClerk):
        turn.note(BIND_ASKED, place=step.place)


def _check_clerk(turn: Turn, step: CheckClerkCode, doing: Doing) -> None:
    """Ask whether a code is a clerk's whom the person could be bound to."""
    if _ask_clerk(turn, step, doing, CheckClerk):
        turn.note(CHECK_ASKED, place=step.place)


def _ask_clerk(
    turn: Turn, step: AskClerk | CheckClerkCode, doing: Doing, effect: type[FindClerk] | type[CheckClerk]
) -> bool:
    """Request the look-up; `False` where nothing waits for its outcome, or the code is no text."""
    origin = origin_of(turn, doing)
    code = worth(turn, step.code, doing)
    if origin is None or not isinstance(code, str):
        note_not_asked(turn, effect.question.action, step.place)
        at_once(turn, "clerk", "unknown", origin)
        return False
    turn.actions.append(effect(code, step.rebind, origin))
    return True


DO: Doers = {
    AskClerk: _bind_clerk,
    CheckClerkCode: _check_clerk,
}
