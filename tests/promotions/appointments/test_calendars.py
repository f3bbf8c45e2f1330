"""N5: calendars by a secret address: what they say, and who ends one; one appointment for its person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact, Identity
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import AppointmentRequest
from bot.promotions.appointments.operations.calendar import change_address
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.calendar_addresses import CalendarAddresses
from bot.promotions.appointments.web.calendars import CalendarPages, CalendarParts
from bot.runtime.limits.personal_limits import MOST
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.web.sealed_parts import SealedParts
from tests.conftest import NOW, ManualClock
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.appointments.examples import HAIRCUT, TAIPEI, at_ten, service

COLOUR = service(name="染髮", title="染髮")
TEN = at_ten(NOW)
PARTS = CalendarParts(SealedParts([b"k" * 32]))


@dataclass
class Served:
    """The pages at an address of their own."""

    stores: Stores
    clock: ManualClock
    http: ClientSession
    server: BaseTestServer
    playbook: Playbook

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.http.get(self.server.make_url(path), headers=headers) as answer:
            if answer.status == 200:
                assert answer.content_type == "text/calendar"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
            return answer.status, (await answer.text()).replace("\r\n ", "")

    async def makes(self, of: str = "", number: int = 0, *, ends: bool = False) -> bool:
        return await change_address(self.stores, of, number, "account:amy", ends=ends)

    async def books(self, who: str, of: str = "剪髮", hours: int = 0) -> str:
        start = TEN + timedelta(hours=hours)
        asked = AppointmentRequest(f"{who}{of}{hours}", who, NOW, start)
        booked = await self.stores.of(Appointments).book(APPOINTMENTS.of(self.playbook)[of], asked, TAIPEI)
        assert booked.appointment is not None
        return booked.appointment.id


@pytest.fixture
async def served(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Served]:
    stores = stores_of(database, seal)
    book = compiled("bot: 森活選品\nrules: [{when: {text: 嗨}, reply: 嗨}]\n")
    book = replace(
        book, promotions={**book.promotions, "appointments": {one.name: one for one in (HAIRCUT, COLOUR)}}
    )
    who = Contact("main:U1", name="小美, 林", phone="+886912345678", identities=(Identity("main", "U1"),))
    await come(stores.contacts, who)
    app = web.Application()
    app.add_routes(CalendarPages(stores, lambda: book, PARTS, clock).routes())
    async with TestServer(app) as server, ClientSession() as http:
        yield Served(stores, clock, http, server, book)


async def test_a_calendar_has_names_and_times_and_no_numbers(served: Served) -> None:
    await served.books("main:U1")
    await served.books("main:U1", "染髮", 3)
    await served.makes()
    await served.makes("染髮")
    status, everything = await served.get(PARTS.of_staff("", 1))
    assert status == 200
    assert "X-WR-CALNAME:森活選品" in everything
    assert "SUMMARY:剪髮預約 · 小美\\, 林" in everything
    assert "LOCATION:剪髮 1" in everything
    assert f"DTSTART:{TEN:%Y%m%dT%H%M%SZ}" in everything
    assert "0912345678" not in everything
    assert "912345678" not in everything
    _, one = await served.get(PARTS.of_staff("染髮", 1))
    assert one.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:染髮 · 小美" in one


async def test_what_is_moved_and_cancelled_is_the_same_event(served: Served) -> None:
    id_ = await served.books("main:U1")
    await served.makes()
    later = AppointmentRequest("move", "main:U1", NOW + timedelta(minutes=1), TEN + timedelta(hours=2))
    await served.stores.of(Appointments).move(HAIRCUT, later, TAIPEI)
    await served.stores.of(Appointments).move(HAIRCUT, later, TAIPEI)
    _, moved = await served.get(PARTS.of_staff("", 1))
    assert f"UID:{id_}@oaflow" in moved
    assert "SEQUENCE:1\r\nSTATUS:CONFIRMED" in moved
    assert f"DTSTAMP:{NOW + timedelta(minutes=1):%Y%m%dT%H%M%SZ}" in moved
    gone = AppointmentRequest("cancel", "main:U1", NOW + timedelta(minutes=2))
    await served.stores.of(Appointments).cancel(HAIRCUT, gone, TAIPEI)
    served.clock.advance(61)
    _, cancelled = await served.get(PARTS.of_staff("", 1))
    assert f"UID:{id_}@oaflow" in cancelled
    assert "SEQUENCE:2\r\nSTATUS:CANCELLED" in cancelled


async def test_an_address_is_good_until_staff_end_or_replace_it(served: Served) -> None:
    first, second, third = (PARTS.of_staff("", number) for number in (1, 2, 3))
    assert (await served.get(first))[0] == 404, "nobody has made it"
    assert await served.makes()
    assert not await served.makes(), "somebody else was faster"
    assert [(await served.get(one))[0] for one in (first, second)] == [200, 404]
    assert await served.makes(number=1)
    assert [(await served.get(one))[0] for one in (first, second)] == [404, 200]
    assert await served.makes(number=2, ends=True)
    assert (await served.get(second))[0] == 404
    assert await served.stores.of(CalendarAddresses).numbers() == {"": -2}
    assert await served.makes(number=2)
    assert [(await served.get(one))[0] for one in (first, second, third)] == [404, 404, 200]


@pytest.mark.parametrize("path", ["/calendar/x.ics", "/calendar/own/x.ics", f"/calendar/{'a' * 3000}.ics"])
async def test_nobody_guesses_one(served: Served, path: str) -> None:
    await served.makes()
    assert (await served.get(path))[0] == 404
    own = PARTS.of_person("x").replace("/own", "")
    assert (await served.get(own))[0] == 404, "what is for one thing opens no other"


async def test_one_that_is_asked_too_often_waits_and_one_that_is_the_same_is_not_sent(served: Served) -> None:
    await served.makes()
    address = PARTS.of_staff("", 1)
    async with served.http.get(served.server.make_url(address)) as answer:
        tag = answer.headers["ETag"]
    assert (await served.get(address, **{"If-None-Match": tag}))[0] == 304
    statuses = [(await served.get(address))[0] for _ in range(MOST)]
    assert statuses[-1] == 429
    assert (await served.get(PARTS.of_staff("", 2)))[0] == 404, "another one is not kept waiting"


async def test_a_person_has_their_own_alone(served: Served) -> None:
    id_ = await served.books("main:U1")
    status, text = await served.get(PARTS.of_person(id_))
    assert status == 200
    assert "SUMMARY:剪髮預約\r\n" in text
    assert "小美" not in text
    assert text.count("BEGIN:VEVENT") == 1
    await served.stores.of(Appointments).cancel(HAIRCUT, AppointmentRequest("c", "main:U1", NOW), TAIPEI)
    assert "STATUS:CANCELLED" in (await served.get(PARTS.of_person(id_)))[1]
    assert (await served.get(PARTS.of_person("gone")))[0] == 404
