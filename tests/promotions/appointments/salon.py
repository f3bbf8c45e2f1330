"""A salon with its pages and a process that takes turns: two serve, one of them colours hair, too (N5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape

from bot.engine.compiled.playbook import Playbook
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import AppointmentRequest
from bot.promotions.appointments.services.booking import AppointmentService
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.runtime.effects.effect_runner import EffectRouter
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.promotions.appointments.examples import TAIPEI
from tests.promotions.coupons.test_till import Till
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff
from tests.web.admin.store_world import store_world

CHANGE = "/admin/appointments/change"
TELLS = '  - {when: {appointment: any, result: [booked, moved]}, push: "{{ event.start as time }} 見"}'
SALON = """
appointments:
  剪髮: {hours: {tue-sun: 10:00-19:00}, minutes: 60, step: 30, staff: [小芳, 阿明]}
  染髮: {hours: {tue-sun: 10:00-19:00}, minutes: 120, step: 60, staff: [阿明]}
rules:
  - {when: {text: 約}, book_appointment: {appointment: 剪髮, start: 2026-09-05 15:00}}
  - {when: {text: 染}, book_appointment: {appointment: 染髮, start: 2026-09-05 15:00}}
"""


class Salon(Till):
    """The pages, and the process."""

    async def presses(self, browser: Staff, page: str, **fields: str) -> tuple[int, str]:
        """The form of a page that asks, and where it leads, or what it is answered."""
        form = page[page.index('class="card form" aria-labelledby="sure"') :].partition("</form>")[0]
        found = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        del found["proof"]
        return await self.bot.meanwhile(browser.post(CHANGE, ZH, **{**found, **fields}))

    @property
    def playbook(self) -> Playbook:
        return self.world.playbook

    async def book(self, number: int, start: datetime, service: str = "剪髮", place: str = "") -> str:
        """Somebody's appointment: its id."""
        act, before = f"book {number} {start} {place}", min(NOW, start - timedelta(days=1))
        asked = AppointmentRequest(act, f"main:U{number}", before, start, wanted=place, by_staff=True)
        of = APPOINTMENTS.of(self.playbook)[service]
        booked = await self.world.staff.stores.of(Appointments).book(of, asked, TAIPEI)
        assert booked.appointment is not None, booked
        return booked.appointment.id


async def salon_of(bots: Bots, worlds: StaffWorlds, written: str = SALON, rules: Iterable[str] = ()) -> Salon:
    """One that serves this playbook, with more rules."""
    world = await store_world(worlds)
    made = compiled(written + "\n".join(rules))
    services = APPOINTMENTS.of(made)
    world.playbook = replace(
        world.playbook,
        promotions={**world.playbook.promotions, "appointments": services},
        rules=made.rules,
        version=made.version,
    )
    stores = world.staff.stores
    desk = EffectRouter(AppointmentService(stores.of(Appointments), stores.of(PlaceWishes), lambda: made))
    return Salon(world, await bots(made, effects=desk))


def day(days: int) -> date:
    """So many days from today on, in Taipei."""
    return NOW.astimezone(TAIPEI).date() + timedelta(days=days)


def at(days: int, clock: str) -> datetime:
    """On that day, at a time of day in Taipei (UTC)."""
    hour, minute = clock.split(":")
    there = NOW.astimezone(TAIPEI).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return (there + timedelta(days=days)).astimezone(NOW.tzinfo)
