"""What is written later: in an order in which a crash at any point loses nothing, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import pytest

from bot.model.contact import Contact
from bot.model.conversation import Incoming, TranscriptRow
from bot.model.counts import Counted
from bot.model.inbox import InboxEntry
from bot.model.journal import CallEnd, TimelineRow, TraceRow
from bot.model.mark import Mark
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.journal import DELAY, ENOUGH, SETTLED_TOGETHER, JournalWriter
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database.mongo import Database
from bot.store.events.conversations import Conversations
from bot.store.events.inbox import Inbox
from bot.store.events.journal import Journal as JournalRows
from bot.store.events.unsending import Unsender
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.runtime.answers import passing

ANNA = "main:U1"
PART = part_of(ANNA)
STEPS = ("timeline", "results", "trace", "dead", "said", "ends", "done", "settle")
DAY = "2026-11-23"


class Faults:
    """Notes every write, and makes chosen ones fail: `before` they are made, or `after`, unacknowledged."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.fail: dict[str, str] = {}
        self.hold_at = ""
        self.held = asyncio.Event()
        self.go_on = asyncio.Event()

    def put_around(self, store: object, name: str, call: str = "") -> None:
        """Each such call of this store is a step of this name."""
        setattr(store, call or name, partial(self._step, name, getattr(store, call or name)))

    async def _step(self, name: str, write: Callable[..., Awaitable[None]], *rows: Any) -> None:
        how = self.fail.pop(name, "")
        if how == "before":
            raise DatabaseUnavailable("away")
        if name == self.hold_at:
            self.held.set()
            await self.go_on.wait()
        await write(*rows)
        if how == "after":
            raise DatabaseUnavailable("no answer")
        self.made.append(name)


class Desk:
    """A journal writer on stores that fail as told, and two decided events to write about."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.faults = Faults()
        self.rows, self.inbox = JournalRows(database, seal), Inbox(database, seal)
        self.contacts, self.said = Contacts(database, seal), Conversations(database, seal)
        for step in ("timeline", "trace", "dead", "ends", "results"):
            self.faults.put_around(self.rows, step)
        self.faults.put_around(self.said, "said", "add")
        self.faults.put_around(self.inbox, "done")
        self.faults.put_around(self.contacts, "settle")
        self.inbox_commit = InboxCommit(database, self.inbox, self.contacts)
        unsender = Unsender(database, seal)
        self.journal = JournalWriter(self.rows, self.said, unsender, self.inbox, self.contacts, clock)
        self.done: list[str] = []
        self.settled: list[str] = []
        self.journal.on_done = self.done.extend
        self.journal.on_settled = self.settled.extend

    async def turn(self, *events: str) -> None:
        """A turn has been written: events stored and decided, one call each on the contact."""
        entries = [InboxEntry(event, "main", ANNA, PART, NOW, b"{}") for event in events]
        contact = Contact(ANNA, turned=NOW)
        calls = tuple(call(event) for event in events)
        write = TurnWrite(Contact(ANNA), contact, PART, 0, 1, events, calls, born=True)
        assert await self.inbox_commit.store(entries, frozenset(), [write]) == (set(), set())

    def note(self, *events: str) -> None:
        """The events' turns are to be written about; each call was given up."""
        for event in events:
            row = TimelineRow(event, ANNA, PART, NOW, "text", calls=("reply",))
            trace = TraceRow(event, ANNA, PART, NOW, "v1", b"[]")
            self.journal.record_transcripts(
                [TranscriptRow(event, ANNA, NOW, 0, encode_transcript(Incoming("text", event), None, ()))], ()
            )
            self.journal.decided(ANNA, event, row, trace)
            self.journal.ended(call(event), OVER)
            self.journal.dead(DeadLetter(call(event), ANNA, PART, NOW, "quota", "over"))

    def note_late(self, *events: str) -> None:
        """As `note`, but LINE answered when the rows were on their way to the database already."""
        self.note(*events)
        for event in events:
            ends = self.journal._rows.open.pop(event).ends
            ends.clear()
            self.journal.result(call(event), result(event))
            self.journal.ended(call(event), OVER)

    def note_push(self, event: str) -> None:
        """A turn that pushes for a journey is to be written about."""
        marks = (Mark("main", "welcome", "pushed", ("hello",)),)
        counted = Counted(event, DAY, marks)
        row = TimelineRow(event, ANNA, PART, NOW, "text", (), None, counted, ("push",))
        self.journal.decided(ANNA, event, row, None)

    def push_ends(self, event: str) -> None:
        """LINE has taken it."""
        self.journal.result(call(event), result(event))
        self.journal.ended(call(event), TAKEN)
        self.journal.sent(ANNA, f"{event}#0")

    async def counted(self) -> dict[str, list[str]]:
        """What is counted, by the row in which it stands."""
        rows = await self.rows.timeline_of(ANNA, PART)
        return {row.id: [mark.what for mark in row.counted.marks] for row in rows if row.counted is not None}

    async def open_entries(self) -> set[str]:
        return {entry.id for entry in await self.inbox.open_of(ANNA, PART, 100)}

    async def on_contact(self) -> tuple[set[str], set[str]]:
        stored = (await self.contacts.load([ANNA]))[ANNA]
        return set(stored.open), {item.id for item in stored.outgoing}


