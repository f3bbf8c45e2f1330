"""Whom neither a rule nor staff have answered stands in a list of staff's (E3, F5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.inbox import Received
from bot.model.staff_order import StaffActs
from bot.operations.chat import lists
from bot.operations.chat.lists import ChatList, chats, number_unanswered
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, event, followed, said
from tests.runtime.test_staff_chat import AMY, answer, carried_out, changes, ordered

RULES = """\
rules:
  - when: {text: 停車}
    reply: 對面就有
  - when: {text: 記住}
    add_tags: [記住了]
  - when: {text: 客服}
    hand_over: 找真人
  - when: anything_else
    once_per: 12h
    reply: 我們上線後會盡快回覆您
"""


@pytest.fixture
async def bot(bots: Bots, by_our_clock: None) -> Bot:
    return await bots(compiled(RULES))


async def listed(bot: Bot) -> ChatList:
    return await chats(bot.stores, "unanswered", me=AMY, zone=TAIPEI)


async def unanswered(bot: Bot) -> list[str]:
    found = [row.contact.contact for row in (await listed(bot)).rows]
    assert await number_unanswered(bot.stores, None, TAIPEI) == (len(found), False)
    return found


async def hears(bot: Bot, *events: Received) -> None:
    bot.clock.advance(1)
    await bot.hears(*events)


def sticker() -> Received:
    sent = {"type": "sticker", "id": "7", "packageId": "1", "stickerId": "2", "stickerResourceType": "STATIC"}
    return event({"type": "message", "message": sent})


async def test_the_first_and_the_silent_second_stand_there_until_staff_answer(bot: Bot) -> None:
    await hears(bot, followed(), said("停車"))
    assert await unanswered(bot) == []
    await hears(bot, said("你們收舊衣服嗎"))
    assert await unanswered(bot) == ["main:U1"]
    await hears(bot, said("哈囉？"))
    await hears(bot, sticker())
    assert await unanswered(bot) == ["main:U1"], "the default answer is said once, and is none"
    await ordered(bot, answer())
    assert await unanswered(bot) == [], "staff have it now"
    await carried_out(bot, await changes(bot).act("main:U1", "main", StaffActs(False, AMY), AMY, "f2"))
    assert await unanswered(bot) == []
    await hears(bot, said("還有一件事"))
    assert await unanswered(bot) == ["main:U1"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_a_rule_takes_is_answered_also_without_a_word(bot: Bot) -> None:
    await hears(bot, followed(), said("收舊衣服嗎"))
    await hears(bot, said("停車"))
    assert await unanswered(bot) == []
    await hears(bot, said("收舊衣服嗎"))
    await hears(bot, said("記住"))
    assert await unanswered(bot) == []
    await hears(bot, said("收舊衣服嗎"))
    await hears(bot, said("客服"))
    assert await unanswered(bot) == [], "who waits for staff stands in another list"


async def test_newest_first_for_a_week_whatever_their_number(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    for number in range(5):
        who, clock = f"U{number}", bot.clock
        await hears(bot, followed(who, clock), said("你們收舊衣服嗎", who, clock))
    assert await unanswered(bot) == [f"main:U{number}" for number in (4, 3, 2, 1, 0)]
    first = await chats(bot.stores, "unanswered", me=AMY, zone=TAIPEI, most=2)
    assert len(first.rows) == 2
    rest = await chats(bot.stores, "unanswered", me=AMY, zone=TAIPEI, after=first.further)
    assert [row.contact.contact for row in rest.rows] == ["main:U2", "main:U1", "main:U0"]
    monkeypatch.setattr(lists, "LOOKED_MOST", 4)
    counted = await number_unanswered(bot.stores, None, TAIPEI)
    assert (counted, counted.shown) == ((4, True), "4+"), "paging finds one more than were looked at"
    assert (await chats(bot.stores, "unanswered", me=AMY, zone=TAIPEI, channel="other")).rows == ()
    bot.clock.advance(timedelta(days=7).total_seconds())
    await hears(bot, said("還在嗎", "U3", bot.clock))
    assert await unanswered(bot) == ["main:U3"]
