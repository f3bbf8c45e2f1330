"""Interfaces of what sending broadcasts uses from other packages: LINE, the month's messages, LINE's
rates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol

from bot.line.outcome import CallResult
from bot.model.broadcast import Sending
from bot.model.reserved import MessageGrant


class BroadcastLine(Protocol):
    """One channel's LINE: `bot.line.client.LineClient`."""

    def push(self, to: str, body: bytes, retry_key: str) -> Awaitable[CallResult]: ...
    async def multicast(self, to: Sequence[str], body: bytes, retry_key: str) -> CallResult: ...
    async def validate(self, kind: Literal["push", "multicast"], body: bytes, /) -> CallResult: ...


class MonthsMessages(Protocol):
    """The month's messages of a channel, reserved for all processes: `bot.runtime.limits.month_messages`."""

    async def reserve(self, channel: str, sending: str, messages: int) -> MessageGrant:
        """Reserve so many messages for this sending: all, or what is left; gives how many.

        Repeated for the same sending it gives the same, and reserves no more. A caller that gets fewer than
        it wants may give them back. Raises `LineError` and `DatabaseUnavailable`.
        """

    def sent(self, channel: str, sending: str, messages: int) -> None:
        """LINE has accepted a call of it to so many people; called once for each."""

    def used_up(self, channel: str) -> None:
        """Record that LINE refuses calls of this channel, for the month's messages are used up."""

    async def give_back(self, channel: str, sending: str, sent: int) -> None:
        """Release what a sending that is over, or does not begin, has reserved beyond the `sent` messages.

        Repeated it does nothing. Raises `DatabaseUnavailable`.
        """

    async def give_back_of_the_dead(self, sent_by: Callable[[str], Awaitable[int | None]]) -> None:
        """Release what sendings have reserved that ended without `give_back`.

        `sent_by(sending)`: how many messages it has sent; `None` while it goes on.
        """


class Units(Protocol):
    """Names under which LINE counts opens and clicks: `bot.runtime.broadcasts.batch_calls`."""

    async def unit_of(self, sending: Sending, group: str) -> str | None:
        """The name for this group of a sending that begins, if there is one. Raises `DatabaseUnavailable`."""


class CallRate(Protocol):
    """LINE's limits of calls in a second, as this process has its share: `bot.runtime.limits.line_rates`."""

    async def admit(self, channel: str, kind: Literal["push", "multicast"]) -> None:
        """Wait until a call may be made."""