OVER = CallEnd("quota", NOW, True, "request-1", asked="code")
TAKEN = CallEnd("push", NOW)


def call(event: str) -> Outgoing:
    return Outgoing(f"{event}#0", event, "main", "reply", "U1", b"{}", NOW, NOW, "token")


def result(event: str) -> TimelineRow:
    """What became of a journey's push."""
    name = f"{event}#0"
    counted = Counted(name, DAY, (Mark("main", "welcome", "sent", ("hello", "push")),))
    return TimelineRow(name, ANNA, PART, NOW, "journey sent", (), None, counted)


@pytest.fixture
def desk(database: Database, seal: Seal, clock: ManualClock) -> Desk:
    return Desk(database, seal, clock)


async def test_rows_then_done_then_forgotten(desk: Desk) -> None:
    """A8: an entry that is not done must find its id on the contact; a done one must have its rows."""
    await desk.turn("e1", "e2")
    desk.note("e1", "e2")
    await desk.journal.flush()
    assert set(desk.faults.made[:4]) == {"timeline", "trace", "dead", "said"}
    assert desk.faults.made[4:] == ["done", "settle"]
    assert await desk.open_entries() == set()
    assert await desk.on_contact() == (set(), set())
    assert (desk.done, desk.settled) == (["e1", "e2"], ["e1#0", "e2#0"])


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_failing_write_forgets_nothing_and_its_retry_doubles_nothing(
    desk: Desk, step: str, how: str
) -> None:
    """A8: MongoDB goes away at any step, whether the write was made or not."""
    await desk.turn("e1", "e2")
    desk.note_late("e1")
    desk.faults.fail[step] = how
    with pytest.raises(DatabaseUnavailable):
        await desk.journal.flush()
    assert (desk.done, desk.settled) == ([], [])
    assert await desk.open_entries() <= (await desk.on_contact())[0]  # a crash here loses nothing
    desk.note("e2")
    await desk.journal.flush()
    rows = await desk.rows.timeline_of(ANNA, PART)
    assert [(row.id, row.ends) for row in rows if row.id != "e1#0"] == [("e1", {0: OVER}), ("e2", {0: OVER})]
    assert await desk.counted() == {"e1#0": ["sent"]}
    assert [letter.outgoing.id for letter in await desk.rows.dead_letters()] == ["e1#0", "e2#0"]
    assert await desk.rows.steps_of("e1") == b"[]"
    assert {turn.id for turn in await desk.said.page([ANNA], None, 10)} == {"e1", "e2"}
    assert await desk.open_entries() == set()
    assert await desk.on_contact() == (set(), set())
    assert (desk.done, desk.settled) == (["e1", "e2"], ["e1#0", "e2#0"])


@pytest.mark.parametrize("step", STEPS)
async def test_a_cancelled_write_forgets_nothing(desk: Desk, step: str) -> None:
    await desk.turn("e1")
    desk.note_late("e1")
    desk.faults.hold_at = step
    flush = asyncio.ensure_future(desk.journal.flush())
    await asyncio.wait_for(desk.faults.held.wait(), PATIENCE)
    flush.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flush
    desk.faults.hold_at = ""
    await desk.journal.flush()
    assert await desk.open_entries() == set()
    assert desk.done == ["e1"]


