"""What else decisions may ask: one value for everybody until something of it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.model.brake import OFF, Brake
from bot.model.decision import DecisionInputs, SmsCredit


class Worlds:
    """Gives the `World` of a channel, at each decision: so it is made when something has changed only."""

    def __init__(
        self,
        sms_credit: Callable[[str], SmsCredit],
        quota_left: Callable[[], Mapping[str, int]],
        totals: Callable[[], Mapping[str, int]],
        brake: Callable[[], Brake] = lambda: OFF,
    ) -> None:
        """`sms_credit` is read each time, by channel; the others after `changed`."""
        self._sms_credit = sms_credit
        self._quota_left = quota_left
        self._totals = totals
        self._brake = brake
        self._made: dict[SmsCredit, DecisionInputs] = {}

    def changed(self) -> None:
        """What is left, a total or the brake is another now."""
        self._made.clear()

    def __call__(self, channel: str) -> DecisionInputs:
        """What decisions on this channel may ask now."""
        credit = self._sms_credit(channel)
        made = self._made.get(credit)
        if made is None:
            made = self._made[credit] = DecisionInputs(
                self._quota_left(), credit, self._totals(), brake=self._brake()
            )
        return made
