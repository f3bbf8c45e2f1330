"""A webhook event on its way to the bot, and how a try to bring it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.state.account import Account

Trouble = Literal["status", "timeout", "unreachable"]


@dataclass(slots=True)
class Parcel:
    """One event on its way. `chat` is the friend or group that it shows in, `message` the bubble, if any."""

    account: Account
    chat: str
    event: dict[str, Any]
    message: str | None
    tries: int = 0

    @property
    def id(self) -> str:
        return str(self.event["webhookEventId"])


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """The response of the bot's server: HTTP status (`None`: none), milliseconds, what was wrong with it."""

    status: int | None
    took: int
    trouble: Trouble | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try of one parcel, finished. `again_in` seconds it is tried anew; `None`: delivered or given up."""

    parcel: Parcel
    answer: BotAnswer
    again_in: float | None
