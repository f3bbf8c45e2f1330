"""The person tries a draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, origin_of
from bot.engine.compiled.step import Step
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.event import Origin
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.held import enter_draw
from bot.promotions.draws.model import EnterDraw


@dataclass(frozen=True, slots=True)
class TryDraw(Step):
    """`enter_draw`."""

    asks: ClassVar = EnterDraw.question
    about: ClassVar = "draw"
    draw: str


def _try_draw(turn: Turn, step: TryDraw, doing: Doing) -> None:
    """Try a draw; who gets the answer outside flows are the rules."""
    draw = DRAWS.of(turn.playbook)[step.draw]  # the compiler has looked it up
    enter_draw(turn, draw, origin_of(turn, doing) or Origin("", turn.channel, 0))


DO: Doers = {TryDraw: _try_draw}
