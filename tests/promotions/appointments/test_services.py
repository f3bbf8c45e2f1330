"""N5: appointments are the same in a scenario's memory and in MongoDB: a place for one, an act once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.engine.times.local_time import Duration
from bot.model.effects import EffectRequest
from bot.model.event import Origin, Outcome
from bot.promotions.appointments.model import BookAppointment, CancelAppointment, MoveAppointment
from bot.promotions.appointments.services.booking import AppointmentLedger, AppointmentService, WishLedger
from bot.services.caller import Caller
from bot.services.effects import EffectFailed
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.promotions.appointments.examples import HAIRCUT, TAIPEI, asks, at_ten, books, open_daily, service
from tests.services.members import Contacts

TEN = at_ten(NOW)
ELEVEN, NOON = TEN + timedelta(hours=1), TEN + timedelta(hours=2)


async def test_as_many_as_there_are_places_and_no_more(ledger: AppointmentLedger) -> None:
    answers = await asyncio.gather(*(books(ledger, f"p{number}", TEN) for number in range(6)))
    assert sorted(one.result for one in answers) == ["booked", "booked", "full", "full", "full", "full"]
    assert {one.appointment.place for one in answers if one.appointment} == {*HAIRCUT.places}
    half = await books(ledger, "late", TEN + timedelta(minutes=30))
    assert half.result == "full", "they sit until eleven"
    assert (await books(ledger, "late", ELEVEN, call="next")).result == "booked"


async def test_two_services_share_one_person(ledger: AppointmentLedger) -> None:
    cut = service(places=("小芳",))
    colour = service(name="染髮", places=("小芳", "阿明"), minutes=120)
    assert (await books(ledger, "a", ELEVEN, cut)).result == "booked"
    other = await books(ledger, "b", TEN, colour)
    assert other.appointment is not None
    assert other.appointment.place == "阿明"
    assert (await books(ledger, "c", TEN, colour)).result == "full"


async def test_asked_again_it_answers_the_same(ledger: AppointmentLedger) -> None:
    first = await books(ledger, "a", TEN)
    moved = await ledger.move(HAIRCUT, asks("a", "move", NOON), TAIPEI)
    gone = await ledger.cancel(HAIRCUT, asks("a", "cancel"), TAIPEI)
    assert [moved.result, gone.result] == ["moved", "cancelled"]
    assert await books(ledger, "a", TEN) == first
    assert await ledger.move(HAIRCUT, asks("a", "move", NOON), TAIPEI) == moved
    assert await ledger.cancel(HAIRCUT, asks("a", "cancel"), TAIPEI) == gone
    assert await ledger.of_person("a", NOW) == []


async def test_moving_gives_the_old_place_back_and_takes_none_of_others(ledger: AppointmentLedger) -> None:
    one = service(places=("小芳",))
    await books(ledger, "a", TEN, one)
    await books(ledger, "b", NOON, one)
    refused = await ledger.move(one, asks("a", "1", NOON), TAIPEI)
    assert refused.result == "full"
    assert refused.appointment is not None
    assert refused.appointment.start == TEN, "who finds no place keeps the one they have"
    by_half = await ledger.move(one, asks("a", "2", TEN + timedelta(minutes=30)), TAIPEI)
    assert by_half.result == "moved", "into half of the own hour"
    assert (await books(ledger, "c", TEN, one)).result == "full"
    assert (await ledger.cancel(one, asks("a", "3"), TAIPEI)).result == "cancelled"
    assert (await books(ledger, "c", TEN, one, "again")).result == "booked"


async def test_who_was_refused_is_refused_under_that_act_for_good(ledger: AppointmentLedger) -> None:
    """A process that has died may still write: what was answered meanwhile must not come true later."""
    one = service(places=("小芳",))
    await books(ledger, "a", TEN, one)
    await books(ledger, "b", NOON, one)
    assert (await books(ledger, "c", TEN, one)).result == "full"
    assert (await ledger.move(one, asks("b", "move", TEN), TAIPEI)).result == "full"
    await ledger.cancel(one, asks("a", "cancel"), TAIPEI)
    assert (await books(ledger, "c", TEN, one)).result == "full"
    assert (await ledger.move(one, asks("b", "move", TEN), TAIPEI)).result == "full"
    assert (await books(ledger, "c", TEN, one, "again")).result == "booked"


async def test_who_may_have_one_has_one_and_the_past_does_not_count(ledger: AppointmentLedger) -> None:
    await books(ledger, "a", TEN)
    again = await books(ledger, "a", NOON, call="again")
    assert again.result == "had"
    assert again.appointment is not None
    assert again.appointment.start == TEN
    later = await ledger.book(HAIRCUT, asks("a", "later", TEN + timedelta(days=1), at=ELEVEN), TAIPEI)
    assert later.result == "booked"


async def test_of_two_merged_contacts_both_count(ledger: AppointmentLedger, contacts: Contacts) -> None:
    await books(ledger, "a", TEN)
    await contacts.merge("a", "b")
    assert (await books(ledger, "b", NOON)).result == "had"
    assert (await ledger.cancel(HAIRCUT, asks("b", "cancel"), TAIPEI)).result == "cancelled"


@pytest.mark.parametrize(
    ("start", "result"),
    [(TEN + timedelta(minutes=10), "closed"), (NOW, "too_soon"), (TEN + timedelta(days=60), "too_far")],
)
async def test_what_hours_refuse_is_refused_to_move_to_as_well(
    ledger: AppointmentLedger, start: datetime, result: str
) -> None:
    wanted = service(soonest=Duration(seconds=60))
    await books(ledger, "b", TEN, wanted)
    assert (await books(ledger, "a", start, wanted)).result == result
    assert (await ledger.move(wanted, asks("b", "move", start), TAIPEI)).result == result


async def test_too_late_to_change(ledger: AppointmentLedger) -> None:
    strict = service(cancel_until=Duration(days=2))
    await books(ledger, "a", TEN, strict)
    for answer in (
        await ledger.cancel(strict, asks("a", "cancel"), TAIPEI),
        await ledger.move(strict, asks("a", "move", NOON), TAIPEI),
    ):
        assert answer.result == "too_late"
    assert (await ledger.cancel(strict, asks("b", "cancel"), TAIPEI)).result == "none"


async def test_a_holiday_set_afterwards_leaves_what_is_booked(ledger: AppointmentLedger) -> None:
    await books(ledger, "a", TEN)
    closed = service(hours=open_daily(("10:00", "19:00"), closed=(f"{TEN.date()}",)))
    assert (await books(ledger, "b", TEN, closed)).result == "closed"
    [still] = await ledger.of_person("a", NOW)
    assert still.start == TEN
    moved = await ledger.move(closed, asks("a", "move", NOON + timedelta(days=1)), TAIPEI)
    assert moved.result == "moved"


async def test_a_clock_that_is_set_back_gives_no_place_twice(ledger: AppointmentLedger) -> None:
    one = service(places=("小芳",))
    before = asks("a", "book", TEN, at=NOW)
    assert (await ledger.book(one, before, TAIPEI)).result == "booked"
    earlier = asks("b", "book", TEN, at=NOW - timedelta(hours=3))
    assert (await ledger.book(one, earlier, TAIPEI)).result == "full"


async def test_staff_are_bound_by_hours_and_places_alone(ledger: AppointmentLedger) -> None:
    strict = service(soonest=Duration(days=2), latest=Duration(days=3), cancel_until=Duration(days=9))
    by_staff = replace(asks("a", "press", TEN), by_staff=True)
    first, second = [
        await ledger.book(strict, replace(by_staff, id=f"{at}", start=at), TAIPEI)
        for at in (TEN, TEN + timedelta(days=60))
    ]
    assert [first.result, second.result] == ["booked"] * 2
    assert second.appointment is not None
    refused = [
        (await ledger.book(strict, replace(by_staff, id=f"{at}", start=at), TAIPEI)).result
        for at in (TEN + timedelta(hours=12), NOW - timedelta(hours=1))
    ]
    assert refused == ["closed", "too_soon"]
    meant = replace(by_staff, id="move", start=NOON, which=second.appointment.id)
    moved = await ledger.move(strict, meant, TAIPEI)
    assert moved.appointment is not None
    assert (moved.result, moved.appointment.id) == ("moved", second.appointment.id)
    gone = await ledger.cancel(strict, replace(by_staff, id="gone", which=second.appointment.id), TAIPEI)
    assert gone.result == "cancelled"
    assert [one.start for one in await ledger.of_person("a", NOW)] == [TEN]
    taken = await ledger.taken(strict, TEN, TEN + timedelta(days=1))
    assert [place for place, cells in taken.items() if cells] == [HAIRCUT.places[0]]


# -- the service

IMPERSONAL = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
HERE = Origin("", "main", 0)


class Salon:
    """Appointments of the playbook that is live, and who asks."""

    def __init__(self, ledger: AppointmentLedger, wishes: WishLedger) -> None:
        self.ends: list[tuple[str, ...]] = []
        self.playbook = replace(
            IMPERSONAL, promotions={**IMPERSONAL.promotions, "appointments": {HAIRCUT.name: HAIRCUT}}
        )
        service = AppointmentService(ledger, wishes, lambda: self.playbook, self.count)
        self.ask = service.carries_out

    def count(self, *end: str) -> None:
        self.ends.append(end)

    async def asks(self, user: str, call: str, request: EffectRequest) -> Outcome:
        caller = Caller(f"main:{user}", "main", user, f"{call} of {user}", NOW)
        return await self.ask[type(request)](request, caller)


@pytest.fixture
def salon(ledger: AppointmentLedger, wishes: WishLedger) -> Salon:
    return Salon(ledger, wishes)


async def test_s44_the_same_call_again_hears_the_same(salon: Salon) -> None:
    booking = BookAppointment(HAIRCUT.name, TEN, HERE)
    first = await salon.asks("U1", "book", booking)
    assert (first.asked, first.result, first.subject, first.origin) == (
        *("appointment", "booked", HAIRCUT.name, HERE),
    )
    assert first.fields["start"] == TEN
    assert first.fields["title"] == HAIRCUT.title
    moved = await salon.asks("U1", "move", MoveAppointment(HAIRCUT.name, NOON, HERE))
    assert moved.result == "moved"
    assert await salon.asks("U1", "book", booking) == first
    gone = await salon.asks("U1", "cancel", CancelAppointment(HAIRCUT.name, HERE))
    assert (gone.result, gone.fields["start"]) == ("cancelled", NOON)
    assert [end for _, end in salon.ends] == ["booked", "moved", "booked", "cancelled"]


async def test_a_service_that_the_playbook_has_no_more_fails(salon: Salon) -> None:
    salon.playbook = IMPERSONAL
    with pytest.raises(EffectFailed):
        await salon.asks("U1", "book", BookAppointment(HAIRCUT.name, TEN, HERE))
