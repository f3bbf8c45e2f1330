"""N5: appointments on a real database: one place for one person, asked again the same, one write each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.engine.times.local_time import Duration
from bot.model.event import Origin
from bot.promotions.appointments.engine.steps import appointment_request
from bot.promotions.appointments.model import AppointmentRequest, BookAppointment
from bot.promotions.appointments.store.appointments import ACTS_MOST, Appointments
from bot.store.database.mongo import Database
from tests.conftest import NOW
from tests.promotions.appointments.examples import HAIRCUT, TAIPEI, asks, at_ten, books, service

HERE = Origin("", "main", 0)
TEN = at_ten(NOW)
ELEVEN, NOON = TEN + timedelta(hours=1), TEN + timedelta(hours=2)


@pytest.fixture
def store(database: Database) -> Appointments:
    return Appointments(database)


async def test_the_first_act_is_known_after_any_number_of_moves(store: Appointments) -> None:
    await books(store, "a", TEN)
    for number in range(ACTS_MOST + 1):
        await store.move(HAIRCUT, asks("a", f"move {number}", (NOON, TEN)[number % 2]), TAIPEI)
    again = await books(store, "a", TEN)
    assert again.result == "booked"
    assert len(await store.between(HAIRCUT.name, TEN, NOON + timedelta(days=1))) == 1


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


async def test_the_id_of_a_row_gives_no_line_id_away(store: Appointments, database: Database) -> None:
    request = appointment_request(BookAppointment(HAIRCUT.name, TEN, HERE), "call of U1", "main:U2", NOW)
    await store.book(HAIRCUT, request, TAIPEI)
    [row] = [row async for row in database.collection("appointments").find({})]
    assert "U1" not in row["_id"] + "".join(act["i"] for act in row["acts"])
