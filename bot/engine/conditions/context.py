"""Of whom, where and when conditions are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.times.bounds import When
from bot.model.contact import Answer, Contact, Identity
from bot.model.decision import SmsCredit
from bot.model.value import Value


@dataclass(slots=True)
class ConditionContext:
    """Of whom, where and when conditions are asked; `contact`, `answers` and `event` move on within a turn.

    `answers` are those of the flow that asks, `event` the fields that its event has, `taken` as in `World`.
    """

    contact: Contact
    channel: str
    when: When
    sms_credit: SmsCredit = "fine"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    event: Mapping[str, Value] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """The person on the channel that is asked about."""
        return self.contact.identity(self.channel)
