"""What was said is kept with its turn: nothing missing, nothing twice, in order, whoever dies. E3, J2"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.conversation import Incoming, SentMessage, TranscriptCursor, TranscriptTurn, Unsend
from bot.model.inbox import Received
from bot.store.database.mongo import Database
from bot.store.events.conversation_files import MessageGone
from bot.store.sealing.sealed_pieces import PIECE, TOGETHER
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.answers import time_passes
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, event, followed, said
from tests.runtime.held_calls import held_behind
from tests.runtime.test_retention import sweep

PLAYBOOK = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: s, access_token: t}}
privacy: {controller: 森活, purpose: 會員, kinds: 手機, period: 五年, recipients: 本公司,
  rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: "1", KEEP}
rules:
  - {when: {text: 你好}, reply: 您好}
  - {when: {text: 綁定}, start: ask}
flows:
  ask:
    states:
      問手機: {ask: 您的手機？, answer: phone, otherwise: 這不是手機, next: 問碼}
      問碼: {ask: 驗證碼？, answer: code, next: 好}
      好: {end: true}
"""
KEEPS = compiled(PLAYBOOK.replace(", KEEP", ""))
KEEPS_NOTHING = compiled(PLAYBOOK.replace("KEEP", "keep: {conversations: none}"))


@pytest.fixture
async def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
async def bot(bots: Bots, line: ScriptedLine) -> Bot:
    return await bots(KEEPS, line)


async def kept(bot: Bot, user: str = "U1") -> list[TranscriptTurn]:
    """What is kept of a chat, oldest first."""
    turns = await bot.said.page([f"main:{user}"], None, 1_000)
    return turns[::-1]


def texts(turn: TranscriptTurn) -> list[str]:
    return [message["text"] for call in turn.calls for message in call.messages]


def incoming(turn: TranscriptTurn) -> Incoming:
    """What came in, in a turn that can be read."""
    assert turn.incoming is not None
    return turn.incoming


async def contents(bot: Bot) -> list[object]:
    """What has come in in a chat, oldest first."""
    return [incoming(turn).content for turn in await kept(bot)]


def mistake() -> Received:
    """What somebody says, and takes back."""
    return said("說錯了", message={"type": "text", "id": "999", "text": "說錯了"})


def taken_back(message: str = "999") -> Received:
    return event({"type": "unsend", "unsend": {"messageId": message}})


async def assert_forgotten(bot: Bot, mistaken: Received) -> None:
    """It is neither in the conversation, nor in the inbox, nor in a trace."""
    for turn in await kept(bot):
        assert turn.incoming is None or "說錯了" not in str(turn.incoming.content)
    [entry] = (await bot.inbox.entries([mistaken.entry.id], mistaken.entry.part)).values()
    assert "說錯了" not in entry.raw.decode()
    assert await bot.rows.steps_of(mistaken.entry.id) is None


async def test_what_came_in_what_was_answered_and_why(bot: Bot) -> None:
    """E3: one row for both, with the rule; what nobody answers, too."""
    await bot.hears(followed(), said("你好"), said("嗯嗯"))
    follow, hello, hum = await kept(bot)
    assert incoming(follow).kind == "follow"
    assert incoming(hello)[:2] == ("text", "你好")
    assert texts(hello) == ["您好"]
    assert hello.cause is not None
    assert (hello.cause.step, hello.cause.place.split(":")[0]) == ("rule", "bot.yaml")
    assert (incoming(hum).content, hum.calls) == ("嗯嗯", ())


async def test_private_answers_are_marked_and_codes_are_not_kept(bot: Bot, database: Database) -> None:
    """B12, E3: a phone that was asked for is private, also a mistyped one; of a code nothing is left."""
    await bot.hears(said("綁定"), said("0912"), said("0912345678"), said("123456"))
    start, mistyped, phone, code = map(incoming, await kept(bot))
    secrecies = [one.secrecy for one in (start, mistyped, phone, code)]
    assert secrecies == ["", "private", "private", "once"]
    assert (phone.content, code.content) == ("0912345678", "")


