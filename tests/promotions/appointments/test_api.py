"""N5: appointments over the API: a day's, booked, moved and cancelled for a customer, once for one key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import PlaceWish
from bot.promotions.appointments.services.booking import AppointmentService
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.runtime.effects.effect_runner import EffectRouter
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled
from tests.promotions.appointments.examples import at_ten
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed
from tests.web.api.api_world import ApiWorld

SALON = compiled("""
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60, staff: {小芳: {store: xinyi}}, waiting: 30m}}
stores: {xinyi: {title: 信義店}}
rules:
  - {when: {appointment: any}, push: 好}
  - {when: {text: 約}, book_appointment: {appointment: 剪髮, start: now}}
""")
TEN = at_ten(NOW)


@pytest.fixture
async def bot(bots: Bots, clock: ManualClock, api: ApiWorld, by_our_clock: None) -> Bot:
    api.playbook = book = replace(
        api.playbook,
        promotions={**api.playbook.promotions, "appointments": APPOINTMENTS.of(SALON)},
        stores=SALON.stores,
    )
    book = replace(book, rules=SALON.rules)
    stores = api.stores
    desk = EffectRouter(AppointmentService(stores.of(Appointments), stores.of(PlaceWishes), lambda: book))
    bot = await bots(book, effects=desk)
    await bot.hear(followed())
    await bot.settle()
    return bot


@pytest.mark.ring("all", "several processes of a bot")
async def test_booked_once_for_one_key_seen_moved_and_cancelled(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("agent", "till")
    of = f"/contacts/{api.part(caller, 'main:U1')}/appointments"
    body = {"service": "剪髮", "start": TEN.isoformat(), "place": "小芳"}
    booked = (await bot.meanwhile(caller.post(f"{of}/book", body, key="k" * 32))).content
    assert booked["result"] == "booked"
    assert (await caller.post(f"{of}/book", body, key="k" * 32)).content == booked
    assert (await bot.meanwhile(caller.post(f"{of}/book", body))).content["result"] == "full"
    day = f"/appointments?day={TEN.date()}"
    [one] = (await caller.get(day)).content["appointments"]
    assert (one["appointment"], one["service"], one["place"]) == (booked["appointment"], "剪髮", "小芳")
    assert (one["store"], one["contact"]) == ("信義店", api.part(caller, "main:U1"))
    later = {"appointment": booked["appointment"], "start": (TEN + timedelta(hours=2)).isoformat()}
    moved = await bot.meanwhile(caller.post(f"{of}/move", later))
    assert moved.content == {"result": "moved", "appointment": booked["appointment"]}
    gone = {"appointment": booked["appointment"], "reason": "老師請假"}
    assert (await bot.meanwhile(caller.post(f"{of}/cancel", gone))).content["result"] == "cancelled"
    assert (await caller.get(day)).content["appointments"] == []
    assert (await caller.post(f"{of}/cancel", gone)).status == 409, "it is not there any more"
    lines = [one.what for one in await api.stores.audit.of("main:U1") if one.actor == "token:till"]
    assert {"appointment_booked", "appointment_moved", "appointment_cancelled"} <= {*lines}


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_moment_has_its_zone_and_an_appointment_is_the_customers(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("supervisor")
    of = f"/contacts/{api.part(caller, 'main:U1')}/appointments"
    for start in ("2026-12-01T10:00", "soon", "2026-12-01"):
        refused = await caller.post(f"{of}/book", {"service": "剪髮", "start": start})
        assert (refused.status, refused.content["field"]) == (422, "body/start")
        assert "a moment, like" in refused.content["detail"]
    other = await caller.post(f"{of}/move", {"appointment": "x", "start": "2026-12-01T10:00+08:00"})
    assert (other.status, other.content["field"]) == (409, "body/appointment")


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_waits_and_a_day_that_is_none(api: ApiWorld, bot: Bot) -> None:
    wish = PlaceWish("w1", "剪髮", "剪髮", f"{TEN.date()}", NOW)
    await api.stores.of(PlaceWishes).join(wish, "main:U1", "main", NOW + timedelta(days=2))
    caller = await api.caller("supervisor")
    [one] = (await caller.get(f"/appointments?day={TEN.date()}")).content["waiting"]
    assert (one["service"], one["place"]) == ("剪髮", None)
    assert (await caller.get("/appointments")).content["waiting"] == []
    assert (await caller.get("/appointments?day=2026-02-30")).status == 422
