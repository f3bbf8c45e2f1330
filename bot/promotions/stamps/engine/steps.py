"""Stamps are put on the person's card, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Short, Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.held import add_stamps, take_stamps
from bot.promotions.stamps.model import StampEntry


@dataclass(frozen=True, slots=True)
class PutStamps(Step):
    """`add_stamp`, or `take_stamp` where it `takes` them back."""

    words: ClassVar = {"add_stamp": {"takes": False}, "take_stamp": {"takes": True}}
    card: str
    count: int = 1
    takes: bool = False

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("take_stamp" if self.takes else "add_stamp", self.card, value=self.count),)


def _put_stamps(turn: Turn, step: PutStamps, doing: Doing) -> None:
    card = STAMP_CARDS.of(turn.playbook)[step.card]  # the compiler has looked it up
    entry = StampEntry(f"{turn.event.id} {turn.done_actions}", turn.now, step.count, "action")
    (take_stamps if step.takes else add_stamps)(turn, card, entry)


DO: Doers = {PutStamps: _put_stamps}