async def test_a_message_that_is_taken_back_is_forgotten(bot: Bot) -> None:
    """E3: LINE asks that nobody sees or uses it: not in the conversation, the inbox, or the trace."""
    secret = mistake()
    await bot.hears(said("你好"), secret)
    await bot.hears(taken_back())
    hello, gone = await kept(bot)
    assert incoming(hello).content == "你好"
    assert (incoming(gone).content, incoming(gone).secrecy) == ("", "unsent")
    await assert_forgotten(bot, secret)


PICTURE = {"type": "image", "id": "777", "contentProvider": {"type": "line"}}


@pytest.fixture
async def picture(bot: Bot) -> SentMessage:
    """The message of somebody who has sent one."""
    await bot.hears(said("圖", message=PICTURE))
    [seen] = await kept(bot)
    return SentMessage("777", "image", seen.event, seen.chat, seen.at)


async def chunks(*several: bytes) -> AsyncIterator[bytes]:
    for chunk in several:
        yield chunk


async def test_the_file_of_a_message_that_is_taken_back_goes_with_it(
    bot: Bot, picture: SentMessage, database: Database
) -> None:
    """E3: it was kept when staff opened it; nobody keeps it afterwards."""
    files = bot.stores.conversation_files
    await files.keep(picture, chunks(b"a cat"))
    assert await files.find(picture.event) is not None
    await bot.hears(taken_back("777"))
    assert await database.collection("conversation_files").count_documents({}) == 0
    with pytest.raises(MessageGone):
        await files.keep(picture, chunks(b"a cat"))
    assert await database.collection("conversation_files").count_documents({}) == 0


