"""What comes due as a scenario's time passes: looks of the sweep, and timers of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.engine.decide import due_timer
from bot.model.brake import Brake
from bot.model.contact import Contact
from bot.model.event import TimerDue
from bot.scenario.failure import too_many_days

SWEEP = timedelta(minutes=15)
"""How often the sweep looks for what time alone has changed."""

MOST_SWEEPS = 100_000
"""Looks of the sweep in one step: almost three years of them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sweeps(now: datetime, until: datetime, *, sees: bool) -> Iterator[datetime]:
    """When the sweep looks (semantics 24): each time if it `sees` something, else only the last."""
    last = until - (until - _EPOCH) % SWEEP
    first = now - (now - _EPOCH) % SWEEP + SWEEP
    if last < first:
        return
    moment = first if sees else last
    if (last - moment) // SWEEP > MOST_SWEEPS:
        raise too_many_days(MOST_SWEEPS * SWEEP // timedelta(days=1))
    while moment <= last:
        yield moment
        moment += SWEEP


def next_timer(contacts: Iterable[Contact], until: datetime, brake: Brake) -> tuple[str, TimerDue] | None:
    """The timer that is due first, by `until`, with its contact's id; `None`: there is none."""
    due = [(c.id, d) for c in contacts if c.timers and (d := due_timer(c, until, brake)) is not None]
    return min(due, key=lambda found: (found[1].timer.due, found[0]), default=None)
