"""Whether a person wants journeys and broadcasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Step
from bot.engine.turn.changes import set_marketing
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.trace import NoteKind

STOPPED = NoteKind("marketing: stopped", "No more marketing")
ALLOWED = NoteKind("marketing: allowed", "Marketing is allowed")


@dataclass(frozen=True, slots=True)
class SetMarketing(Step):
    """`allow_marketing`, `stop_marketing`."""

    words: ClassVar = {"allow_marketing": {"allowed": True}, "stop_marketing": {"allowed": False}}
    allowed: bool


def _marketing(turn: Turn, step: SetMarketing, doing: Doing) -> None:
    set_marketing(turn, step.allowed)
    turn.note(ALLOWED if step.allowed else STOPPED, place=step.place)


DO: Doers = {
    SetMarketing: _marketing,
}
