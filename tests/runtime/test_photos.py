"""Photos of one dialogue, in several webhooks, over a death: one message (F9, rule 9)."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.contact import PhotoSet
from bot.model.conversation import TranscriptCursor
from bot.model.inbox import Received
from bot.operations.chat.lists import rows_of
from bot.operations.conversation import last_turns
from bot.store.contacts.staff_chats import ListedChat
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import ScriptedLine, event, said
from tests.runtime.shop import Shop, someone_of
from tests.runtime.test_conversations import dies_unheard, incoming, kept, taken_back, texts

REPAIR = compiled("""
bot: 測試店
channels: {main: {id: forest, channel_id: "1", channel_secret: s, access_token: t}}
rules:
  - {when: {text: 報修}, start: repair}
  - {when: {text: 真人}, hand_over: 客人找}
  - {when: image, reply: 收到照片了}
flows:
  repair:
    states:
      照片: {ask: 請傳照片, answer: image, otherwise: 要照片, tries: 3, too_many: 放棄, next: 型號}
      型號:
        ask: 請輸入型號
        answer: {type: text, max_length: 20}
        otherwise: 請用文字
        tries: 3
        too_many: 放棄
        next: 完成
      完成: {reply: "收到型號 {{ answer.型號 }}", end: true}
      放棄: {reply: 已取消報修。, end: true}
""")


def photo(number: int, clock: ManualClock | None = None, user: str = "U1") -> Received:
    message = {"type": "image", "id": f"77{number}", "contentProvider": {"type": "line"}}
    of = {"id": "E005D4", "index": number, "total": 5}
    return event({"type": "message", "message": {**message, "imageSet": of}}, user, clock)


async def test_five_photos_over_a_death_are_one_answer_and_one_row(bots: Bots, clock: ManualClock) -> None:
    """F9: what is remembered stands on the contact, so whoever decides the next part knows the first."""
    line = ScriptedLine()
    first = await bots(REPAIR, line)
    parts = [photo(number) for number in (2, 1, 3, 5, 4)]
    await first.hears(said("報修"))
    await first.hears(parts[0])
    await first.hears(parts[1], parts[0])  # which LINE delivers once more
    await dies_unheard(first, parts[2])
    second = await bots.heir(first, line=bots.line)
    await second.hears(said("在嗎"), *parts[3:])
    assert line.texts() == ["請傳照片", "請輸入型號"]
    assert bots.line.texts() == ["收到型號 在嗎"]
    ask, *photos, model = await kept(second)
    assert texts(photos[-1]) == ["請輸入型號"], "what they were answered stands behind all of them"
    assert incoming(photos[-1]).content == {"id": "772"}
    assert {(turn.at, incoming(turn).photo_of) for turn in photos[:-1]} == {
        (photos[-1].at, parts[0].entry.id)
    }
    assert {turn.at for turn in photos} != {ask.at, model.at}
    rows = [row for row in await second.timeline("U1") if row.what.startswith("image")]
    assert sorted({row.what for row in rows}) == ["image", "image: one of several"]
    assert [row.what for row in rows].count("image") == 1


async def test_photos_are_on_one_page_of_the_conversation_and_unread_once(
    bots: Bots, clock: ManualClock
) -> None:
    """E3: staff see them together, in whichever webhook each came."""
    bot = await bots(REPAIR, ScriptedLine())
    await bot.hears(said("真人", clock=clock))
    await bot.hears(photo(1, clock))
    clock.advance(60)
    await bot.hears(said("我的水管", clock=clock), photo(2, clock), photo(3, clock))
    [page, rest] = [await last_turns(bot.said, ["main:U1"], None, most) for most in (2, 4)]
    assert [incoming(turn).kind for turn in page[0]] == ["text", "image", "image", "image"]
    assert page[1] == TranscriptCursor(page[0][-1].at, 0)
    assert [len(rest[0]), rest[1]] == [4, page[1]]
    contact = (await bot.stored("U1")).contact
    [row] = await rows_of(bot.stores, [ListedChat(contact, "main", None, None)], REPAIR.zone)
    assert row.unread == 3, "the wish for staff, the photos, and what was said after them"


async def test_one_of_several_photos_that_is_taken_back_goes_alone(bots: Bots) -> None:
    bot = await bots(REPAIR, ScriptedLine())
    await bot.hears(photo(1), photo(2))
    await bot.hears(taken_back("772"))
    assert sorted(incoming(turn).secrecy for turn in await kept(bot)) == ["", "unsent"]
    assert isinstance((await bot.stored("U1")).contact.photos[0], PhotoSet)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.both_ways
@pytest.mark.parametrize("owner", [0, 1])
async def test_parts_that_two_processes_store_at_once_are_one_message(shop: Shop, owner: int) -> None:
    """F9, A2: each part comes in a webhook of its own, now here, now there, and some of them twice."""
    both = await shop.two(REPAIR)
    users = [someone_of(both[owner], n) for n in range(3)]
    for user in users:
        await shop.hears(both[owner], said("報修", user, shop.clock))
    sent = {user: [photo(number, shop.clock, user) for number in range(1, 6)] for user in users}
    await asyncio.gather(
        *(both[n % 2].hear(part) for n in range(7) for user in users for part in [sent[user][n % 5]])
    )
    await shop.quiet()
    assert shop.line.texts() == ["請傳照片"] * 3 + ["請輸入型號"] * 3
    for user in users:
        contact = (await both[0].stored(user)).contact
        [photos] = contact.photos
        assert photos.event in {part.entry.id for part in sent[user]}
        assert [flow.state for flow in contact.flows] == ["型號"], "no part answers the next question"
        rows = [row.what for row in await both[1].timeline(user) if row.what.startswith("image")]
        assert sorted(rows) == ["image", *["image: one of several"] * 4]
        shown = [incoming(turn).photo_of for turn in await kept(both[0], user)]
        assert [one for one in shown if one] == [photos.event] * 4, "beside the first"
