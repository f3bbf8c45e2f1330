"""N5: random schedules of people who wait, book and cancel, while the process that tells them dies.

Nobody is told twice, of one place one person is, and who could be told in the end was. Longer:
`OAFLOW_SCHEDULES=500`; the one that failed again: `OAFLOW_SCHEDULE_SEED`.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import TypeVar

import pytest

from bot.promotions.appointments.engine.slots import cells_of, free_starts
from bot.promotions.appointments.model import WaitForPlace
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.services.caller import Caller
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.promotions.appointments.examples import TAIPEI
from tests.promotions.appointments.test_schedules import answers_are_lost
from tests.promotions.appointments.test_waiting_list import HERE, SEAT, Salon
from tests.services.members import InMongoDB

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES", "6"))
SEED = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "64"))
PEOPLE = [f"p{number}" for number in range(5)]

T = TypeVar("T")


class Unwaiting(ManualClock):
    """Stands still, and nobody waits by it: what is tried again is so at once."""

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0)


class Waiting:
    """What everybody does, again until it is answered; what each has heard last of the list."""

    def __init__(self, salon: Salon, dice: Random) -> None:
        self.salon, self.dice = salon, dice
        self.heard: dict[str, str] = {}
        self.busy = len(PEOPLE)

    async def until_heard(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            asking = asyncio.ensure_future(ask())
            if self.dice.random() < 0.3:
                for _ in range(self.dice.choice((0, 1, 5, 40, 200))):
                    await asyncio.sleep(0)
                asking.cancel()
            try:
                return await asking
            except (asyncio.CancelledError, DatabaseUnavailable):
                continue

    async def person(self, name: str) -> None:
        for number in range(3):
            leave = bool(number) and self.dice.random() < 0.3
            request = WaitForPlace(SEAT.name, self.salon.day, HERE, leave=leave)
            caller = Caller(f"main:{name}", "main", name, f"{number} of {name}", self.salon.clock.now())
            ask = partial(self.salon.ask[WaitForPlace], request, caller)
            self.heard[name] = (await self.until_heard(ask)).result
        self.busy -= 1

    async def fillers(self) -> None:
        for number in self.dice.sample(range(9), 3):
            await self.until_heard(partial(self.salon.frees, number))

    async def looks(self) -> None:
        while self.busy:
            await self.until_heard(self.dice.choice(self.salon.lists).look)

    async def played(self) -> None:
        await asyncio.gather(*map(self.person, PEOPLE), self.fillers(), self.looks(), self.looks())


async def check(salon: Salon, heard: dict[str, str]) -> None:
    told = [act for _, act in salon.told]
    assert len({act.id for act in told}) == len(told), "each wish once"
    offers = [act.held for act in told if act.held is not None]
    cells = Counter((one.place, cell) for one in offers for cell in cells_of(one.start, SEAT.minutes))
    assert max(cells.values(), default=0) <= 1, "nobody else is told of the same place"
    line = {one.contact for one in await salon.line()}
    names = {contact for contact, _ in salon.told}
    for name, result in heard.items():
        contact = f"main:{name}"
        assert result == "waiting" or contact not in line, "who has left is not in the line"
        assert result == "left" or contact in line | names, "who waits is in it, or was told"
    until = salon.ten.replace(hour=15)
    taken = dict(await salon.ledger.taken(SEAT, salon.ten, until))
    for one in offers:
        taken[one.place] = {*taken.get(one.place, ()), *cells_of(one.start, SEAT.minutes)}
    free = free_starts(SEAT, salon.ten.date(), taken, salon.clock.now(), TAIPEI)
    assert not (free and line), "no place is left while somebody waits"


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_of_who_waits_and_who_dies(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number in range(SEED, SEED + SCHEDULES):
        dice = Random(number)
        for name in ("appointments", "place_wishes", "contacts"):
            await database.collection(name).delete_many({})
        stores = stores_of(database, seal)
        salon = Salon(stores.of(Appointments), stores.of(PlaceWishes), InMongoDB(stores), Unwaiting())
        await salon.open(*PEOPLE)
        playing = Waiting(salon, dice)
        with monkeypatch.context() as patched:
            answers_are_lost(dice, patched, type(database.collection("appointments").driver))
            await playing.played()
        await salon.look()
        told += len(salon.told)
        try:
            await check(salon, playing.heard)
        except AssertionError as error:
            error.add_note(f"OAFLOW_SCHEDULE_SEED={number} OAFLOW_SCHEDULES=1")
            raise
    assert told
