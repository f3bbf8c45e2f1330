"""What sending broadcasts needs of the rooms around it, and of what other parts of the runtime share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from bot.line.outcome import CallResult


class BroadcastLine(Protocol):
    """One channel's LINE: `bot.line.client.LineClient`."""

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult: ...
    async def multicast(self, to: Sequence[str], body: bytes, retry_key: str) -> CallResult: ...
    async def validate(self, kind: Literal["push", "multicast"], body: bytes, /) -> CallResult: ...


class MonthsMessages(Protocol):
    """The month's messages of a channel, reserved for all processes: `bot.runtime.limits`."""

    async def reserve(self, channel: str, sending: str, messages: int) -> int:
        """So many of these are reserved for this sending from now on: all, or what is left.

        Asked again for the same sending it answers the same, and reserves no more. What is not all of them
        may be given back. Raises `DatabaseUnavailable`.
        """

    async def give_back(self, channel: str, sending: str) -> None:
        """The sending is over, or does not begin: what it did not need is anybody's again.

        Asked again it does nothing. Raises `DatabaseUnavailable`.
        """


class Unlimited:
    """Nobody counts: as many as are asked for."""

    async def reserve(self, channel: str, sending: str, messages: int) -> int:
        """All of them."""
        return messages

    async def give_back(self, channel: str, sending: str) -> None:
        """There is nothing to be given back."""


class CallRate(Protocol):
    """LINE's limits of calls in a second, as this process has its share of them."""

    async def admit(self, channel: str, kind: Literal["push", "multicast"]) -> None:
        """Wait until a call may be made."""
