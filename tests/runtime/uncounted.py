"""Broadcasts for which nobody counts messages, nor opens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.model.broadcast import Sending
from bot.model.reserved import MessageGrant


class Unlimited:
    """No counting: every amount is granted."""

    async def reserve(self, channel: str, sending: str, messages: int) -> MessageGrant:
        """All of them."""
        return MessageGrant(messages, None)

    def sent(self, channel: str, sending: str, messages: int) -> None:
        """Nobody counts."""

    def used_up(self, channel: str) -> None:
        """Nobody else sends."""

    async def give_back(self, channel: str, sending: str, sent: int) -> None:
        """There is nothing to be given back."""

    async def give_back_of_the_dead(self, sent_by: Callable[[str], Awaitable[int | None]]) -> None:
        """There is nothing to be given back."""


class NoUnits:
    """LINE counts nothing."""

    async def unit_of(self, sending: Sending, group: str) -> str | None:
        """None."""
        return None
