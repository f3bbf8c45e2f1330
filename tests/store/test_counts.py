"""Counts by day (H7): each row of the timeline once, whoever adds it, and however often."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.model.contact import Contact, Identity
from bot.model.counts import ENTERED, PASSED, TAPPED, Count, Counted, StateCount
from bot.model.instance import Hold, Instance, Timer
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.flow_occupancy import StandingPeople
from bot.store.counters.counts import Counts
from bot.store.counters.folding import FOLDED
from bot.store.database.mongo import Database
from bot.store.events.journal import Journal
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.people import come

DAY = "2026-09-01"
IN = Mark("main", "welcome", ENTERED)
ON = Mark("main", "welcome", PASSED, ("問|一", "a,b", ""))


@pytest.fixture
def journal(database: Database, seal: Seal) -> Journal:
    return Journal(database, seal)


@pytest.fixture
def counts(database: Database) -> Counts:
    return Counts(database)


def row(name: str, *marks: Mark, day: str = DAY) -> TimelineRow:
    return TimelineRow(name, "main:U1", part_of("main:U1"), NOW, "x", counted=Counted(name, day, marks))


async def test_h7_each_row_is_counted_once(journal: Journal, counts: Counts) -> None:
    rows: Sequence[TimelineRow] = [row("a", IN, ON), row("b", IN), row("c", IN, day="2026-09-02")]
    await journal.timeline(rows)
    assert await journal.timeline_of("main:U1", part_of("main:U1")) == list(rows)
    await counts.fold_all()
    await journal.timeline([row("b", IN), row("d", ON)])  # one of them a second time, as after a crash
    await counts.fold_all()
    await counts.fold_all()
    assert sorted(await counts.since("", "welcome")) == [
        Count(DAY, IN, 2),
        Count(DAY, ON, 2),
        Count("2026-09-02", IN, 1),
    ]
    assert await counts.since("2026-09-02", "welcome") == [Count("2026-09-02", IN, 1)]


async def test_g5_taps_on_menus_belong_to_no_flow(journal: Journal, counts: Counts) -> None:
    tap = Mark("main", "", TAPPED, ("主選單/主選單/優惠",))
    await journal.timeline([row("a", tap, tap)])
    await counts.fold_all()
    assert await counts.since(DAY, "") == [Count(DAY, tap, 2)]


async def test_a_row_that_cannot_be_read_does_not_keep_the_others(
    database: Database, journal: Journal, counts: Counts
) -> None:
    damaged = {"contact": "main:U1", "part": 1, "at": NOW, "what": "x", "more": [], "u": True}
    rows = [{"_id": "x", **damaged, "d": DAY, "c": [5, ["main"], "no"]}, {"_id": "y", **damaged}]
    await database.collection("timeline").insert_many(rows)
    await counts.fold_all()
    assert await database.collection("timeline").count_documents({"u": True}) == 0
    await journal.timeline([row("a", IN)])
    await counts.fold_all()
    assert await counts.since(DAY, "welcome") == [Count(DAY, IN, 1)]


async def test_h7_several_who_count_at_once_count_nothing_twice(journal: Journal, counts: Counts) -> None:
    number = FOLDED + 50
    await journal.timeline([row(f"e{n}", IN) for n in range(number)])
    await asyncio.gather(*(counts.fold_all() for _ in range(4)))
    assert await counts.since(DAY, "welcome") == [Count(DAY, IN, number)]


async def test_h7_who_is_where_now_is_asked_of_the_people(
    database: Database, seal: Seal, counts: Counts
) -> None:
    held = Hold("quiet", NOW)
    people = {
        "U1": (Instance("welcome", "main", "hello", 1, NOW, NOW), Instance("quiz", "main", "q", 1, NOW, NOW)),
        "U2": (Instance("welcome", "main", "hello", 1, NOW, NOW),),
        "U3": (Instance("welcome", "main", "offer", 1, NOW, NOW, held=held),),
    }
    for name, flows in people.items():
        one = Contact(f"main:{name}", identities=(Identity("main", name),), flows=flows)
        await come(Contacts(database, seal), one)
    assert await counts.people_in("welcome") == [
        StateCount("main", "hello", None, 2),
        StateCount("main", "offer", "quiet", 1),
    ]
    standing = StandingPeople(database)
    assert [await standing.how_many_in(flow, 100) for flow in ("welcome", "quiz", "none")] == [3, 1, 0]
    assert await standing.how_many_in("welcome", 2) == 2, "a bound is enough to know that there are many"


async def test_k5_who_waits_for_what_the_brake_holds_is_told_from_who_waits_for_his_time(
    database: Database, seal: Seal, counts: Counts
) -> None:
    """A timer of another flow, channel or visit is not theirs; a door whose time has come waits, too."""
    here = Instance("welcome", "main", "hello", 7, NOW, NOW)
    at_door = replace(here, held=Hold("quiet", NOW))
    own = Timer("welcome", "main", 7, "1h", NOW, braked=True)
    people = {
        "braked": (here, (own,)),
        "at_door": (at_door, (replace(own, timer="door"),)),
        "waits": (here, (replace(own, braked=False),)),
        "flow": (here, (replace(own, flow="quiz"),)),
        "channel": (here, (replace(own, channel="outlet"),)),
        "visit": (here, (replace(own, visit=6),)),
        "none": (here, ()),
    }
    for name, (flow, timers) in people.items():
        identities = (Identity("main", name),)
        one = Contact(f"main:{name}", identities=identities, flows=(flow,), timers=timers)
        await come(Contacts(database, seal), one)
    assert await counts.people_in("welcome") == [
        StateCount("main", "hello", None, 5),
        StateCount("main", "hello", "brake", 2),
    ]
