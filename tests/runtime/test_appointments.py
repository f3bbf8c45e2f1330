"""N5: the desk for appointments on a real database: by the live playbook, the same call again the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.model.effects import EffectRequest
from bot.model.event import Origin, Outcome
from bot.model.promotion_effects import BookAppointment, CancelAppointment, MoveAppointment
from bot.runtime.effects.appointments import AppointmentDesk
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.caller import Caller
from bot.services.effects import EffectFailed
from bot.store.counters.appointments import Appointments
from bot.store.counters.place_wishes import PlaceWishes
from bot.store.database.mongo import Database
from tests.appointments import HAIRCUT, at_ten
from tests.conftest import ManualClock
from tests.playbooks import compiled

NOBODYS = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
HERE = Origin("", "main", 0)


class Salon:
    """A desk, the playbook that is live, and who asks."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.clock = clock
        self.playbook = replace(NOBODYS, appointments={HAIRCUT.name: HAIRCUT})
        self.desk = AppointmentDesk(
            Appointments(database), PlaceWishes(database), lambda: self.playbook, clock
        )

    @property
    def ten(self) -> datetime:
        return at_ten(self.clock.now())

    async def asks(self, user: str, call: str, request: EffectRequest) -> Outcome:
        caller = Caller(f"main:{user}", "main", user, f"{call} of {user}", self.clock.now())
        return await EffectRouter(self.desk).carry_out(request, caller)


@pytest.fixture
def salon(database: Database, clock: ManualClock) -> Salon:
    return Salon(database, clock)


async def test_s44_the_same_call_again_hears_the_same(salon: Salon) -> None:
    booking = BookAppointment(HAIRCUT.name, salon.ten, HERE)
    first = await salon.asks("U1", "book", booking)
    assert (first.asked, first.result, first.subject, first.origin) == (
        *("appointment", "booked", HAIRCUT.name, HERE),
    )
    assert first.fields["start"] == salon.ten
    assert first.fields["title"] == HAIRCUT.title
    moved = await salon.asks("U1", "move", MoveAppointment(HAIRCUT.name, salon.ten.replace(hour=4), HERE))
    assert moved.result == "moved"
    assert await salon.asks("U1", "book", booking) == first
    gone = await salon.asks("U1", "cancel", CancelAppointment(HAIRCUT.name, HERE))
    assert (gone.result, gone.fields["start"]) == ("cancelled", salon.ten.replace(hour=4))
    counts = salon.desk.ends.counts
    assert counts == {(HAIRCUT.name, "booked"): 2, (HAIRCUT.name, "moved"): 1, (HAIRCUT.name, "cancelled"): 1}


async def test_the_id_of_a_row_gives_no_line_id_away(salon: Salon, database: Database) -> None:
    await salon.asks("U1", "book", BookAppointment(HAIRCUT.name, salon.ten, HERE))
    [row] = [row async for row in database.collection("appointments").find({})]
    assert "U1" not in row["_id"] + "".join(act["i"] for act in row["acts"])


async def test_a_service_that_the_playbook_has_no_more_fails(salon: Salon) -> None:
    salon.playbook = NOBODYS
    with pytest.raises(EffectFailed):
        await salon.asks("U1", "book", BookAppointment(HAIRCUT.name, salon.ten, HERE))
