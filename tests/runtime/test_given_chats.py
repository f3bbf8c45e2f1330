"""A conversation that a colleague has given to somebody: in their list and browsers (E3)."""

from __future__ import annotations

import asyncio

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.staff_order import StaffActs
from bot.operations.chat.lists import ChatRow, WhichChats, chats, mark_opened
from bot.runtime.alerts.browser_notices import BrowserNotices
from tests.conftest import ManualClock
from tests.notice_world import PushServer
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed, said
from tests.runtime.notices import caller, notices, server
from tests.runtime.test_staff_chat import AMY, BEN, STAFFED, answer, carried_out, changes, ordered

__all__ = ["caller", "notices", "server"]

CAT = "console:cat"


@pytest.fixture
async def bot(bots: Bots, clock: ManualClock) -> Bot:
    """Somebody waits, and the team has read it."""
    bot = await bots(STAFFED)
    await bot.hears(followed(), said("客服"))
    await bot.stores.staff_chats.mark_read("main:U1", "main", clock.now())
    return bot


async def act(bot: Bot, what: StaffActs) -> None:
    bot.clock.advance(1)
    form = f"{what.by} {what.to} {bot.clock.now()}"
    await carried_out(bot, await changes(bot).act("main:U1", "main", what, what.by or "", form))


async def row(bot: Bot, which: WhichChats = "mine", me: str = BEN) -> ChatRow:
    (found,) = (await chats(bot.stores, which, me=me, zone=TAIPEI)).rows
    return found


async def opens(bot: Bot, who: str) -> None:
    (desk,) = (await bot.stored("U1")).contact.chats
    await mark_opened(bot.stores, "main:U1", desk, who)


async def given(bot: Bot) -> list[str]:
    return [one.by for one in await bot.stores.chat_news.given()]


async def test_it_is_unread_for_whom_it_was_given_to_until_they_open_it(bot: Bot) -> None:
    await act(bot, StaffActs(True, AMY, to=BEN))
    found = await row(bot)
    assert (found.given_by, found.unread) == (AMY, 1)
    assert await given(bot) == [BEN]
    await opens(bot, AMY)
    assert (await row(bot)).given_by == AMY, "who has given it has opened it, not who has it"
    await opens(bot, BEN)
    found = await row(bot)
    assert (found.given_by, found.unread) == (None, 0)
    assert await given(bot) == []
    await act(bot, StaffActs(True, BEN, to=AMY))
    await act(bot, StaffActs(True, AMY, to=BEN))
    assert (await row(bot)).given_by == AMY, "given once more it is new once more"


async def test_of_two_who_give_it_at_once_the_last_one_is_named(bot: Bot) -> None:
    given_now = await asyncio.gather(
        changes(bot).act("main:U1", "main", StaffActs(True, AMY, to=CAT), AMY, "f1"),
        changes(bot).act("main:U1", "main", StaffActs(True, BEN, to=CAT, even_if=CAT), BEN, "f2"),
    )
    for event in given_now:
        await carried_out(bot, event)
    (desk,) = (await bot.stored("U1")).contact.chats
    assert desk.given_by in (AMY, BEN)
    assert await given(bot) == [CAT]
    await act(bot, StaffActs(True, BEN, to=CAT, even_if=CAT))
    assert (await row(bot, me=CAT)).given_by == BEN


@pytest.mark.parametrize("what", ["taken back", "handed on", "finished", "answered", "taken"])
async def test_the_mark_goes(bot: Bot, what: str) -> None:
    await act(bot, StaffActs(True, AMY, to=BEN))
    match what:
        case "taken back":
            await act(bot, StaffActs(True, AMY, even_if=BEN))
        case "handed on":
            await act(bot, StaffActs(True, BEN, to=CAT))
        case "finished":
            await act(bot, StaffActs(False, AMY, even_if=BEN))
        case "taken":
            await act(bot, StaffActs(True, BEN))
        case _:
            await ordered(bot, answer(BEN, may_cost=True))
    assert await given(bot) == ([CAT] if what == "handed on" else [])
    if what == "finished":
        assert (await row(bot, "done")).given_by is None


@pytest.mark.ring("all", "several processes of a bot")
async def test_its_browsers_are_notified_once(bot: Bot, notices: BrowserNotices, server: PushServer) -> None:
    """With no name and no content; not while its chat is open there; once more where it is given anew."""
    await notices.look()
    server.got.clear()
    await act(bot, StaffActs(True, AMY, to=BEN))
    for _ in range(3):
        await notices.look()
    assert server.numbers == [("ben", 1)]
    assert server.got[0][2]["Topic"] == "given"
    await act(bot, StaffActs(True, AMY, even_if=BEN))
    await bot.stores.chat_signs.give("main:U1", BEN, bot.clock.now(), types=False)
    await act(bot, StaffActs(True, AMY, to=BEN))
    await notices.look()
    assert server.numbers == [("ben", 1)]
    await act(bot, StaffActs(True, AMY, even_if=BEN))
    bot.clock.advance(60)
    await act(bot, StaffActs(True, AMY, to=BEN))
    await notices.look()
    assert server.numbers == [("ben", 1)] * 2
