"""What is left of a month's messages in a scenario, of places, and how much each journey has said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.line.month import month_of
from bot.model.decision import Decision, DecisionInputs, Push, Reply, SmsCredit


class Allowance:
    """Paid messages: `paid` since the scenario began. A `quota` holds for each of LINE's months.

    `taken` are the places of rules with `first` that were taken before it began.
    """

    def __init__(self, quota: int | None, taken: Mapping[str, int]) -> None:
        self.paid = 0
        self._quota = quota
        self._of_month: Counter[str] = Counter()
        self._of_channel: Counter[tuple[str, str]] = Counter()
        self._pushes: Counter[str] = Counter()
        self._taken = Counter(taken)

    @property
    def taken(self) -> Mapping[str, int]:
        """The places that are taken, by rule."""
        return self._taken

    def pay(self, now: datetime, channel: str) -> bool:
        """Pay for one message; `False`: none is left this month."""
        if self.left(now) == 0:
            return False
        self.paid += 1
        self._of_month[month_of(now)] += 1
        self._of_channel[channel, month_of(now)] += 1
        return True

    def paid_on(self, channel: str, now: datetime) -> int:
        """The messages of a channel that were paid this month."""
        return self._of_channel[channel, month_of(now)]

    def world(self, channels: Iterable[str], now: datetime, sms_credit: SmsCredit) -> DecisionInputs:
        """What a decision hears of all this."""
        left = self.left(now)
        quota_left = {} if left is None else dict.fromkeys(channels, left)
        return DecisionInputs(quota_left, sms_credit, dict(self._pushes), dict(self._taken))

    def count(self, decision: Decision) -> None:
        """A turn has been taken: what journeys have pushed in it counts, each push once, and its places."""
        pushed = {of for one in decision.actions if isinstance(one, Reply | Push) for of in one.origins if of}
        self._pushes.update(of.flow for of in pushed)
        self._taken.update(claim.rule for claim in decision.claims)

    def left(self, now: datetime) -> int | None:
        """The messages that are left this month; `None`: plenty."""
        return None if self._quota is None else max(0, self._quota - self._of_month[month_of(now)])
