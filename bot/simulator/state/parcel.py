"""A webhook event on its way to the bot, and how an attempt to deliver it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.state.account import Account

Trouble = Literal[
    "status",  # the answer is no 2xx
    "timeout",  # no answer in time
    "unreachable",  # no connection
]
"""Why an attempt has failed."""


@dataclass(slots=True)
class Parcel:
    """One webhook event on its way."""

    account: Account
    chat: str
    """The friend or group in whose chat it is shown."""
    event: dict[str, Any]
    message: str | None
    """The id of its bubble, if it has one."""
    tries: int = 0
    """Attempts so far."""

    @property
    def id(self) -> str:
        """The id of the webhook event."""
        return str(self.event["webhookEventId"])


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """The response of the bot's server to a webhook."""

    status: int | None
    """HTTP status; `None`: none came."""
    took: int
    """Milliseconds."""
    trouble: Trouble | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt to deliver an event, finished."""

    parcel: Parcel
    answer: BotAnswer
    again_in: float | None
    """Seconds until the next attempt; `None`: delivered or given up."""
