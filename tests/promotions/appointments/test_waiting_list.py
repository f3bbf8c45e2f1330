"""N5: a waiting list, in memory and in MongoDB: one is told of each place, the first whom it suits, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model.contact import Contact, Identity
from bot.model.event import Origin
from bot.model.inbox import Received
from bot.promotions.appointments.engine.slots import cells_of
from bot.promotions.appointments.model import (
    AppointmentAct,
    AppointmentRequest,
    BookAppointment,
    HeldAppointment,
    PlaceWish,
    WaitForPlace,
    WaitingPerson,
)
from bot.promotions.appointments.services.booking import AppointmentLedger, AppointmentService, WishLedger
from bot.promotions.appointments.services.waiting_list import WaitingListService
from bot.services.caller import Caller
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.promotions.appointments.examples import TAIPEI, at_ten, service
from tests.services.members import Contacts

SEAT = service(places=("小芳",), waiting=timedelta(minutes=30), per_person=3)
IMPERSONAL = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
HERE = Origin("my_appointments", "main", 0)


class Salon:
    """One seat, a day on which every time is taken, and people who wait."""

    def __init__(
        self, ledger: AppointmentLedger, wishes: WishLedger, contacts: Contacts, clock: ManualClock
    ) -> None:
        self.ledger, self.wishes, self.contacts, self.clock = ledger, wishes, contacts, clock
        self.playbook = replace(
            IMPERSONAL, promotions={**IMPERSONAL.promotions, "appointments": {SEAT.name: SEAT}}
        )
        self.told: list[tuple[str, AppointmentAct]] = []
        self.events = set[str]()
        self.ask = AppointmentService(ledger, wishes, lambda: self.playbook).carries_out
        self.lists = [
            WaitingListService(ledger, wishes, contacts.directory, lambda: self.playbook, self.store, clock)
            for _ in range(2)
        ]
        self.ten = at_ten(clock.now())
        self.day = f"{self.ten:%Y-%m-%d}"

    async def line(self) -> list[WaitingPerson]:
        return [one async for one in self.wishes.in_line(SEAT.name, self.day)]

    async def store(self, events: Sequence[Received], _: float) -> None:
        for one in events:
            assert isinstance(one.event.what, AppointmentAct)
            if one.event.id not in self.events:  # the inbox has each id once
                self.events.add(one.event.id)
                self.told.append((one.entry.contact, one.event.what))

    async def open(self, *names: str) -> None:
        """Everybody is a friend, and somebody has each hour."""
        for name in names:
            await self.knows(name)
        for number in range(9):
            await self.takes(f"filler {number}", self.ten + timedelta(hours=number))

    async def knows(self, name: str, *, friend: bool = True) -> None:
        contact = Contact(f"main:{name}", identities=(Identity("main", name, friend=friend),))
        await self.contacts.put(contact)

    async def takes(self, who: str, start: datetime) -> str:
        asked = AppointmentRequest(f"{who} {start}", who, self.clock.now(), start)
        return (await self.ledger.book(SEAT, asked, TAIPEI)).result

    async def frees(self, number: int) -> None:
        who = f"filler {number}"
        asked = AppointmentRequest(f"gone {who}", who, self.clock.now())
        assert (await self.ledger.cancel(SEAT, asked, TAIPEI)).result == "cancelled"

    async def waits(self, name: str, call: str = "wait", **more: Any) -> str:
        request = replace(WaitForPlace(SEAT.name, self.day, HERE), **more)
        self.clock.advance(1)
        caller = Caller(f"main:{name}", "main", name, f"{call} {name}", self.clock.now())
        return await self.does(request, caller)

    async def does(self, request: WaitForPlace | BookAppointment, caller: Caller) -> str:
        return (await self.ask[type(request)](request, caller)).result

    async def look(self) -> list[str]:
        await asyncio.gather(*(one.look() for one in self.lists))
        return [contact.removeprefix("main:") for contact, _ in self.told]


@pytest.fixture
def salon(ledger: AppointmentLedger, wishes: WishLedger, contacts: Contacts, clock: ManualClock) -> Salon:
    return Salon(ledger, wishes, contacts, clock)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_the_first_in_line_is_told_alone_then_the_next(salon: Salon) -> None:
    await salon.open("a", "b")
    assert [await salon.waits("a"), await salon.waits("b")] == ["waiting"] * 2
    assert await salon.look() == []
    await salon.frees(0)
    assert await salon.look() == ["a"]
    assert salon.told[0][1].held is not None
    assert salon.told[0][1].held.start == salon.ten
    assert await salon.look() == ["a"], "said once"
    salon.clock.advance(31 * 60)
    assert await salon.look() == ["a", "b"], "she did not want it"
    salon.clock.advance(31 * 60)
    assert await salon.look() == ["a", "b"]


async def test_of_two_places_two_are_told_and_what_was_booked_meanwhile_is_nobodys(salon: Salon) -> None:
    await salon.open("a", "b", "c")
    for name in "abc":
        await salon.waits(name)
    await salon.frees(0)
    await salon.frees(5)
    assert sorted(await salon.look()) == ["a", "b"]
    starts = {act.held.start for _, act in salon.told if act.held is not None}
    assert starts == {salon.ten, salon.ten + timedelta(hours=5)}
    assert [await salon.takes("x", start) for start in sorted(starts)] == ["booked"] * 2
    salon.clock.advance(3600)
    assert sorted(await salon.look()) == ["a", "b"], "nothing is free any more"


async def test_who_books_or_leaves_is_not_told(salon: Salon) -> None:
    await salon.open("a", "b", "c")
    for name in "abc":
        await salon.waits(name)
    assert await salon.waits("b", "stop", leave=True) == "left"
    await salon.frees(3)
    booking = BookAppointment(SEAT.name, salon.ten + timedelta(hours=3), HERE)
    caller = Caller("main:a", "main", "a", "book a", salon.clock.now())
    assert await salon.does(booking, caller) == "booked"
    await salon.frees(4)
    assert await salon.look() == ["c"]


async def test_who_has_blocked_us_keeps_the_place_in_the_line(salon: Salon) -> None:
    await salon.open("b")
    await salon.knows("a", friend=False)
    for name in "ab":
        await salon.waits(name)
    await salon.frees(0)
    assert await salon.look() == ["b"]


async def test_who_has_blocked_the_account_that_was_asked_is_passed_over(salon: Salon) -> None:
    """N5: she is a friend of another account, where a push about this one does not go."""
    await salon.open("b")
    elsewhere = (Identity("outlet", "a", friend=True), Identity("main", "a", friend=False))
    await salon.contacts.put(Contact("main:a", identities=elsewhere))
    for name in "ab":
        await salon.waits(name)
    await salon.frees(0)
    assert await salon.look() == ["b"]


async def test_somebody_who_is_wanted_alone_is_waited_for(salon: Salon) -> None:
    both = replace(SEAT, places=("小芳", "阿明"))
    await salon.open("a", "b")
    salon.playbook = replace(
        IMPERSONAL, promotions={**IMPERSONAL.promotions, "appointments": {SEAT.name: both}}
    )
    assert await salon.waits("a", wanted="小芳") == "waiting"
    assert await salon.waits("b") == "waiting"
    assert await salon.look() == ["b"], "阿明 is free all day"


async def test_the_same_call_again_is_one_wish_and_another_one_goes_to_the_end(salon: Salon) -> None:
    await salon.open("a", "b")
    salon.playbook = replace(
        IMPERSONAL,
        promotions={
            **IMPERSONAL.promotions,
            "appointments": {SEAT.name: replace(SEAT, places=("小芳", "阿明"))},
        },
    )
    for _ in range(2):
        assert await salon.waits("a", "once", wanted="小芳") == "waiting"
    assert await salon.waits("a", "again", wanted="小芳") == "waiting"
    line = await salon.line()
    assert [one.contact for one in line] == ["main:a"]
    await salon.waits("b", wanted="小芳")
    await salon.waits("a", "other")
    line = await salon.line()
    assert [(one.contact, one.wish.wanted) for one in line] == [("main:b", "小芳"), ("main:a", "")]


async def test_a_day_that_is_closed_or_over_is_not_waited_for(salon: Salon) -> None:
    await salon.open("a")
    assert await salon.waits("a", day="2020-01-01") == "closed"
    assert await salon.waits("a", day="2099-01-01") == "closed"
    salon.playbook = replace(
        IMPERSONAL,
        promotions={**IMPERSONAL.promotions, "appointments": {SEAT.name: replace(SEAT, waiting=None)}},
    )
    assert await salon.waits("a") == "closed"


async def test_two_contacts_that_became_one_are_told_once(salon: Salon) -> None:
    await salon.open("a", "b")
    for name in "ab":
        await salon.waits(name)
    await salon.contacts.merge("main:a", "main:b")
    await salon.frees(0)
    await salon.frees(1)
    salon.clock.advance(3600)
    assert await salon.look() == ["b"]
    assert await salon.line() == []


async def test_of_one_place_two_are_not_told_before_the_first_has_had_a_turn(
    wishes: WishLedger, clock: ManualClock
) -> None:
    now, start = clock.now(), at_ten(clock.now())
    cells, day = cells_of(start, SEAT.minutes), f"{start:%Y-%m-%d}"
    for name in "ab":
        wish = PlaceWish(f"wish {name}", SEAT.name, SEAT.title, day, now)
        await wishes.join(wish, f"main:{name}", "main", start)
    one, two = [one async for one in wishes.in_line(SEAT.name, day)]
    held = HeldAppointment("h", SEAT.name, SEAT.title, SEAT.places[0], start, start + timedelta(hours=1))
    assert await wishes.offer(one, held, cells, now)
    assert not await wishes.offer(one, held, cells, now), "waits no more"
    assert not await wishes.offer(two, held, cells, now)
    assert (await wishes.offered(SEAT.places, cells))[held.place] == {*cells}
    assert [(offer.waiting, offer.held.start) for offer in await wishes.unsent()] == [(one, start)]
    await wishes.mark_sent(one.wish.id)
    assert await wishes.unsent() == []
    await wishes.lapse(SEAT.name, now - timedelta(milliseconds=1))
    assert not await wishes.offer(two, held, cells, now)
    await wishes.lapse(SEAT.name, now)
    assert await wishes.offer(two, held, cells, now)
