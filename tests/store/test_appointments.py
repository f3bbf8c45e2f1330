"""N5: appointments on a real database: one place for one person, asked again the same, one write each."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.engine.compiled.appointment import BookableService
from bot.engine.times.local_time import Duration
from bot.model.appointment import AppointmentAnswer, AppointmentRequest
from bot.store.counters.appointments import ACTS_MOST, Appointments
from bot.store.database.mongo import Database
from tests.appointments import HAIRCUT, TAIPEI, at_ten, open_daily, service
from tests.conftest import NOW

TEN = at_ten(NOW)
ELEVEN, NOON = TEN + timedelta(hours=1), TEN + timedelta(hours=2)


@pytest.fixture
def store(database: Database) -> Appointments:
    return Appointments(database)


def asks(who: str, call: str, start: datetime | None = None, at: datetime = NOW) -> AppointmentRequest:
    return AppointmentRequest(f"{who}/{call}", who, at, start)


async def books(
    store: Appointments, who: str, start: datetime, what: BookableService = HAIRCUT, call: str = "book"
) -> AppointmentAnswer:
    return await store.book(what, asks(who, call, start), TAIPEI)


async def test_as_many_as_there_are_places_and_no_more(store: Appointments) -> None:
    answers = await asyncio.gather(*(books(store, f"p{number}", TEN) for number in range(6)))
    assert sorted(one.result for one in answers) == ["booked", "booked", "full", "full", "full", "full"]
    assert {one.appointment.place for one in answers if one.appointment} == {*HAIRCUT.places}
    half = await books(store, "late", TEN + timedelta(minutes=30))
    assert half.result == "full", "they sit until eleven"
    assert (await books(store, "late", ELEVEN, call="next")).result == "booked"


async def test_two_services_share_one_person(store: Appointments) -> None:
    cut = service(places=("小芳",))
    colour = service(name="染髮", places=("小芳", "阿明"), minutes=120)
    assert (await books(store, "a", ELEVEN, cut)).result == "booked"
    other = await books(store, "b", TEN, colour)
    assert other.appointment is not None
    assert other.appointment.place == "阿明"
    assert (await books(store, "c", TEN, colour)).result == "full"


async def test_asked_again_it_answers_the_same(store: Appointments) -> None:
    first = await books(store, "a", TEN)
    moved = await store.move(HAIRCUT, asks("a", "move", NOON), TAIPEI)
    gone = await store.cancel(HAIRCUT, asks("a", "cancel"), TAIPEI)
    assert [moved.result, gone.result] == ["moved", "cancelled"]
    assert await books(store, "a", TEN) == first
    assert await store.move(HAIRCUT, asks("a", "move", NOON), TAIPEI) == moved
    assert await store.cancel(HAIRCUT, asks("a", "cancel"), TAIPEI) == gone
    assert await store.of_person("a", NOW) == []


async def test_the_first_act_is_known_after_any_number_of_moves(store: Appointments) -> None:
    await books(store, "a", TEN)
    for number in range(ACTS_MOST + 1):
        await store.move(HAIRCUT, asks("a", f"move {number}", (NOON, TEN)[number % 2]), TAIPEI)
    again = await books(store, "a", TEN)
    assert again.result == "booked"
    assert len(await store.between(HAIRCUT.name, TEN, NOON + timedelta(days=1))) == 1


async def test_moving_gives_the_old_place_back_and_takes_none_of_others(store: Appointments) -> None:
    one = service(places=("小芳",))
    await books(store, "a", TEN, one)
    await books(store, "b", NOON, one)
    refused = await store.move(one, asks("a", "1", NOON), TAIPEI)
    assert refused.result == "full"
    assert refused.appointment is not None
    assert refused.appointment.start == TEN, "who finds no place keeps the one they have"
    by_half = await store.move(one, asks("a", "2", TEN + timedelta(minutes=30)), TAIPEI)
    assert by_half.result == "moved", "into half of the own hour"
    assert (await books(store, "c", TEN, one)).result == "full"
    assert (await store.cancel(one, asks("a", "3"), TAIPEI)).result == "cancelled"
    assert (await books(store, "c", TEN, one, "again")).result == "booked"


async def test_who_was_refused_is_refused_under_that_act_for_good(store: Appointments) -> None:
    """A process that has died may still write: what was answered meanwhile must not come true later."""
    one = service(places=("小芳",))
    await books(store, "a", TEN, one)
    await books(store, "b", NOON, one)
    assert (await books(store, "c", TEN, one)).result == "full"
    assert (await store.move(one, asks("b", "move", TEN), TAIPEI)).result == "full"
    await store.cancel(one, asks("a", "cancel"), TAIPEI)
    assert (await books(store, "c", TEN, one)).result == "full"
    assert (await store.move(one, asks("b", "move", TEN), TAIPEI)).result == "full"
    assert (await books(store, "c", TEN, one, "again")).result == "booked"


async def test_who_may_have_one_has_one_and_the_past_does_not_count(store: Appointments) -> None:
    await books(store, "a", TEN)
    again = await books(store, "a", NOON, call="again")
    assert again.result == "had"
    assert again.appointment is not None
    assert again.appointment.start == TEN
    later = await store.book(HAIRCUT, asks("a", "later", TEN + timedelta(days=1), at=ELEVEN), TAIPEI)
    assert later.result == "booked"


async def test_of_two_merged_contacts_both_count(store: Appointments, database: Database) -> None:
    await books(store, "a", TEN)
    await database.collection("contacts").insert_one({"_id": "a", "to": "b", "part": 1})
    assert (await books(store, "b", NOON)).result == "had"
    assert (await store.cancel(HAIRCUT, asks("b", "cancel"), TAIPEI)).result == "cancelled"


@pytest.mark.parametrize(
    ("start", "result"),
    [(TEN + timedelta(minutes=10), "closed"), (NOW, "too_soon"), (TEN + timedelta(days=60), "too_far")],
)
async def test_what_hours_refuse_is_refused_to_move_to_as_well(
    store: Appointments, start: datetime, result: str
) -> None:
    wanted = service(soonest=Duration(seconds=60))
    await books(store, "b", TEN, wanted)
    assert (await books(store, "a", start, wanted)).result == result
    assert (await store.move(wanted, asks("b", "move", start), TAIPEI)).result == result


async def test_too_late_to_change(store: Appointments) -> None:
    strict = service(cancel_until=Duration(days=2))
    await books(store, "a", TEN, strict)
    for answer in (
        await store.cancel(strict, asks("a", "cancel"), TAIPEI),
        await store.move(strict, asks("a", "move", NOON), TAIPEI),
    ):
        assert answer.result == "too_late"
    assert (await store.cancel(strict, asks("b", "cancel"), TAIPEI)).result == "none"


async def test_a_holiday_set_afterwards_leaves_what_is_booked(store: Appointments) -> None:
    await books(store, "a", TEN)
    closed = service(hours=open_daily(("10:00", "19:00"), closed=(f"{TEN.date()}",)))
    assert (await books(store, "b", TEN, closed)).result == "closed"
    [still] = await store.between(HAIRCUT.name, TEN, NOON)
    assert still.contact == "a"
    moved = await store.move(closed, asks("a", "move", NOON + timedelta(days=1)), TAIPEI)
    assert moved.result == "moved"


async def test_a_clock_that_is_set_back_gives_no_place_twice(store: Appointments) -> None:
    one = service(places=("小芳",))
    before = asks("a", "book", TEN, at=NOW)
    assert (await store.book(one, before, TAIPEI)).result == "booked"
    earlier = asks("b", "book", TEN, at=NOW - timedelta(hours=3))
    assert (await store.book(one, earlier, TAIPEI)).result == "full"


async def test_what_is_to_come_of_whatever_service(store: Appointments) -> None:
    """For what another playbook would do to it; what was cancelled, refused or has begun is not."""
    for who in ("a", "b", "c"):
        await books(store, who, TEN)
    await store.cancel(HAIRCUT, asks("b", "cancel"), TAIPEI)
    assert [one.contact for one in await store.to_come(NOW)] == ["a"]
    assert await store.to_come(TEN) == []


async def test_staff_are_bound_by_hours_and_places_alone(store: Appointments) -> None:
    strict = service(soonest=Duration(days=2), latest=Duration(days=3), cancel_until=Duration(days=9))
    far = TEN + timedelta(days=60)

    def press(call: str, start: datetime | None = None, which: str = "") -> AppointmentRequest:
        return AppointmentRequest(f"press {call}", "a", NOW, start, which, by_staff=True)

    assert [(await store.book(strict, press(f"{at}", at), TAIPEI)).result for at in (TEN, far)] == [
        "booked"
    ] * 2
    closed = await store.book(strict, press("night", TEN + timedelta(hours=12)), TAIPEI)
    past = await store.book(strict, press("past", NOW - timedelta(hours=1)), TAIPEI)
    assert [closed.result, past.result] == ["closed", "too_soon"]
    moved = await store.move(strict, press("move", NOON, f"press {far}"), TAIPEI)
    assert moved.appointment is not None
    assert (moved.result, moved.appointment.id) == ("moved", f"press {far}"), "the one that was meant"
    assert await store.result_of("press move") == "moved"
    assert (await store.cancel(strict, press("cancel", which=f"press {TEN}"), TAIPEI)).result == "cancelled"
    assert await store.result_of("press cancel") == "cancelled"
    assert await store.result_of("press night") == "closed"
    assert await store.result_of("nobody") is None
    assert await store.one(f"press {TEN}") is None
    await store.mark(f"press {far}", "missed")
    kept = await store.one(f"press {far}")
    assert kept is not None
    assert kept.mark == "missed"