async def test_a_message_that_is_taken_back_while_its_file_comes(
    bot: Bot, picture: SentMessage, database: Database
) -> None:
    """Between two pieces of it: those before are gone, those after are not written."""
    rows = database.collection("conversation_files")
    there = list[int]()

    async def coming() -> AsyncIterator[bytes]:
        yield bytes(TOGETHER + PIECE)
        there.append(await rows.count_documents({}))
        await bot.hears(taken_back("777"))
        there.append(await rows.count_documents({}))
        yield b"the end"

    with pytest.raises(MessageGone):
        await bot.stores.conversation_files.keep(picture, coming())
    assert there == [TOGETHER // PIECE, 0]
    assert await rows.count_documents({}) == 0


@pytest.mark.ring("all", "several processes of a bot")
async def test_taken_back_in_the_middle_of_a_write(
    bot: Bot, picture: SentMessage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two never pass each other: whoever forgets waits for the write, and finds what it has written."""
    files = bot.stores.conversation_files
    forgetting = list[asyncio.Task[None]]()
    write = files._rows.insert_one

    class Slow:
        """The collection, in which a write is overtaken by whoever is not made to wait for it."""

        async def insert_one(self, row: Any, session: Any) -> None:
            await write(row, session=session)
            if not forgetting:
                taken = Unsend(picture.chat, picture.chat, picture.id, picture.at)
                forgetting.append(asyncio.create_task(bot.stores.unsender.forget(taken)))
                for _ in range(100):
                    await bot.stores.health.ping()

        def __getattr__(self, name: str) -> object:
            return getattr(database.collection("conversation_files"), name)

    monkeypatch.setattr(files, "_rows", Slow())
    with suppress(MessageGone):  # if the transaction had to begin again
        await files.keep(picture, chunks(b"a cat"))
    await asyncio.gather(*forgetting)
    assert await database.collection("conversation_files").count_documents({}) == 0


async def test_nobody_finds_half_a_file_and_the_next_one_clears_it_away(
    bot: Bot, picture: SentMessage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies in the middle leaves pieces that are no file, until somebody opens it again."""
    files = bot.stores.conversation_files

    async def dying() -> AsyncIterator[bytes]:
        yield bytes(TOGETHER + PIECE)
        raise TimeoutError

    async def dead(copy: str) -> None: ...

    rows = database.collection("conversation_files")
    with monkeypatch.context() as patched:
        patched.setattr(files, "_left", dead)
        with pytest.raises(TimeoutError):
            await files.keep(picture, dying())
    assert await rows.count_documents({}) == TOGETHER // PIECE
    assert await files.find(picture.event) is None
    whole = await files.keep(picture, chunks(b"a ", b"cat"))
    assert [piece async for piece in files.pieces(whole)] == [b"a cat"]
    assert await rows.count_documents({}) == 2


async def test_a_picture_that_line_does_not_have_says_so(bot: Bot) -> None:
    elsewhere = {**PICTURE, "contentProvider": {"type": "external", "originalContentUrl": "https://a.b/c"}}
    await bot.hears(said("圖", message=elsewhere), said("圖", message=PICTURE))
    assert await contents(bot) == [{"id": "777", "provider": "external"}, {"id": "777"}]


@pytest.mark.ring("all", "several processes of a bot")
async def test_nothing_of_groups_and_rooms(bot: Bot) -> None:
    await bot.hears(said("你好", source={"type": "group", "groupId": "C1", "userId": "U1"}))
    assert await bot.said.page(["main:C1", "main:U1"], None, 10) == []


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("sent", [True, False])
async def test_a_process_that_dies_before_it_writes_loses_nothing(
    bots: Bots, line: ScriptedLine, sent: bool
) -> None:
    """E3: what came in lies in the inbox, what was answered on the contact; in order, and only once."""
    first = await bots(KEEPS, line)
    await first.hears(said("你好"))
    first.write_no_journal()
    line.hold = None if sent else asyncio.Event()
    heard = [said("你好"), said("0912345678"), said("123456")]
    await first.hear(*heard)
    async with asyncio.timeout(PATIENCE):
        while (await first.stored("U1")).open != {one.entry.id for one in heard}:
            await first.stores.health.ping()
    await first.crash()
    second = await bots.heir(first, line=bots.line)
    await second.hears(said("你好"))
    turns = await kept(second)
    await second.crash()
    assert [incoming(turn).content for turn in turns] == [
        "你好",
        "你好",
        "0912345678",
        "",
        "你好",
    ]
    assert [texts(turn) for turn in turns] == [["您好"], ["您好"], [], [], ["您好"]]
    secrecy = [incoming(turn).secrecy for turn in turns]
    assert secrecy == ["", "private", "private", "once", ""]  # nobody knows what it has answered
    assert [turn.cause is None for turn in turns] == [False, True, True, True, False]


async def test_who_takes_over_while_line_brings_it_once_more_keeps_it_all_the_same(
    database: Database, bots: Bots, clock: ManualClock, line: ScriptedLine
) -> None:
    """E3: an event that is being stored again was decided by the dead: what was answered is not lost."""
    first = await bots(KEEPS, line)
    await first.hears(said("嗯嗯"))
    again = said("你好")
    line.hold = asyncio.Event()
    await dies_unheard(first, again)
    second = bots.make(KEEPS)
    second.dead.add(first.id)
    held = held_behind(second.stores.inbox_commit, "store")
    hearing = asyncio.create_task(second.hear(again))
    await held.reached.wait()
    await second.start()
    async with asyncio.timeout(60):
        while (await second.stored("U1")).outgoing:  # made, and off the contact
            await time_passes(clock, database, 0.02)
    held.go_on.set()
    await hearing
    await second.settle()
    assert [texts(turn) for turn in await kept(second)] == [[], ["您好"]]


async def test_what_is_counted_and_answered_by_nobody_is_kept_over_a_crash(
    bots: Bots, line: ScriptedLine
) -> None:
    """E3: nothing of it lies on the contact but what is to be counted."""
    playbook = compiled(
        PLAYBOOK.replace(", KEEP", "").replace("{text: 綁定}, start: ask", "{text: 綁定}, start: silent")
        + "  silent: {states: {等: {wait: 2h, next: 好}, 好: {end: true}}}\n"
    )
    first = await bots(playbook, line)
    await first.hears(said("嗯嗯"))
    await dies_unheard(first, said("綁定"))
    assert (await first.stored("U1")).counted
    second = await bots.heir(first, line=bots.line)
    await second.settle()
    assert await contents(second) == ["嗯嗯", "綁定"]


async def dies_unheard(bot: Bot, *heard: Received) -> None:
    """Have these events decided by a process that dies before its journal has written a word of it."""
    bot.write_no_journal()
    await bot.hear(*heard)
    async with asyncio.timeout(PATIENCE):
        while (await bot.stored("U1")).open != {one.entry.id for one in heard}:
            await bot.stores.health.ping()
    await bot.crash()


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("when", ["after", "with it", "long before"])
@pytest.mark.parametrize("playbook", [KEEPS, KEEPS_NOTHING])
async def test_what_is_taken_back_over_a_crash_is_forgotten(
    bots: Bots, line: ScriptedLine, when: str, playbook: Playbook
) -> None:
    """E3: whether the message, or that it was taken back, was told by a process that has died."""
    secret = mistake()
    unsent = taken_back()
    first = await bots(playbook, line)
    await first.hears(*([secret] if when == "long before" else [said("你好")]))
    heard = {"after": [secret], "with it": [secret, unsent], "long before": [unsent]}
    await dies_unheard(first, *heard[when])
    second = await bots.heir(first, line=bots.line)
    if when == "after":
        await second.hear(unsent)
    await second.settle()
    await assert_forgotten(second, secret)


async def test_a_row_whose_key_is_gone_is_still_a_row(bot: Bot, database: Database) -> None:
    """E3: when it was is told, what stands in others is shown, and what is taken back does not stop at it."""
    secret = mistake()
    await bot.hears(said("你好"), secret)
    for name, field in (("conversations", "said"), ("inbox", "raw")):
        rows = database.collection(name)
        first = await rows.find_one({"_id": {"$ne": secret.entry.id}})
        assert first is not None
        broken = bytes(first[field])[:2] + b"zz" + bytes(first[field])[4:]
        await rows.update_one({"_id": first["_id"]}, {"$set": {field: broken}})
    closed, opened = await kept(bot)
    assert (closed.readable, closed.incoming, closed.cause, closed.calls) == (False, None, None, ())
    assert incoming(opened).content == "說錯了"
    await bot.hears(taken_back())
    gone = incoming((await kept(bot))[1])
    assert (gone.content, gone.secrecy) == ("", "unsent")


async def test_a_clock_that_is_set_back_changes_no_order(bot: Bot, clock: ManualClock) -> None:
    await bot.hears(said("你好"))
    clock.advance(-60)
    for text in ("嗯嗯", "好的"):
        await bot.hears(said(text, clock=clock))
    assert await contents(bot) == ["你好", "嗯嗯", "好的"]


async def test_pages_join_without_a_gap(bot: Bot) -> None:
    """Also where many were said in one moment."""
    events = [said(f"第{number}句") for number in range(25)]
    await bot.hears(*events)
    found, before = list[str](), None
    while page := await bot.said.page(["main:U1"], before, 4):
        found += [turn.id for turn in page]
        before = TranscriptCursor(page[-1].at, page[-1].turn)
    assert found == [one.entry.id for one in reversed(events)]


async def test_a_playbook_that_keeps_nothing(
    database: Database, bots: Bots, clock: ManualClock, line: ScriptedLine, bot: Bot
) -> None:
    """`none`: nothing is written, and what is there goes as soon as MongoDB looks."""
    await bot.hears(said("你好"))
    await bot.crash()
    silent = await bots.heir(bot, KEEPS_NOTHING)
    await silent.hears(said("嗯嗯"))
    await silent.crash()
    assert len(await kept(silent)) == 1
    await sweep(silent.stores, clock, KEEPS_NOTHING).look()
    assert await kept(silent) == []
    assert await life(database) == 0
    await sweep(silent.stores, clock, KEEPS, owns=False).look()
    assert await life(database) == 0  # the owner says
    await sweep(silent.stores, clock, KEEPS).look()
    assert await life(database) == 181 * 24 * 3_600  # removed by then, and by MongoDB where nothing has run


async def life(database: Database) -> int:
    """Seconds after which MongoDB removes what was said."""
    indexes = await database.collection("conversations").index_information()
    seconds: int = indexes["life"]["expireAfterSeconds"]
    return seconds
