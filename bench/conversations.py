"""`make measure`: how soon a long conversation opens, and what a year of conversations takes.

By itself, and sooner: `python -m bench.conversations --people 500`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import uvloop

from bench.main import quantile
from bot.model.contact import Contact, Identity
from bot.model.conversation import Cause, Incoming, TranscriptCursor, TranscriptRow
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import Stored, TurnWrite
from bot.operations.conversation import TURNS, conversation
from bot.operations.find_contacts import LocatedContact
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of

MESSAGES = 10_000
OPENS = 0.05
"""Seconds within which a page of so many messages opens."""
PEOPLE, A_YEAR = 2_000, 52
"""A sample of the 50,000 people; turns of each in a year: once a week something is said and answered."""
BATCH = 2_000
TAIPEI = ZoneInfo("Asia/Taipei")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = ["營業時間", "請問週年慶到什麼時候？", "我想查訂單", "謝謝", "可以改送到門市嗎，我明天下班才有空拿"]
ANSWER = {"type": "text", "text": "每天 11:00–21:00，週年慶期間到 22:00；門市取貨免運費，歡迎您來。"}
CARD = {
    "type": "flex",
    "altText": "本週優惠",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": f"產地直送的小農蔬果，第 {number} 款", "wrap": True, "size": "sm"}
                for number in range(20)
            ],
        },
    },
}


def _turn(chat: str, number: int, dice: random.Random) -> TranscriptRow:
    """A text and its answer; each tenth is a card of some 2 KB."""
    at, event = BEGAN + timedelta(minutes=number), f"main:{dice.getrandbits(128):032X}"[:31]
    body = orjson.dumps({"messages": [CARD if number % 10 == 9 else ANSWER]})
    call = Outgoing(f"{event}#0", event, "main", "reply", chat.partition(":")[2], body, at, at)
    text = Incoming("text", dice.choice(ASKED), int(at.timestamp() * 1000))
    return TranscriptRow(
        event, chat, at, number, encode_transcript(text, Cause("rule", "rules/keywords.yaml:120:5"), [call])
    )


def _crowd(people: int) -> Iterator[TranscriptRow]:
    dice = random.Random(1)
    for person in range(people):
        chat = f"main:U{person:032x}"
        for number in range(A_YEAR):
            yield _turn(chat, number, dice)


async def _one_long(stores: Stores, messages: int) -> LocatedContact:
    chat, dice = f"main:U{'f' * 32}", random.Random(2)
    contact = Contact(chat, name="小美", identities=(Identity("main", chat.partition(":")[2]),), turned=BEGAN)
    write = TurnWrite(Contact(chat), contact, part_of(chat), 0, 1, (), (), born=True)
    await stores.contacts.save([write])
    turns = messages // 2
    for first in range(0, turns, BATCH):
        await stores.conversations.add(
            [_turn(chat, n, dice) for n in range(first, min(first + BATCH, turns))]
        )
    return LocatedContact(Stored(contact, 1), stores, simulated=False)


async def measure(folder: Path, people: int, messages: int) -> bool:
    """Print both; whether a page opens in time."""
    embedded = EmbeddedDatabase(folder / "data", initiate)
    await embedded.start_or_join()
    database = Database(embedded.uri)
    try:
        await embedded.until_it_answers(database.ready)
        await database.prepare()
        stores = stores_of(database, Seal(parse(generate())))
        await stores.conversations.keep(180)
        rows = list(_crowd(people))
        for first in range(0, len(rows), BATCH):
            await stores.conversations.add(rows[first : first + BATCH])
        driver = database.collection("conversations").driver.database
        told = await driver.command("collStats", "conversations")
        each, whole = 2 * told["count"], told["storageSize"] + told["totalIndexSize"]
        print(
            f"  {told['count']} turns of {people} people, so twice as many messages; bytes for each message:"
        )
        print(f"  {told['size'] / each:.0f} in documents, {whole / each:.0f} on disk with indexes")
        print(f"  50,000 people who say so much, a year: {whole / people * 50_000 / 2**30:.1f} GiB")
        return await _opens(await _one_long(stores, messages), messages)
    finally:
        database.close()
        await embedded.leave()


async def _opens(found: LocatedContact, messages: int) -> bool:
    took, before, now = list[float](), list[TranscriptCursor | None]([None]), datetime.now(UTC)
    while before[-1] is not None or len(before) == 1:
        began = time.perf_counter()
        page = await conversation(found, now, before=before[-1], zone=TAIPEI)
        took.append(time.perf_counter() - began)
        before.append(page.earlier)
    first = []
    for _ in range(50):
        began = time.perf_counter()
        await conversation(found, now, zone=TAIPEI)
        first.append(time.perf_counter() - began)
    print(
        f"  {messages} messages of one person: the last page ({TURNS} turns, wanted <= {OPENS * 1e3:.0f} ms)"
    )
    print(f"  {statistics.median(first) * 1e3:.1f} ms, p99 {quantile(first, 0.99):.1f} ms")
    print(
        f"  all {len(took)} pages: {statistics.median(took) * 1e3:.1f} ms each, max {max(took) * 1e3:.1f} ms"
    )
    return statistics.median(first) <= OPENS


async def measured() -> bool:
    """As `make measure` has it."""
    return await main([]) == 0


async def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    wanted = parser.parse_args(arguments)
    print("conversations")
    with tempfile.TemporaryDirectory() as temporary:
        return 0 if await measure(Path(temporary), wanted.people, wanted.messages) else 1


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main()))
