"""E3: what a broadcast said, and a test of one, stands in the conversation as staff see it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model.conversation import Cause, Incoming, TranscriptRow
from bot.model.outgoing import Outgoing
from bot.operations.contact_profile import ProfileWords
from bot.operations.conversation import ConversationPage, conversation
from bot.operations.find_contacts import LocatedContact
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.translations.chinese import CHINESE
from bot.web.admin.chat_view import ShownLine, shown_lines
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Shop, through, users

ZONE = ZoneInfo("Asia/Taipei")
[WHO] = users(1)
TWO = """\
broadcasts:
  sale: {title: 週年慶, to: everyone, push: [早安, 輸入「停止推播」就不再收到]}
  named: {title: 生日, to: everyone, push: ['{{ contact.name }} 早，輸入「停止推播」就不再收到']}
"""
JOURNEY = f"""{TWO}\
flows:
  welcome:
    title: 歡迎
    when: follow
    once_per: person
    states: {{hi: {{push: 嗨，輸入「停止推播」就不再收到, end: true}}}}
"""
HELLO = b'{"messages":[{"type":"text","text":"x"}]}'


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    made = Shop(database, seal, clock, compiled(TWO))
    await made.come(WHO, name="小美")
    return made


async def sent(shop: Shop, name: str) -> None:
    sending = await shop.order(name)
    assert (await through(shop, sending, shop.process())).state == "done"


async def says(shop: Shop, number: int) -> None:
    """The customer writes."""
    chat, at = f"main:{WHO}", shop.clock.now()
    body = encode_transcript(Incoming("text", f"第 {number} 句"), Cause(), [])
    await shop.stores.conversations.add([TranscriptRow(f"E{number}", chat, at, number, body)])
    shop.clock.advance(60)


async def page_of(shop: Shop, page: ConversationPage | None = None, most: int = 50) -> ConversationPage:
    stored = await shop.stores.contacts.person(f"main:{WHO}")
    assert stored is not None
    found = LocatedContact(stored, shop.stores, simulated=False)
    before = None if page is None else page.earlier
    return await conversation(found, shop.clock.now(), before=before, zone=ZONE, most=most)


def shown(shop: Shop, page: ConversationPage) -> list[ShownLine]:
    return shown_lines(page, shop.playbook, CHINESE)


def texts(lines: list[ShownLine]) -> list[str]:
    return [CHINESE.words(part.text) for line in lines for part in line.parts]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_broadcast_stands_between_what_was_said_before_and_after(shop: Shop) -> None:
    await says(shop, 1)
    await sent(shop, "sale")
    shop.clock.advance(60)
    await says(shop, 2)
    lines = shown(shop, await page_of(shop))
    assert texts(lines) == ["第 1 句", "早安", "輸入「停止推播」就不再收到", "第 2 句"]
    assert [line.by for line in lines] == ["person", "bot", "person"]
    assert [CHINESE.words(line.mark) for line in lines] == ["", "群發：週年慶", ""]
    assert CHINESE.words(lines[1].end) == "已送出"


async def test_what_each_got_of_their_own_is_named_and_not_invented(shop: Shop) -> None:
    await sent(shop, "named")
    page = await page_of(shop)
    [line] = shown(shop, page)
    assert texts([line]) == ["（每個人收到的內容不同，系統沒有留下）"]
    assert CHINESE.words(line.mark) == "群發：生日"
    [message] = ProfileWords(shop.playbook, CHINESE).messages(page)
    assert (message.is_ours, message.text) == (True, "發送了群發「named」")


async def test_each_page_has_its_own_broadcasts_once(shop: Shop) -> None:
    for number in range(1, 6):
        await says(shop, number)
        if number % 2:
            shop.clock.advance(25 * 3600)
            await sent(shop, "sale")
    pages = [await page_of(shop, most=2)]
    while pages[-1].earlier is not None:
        pages.append(await page_of(shop, pages[-1], most=2))
    pages.reverse()
    found = [line for page in pages for line in shown(shop, page)]
    assert [line.at for line in found] == sorted(line.at for line in found)
    assert [text for text in texts(found) if text == "早安"] == ["早安"] * 3
    assert len({line.id for line in found}) == len(found) == 8
    assert len(pages) > 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("apart", [9 * 3600, 0], ids=["apart", "some at one moment"])
async def test_who_got_many_and_wrote_little_has_them_page_by_page(shop: Shop, apart: int) -> None:
    """900 of them made one page of 901 turns, with a query for each."""
    await says(shop, 1)
    await sent(shop, "sale")
    shop.clock.advance(60)
    await says(shop, 2)
    rows, sendings = (shop.database.collection(one) for one in ("timeline", "sendings"))
    row, sending = await rows.find_one({}), await sendings.find_one({})
    assert row is not None
    assert sending is not None
    del sending["claim"]
    for number in range(1, 25):
        at = row["at"] + timedelta(days=1, seconds=number // (1 if apart else 3) * (apart or 1))
        await sendings.insert_one({**sending, "_id": f"s{number}", "moment": at})
        await rows.insert_one(
            {**row, "_id": f"r{number}", "at": at, "more": [f"sending s{number}", "group "]}
        )
    pages = [await page_of(shop, most=5)]
    while pages[-1].earlier is not None:
        pages.append(await page_of(shop, pages[-1], most=5))
    found = [one.turn for page in reversed(pages) for one in page.turns]
    assert max(len(page.turns) for page in pages) <= 5 + (0 if apart else 2)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert len({one.id for one in found}) == len(found) == 27


async def test_a_test_and_the_push_of_a_journey_say_so(shop: Shop) -> None:
    shop.playbook = compiled(JOURNEY)
    chat, at = f"main:{WHO}", shop.clock.now()
    causes = Cause(event="broadcast test: sale"), Cause("state", "bot.yaml:1:1", "welcome: hi", "follow")
    for number, cause in enumerate(causes):
        call = Outgoing(f"E{number}#0", f"E{number}", "main", "push", WHO, HELLO, at, at)
        row = TranscriptRow(f"E{number}", chat, at, number, encode_transcript(None, cause, [call]))
        await shop.stores.conversations.add([row])
    lines = shown(shop, await page_of(shop))
    assert [CHINESE.words(line.mark) for line in lines] == ["測試：週年慶", "旅程：歡迎"]


async def test_nothing_is_written_for_it(shop: Shop) -> None:
    """The hot path of a broadcast leaves one row on the timeline, as before."""
    await sent(shop, "sale")
    assert await shop.database.collection("conversations").count_documents({}) == 0
    assert await shop.rows(WHO) == ["broadcast: sale"]
    assert shop.clock.now() - (await page_of(shop)).turns[0].turn.at < timedelta(hours=1)
