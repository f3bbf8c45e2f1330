"""Which sendings are to be planned, by the times that the playbook says now (semantics 37). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.broadcasts.times import LATEST, WhenDue, is_time, next_time, times_between, when_due
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """A broadcast is to go out at this moment; `paused`: who has paused what was planned before."""

    broadcast: Broadcast
    moment: datetime
    paused: str | None = None


@dataclass(frozen=True, slots=True)
class SendingPlan:
    """What is to be forgotten, as the playbook has no such time any more; then what is to be planned."""

    forget: tuple[Sending, ...]
    add: tuple[PlannedTime, ...]


def plan_of(playbook: Playbook, planned: Sequence[Sending], now: datetime) -> SendingPlan:
    """What differs from the playbook; `planned` are those that its times have planned, and nobody's hand.

    Where a planned time has come, all times since then are planned, too: it may be that nothing ran. Else
    only what is to come: a time that had passed before anybody knew of it is never sent.
    """
    forget = tuple(one for one in planned if not _still(playbook, one))
    paused = {one.broadcast: one.paused for one in forget}
    kept: dict[str, list[datetime]] = {}
    for one in planned:
        if one not in forget:
            kept.setdefault(one.broadcast, []).append(one.moment)
    add: list[PlannedTime] = []
    for name, broadcast in playbook.broadcasts.items():
        if broadcast.timed and not broadcast.dropped:
            add += _missing(broadcast, kept.get(name, []), playbook, now, paused)
    return SendingPlan(forget, tuple(add))


def due_of(playbook: Playbook, sending: Sending, now: datetime) -> WhenDue:
    """What is to be done now with a sending that is planned."""
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is not None:
        return when_due(broadcast, sending.moment, now, playbook.zone, by_hand=bool(sending.by))
    if now < sending.moment:
        return "to come"
    return "due" if now <= sending.moment + LATEST else "missed"


def _still(playbook: Playbook, sending: Sending) -> bool:
    """Whether the playbook still says so."""
    broadcast = playbook.broadcasts.get(sending.broadcast)
    if broadcast is None or broadcast.dropped or broadcast.channel != sending.channel:
        return False
    return is_time(broadcast, sending.moment, playbook.zone)


def _missing(
    broadcast: Broadcast,
    planned: Sequence[datetime],
    playbook: Playbook,
    now: datetime,
    paused: Mapping[str, str | None],
) -> list[PlannedTime]:
    came = [moment for moment in planned if moment <= now]
    moments = times_between(broadcast, min(came), now, playbook.zone) if came else []
    following = next_time(broadcast, now, playbook.zone)
    moments += [following] if following is not None else []
    who = paused.get(broadcast.name)
    return [PlannedTime(broadcast, moment, who) for moment in moments if moment not in planned]
