"""Pushes that were stopped while somebody played, as steps of a recorded scenario, and before its first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.brake import Brake, PushStop
from bot.scenario.given import ALL_PUSHES
from bot.scenario.yaml_text import braces, scalar


@dataclass(frozen=True, slots=True)
class StopChanged:
    """Staff have stopped these pushes at this moment, or (`resumes`) let them go on."""

    now: datetime
    stop: PushStop
    resumes: bool


def changes(before: Brake, after: Brake, now: datetime) -> Iterator[StopChanged]:
    """What staff have done between two looks."""
    for stop in before.stops:
        if after.stop_of(stop.key) is None:
            yield StopChanged(now, stop, resumes=True)
    for stop in after.stops:
        if before.stop_of(stop.key) is None:
            yield StopChanged(now, stop, resumes=False)


def stop_step(change: StopChanged, playbook: Playbook) -> str | None:
    """The step; none for what holds nobody, as the playbook has no such channel or flow (any more)."""
    if not _is_there(change.stop, playbook):
        return None
    return f"- {'resume' if change.resumes else 'stop'}: {_pushes(change.stop)}"


def stopped_lines(brake: Brake, playbook: Playbook) -> Iterator[str]:
    """The line below `given:` for what was stopped when it began."""
    told = [_pushes(stop) for stop in brake.stops if _is_there(stop, playbook)]
    if told:
        yield f"  stopped: {told[0] if len(told) == 1 else '[' + ', '.join(told) + ']'}"


def _is_there(stop: PushStop, playbook: Playbook) -> bool:
    flows = (*playbook.flows, *playbook.form_flows)
    return (stop.channel is None or stop.channel in playbook.channels) and (
        stop.flow is None or stop.flow in flows
    )


def _pushes(stop: PushStop) -> str:
    if stop.channel is None and stop.flow is None:
        return ALL_PUSHES
    if stop.channel is None and stop.flow != ALL_PUSHES:
        return scalar(stop.flow or "")
    told = {"channel": stop.channel, "flow": stop.flow}
    return braces({key: scalar(name) for key, name in told.items() if name is not None})
