"""One-time codes are sent and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.engine.actions.asking import at_once, not_asked, origin_of
from bot.engine.actions.doers import Doers
from bot.engine.doing import Doing
from bot.engine.step import Notes, Operand, Short, Step
from bot.engine.turn import Turn
from bot.engine.worth import worth
from bot.model.effects import (
    ASKED,
    CheckCode,
    SendCode,
    WorldQuestion,
)


@dataclass(frozen=True, slots=True)
class AskCode(Step):
    """`send_code` with a phone, `check_code` with a code."""

    notes: ClassVar[Notes] = {
        "send_code: asked": ("wait", "Asked for an SMS with a code, and waits for it"),
        "check_code: asked": ("wait", "Asks whether the code is right"),
    }

    how: Literal["send_code", "check_code"]
    value: Operand

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short(self.how),)

    @property
    def asks(self) -> WorldQuestion:
        return ASKED[self.how]

    @property
    def sends_code(self) -> bool:
        return self.how == "send_code"


def _ask_code(turn: Turn, step: AskCode, doing: Doing) -> None:
    """Ask for a code to be sent to a phone, or to be compared."""
    value = worth(turn, step.value, doing)
    origin = origin_of(turn, doing)
    if origin is None or not isinstance(value, str):
        not_asked(turn, step.how, step.place)
        at_once(turn, "code", "failed" if step.how == "send_code" else "wrong", origin)
        return
    turn.actions.append(SendCode(value, origin) if step.how == "send_code" else CheckCode(value, origin))
    turn.note(step.how, "asked", place=step.place)


DO: Doers = {
    AskCode: _ask_code,
}
