"""Noting timers is cheap, however many there are; and only the owner of a part wakes its contacts."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Contact
from bot.model.instance import Timer
from bot.model.processes import part_of
from bot.runtime.turn_taking.lanes import Lanes
from bot.runtime.turn_taking.timers import TimerWatch
from bot.store.contacts.contacts import Contacts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.runtime.answers import passing
from tests.runtime.test_timers import at_work

MANY = 20_000
ANNA, BERT = "main:U1", "main:U2"


class Moment(datetime):
    """A moment that counts how often it is compared with another, and fails when that is too often."""

    compared = 0
    allowed = 2 * MANY * math.ceil(math.log2(MANY) + 2)

    def __eq__(self, other: object) -> bool:
        Moment.count()
        return super().__eq__(other)

    def __lt__(self, other: object) -> bool:
        Moment.count()
        assert isinstance(other, datetime)
        return super().__lt__(other)

    __hash__ = datetime.__hash__

    @staticmethod
    def count() -> None:
        Moment.compared += 1
        assert Moment.compared <= Moment.allowed, "noting timers costs more than n log n"


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


@pytest.fixture
async def watch(
    database: Database, seal: Seal, lanes: Lanes, clock: ManualClock
) -> AsyncIterator[TimerWatch]:
    """A watch of all parts but Anna's, at work."""
    ours = [part for part in range(256) if part != part_of(ANNA)]
    watch = TimerWatch(Contacts(database, seal), lanes, clock, lambda: ours, ours.__contains__)
    async with at_work(watch, clock):
        yield watch


def due(contact: str, at: datetime) -> Contact:
    return Contact(contact, timers=(Timer("quiz", "main", 1, "after 10m", at),))


@pytest.mark.ring("all", "a crowd")
async def test_many_timers_are_noted_cheaply(watch: TimerWatch) -> None:
    """Each one sooner than all before, which is the worst that can happen to a heap."""
    Moment.compared = 0
    start = Moment(NOW.year, NOW.month, NOW.day, NOW.hour, 1, tzinfo=UTC)
    for number in range(MANY):
        watch.note(due(f"main:V{number}", start - timedelta(milliseconds=number)))
    assert Moment.compared > MANY


async def test_a_timer_noted_by_every_turn_wakes_once(
    watch: TimerWatch, lanes: Lanes, clock: ManualClock
) -> None:
    for _ in range(MANY):
        watch.note(due(BERT, NOW + timedelta(seconds=5)))
    await passing()
    clock.advance(5)
    await passing()
    [lane] = lanes.take(10)
    assert (lane.contact, lane.tick) == (BERT, True)
    lane.tick = False
    lanes.give_back([lane])
    await passing()
    assert lanes.take(10) == []


async def test_a_timer_of_a_part_that_is_not_ours_wakes_nobody(
    watch: TimerWatch, lanes: Lanes, clock: ManualClock
) -> None:
    """It was noted while the part was ours; its new owner has read it."""
    watch.note(due(ANNA, NOW + timedelta(seconds=5)))
    watch.note(due(BERT, NOW + timedelta(seconds=5)))
    await passing()
    clock.advance(5)
    await passing()
    assert [lane.contact for lane in lanes.take(10)] == [BERT]
