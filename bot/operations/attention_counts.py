"""Counts in the database what needs attention. All of it may raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.model.broadcast import ASKS
from bot.operations.attention import AttentionCount, AttentionKind
from bot.operations.refused_calls import refused_accounts, refused_shops, stuck_messages
from bot.store.stores import Stores

UNSENT_FOR = timedelta(days=7)
"""What was given up longer ago asks for nobody's attention any more."""


def attention_counts(stores: Stores, now: Callable[[], datetime]) -> Mapping[AttentionKind, AttentionCount]:
    """How many there are of each kind, by the time of the people."""

    async def waiting(most: int) -> int:
        return len(await stores.staff_chats.waiting(None, most))

    async def unsent(most: int) -> int:
        at = now()
        stuck = sum(one.number for one in await stuck_messages(stores, at, most))
        return min(most, await stores.given_up.how_many_open(at - UNSENT_FOR, most) + stuck)

    async def channels(most: int) -> int:
        return min(most, len(await refused_accounts(stores, now())))

    async def shops(most: int) -> int:
        return min(most, len(await refused_shops(stores)))

    async def held(most: int) -> int:
        open_now = await stores.sendings.open()
        return min(most, sum(one.held in ASKS for one in open_now))

    return {
        "waiting": waiting,
        "unsent": unsent,
        "proposals": stores.proposals.number_open,
        "channels": channels,
        "shops": shops,
        "held": held,
    }
