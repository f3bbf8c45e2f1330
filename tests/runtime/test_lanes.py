"""One lane per contact: order inside, nothing lost, nobody in two batches."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.model.event import Event, Source, TextMessage
from bot.model.inbox import InboxEntry, Received
from bot.runtime.turn_taking import lanes as lanes_module
from bot.runtime.turn_taking.lanes import BULK, OVERDUE, TICKS, Lane, Lanes
from tests.depth import examples
from tests.eventually import PATIENCE

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CONTACTS = tuple(f"main:U{n}" for n in range(6))
PARTS = 3


def part(contact: str) -> int:
    return CONTACTS.index(contact) % PARTS if contact in CONTACTS else 0


def received(contact: str, number: int, age: float = 0.0) -> Received:
    """An event that came so many seconds ago."""
    identity, at = f"main:E{number:04}", NOW - timedelta(seconds=age)
    entry = InboxEntry(identity, "main", contact, part(contact), at, b"{}")
    return Received(entry, Event(identity, "main", Source("user", contact), at, TextMessage("x")))


def arrive(lanes: Lanes, *events: Received) -> None:
    lanes.expect([event.entry.id for event in events])
    lanes.put(events)


def ids(lane: Lane) -> list[str]:
    return [item.entry.id for item in lane.items]


class LanesMachine(RuleBasedStateMachine):
    """The runtime's use of the lanes, against plain lists of what each contact has waiting."""

    @initialize()
    def begin(self) -> None:
        self.lanes = Lanes()
        self.number = 0
        self.waiting: dict[str, list[str]] = defaultdict(list)
        self.undone: set[str] = set()
        self.busy: list[Lane] = []
        self.held: set[str] = set()
        self.closed: set[int] = set()

    @rule(contacts=st.lists(st.sampled_from(CONTACTS), min_size=1, max_size=5))
    def arrive(self, contacts: list[str]) -> None:
        events = []
        for contact in contacts:
            self.number += 1
            events.append(received(contact, self.number))
            self.waiting[contact].append(events[-1].entry.id)
            self.undone.add(events[-1].entry.id)
        arrive(self.lanes, *events)

    @rule(limit=st.integers(1, 10), age=st.sampled_from([0, 1]))
    def take(self, limit: int, age: int) -> None:
        in_batches = {lane.contact for lane in self.busy}
        batch = self.lanes.take(limit, NOW + timedelta(seconds=age))
        for lane in batch:
            assert lane.contact not in in_batches, "a contact in two batches"
            in_batches.add(lane.contact)
            assert lane.part not in self.closed
            assert lane.contact not in self.held
            assert ids(lane) == self.waiting[lane.contact]
        if sum(max(1, len(lane.items)) for lane in batch) < limit:
            ready = {c for c, w in self.waiting.items() if w and part(c) not in self.closed} - self.held
            assert ready <= in_batches, "somebody was passed over"
        self.busy += batch

    @precondition(lambda self: self.busy)
    @rule(data=st.data(), fate=st.sampled_from(("all", "some", "none", "hold")))
    def finish(self, data: st.DataObject, fate: str) -> None:
        """A batch ends: some or all turns were taken, or it failed, or the lane waits for something."""
        lane = self.busy.pop(data.draw(st.integers(0, len(self.busy) - 1)))
        count = {"all": len(lane.items), "none": 0}.get(fate, len(lane.items) // 2)
        for _ in range(count):
            assert lane.items.pop(0).entry.id == self.waiting[lane.contact].pop(0)
        if fate == "hold":
            self.lanes.hold(lane)
            self.held.add(lane.contact)
        self.lanes.give_back([lane])

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(sorted(self.held)))
        self.held.discard(contact)
        self.lanes.release(contact)

    @rule(closed=st.integers(0, PARTS - 1))
    def close(self, closed: int) -> None:
        self.lanes.close([closed])
        self.closed.add(closed)

    @rule(opened=st.integers(0, PARTS - 1))
    def open(self, opened: int) -> None:
        self.lanes.open([opened])
        self.closed.discard(opened)

    @precondition(lambda self: not self.busy)
    @rule(lost=st.integers(0, PARTS - 1))
    def lose(self, lost: int) -> None:
        dropped = self.lanes.drop(lambda part: part != lost)
        expected = [(c, e) for c in CONTACTS if part(c) == lost for e in self.waiting[c]]
        assert sorted(dropped) == sorted(expected)
        for contact, event in dropped:
            self.waiting[contact].clear()
            self.held.discard(contact)
            self.undone.discard(event)

    @rule(data=st.data())
    def mark_done(self, data: st.DataObject) -> None:
        """The journal has written: what is decided is forgotten."""
        done = self.undone - {event for waiting in self.waiting.values() for event in waiting}
        some = data.draw(st.sets(st.sampled_from(sorted(done)))) if done else set()
        self.lanes.forget(some)
        self.undone -= some

    @invariant()
    def nothing_is_forgotten(self) -> None:
        if not hasattr(self, "lanes"):
            return
        assert len(self.lanes) == len(self.undone)
        assert all(self.lanes.knows(event) for event in self.undone)

    def teardown(self) -> None:
        """Whatever came before: opened, released and taken to the end, everything comes out in order."""
        if not hasattr(self, "lanes"):
            return
        self.lanes.give_back(self.busy)
        self.lanes.open(range(PARTS))
        for contact in CONTACTS:
            self.lanes.release(contact)
        while batch := self.lanes.take(3):
            for lane in batch:
                assert ids(lane) == self.waiting.pop(lane.contact)
                lane.items.clear()
            self.lanes.give_back(batch)
        assert not any(self.waiting.values())
        self.lanes.forget(self.undone)
        assert len(self.lanes) == 0


