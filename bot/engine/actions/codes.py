"""The actions `send_code` and `check_code`: one-time codes are sent by SMS, and compared with answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, at_once, note_not_asked, origin_of, worth
from bot.engine.compiled.step import Operand, Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import CheckCode, SendCode
from bot.model.trace import NoteKind

SEND_ASKED = NoteKind("send_code: asked", "Asked for an SMS with a code, and waits for it", "wait")
CHECK_ASKED = NoteKind("check_code: asked", "Asks whether the code is right", "wait")


@dataclass(frozen=True, slots=True)
class AskForCode(Step):
    """`send_code`, to a phone (E.164)."""

    asks: ClassVar = SendCode.question
    phone: Operand


@dataclass(frozen=True, slots=True)
class TryCode(Step):
    """`check_code`."""

    asks: ClassVar = CheckCode.question
    code: Operand


def _send(turn: Turn, step: AskForCode, doing: Doing) -> None:
    phone, origin = worth(turn, step.phone, doing), origin_of(turn, doing)
    if origin is None or not isinstance(phone, str):
        note_not_asked(turn, "send_code", step.place)
        at_once(turn, "code", "failed", origin)
        return
    turn.actions.append(SendCode(phone, origin, address=turn.event.address))
    turn.note(SEND_ASKED, place=step.place)


def _check(turn: Turn, step: TryCode, doing: Doing) -> None:
    code, origin = worth(turn, step.code, doing), origin_of(turn, doing)
    if origin is None or not isinstance(code, str):
        note_not_asked(turn, "check_code", step.place)
        at_once(turn, "code", "wrong", origin)
        return
    turn.actions.append(CheckCode(code, origin))
    turn.note(CHECK_ASKED, place=step.place)


DO: Doers = {
    AskForCode: _send,
    TryCode: _check,
}
