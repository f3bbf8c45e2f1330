"""What pushes are stopped, in words: for commands, the simulator, and scenarios that fail."""

from __future__ import annotations

from bot.model.brake import Brake, PushStop
from bot.model.said import Said, row, say


def which(stop: PushStop) -> Said:
    """What it stops."""
    if stop.channel is None and stop.flow is None:
        return say("everything")
    if stop.flow is None:
        return say("channel {name}", name=stop.channel or "")
    if stop.channel is None:
        return say("flow {name}", name=stop.flow)
    return say("flow {flow} on {channel}", flow=stop.flow, channel=stop.channel)


def not_stopped(brake: Brake) -> Said:
    """Why nothing goes on where just that is not stopped; what else is stopped stays so."""
    if not brake:
        return say("nothing is stopped: all pushes go")
    return say("that is not stopped by itself; what is: {stops}", stops=row(map(which, brake.stops)))
