"""What pushes are stopped, in words: for commands, the simulator, and scenarios that fail."""

from __future__ import annotations

from bot.model.brake import Brake, PushStop
from bot.model.translatable import Translatable, row, tr


def which(stop: PushStop) -> Translatable:
    """What a stop stops: all pushes, those of a channel, of a flow, or of a flow on a channel."""
    if stop.channel is None and stop.flow is None:
        return tr("everything")
    if stop.flow is None:
        return tr("channel {name}", name=stop.channel or "")
    if stop.channel is None:
        return tr("flow {name}", name=stop.flow)
    return tr("flow {flow} on {channel}", flow=stop.flow, channel=stop.channel)


def not_stopped(brake: Brake) -> Translatable:
    """Why nothing goes on where just that is not stopped; what else is stopped stays so."""
    if not brake:
        return tr("nothing is stopped: all pushes go")
    return tr("that is not stopped by itself; what is: {stops}", stops=row(map(which, brake.stops)))