LanesMachine.TestCase.settings = settings(max_examples=examples(40), stateful_step_count=40, database=None)
test_model = LanesMachine.TestCase


# -- single questions


def test_a_lane_in_a_batch_is_not_given_twice() -> None:
    lanes = Lanes()
    arrive(lanes, received(CONTACTS[0], 1))
    [lane] = lanes.take(10)
    arrive(lanes, received(CONTACTS[0], 2))
    assert lanes.take(10) == []
    lane.items.pop(0)
    lanes.give_back([lane])
    assert [ids(lane) for lane in lanes.take(10)] == [["main:E0002"]]


def test_a_batch_has_about_the_size_asked_for() -> None:
    lanes = Lanes()
    arrive(lanes, *(received(contact, n) for n in range(2) for contact in CONTACTS))
    assert [lane.contact for lane in lanes.take(4)] == list(CONTACTS[:2])
    assert [lane.contact for lane in lanes.take(100)] == list(CONTACTS[2:])


def test_who_was_held_goes_on_before_those_who_came_later() -> None:
    """F8: a newcomer waits for a profile; to wait for the whole rush once more would cost the answer."""
    for released_in_batch in (False, True):
        lanes = Lanes()
        arrive(lanes, *(received(contact, n) for n, contact in enumerate(CONTACTS)))
        [lane] = first = lanes.take(1)
        lanes.hold(lane)
        if released_in_batch:
            lanes.release(lane.contact)
        lanes.give_back(first)
        lanes.release(lane.contact)
        assert [lane.contact for lane in lanes.take(3)] == [*CONTACTS[:3]]


def test_what_can_be_answered_no_more_keeps_no_answer_waiting() -> None:
    """F8: oldest first, but tokens that are too old come behind, a few with each batch."""
    lanes = Lanes()
    old = [f"main:D{number}" for number in range(3 * OVERDUE)]
    arrive(lanes, *(received(contact, n, 51) for n, contact in enumerate(old)))
    arrive(lanes, *(received(contact, 900 + n, 49) for n, contact in enumerate(CONTACTS)))
    since = NOW - timedelta(seconds=50)
    assert [lane.contact for lane in lanes.take(4, since)] == [*CONTACTS[:4], *old[:OVERDUE]]
    arrive(lanes, received(old[OVERDUE], 990, 0))
    rest = lanes.take(2 * OVERDUE, since)
    assert [lane.contact for lane in rest] == [*CONTACTS[4:], *old[OVERDUE : 3 * OVERDUE - 3]]
    assert len(rest[2].items) == 2, "what came meanwhile is in its lane"
    assert [lane.contact for lane in lanes.take(500, since)] == old[-3:]
    assert lanes.take(500, since) == []


def test_a_tick_and_a_reread_are_turns_too() -> None:
    lanes = Lanes()
    lanes.tick(CONTACTS[0], 0)
    lanes.reread(CONTACTS[1], 1)
    assert [(lane.contact, lane.tick, lane.reread) for lane in lanes.take(10)] == [
        (CONTACTS[1], False, True),
        (CONTACTS[0], True, False),
    ]


