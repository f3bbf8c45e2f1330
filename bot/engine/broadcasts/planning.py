"""Which sendings of a broadcast are to be planned now, and which planned ones are to be forgotten. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.broadcasts.times import is_time, next_time, times_between
from bot.engine.compiled.broadcast import Broadcast


@dataclass(frozen=True, slots=True)
class SendingPlan:
    """Moments at which it is to go out and that are not planned yet; planned ones that it has no more."""

    add: tuple[datetime, ...] = ()
    forget: tuple[datetime, ...] = ()


def plan_of(
    broadcast: Broadcast, planned: Collection[datetime], now: datetime, zone: ZoneInfo
) -> SendingPlan:
    """What follows from the moments that are planned (semantics 37).

    The next one stands there always, and what comes after a planned one is planned, too, also where nothing
    ran meanwhile: so each that was missed is found. What lay in the past when it was first written is not.
    """
    if broadcast.dropped or not broadcast.timed:
        return SendingPlan(forget=tuple(planned))
    stale = tuple(one for one in planned if not is_time(broadcast, one, zone))
    latest = max((one for one in planned if one not in stale), default=None)
    if latest is not None and latest > now:
        return SendingPlan(forget=stale)
    passed = [] if latest is None else times_between(broadcast, latest, now, zone)
    following = next_time(broadcast, now, zone)
    return SendingPlan((*passed, *(() if following is None else (following,))), stale)
