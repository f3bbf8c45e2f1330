"""What one person writes in an hour does not fill the disk: S39. C1, J2"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import bson
import pytest

from bot.model.inbox import Received
from bot.model.processes import part_of
from bot.runtime.limits import personal_limits
from bot.runtime.limits.personal_limits import CHARACTERS
from bot.store.database.mongo import Database
from tests.conftest import ManualClock
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, event, said
from tests.runtime.test_carried import MARGIN, milliseconds
from tests.runtime.test_conversations import KEEPS, kept, texts

pytestmark = pytest.mark.ring("all", "several processes of a bot")

LONG = "".join(chr(0x4E00 + n) for n in range(5_000))
"""The longest text that LINE takes, and nothing in it is like anything else."""
FULL = CHARACTERS // len(LONG)
"""So many are kept as they are."""

SPAN, EACH = timedelta(days=900), timedelta(days=30)


@pytest.fixture(autouse=True)
def longer_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the machine is busy, a world that settles takes hours of its clock."""
    monkeypatch.setattr(personal_limits, "HOUR", SPAN)
    monkeypatch.setattr(personal_limits, "ADMIT_EVERY", EACH)


@pytest.fixture
async def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
async def bot(bots: Bots, line: ScriptedLine) -> Bot:
    return await bots(KEEPS, line)


async def stored(database: Database) -> int:
    """Bytes of all that is kept of what people write."""
    size = 0
    for name in ("inbox", "timeline", "trace", "conversations"):
        rows = await database.collection(name).find({}).to_list(None)
        size += sum(len(bson.encode(row)) for row in rows)
    return size


async def writes(bot: Bot, *received: Received) -> None:
    for one in received:
        await bot.hears(one)


async def details(bot: Bot, received: Received) -> tuple[str, ...]:
    [row] = [row for row in await bot.timeline("U1") if row.id == received.entry.id]
    return row.details


@pytest.mark.ring("test", "a law that nothing cheaper holds")
async def test_s39_long_texts_are_cut_beyond_ten_an_hour(bot: Bot, database: Database) -> None:
    """One account had 57 KiB written for each text of 5,000 characters, as often as it liked."""
    await writes(bot, said("你好"), *(said(LONG) for _ in range(FULL - 1)))
    full = await stored(database)
    last = [said(LONG) for _ in range(10)]
    await writes(bot, *last)
    more = (await stored(database) - full) / len(last)
    assert more < 3_000, "bytes for each, of which one is kept with its beginning"
    assert full / FULL > 20_000, "else this shows nothing"
    turns = await kept(bot)
    assert [turn.incoming and turn.incoming.content for turn in turns[1:]] == [
        *[LONG] * (FULL - 1),
        f"{LONG[:100]}…",
    ]
    assert await details(bot, last[0]) != ("chat: not heard",)
    assert "chat: cut" in await details(bot, last[0])
    assert [await details(bot, one) for one in last[1:]] == [("chat: not heard",)] * 9
    assert await bot.rows.steps_of(last[0].entry.id) is None
    assert bot.runtime.budget.over.counts == {("cut",): 1, ("mark",): 9}


async def test_s39_what_was_not_heard_has_no_row_where_its_contact_was_read_just_before(bot: Bot) -> None:
    """A journal that wrote between two reads made each event beyond the budget look like one left behind."""
    await writes(bot, *(said(LONG) for _ in range(FULL + 1)))
    turns = await kept(bot)
    unheard = said("你好")
    await writes(bot, unheard)
    read = replace(await bot.stored("U1"), open={unheard.entry.id})  # as it was before the journal wrote
    await bot.runtime._recovered_transcripts.keep(read)
    await bot.runtime.journal.flush()
    assert await kept(bot) == turns


@pytest.mark.parametrize("length", [500, len(LONG)], ids=["carried by its turn", "stored before"])
async def test_s39_each_event_is_stored_once_and_known_when_it_comes_again(
    bot: Bot, clock: ManualClock, length: int
) -> None:
    await writes(bot, *(said(LONG) for _ in range(FULL + 1)))
    clock.advance(MARGIN)
    unheard = said(LONG[:length], clock=clock, timestamp=milliseconds(clock))
    await writes(bot, unheard, unheard)
    entries = await bot.inbox.entries([unheard.entry.id], unheard.entry.part)
    raw = entries[unheard.entry.id].raw.decode()
    assert f"{LONG[:100]}…" in raw
    assert LONG[100] not in raw
    assert await bot.inbox.known_done([unheard.entry.id]) == {unheard.entry.id}
    assert len([row for row in await bot.timeline("U1") if row.id == unheard.entry.id]) == 1
    assert (await bot.stored("U1")).contact.id == "main:U1"
    assert bot.runtime.metrics.carried.counts == {(): int(length == 500)}
    assert not await bot.dead_letters()


async def test_s39_beyond_the_budget_one_message_a_minute_is_answered(
    bot: Bot, line: ScriptedLine, clock: ManualClock
) -> None:
    await writes(bot, *(said(LONG) for _ in range(FULL)))
    for _ in range(2):
        await writes(bot, *(said("你好", clock=clock) for _ in range(3)))
        clock.advance(EACH.total_seconds())
    assert line.texts() == ["您好"] * 2
    assert [text for turn in await kept(bot) for text in texts(turn)] == []
    clock.advance(SPAN.total_seconds())
    await writes(bot, said("你好", clock=clock))
    assert texts((await kept(bot))[-1]) == ["您好"]
    assert line.texts() == ["您好"] * 3


async def test_s39_many_short_messages_are_too_many_and_taps_are_heard(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_limits, "MESSAGES", 5)
    await writes(bot, *(said("嗯") for _ in range(5)))
    message = {"type": "sticker", "id": "1", "packageId": "1", "stickerId": "2"}
    sticker: dict[str, object] = {"type": "message", "message": message}
    tapped: dict[str, object] = {"type": "postback", "postback": {"data": "x=1"}}
    more = [said("嗯"), event(sticker), event(tapped), event(tapped), said("嗯", "U2")]
    await writes(bot, *more)
    assert [(await details(bot, one))[-1:] for one in more[:4]] == [
        ("chat: cut",),
        ("chat: not heard",),
        ("chat: cut",),
        ("chat: cut",),
    ]
    assert (await bot.rows.timeline_of("main:U2", part_of("main:U2")))[0].details[-1:] != ("chat: cut",)


async def test_s39_the_log_says_so_once_an_hour_and_names_nobody(
    bot: Bot, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "oaflow.chat"):
        for _ in range(2):
            await writes(bot, *(said(LONG) for _ in range(FULL + 3)))
            clock.advance(SPAN.total_seconds())
    told = [one.getMessage() for one in caplog.records if one.name == "oaflow.chat"]
    assert len(told) == 2
    assert "U1" not in "".join(told)