def test_who_writes_is_in_no_batch_of_bulk_work() -> None:
    """M2: a list of thousands, whose turns others have ordered; whoever writes is no part of it any more."""
    lanes = Lanes()
    listed = [f"main:D{number}" for number in range(3 * BULK)]
    for contact in listed:
        lanes.reread(contact, 0, bulk=True)
    arrive(lanes, *(received(contact, n) for n, contact in enumerate(CONTACTS)))
    arrive(lanes, received(listed[-1], 900))
    lanes.reread(listed[-2], 0)
    lanes.reread(CONTACTS[0], 0, bulk=True)
    assert [lane.contact for lane in lanes.take(100)] == [*CONTACTS, listed[-1], listed[-2]]
    batches = [[lane.contact for lane in lanes.take_bulk()] for _ in range(4)]
    assert batches == [listed[:BULK], listed[BULK : 2 * BULK], listed[2 * BULK : -2], []]


def test_who_writes_waits_for_few_timers_and_those_wait_for_nobody() -> None:
    """H3: thousands are due, and thousands write: each batch has events, and some timers."""
    lanes = Lanes()
    due = [f"main:D{number}" for number in range(3 * TICKS)]
    for contact in due:
        lanes.tick(contact, 0)
    assert lanes.ticks == 3 * TICKS
    arrive(lanes, *(received(contact, n) for n, contact in enumerate(CONTACTS)))
    first = lanes.take(4)
    assert [lane.contact for lane in first] == [*CONTACTS[:4], *due[:TICKS]]
    assert [lane.contact for lane in lanes.take(4)] == [*CONTACTS[4:], *due[TICKS : 2 * TICKS]]
    assert lanes.ticks == TICKS


def test_who_writes_when_a_timer_is_due_waits_with_the_events() -> None:
    """Semantics 2: one turn has both, and it is not passed over by those whom only a timer wants."""
    lanes = Lanes()
    for number in range(2 * TICKS):
        lanes.tick(f"main:D{number}", 0)
    lanes.tick(CONTACTS[0], 0)
    arrive(lanes, received(CONTACTS[0], 1))
    [first, *_] = batch = lanes.take(10)
    assert (first.contact, first.tick, len(first.items)) == (CONTACTS[0], True, 1)
    assert [lane.contact for lane in batch].count(CONTACTS[0]) == 1
    assert lanes.ticks == TICKS


def test_ticks_of_a_part_that_changes_hands_wait_too() -> None:
    lanes = Lanes()
    for contact in CONTACTS:
        lanes.tick(contact, part(contact))
    lanes.close([0])
    taken = lanes.take(10)
    assert {lane.part for lane in taken} == {1, 2}
    lanes.open([0])
    assert {lane.part for lane in lanes.take(10)} == {0}
    lanes.give_back(taken)
    lanes.drop(lambda part: False)
    assert lanes.ticks == 0
    assert lanes.take(10) == []


async def test_wanted_waits_for_work_that_may_be_done() -> None:
    lanes = Lanes()
    lanes.close([part(CONTACTS[0])])
    arrive(lanes, received(CONTACTS[0], 1))
    waiting = asyncio.ensure_future(lanes.wanted())
    await asyncio.sleep(0)
    assert not waiting.done()
    lanes.open([part(CONTACTS[0])])
    await asyncio.wait_for(waiting, PATIENCE)
    assert [lane.contact for lane in lanes.take(10)] == [CONTACTS[0]]


async def test_empty_waits_until_everything_is_marked_done() -> None:
    lanes = Lanes()
    await asyncio.wait_for(lanes.empty(), PATIENCE)
    arrive(lanes, received(CONTACTS[0], 1))
    [lane] = lanes.take(1)
    empty = asyncio.ensure_future(lanes.empty())
    lane.items.clear()
    lanes.give_back([lane])
    await asyncio.sleep(0)
    assert not empty.done()
    lanes.forget(["main:E0001"])
    await asyncio.wait_for(empty, PATIENCE)


async def test_an_event_that_is_being_stored_is_known_at_once() -> None:
    lanes = Lanes()
    lanes.expect(["main:E0001"])
    assert lanes.knows("main:E0001")
    lanes.forget(["main:E0001"])
    assert not lanes.knows("main:E0001")


def test_in_a_crowd_events_stay_in_the_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: what does not fit is read from the inbox when its turn comes, and not lost."""
    monkeypatch.setattr(lanes_module, "CROWDED", 3)
    lanes = Lanes()
    events = [received(CONTACTS[0], n) for n in range(5)]
    for event in events:
        arrive(lanes, event)
    assert len(lanes) == 3
    [lane] = lanes.take(10)
    assert lane.reread
    assert ids(lane) == [event.entry.id for event in events[:3]]
    assert not lanes.knows(events[4].entry.id)  # whoever reads the inbox takes it
