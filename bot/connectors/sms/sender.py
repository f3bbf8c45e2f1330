"""The interface of providers of SMS: the message, the result of sending it, and the credit left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """A text for a phone (E.164).

    `id` (32 hexadecimal digits) is its own for ever; `user` the LINE user whom it is for.
    """

    id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    user: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """What is left at a provider. A point of those in Taiwan is one SMS of one part there."""

    left: float
    unit: str = "points"
    """`points`, or the currency of an account that holds money (ISO 4217)."""

    @property
    def messages(self) -> int | None:
        """How many SMS it is good for; `None` where it is money, for what one costs differs by country."""
        return int(self.left) if self.unit == "points" else None


@dataclass(frozen=True, slots=True)
class SmsSent:
    """The provider has taken it; `credit` is what is left there, where its answer says so."""

    credit: Credit | None = None


SmsTrouble: TypeAlias = Literal[
    "number",  # this phone number
    "credit",  # the account has no credit
    "credentials",  # user, password or token
    "busy",  # too many requests
    "unreachable",  # the provider was not reached
    "refused",  # anything else
]
"""Why an SMS was not sent."""


@dataclass(frozen=True, slots=True)
class SmsNotSent:
    """It has certainly not been sent; the reason names no person and no secret."""

    reason: str
    why: SmsTrouble = "refused"


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it was sent: sending it again might be a second SMS."""

    reason: str


SmsResult: TypeAlias = SmsSent | SmsNotSent | Unsure


class SmsSender(Protocol):
    """A provider of SMS, signed in. Never raises for what the network or the provider does."""

    async def send(self, message: ShortMessage) -> SmsResult:
        """Send one SMS."""
        ...

    async def credit(self) -> Credit | None:
        """The credit left; `None` where the provider does not count any, or gives no answer now."""
