"""When broadcasts next do something by themselves: what a clock that is moved must not pass. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from bot.engine.broadcasts.times import begins, next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending

IsOver: TypeAlias = Callable[[str, datetime], bool]
"""Whether this moment of a broadcast is over before it has come: it was cancelled, or sent already."""


def _never(broadcast: str, moment: datetime) -> bool:
    return False


def next_coming(
    playbook: Playbook, sendings: Iterable[Sending], after: datetime, is_over: IsOver = _never
) -> tuple[datetime, Broadcast] | None:
    """The first moment later than this at which a broadcast begins, or goes on as quiet hours end.

    `sendings` are those that are not over. Of two at one moment it is the first of the playbook.
    """
    found = _coming(playbook, sendings, after, is_over)
    coming = ((moment, one) for moment, one in found if moment > after)
    return min(coming, key=lambda one: one[0], default=None)


def _coming(
    playbook: Playbook, sendings: Iterable[Sending], after: datetime, is_over: IsOver
) -> Iterator[tuple[datetime, Broadcast]]:
    zone = playbook.zone
    for broadcast in playbook.broadcasts.values():
        if broadcast.status != "live":
            continue
        moment = next_time(broadcast, after, zone)
        while moment is not None and is_over(broadcast.name, moment):
            moment = next_time(broadcast, moment, zone)
        if moment is not None:
            yield begins(broadcast, moment, zone) or moment, broadcast
    for sending in sendings:
        of = playbook.broadcasts.get(sending.broadcast)
        if of is not None and of.status == "live" and sending.paused is None:
            since = sending.moment if sending.state == "planned" else after
            yield begins(of, since, zone) or since, of