async def test_what_line_answers_soon_costs_no_write(desk: Desk) -> None:
    """A8: it goes with the row of the event; what LINE answers later is put into the row, before the rest."""
    await desk.turn("e1", "e2")
    desk.note("e1")
    await desk.journal.flush()
    assert "ends" not in desk.faults.made
    desk.faults.made.clear()
    desk.journal.decided(ANNA, "e2", TimelineRow("e2", ANNA, PART, NOW, "text", calls=("reply",)), None)
    await desk.journal.flush()
    assert (await desk.rows.row_of("e2") or TimelineRow("", "", 0, NOW, "")).ends == {}
    desk.journal.ended(call("e2"), OVER)
    desk.journal.sent(ANNA, "e2#0")
    await desk.journal.flush()
    assert desk.faults.made == ["timeline", "done", "settle", "ends", "settle"]
    rows = await desk.rows.timeline_of(ANNA, PART)
    assert [row.ends for row in rows] == [{0: OVER}, {0: OVER}]


async def test_what_became_of_a_push_is_counted_with_its_event(desk: Desk) -> None:
    """H7: no row of its own, and nothing more to be counted; what LINE answers later has a row."""
    await desk.turn("e1", "e2")
    desk.note_push("e1")
    desk.push_ends("e1")
    desk.note_push("e2")
    await desk.journal.flush()
    assert desk.faults.made == ["timeline", "done", "settle"]
    assert await desk.counted() == {"e1": ["pushed", "sent"], "e2": ["pushed"]}
    desk.push_ends("e2")
    await desk.journal.flush()
    assert await desk.counted() == {"e1": ["pushed", "sent"], "e2": ["pushed"], "e2#0": ["sent"]}


async def test_a_call_that_is_made_again_after_a_crash_is_counted_once(
    desk: Desk, database: Database, seal: Seal, clock: ManualClock
) -> None:
    """H7, A8: the row with the result is written, and the process dies before the call is off its contact."""
    await desk.turn("e1", "e2")
    desk.note_push("e1")
    desk.push_ends("e1")
    desk.note_push("e2")
    desk.faults.fail["settle"] = "before"
    with pytest.raises(DatabaseUnavailable):
        await desk.journal.flush()
    next_ = Desk(database, seal, clock)
    for event in ("e1", "e2"):
        recovered = TimelineRow(event, ANNA, PART, NOW, "recovered", (), None, None)
        next_.journal.decided(ANNA, event, recovered, None)
        next_.push_ends(event)
    await next_.journal.flush()
    assert await next_.counted() == {"e1": ["pushed", "sent"], "e2": ["pushed"], "e2#0": ["sent"]}
    assert await next_.on_contact() == (set(), set())


async def test_what_is_counted_on_another_day_has_a_row_of_its_own(desk: Desk) -> None:
    """The day of a playbook with another time zone, which was put in between."""
    await desk.turn("e1")
    desk.note_push("e1")
    other = Counted("e1#0", "2026-11-24", (Mark("main", "welcome", "sent", ("hello", "push")),))
    desk.journal.result(call("e1"), TimelineRow("e1#0", ANNA, PART, NOW, "journey sent", (), None, other))
    await desk.journal.flush()
    assert await desk.counted() == {"e1": ["pushed"], "e1#0": ["sent"]}


async def test_what_is_told_after_a_write_that_failed_is_not_lost(desk: Desk) -> None:
    """The row may be in the database: what comes now must not go into the one in memory only."""
    await desk.turn("e1")
    desk.journal.decided(ANNA, "e1", TimelineRow("e1", ANNA, PART, NOW, "text", calls=("reply",)), None)
    desk.faults.fail["done"] = "before"
    with pytest.raises(DatabaseUnavailable):
        await desk.journal.flush()
    desk.journal.ended(call("e1"), OVER)
    await desk.journal.flush()
    [row] = await desk.rows.timeline_of(ANNA, PART)
    assert row.ends == {0: OVER}


async def test_nothing_collected_is_nothing_written(desk: Desk) -> None:
    await desk.journal.flush()
    assert desk.faults.made == []


async def test_a_call_alone_marks_no_event(desk: Desk) -> None:
    await desk.turn("e1")
    desk.journal.sent(ANNA, "e1#0")
    await desk.journal.flush()
    assert desk.faults.made == ["settle"]
    assert await desk.on_contact() == ({"e1"}, set())
    assert (await desk.open_entries(), desk.settled) == ({"e1"}, ["e1#0"])


