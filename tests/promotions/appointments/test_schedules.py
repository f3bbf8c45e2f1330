"""N5: two processes that die at any step, in random order: no place is given twice, and none is lost.

OAFLOW_SCHEDULES sets how many schedules are played, OAFLOW_SCHEDULE_SEED with which seed they begin.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from bot.engine.times.local_time import today
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import cells_of, starts_on
from bot.promotions.appointments.model import AppointmentAnswer, AppointmentRequest
from bot.promotions.appointments.store.appointments import Appointments
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.promotions.appointments.examples import TAIPEI, open_daily, service

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES", "6"))
SEED = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "64"))
PEOPLE, ACTS = 8, 4
DAY = today(NOW, TAIPEI) + timedelta(days=1)

Ask = Callable[[Appointments], Awaitable[AppointmentAnswer]]


def some_services(dice: Random, number: int) -> list[BookableService]:
    """Two services that may share places, of any length and step, on a short day."""
    staff = [f"{number} {name}" for name in ("小芳", "阿明", "阿美")]
    hours = open_daily(("10:00", dice.choice(("12:00", "14:00"))))
    return [
        service(
            name=f"{number} {name}",
            hours=hours,
            places=tuple(dice.sample(staff, dice.choice((1, 2)))),
            minutes=dice.choice((5, 30, 60, 95)),
            step=dice.choice((5, 15, 30, 60)),
            per_person=dice.choice((1, 1, 3)),
        )
        for name in ("剪髮", "染髮")
    ]


class Schedule:
    """People who book, move and cancel at two processes that die now and then; what they have heard."""

    def __init__(self, stores: list[Appointments], services: list[BookableService], dice: Random) -> None:
        self._stores = stores
        self._services = services
        self._dice = dice
        self.heard: dict[str, list[AppointmentAnswer]] = {}
        """By the person, in the order of their acts."""

    async def _until_heard(self, ask: Ask) -> AppointmentAnswer:
        """Made until it has an answer: each time by whichever process."""
        while True:
            asking = asyncio.ensure_future(ask(self._dice.choice(self._stores)))
            if self._dice.random() < 0.4:
                for _ in range(self._dice.choice((0, 1, 5, 40, 200))):
                    await asyncio.sleep(0)
                asking.cancel()  # the process has died, at whichever step it was
            try:
                return await asking
            except (asyncio.CancelledError, DatabaseUnavailable):
                continue

    def _some_act(self, who: str, number: int) -> Ask:
        what = self._dice.choice(self._services)
        start = self._dice.choice([*starts_on(what, DAY, TAIPEI)])
        asked = AppointmentRequest(f"{what.name} {who} {number}", who, NOW, start)
        match self._dice.choice(("book", "book", "move", "cancel")) if number else "book":
            case "book":
                return lambda store: store.book(what, asked, TAIPEI)
            case "move":
                return lambda store: store.move(what, asked, TAIPEI)
            case _:
                return lambda store: store.cancel(what, asked, TAIPEI)

    async def _person(self, who: str) -> None:
        """A person's calls are made one after the other; some are made once more."""
        answers = self.heard.setdefault(who, [])
        for number in range(ACTS):
            ask = self._some_act(who, number)
            answers.append(await self._until_heard(ask))
            if self._dice.random() < 0.3 and answers[-1].result in ("booked", "moved", "cancelled"):
                assert await self._until_heard(ask) == answers[-1], "asked again it is the same"

    async def played(self) -> None:
        await asyncio.gather(*(self._person(f"{self._services[0].name} p{n}") for n in range(PEOPLE)))


def answers_are_lost(dice: Random, monkeypatch: pytest.MonkeyPatch, collection: type[Any]) -> None:
    """Some writes are made, and their answer is lost; others are not made at all."""
    for name in ("insert_one", "update_one"):
        honest = getattr(collection, name)

        def write(self: object, *args: object, _honest: Any = honest, **more: object) -> object:
            chance = dice.random()
            done = _honest(self, *args, **more) if chance >= 0.1 else None
            if chance < 0.2:
                raise AutoReconnect("the answer was lost")
            return done

        monkeypatch.setattr(collection, name, write)


async def check(
    database: Database, services: list[BookableService], heard: dict[str, list[AppointmentAnswer]]
) -> None:
    """What the rows say is what people have heard last, and fits."""
    names = [one.name for one in services]
    rows = [r async for r in database.collection("appointments").find({"service": {"$in": names}})]
    standing = {row["_id"]: row for row in rows if "cells" in row}
    cells = Counter(
        (row["place"], cell)
        for row in standing.values()
        for cell in cells_of(row["start"], (row["end"] - row["start"]).seconds // 60)
    )
    assert max(cells.values(), default=0) <= 1, "no place twice"
    said: dict[str, tuple[str, object, object]] = {}
    for answers in heard.values():
        for answer in answers:
            one = answer.appointment
            if answer.result in ("booked", "moved") and one is not None:
                said[one.id] = (one.contact, one.place, one.start)
            elif answer.result == "cancelled" and one is not None:
                del said[one.id]
    found = {id_: (row["contact"], row["place"], row["start"]) for id_, row in standing.items()}
    assert found == said, "nothing is lost, and nothing is there that nobody has heard of"
    each = Counter((row["contact"], row["service"]) for row in standing.values())
    assert all(each[who, one.name] <= one.per_person for who in heard for one in services)


@pytest.mark.ring("all", "many random schedules")
async def test_s44_any_schedule_of_who_books_and_who_dies(
    database: Database, prepared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Database(prepared)
    results = Counter[str]()
    for number in range(SEED, SEED + SCHEDULES):
        dice = Random(number)
        services = some_services(dice, number)
        with monkeypatch.context() as patched:
            answers_are_lost(dice, patched, type(database.collection("appointments").driver))
            playing = Schedule([Appointments(one) for one in (database, other)], services, dice)
            await playing.played()
        results.update(answer.result for answers in playing.heard.values() for answer in answers)
        try:
            await check(database, services, playing.heard)
        except AssertionError as error:
            error.add_note(f"OAFLOW_SCHEDULE_SEED={number} OAFLOW_SCHEDULES=1")
            raise
    other.close()
    assert results.keys() >= {"booked", "full", "none"}, "each schedule has these"
    assert SCHEDULES < 24 or results.keys() >= {"moved", "cancelled", "had"}, "most have one of these"
