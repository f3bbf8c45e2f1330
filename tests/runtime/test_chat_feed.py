"""Consoles hear of chats that change in any process, soon, and of no text (E3)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from bot.model.clock import SystemClock
from bot.operations.chat.lists import close_chat, give_sign, others_there
from bot.runtime.chat_feed import EVERYTHING, ChatFeed, ChatSubscription
from bot.store.events.chat_signs import LIFE, ChatSign
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed, said
from tests.runtime.test_staff_chat import STAFFED


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(STAFFED)


async def heard(mine: ChatSubscription, wanted: str) -> None:
    """Return when this is told."""
    async with asyncio.timeout(PATIENCE):
        while wanted not in await mine.next():
            pass


async def test_what_another_process_writes_is_heard_by_all_consoles(bot: Bot, seal: Seal) -> None:
    feed = ChatFeed(bot.stores.chat_changes, SystemClock())
    with feed.subscribed() as one, feed.subscribed() as other:
        await heard(one, EVERYTHING)
        await bot.hears(followed(), said("客服"))
        await heard(one, "main:U1")
        await heard(other, "main:U1")
        assert feed.consoles == 2
        await bot.stores.staff_chats.mark_read("main:U1", "main", bot.clock.now())
        await heard(one, "main:U1")
        signs, now = bot.stores.chat_signs, bot.clock.now()
        await signs.give("main:U2", "console:ben", now, types=True)
        await heard(one, "main:U2")
        assert await signs.of("main:U2", now) == [ChatSign("console:ben", types=True)]
        await give_sign(bot.stores, "main:U3", "console:amy", types=False)
        await give_sign(bot.stores, "main:U3", "console:ben", types=True)
        there = await others_there(bot.stores, "main:U3", "console:amy")
        assert there == [ChatSign("console:ben", types=True)]
        await close_chat(bot.stores, "main:U3", "console:ben")
        assert await others_there(bot.stores, "main:U3", "console:amy") == []
        assert await signs.of("main:U2", now + LIFE) == []
        await signs.take_away("main:U2", "console:ben")
        await heard(one, "main:U2")
        assert await signs.of("main:U2", now) == []
    assert feed.consoles == 0
    assert feed._listening is None


async def test_what_a_stream_may_have_missed_is_read_anew() -> None:
    """The database goes away while a console is open."""
    opened: list[float] = []

    class Away:
        async def listen(self) -> AsyncGenerator[str | None, None]:
            opened.append(time.monotonic())
            yield None
            if len(opened) == 1:
                raise DatabaseUnavailable("away")
            yield "main:U2"
            await asyncio.Event().wait()

    class Now(SystemClock):
        async def wait(self, seconds: float) -> None:
            await asyncio.sleep(0)

    feed = ChatFeed(Away(), Now())
    with feed.subscribed() as mine:
        await heard(mine, "main:U2")
    assert len(opened) == 2
