"""Timeline, trace and dead letters in MongoDB: a row written twice stays the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.journal import TimelineRow, TraceRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.store.database.mongo import Database
from bot.store.events.journal import Journal
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal, SealInvalid
from tests.conftest import NOW

pytestmark = pytest.mark.both_ways

ANNA = "main:U1"
PART = part_of(ANNA)


@pytest.fixture
def journal(database: Database, seal: Seal) -> Journal:
    return Journal(database, seal)


def row(name: str, seconds: float = 0, contact: str = ANNA, what: str = "text") -> TimelineRow:
    at = NOW + timedelta(seconds=seconds)
    return TimelineRow(name, contact, part_of(contact), at, what, ("rule: matched", "reply: 1 message(s)"))


def trace(name: str, steps: bytes = b"[]") -> TraceRow:
    return TraceRow(name, ANNA, PART, NOW, "v1", steps)


def letter(name: str, seconds: float = 0) -> DeadLetter:
    call = Outgoing(name, "e1", "main", "push", "U1", b'{"messages":["secret"]}', NOW, NOW, None, "key")
    return DeadLetter(call, ANNA, PART, NOW + timedelta(seconds=seconds), "quota", "monthly limit")


async def test_a_timeline_is_read_by_contact_oldest_first(journal: Journal) -> None:
    rows = [row("e2", 2), row("e1", 1), row("e3", 3)]
    await journal.timeline([*rows, row("x", contact="main:U2")])
    assert await journal.timeline_of(ANNA, PART) == [rows[1], rows[0], rows[2]]


async def test_a_timeline_row_written_twice_keeps_the_first(journal: Journal) -> None:
    """A8: what a crash left unsaid is said again, in another batch and with less detail."""
    await journal.timeline([row("e1")])
    await journal.timeline([row("e0"), row("e1", what="recovered"), row("e2", 1), row("e2", 1)])
    written = await journal.timeline_of(ANNA, PART)
    assert {r.id: r.what for r in written} == dict.fromkeys(("e0", "e1", "e2"), "text")


async def test_a_trace_written_twice_keeps_the_first(journal: Journal) -> None:
    await journal.trace([trace("e1", b"[1]")])
    await journal.trace([trace("e1", b"[2]"), trace("e2", b"[3]")])
    assert [await journal.steps_of(e) for e in ("e1", "e2", "e3")] == [b"[1]", b"[3]", None]


async def test_a_dead_letter_written_twice_keeps_the_first(journal: Journal) -> None:
    first = letter("e1#0")
    await journal.dead([first])
    await journal.dead([letter("e0#0", -5), replace(first, reason="other")])
    assert await journal.dead_letters() == [letter("e0#0", -5), first]


async def test_traces_and_dead_letters_are_sealed(journal: Journal, database: Database) -> None:
    await journal.trace([trace("e1", '[["because","我的祕密"]]'.encode())])
    await journal.dead([letter("e1#0")])
    stored = [
        document
        for name in ("trace", "deadletters")
        for document in await database.collection(name).find({}).to_list(None)
    ]
    assert len(stored) == 2
    assert "secret" not in repr(stored)
    assert "我的祕密".encode() not in bytes(stored[0]["steps"])


async def test_a_trace_opens_only_in_its_place(journal: Journal, database: Database) -> None:
    await journal.trace([trace("e1", b"[1]"), trace("e2", b"[2]")])
    other = await database.collection("trace").find_one({"_id": "e2"})
    assert other is not None
    await database.collection("trace").update_one({"_id": "e1"}, {"$set": {"steps": other["steps"]}})
    with pytest.raises(SealInvalid):
        await journal.steps_of("e1")
    with pytest.raises(SealInvalid):
        await Journal(database, Seal(parse(generate()))).steps_of("e2")