async def test_a_stale_id_is_marked_and_forgotten_without_a_row(desk: Desk) -> None:
    await desk.turn("e1")
    desk.journal.stale(ANNA, ["e1"])
    await desk.journal.flush()
    assert desk.faults.made == ["done", "settle"]
    assert (await desk.on_contact())[0] == set()


async def test_a_flush_returns_when_a_flush_before_it_has_written_too(desk: Desk) -> None:
    """A stop or a hand-over that flushes must not overtake the writer's own flush."""
    await desk.turn("e1")
    desk.note("e1")
    desk.faults.hold_at = "done"
    first = asyncio.ensure_future(desk.journal.flush())
    await asyncio.wait_for(desk.faults.held.wait(), PATIENCE)
    second = asyncio.ensure_future(desk.journal.flush())
    await passing()
    overtaken = second.done()
    desk.faults.go_on.set()
    await asyncio.gather(first, second)
    assert not overtaken
    assert await desk.open_entries() == set()


# -- when it writes


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_rows_wait_a_moment_for_company(desk: Desk, clock: ManualClock) -> None:
    await desk.turn("e1", "e2")
    written = settling(desk)
    running = asyncio.ensure_future(desk.journal.run())
    desk.note("e1")
    await passing()
    clock.advance(DELAY - 0.01)
    desk.note("e2")
    await passing()
    assert desk.faults.made == []
    clock.advance(0.01)
    await asyncio.wait_for(written.wait(), PATIENCE)
    assert desk.faults.made.count("timeline") == 1
    assert await stopped(running)


async def test_enough_rows_do_not_wait(desk: Desk) -> None:
    """The clock stands still."""
    written = settling(desk, ENOUGH)
    running = asyncio.ensure_future(desk.journal.run())
    for number in range(ENOUGH):
        desk.journal.sent(ANNA, f"e{number}#0")
    await asyncio.wait_for(written.wait(), PATIENCE)
    assert len(desk.settled) == ENOUGH
    assert await stopped(running)


async def test_of_many_calls_some_are_told_at_a_time(desk: Desk) -> None:
    """Whoever wants the processor in between gets it; who is stopped then has told all the same.

    Who counts them hears of all first: their part may go in between.
    """
    told: list[int] = []
    off: list[str] = []
    desk.journal.on_all_settled = off.extend

    def noted(calls: Iterable[str]) -> None:
        assert len(off) == 8 * SETTLED_TOGETHER
        told.append(len([*calls]))
        if len(told) == 3:
            asyncio.get_running_loop().call_soon(flushing.cancel)

    desk.journal.on_settled = noted
    for number in range(8 * SETTLED_TOGETHER):
        desk.journal.sent(ANNA, f"e{number}#0")
    flushing = asyncio.create_task(desk.journal.flush())
    with pytest.raises(asyncio.CancelledError):
        await flushing
    assert told == [SETTLED_TOGETHER, SETTLED_TOGETHER, SETTLED_TOGETHER, 5 * SETTLED_TOGETHER]
    await desk.journal.flush()
    assert sum(told) == 8 * SETTLED_TOGETHER


async def test_the_writer_tries_again(desk: Desk, clock: ManualClock) -> None:
    await desk.turn("e1")
    desk.faults.fail["done"] = "before"
    written = settling(desk)
    running = asyncio.ensure_future(desk.journal.run())
    desk.note("e1")
    while not written.is_set():
        clock.advance(DELAY)
        await asyncio.wait([asyncio.ensure_future(written.wait())], timeout=0.005)
    assert await desk.open_entries() == set()
    assert await stopped(running)


def settling(desk: Desk, calls: int = 1) -> asyncio.Event:
    """Set when the writer has said what is settled, so many calls at least."""
    written = asyncio.Event()

    def noted(settled: Iterable[str]) -> None:
        desk.settled.extend(settled)
        if len(desk.settled) >= calls:
            written.set()

    desk.journal.on_settled = noted
    return written


async def stopped(running: asyncio.Future[None]) -> bool:
    """Whether the writer was still there, and is not any more."""
    running.cancel()
    await asyncio.wait([running])
    return running.cancelled()
