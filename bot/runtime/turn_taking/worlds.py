"""The inputs of decisions besides contact and event (quota, totals, brake): one value, shared by all
decisions until one of them changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.model.brake import OFF, Brake
from bot.model.decision import DecisionInputs, SmsCredit


@dataclass(eq=False, repr=False)
class Worlds:
    """Gives the `DecisionInputs` of a channel, at each decision: so it is made anew only after a change.

    `_sms_credit(channel)` is read each time; the quota left (messages by channel), the totals (pushes by
    flow) and the brake are read after `changed`.
    """

    _sms_credit: Callable[[str], SmsCredit]
    _quota_left: Callable[[], Mapping[str, int]]
    _totals: Callable[[], Mapping[str, int]]
    _brake: Callable[[], Brake] = lambda: OFF
    _made: dict[SmsCredit, DecisionInputs] = field(init=False, default_factory=dict)

    def changed(self) -> None:
        """To be called when the quota, a total or the brake has changed."""
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
