"""What is left of a month's messages in a scenario, and how much each journey has said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.line.month import month_of
from bot.model.decision import Action, Push, Reply


class Allowance:
    """Paid messages: `paid` since the scenario began. A `quota` holds for each of LINE's months."""

    def __init__(self, quota: int | None) -> None:
        self.paid = 0
        self._quota = quota
        self._of_month: Counter[str] = Counter()
        self._pushes: Counter[str] = Counter()

    def pay(self, now: datetime) -> bool:
        """Pay for one message; `False`: none is left this month."""
        if self._left(now) == 0:
            return False
        self.paid += 1
        self._of_month[month_of(now)] += 1
        return True

    def quota_left(self, channels: Iterable[str], now: datetime) -> Mapping[str, int]:
        """The messages that are left this month, as a decision hears of them."""
        left = self._left(now)
        return {} if left is None else dict.fromkeys(channels, left)

    @property
    def totals(self) -> Mapping[str, int]:
        """The pushes of each journey so far."""
        return dict(self._pushes)

    def count(self, actions: Iterable[Action]) -> None:
        """A turn has been taken: what journeys have pushed in it counts, each push once."""
        pushed = {of for one in actions if isinstance(one, Reply | Push) for of in one.origins if of}
        self._pushes.update(of.flow for of in pushed)

    def _left(self, now: datetime) -> int | None:
        return None if self._quota is None else max(0, self._quota - self._of_month[month_of(now)])
