"""Who begins what has a goal, and who reaches what something is for, whether it was meant for them or not."""

from __future__ import annotations

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.goal import begun_flow
from bot.engine.compiled.heard import Heard, fits
from bot.engine.turn.turn import Turn
from bot.model.contact import Instance
from bot.model.counts import BEGUN, ENTERED, OF_GOALS, REACHED, Mark


def count_goals(turn: Turn, heard: Heard) -> None:
    """What this news is the goal of."""
    for name, news in turn.playbook.goals.get(heard.kind, ()):
        if fits(news, heard, turn.when) is not None:
            turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (name,)))


def count_beginning(turn: Turn, flow: Flow, instance: Instance) -> None:
    """That this flow has begun; if it has a goal, with the person's groups now, for shares may change."""
    turn.mark(ENTERED, instance)
    if flow.goal is None:
        return
    name = begun_flow(flow.name)
    turn.marks.append(Mark(turn.channel, OF_GOALS, BEGUN, (name,)))
    for split, groups in flow.splits.items():
        group = next((one for one, people in groups.items() if people.has(turn.contact.seed)), None)
        if group is not None:
            turn.marks.append(Mark(turn.channel, OF_GOALS, BEGUN, (name, split, group)))
