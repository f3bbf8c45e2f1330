"""Trouble with somebody who is asked again and again (LINE, a shop): when it begins, goes on, is over.

A pure function over failures and successes; what a failure is, and the words, are elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

CALM = timedelta(seconds=30)
"""How long all must be well before a trouble counts as over: what comes and goes is one trouble."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble that has begun and is not known to be over.

    `attempts` have failed by it, the last at `last`; `lost` calls were given up. `well`: since when calls
    succeed again that began after it, `None` as long as none has.
    """

    kind: str
    since: datetime
    last: datetime
    attempts: int = 1
    lost: int = 0
    well: datetime | None = None


Troubles: TypeAlias = tuple[Trouble, ...]
"""Those with one of them: at most one of each kind."""


def succeeded(troubles: Troubles, began: datetime, now: datetime, kind: str | None = None) -> Troubles:
    """After a call that `began` then and was answered `now`; it shows that the trouble of `kind` is none.

    It ends nothing that began, or went on, after the call was made. Without `kind`: all is well.
    """
    return tuple(
        replace(one, well=now) if one.well is None and began >= one.last and kind in (None, one.kind) else one
        for one in troubles
    )


def failed(troubles: Troubles, kind: str, began: datetime, now: datetime) -> tuple[Troubles, bool]:
    """After a call that `began` then has failed `now`; and whether that is a new trouble."""
    others = tuple(one for one in troubles if one.kind != kind)
    known = next((one for one in troubles if one.kind == kind), None)
    if known is None:
        return (*others, Trouble(kind, now, now)), True
    if known.well is not None and began < known.well:  # it was under way when all was well again
        return (*others, replace(known, attempts=known.attempts + 1)), False
    return (*others, replace(known, attempts=known.attempts + 1, last=now, well=None)), False


def next_look(troubles: Troubles) -> datetime | None:
    """When to ask `over`; `None` as long as nothing has become well."""
    return min((one.well + CALM for one in troubles if one.well is not None), default=None)


def over(troubles: Troubles, now: datetime) -> tuple[Troubles, tuple[Trouble, ...]]:
    """What goes on, and what is over: well for so long that it counts."""
    ended = tuple(one for one in troubles if one.well is not None and now >= one.well + CALM)
    return tuple(one for one in troubles if one not in ended), ended


def span_in_words(span: timedelta) -> str:
    """`7 s`, `3 min 2 s`, `2 h 5 min`: two units at most."""
    seconds = max(0, round(span.total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
