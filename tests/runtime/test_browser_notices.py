"""Staff's browsers are notified with no page open: once for each who waits, whoever dies (E3, A5)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.push.browser_push import PushCaller
from bot.model.staff_order import StaffActs
from bot.runtime.alerts.browser_notices import NEWS, REMEMBERED, BrowserNotices
from tests.notice_world import PushServer, browser_notices
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed, said
from tests.runtime.notices import caller, notices, server
from tests.runtime.test_staff_chat import AMY, STAFFED, carried_out, changes

__all__ = ["caller", "notices", "server"]


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(STAFFED)


async def wait(bot: Bot, *users: str) -> None:
    """These people ask for staff."""
    for user in users:
        bot.clock.advance(1)
        await bot.hears(followed(user), said("客服", user))


async def act(bot: Bot, user: str, what: StaffActs) -> None:
    bot.clock.advance(1)
    event = await changes(bot).act(f"main:{user}", "main", what, what.by or "", f"{user} {bot.clock.now()}")
    await carried_out(bot, event, user)


@pytest.mark.ring("all", "several processes of a bot")
async def test_once_for_each_who_waits(bot: Bot, notices: BrowserNotices, server: PushServer) -> None:
    """E3: each browser once, with the number of all who wait; what comes at once is one notice."""
    await notices.look()
    assert server.got == []
    await wait(bot, "U1")
    await notices.look()
    await notices.look()
    assert sorted(server.numbers) == [("amy", 1), ("ben", 1)]
    await wait(bot, "U2", "U3")
    await notices.look()
    await notices.look()
    assert sorted(server.numbers[2:]) == [("amy", 3), ("ben", 3)]
    _, message, headers = server.got[-1]
    assert message == {"number": 3, "channel": "main", "mine": False}
    assert (headers["TTL"], headers["Urgency"]) == ("900", "high")
    assert len({one["Topic"] for _, _, one in server.got}) == 1
    await act(bot, "U1", StaffActs(True, AMY))
    await act(bot, "U1", StaffActs(False, AMY))
    await wait(bot, "U1")
    await notices.look()
    assert sorted(server.numbers[4:]) == [("amy", 3), ("ben", 3)]


async def test_two_processes_and_a_death_tell_nobody_twice(
    bot: Bot, notices: BrowserNotices, caller: PushCaller, server: PushServer
) -> None:
    """A5: two owners at the moment of a hand-over; one dies while a push service has the message."""
    await wait(bot, "U1")
    other = browser_notices(bot.stores, bot.clock, caller)
    await asyncio.gather(notices.look(), other.look(), notices.look(), other.look())
    assert sorted(server.numbers) == [("amy", 1), ("ben", 1)]
    await wait(bot, "U2")
    dying = asyncio.create_task(notices.look())
    server.before = dying.cancel
    with pytest.raises(asyncio.CancelledError):
        await dying
    server.before = None
    await browser_notices(bot.stores, bot.clock, caller).look()
    assert len(server.numbers[2:]) <= 2
    assert len(set(server.numbers[2:])) == len(server.numbers[2:])
    await wait(bot, "U3")
    await browser_notices(bot.stores, bot.clock, caller).look()
    assert sorted(server.numbers[-2:]) == [("amy", 3), ("ben", 3)]


async def test_who_does_not_own_the_first_part_tells_nobody(bot: Bot, server: PushServer) -> None:
    await wait(bot, "U1")
    await browser_notices(bot.stores, bot.clock, None, owns=False).look()
    assert server.got == []


async def test_what_is_refused_is_told_later_and_what_is_gone_no_more(
    bot: Bot, notices: BrowserNotices, server: PushServer, caplog: pytest.LogCaptureFixture
) -> None:
    """429, 503: the service rests as long as it asks for, then has it with the number of then; 410: over."""
    caplog.set_level("INFO", "oaflow.notices")
    await wait(bot, "U1")
    server.status, server.headers = 429, {"Retry-After": "60"}
    await notices.look()
    before = len(server.got)
    await wait(bot, "U2")
    await notices.look()
    assert len(server.got) == before
    bot.clock.advance(61)
    server.status, server.headers = 201, {}
    await notices.look()
    await notices.look()
    assert sorted(server.numbers[before:]) == [("amy", 2), ("ben", 2)]
    assert "fcm.googleapis.com takes notices again" in caplog.text
    assert "fcm/send" not in caplog.text
    await wait(bot, "U3")
    server.status = 410
    await notices.look()
    assert await bot.stores.push_subscriptions.all(bot.clock.now()) == []
    assert notices.ends.counts[("gone",)] == 2


async def test_a_browser_that_is_rejected_holds_up_no_other(
    bot: Bot, caller: PushCaller, server: PushServer
) -> None:
    """403 where the key is another one: that browser rests, its push service does not; what may have come is
    not told again."""
    notices = browser_notices(bot.stores, bot.clock, caller)
    server.before = lambda: setattr(server, "status", 403 if server.got[-1][0] == "amy" else 201)
    for number in range(3):
        await wait(bot, f"U{number}")
        await notices.look()
    assert server.numbers.count(("ben", 3)) == 1
    assert [name for name, _ in server.numbers].count("amy") == 1
    server.before, server.status = None, 500
    await wait(bot, "U4")
    await notices.look()
    bot.clock.advance(600)
    server.status = 201
    before = len(server.got)
    await notices.look()
    assert [name for name, _ in server.numbers[before:]] == ["amy"]


async def test_whose_role_is_taken_away_is_told_nothing(
    bot: Bot, notices: BrowserNotices, server: PushServer
) -> None:
    """K1: another role, suspended, another epoch: the subscription is over before the next notice."""
    amy, ben = await bot.stores.admins.of("amy"), await bot.stores.admins.of("ben")
    assert amy is not None
    assert ben is not None
    assert await bot.stores.admins.change(replace(amy, role="head_office"))
    assert await bot.stores.admins.change(replace(ben, epoch="another"))
    await wait(bot, "U1")
    await notices.look()
    assert server.got == []
    assert await bot.stores.push_subscriptions.all(bot.clock.now()) == []


async def test_an_answer_in_my_conversation(bot: Bot, notices: BrowserNotices, server: PushServer) -> None:
    """E3: to whoever has it, once until somebody has read it; not while its chat is open before them."""
    await wait(bot, "U1")
    await notices.look()
    server.got.clear()
    await act(bot, "U1", StaffActs(True, AMY))
    await notices.look()
    assert server.got == []
    for _ in range(3):
        bot.clock.advance(1)
        await bot.hears(said("在嗎"))
        await notices.look()
    assert server.numbers == [("amy", 1)]
    assert server.got[0][1]["mine"]
    await bot.stores.staff_chats.mark_read("main:U1", "main", bot.clock.now())
    await bot.stores.chat_signs.give("main:U1", AMY, bot.clock.now(), types=False)
    bot.clock.advance(1)
    await bot.hears(said("好"))
    await notices.look()
    assert server.numbers == [("amy", 1)]
    await bot.stores.staff_chats.mark_read("main:U1", "main", bot.clock.now())
    bot.clock.advance(60)
    await bot.hears(said("謝謝"))
    await notices.look()
    assert server.numbers == [("amy", 1), ("amy", 1)]


async def test_who_has_waited_for_long_is_no_news(
    bot: Bot, notices: BrowserNotices, server: PushServer
) -> None:
    """After a night without a process; and a clock that is set back tells nobody once more."""
    await wait(bot, "U1")
    bot.clock.advance(NEWS.total_seconds() + 1)
    await notices.look()
    assert server.got == []
    await wait(bot, "U2")
    await notices.look()
    told = len(server.got)
    bot.clock.advance(NEWS.total_seconds() + 60)
    await wait(bot, "U3")
    await notices.look()
    bot.clock.advance(-timedelta(minutes=5).total_seconds())
    await browser_notices(bot.stores, bot.clock, None).look()
    assert len(server.got) == told + 2


async def test_who_comes_back_to_those_who_wait_is_news_though_they_asked_long_ago(
    bot: Bot, notices: BrowserNotices, server: PushServer
) -> None:
    """E3: the colleague who had it was suspended hours later, and no browser heard of it."""
    await wait(bot, "U1")
    await act(bot, "U1", StaffActs(True, AMY))
    await bot.hears(said("還在嗎", "U1"))
    bot.clock.advance(2 * REMEMBERED.total_seconds())
    await notices.look()
    told = len(server.got)
    await act(bot, "U1", StaffActs(True, AMY, to=""))
    await notices.look()
    await notices.look()
    assert [message for _, message, _ in server.got[told:]] == 2 * [
        {"number": 1, "channel": "main", "mine": False}
    ]
    [chat] = (await bot.stored("U1")).contact.chats
    assert chat.since < bot.clock.now() - REMEMBERED, "nobody loses their place"
