"""Who reaches what a broadcast or a flow is for: counted of everybody, also of who was not sent it."""

from __future__ import annotations

from bot.engine.compiled.heard import Heard, fits
from bot.engine.turn.turn import Turn
from bot.model.mark import OF_GOALS, REACHED, Mark


def count_goals(turn: Turn, heard: Heard) -> None:
    """What this news is the goal of."""
    for name, news in turn.playbook.goals.get(heard.kind, ()):
        if fits(news, heard, turn.when) is not None:
            turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (name,)))
