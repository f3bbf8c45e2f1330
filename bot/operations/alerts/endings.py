"""When the end of a trouble is certain: what goes up and down at its limit would alert at each look (K4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from bot.model.alert import TroubleReason
from bot.operations.alerts.standing import EndedTrouble

_Ending: TypeAlias = tuple[TroubleReason, str, bool]
"""Reason, subject, and whether somebody is alerted to its end."""


class Endings:
    """Remembers since when each look has found a trouble over."""

    def __init__(self) -> None:
        self._since: dict[_Ending, datetime] = {}

    def certain(self, found: Iterable[EndedTrouble], now: datetime) -> list[EndedTrouble]:
        """Those of all that this look has found over which have been so for long enough."""
        ended = {(one.reason, one.subject, one.says is not None): one for one in found}
        self._since = {key: self._since.get(key, now) for key in ended}
        return [one for key, one in ended.items() if now - self._since[key] >= one.after]
