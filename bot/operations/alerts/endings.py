"""Decides when a trouble is over: a value that moves around its limit must not alert staff at each check
(K4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.model.alert import TroubleReason
from bot.operations.alerts.standing import EndedTrouble

_Ending: TypeAlias = tuple[TroubleReason, str, bool]
"""Reason, subject, and whether staff are alerted to the end."""

OFTEN = 3
"""Ends of a trouble within a day after which it comes and goes: another end is certain after `LONG`, but one
to which nobody is alerted."""
LONG = timedelta(hours=6)


class Endings:
    """Remembers since when each look has found a trouble over, and how often it ended within a day."""

    def __init__(self) -> None:
        self._since: dict[_Ending, datetime] = {}
        self._ends: dict[_Ending, list[datetime]] = {}

    def certain(self, found: Iterable[EndedTrouble], now: datetime) -> list[EndedTrouble]:
        """Those of all that this look has found over which have been so for long enough."""
        ended = {(one.reason, one.subject, one.says is not None): one for one in found}
        self._since = {key: self._since.get(key, now) for key in ended}
        self._ends = {key: some for key, ends in self._ends.items() if (some := _today(ends, now))}
        certain = [key for key, one in ended.items() if now - self._since[key] >= self._after(key, one)]
        for key in certain:
            self._ends.setdefault(key, []).append(now)
        return [ended[key] for key in certain]

    def _after(self, key: _Ending, one: EndedTrouble) -> timedelta:
        comes_and_goes = one.says is not None and len(self._ends.get(key, ())) >= OFTEN
        return max(one.after, LONG) if comes_and_goes else one.after


def _today(ends: Iterable[datetime], now: datetime) -> list[datetime]:
    """The moments of the last 24 hours."""
    return [at for at in ends if timedelta() <= now - at < timedelta(days=1)]
