"""What else decisions may ask: one value for everybody until something of it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.model.brake import OFF, Brake
from bot.model.decision import DecisionInputs, SmsCredit


@dataclass(eq=False, repr=False)
class Worlds:
    """Gives the `World` of a channel, at each decision: so it is made when something has changed only.

    `sms_credit` is read each time, by channel; the others after `changed`.
    """

    _sms_credit: Callable[[str], SmsCredit]
    _quota_left: Callable[[], Mapping[str, int]]
    _totals: Callable[[], Mapping[str, int]]
    _brake: Callable[[], Brake] = lambda: OFF
    _made: dict[SmsCredit, DecisionInputs] = field(init=False, default_factory=dict)

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
