"""Calendars of appointments: a secret address for staff, and one appointment for its person (N5).

An address is all that is needed, for calendars sign in nowhere. Staff end one on *Appointments*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.operations.calendar import own_calendar, staff_calendar
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.calendar_addresses import CalendarAddresses
from bot.runtime.limits.personal_limits import RateGuard, TooFast
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from bot.web.liff.member_page import MemberContext
from bot.web.sealed_parts import SealedParts

CALENDAR = "/calendar/"
FRESH = timedelta(minutes=1)
"""For so long nobody is read anew for the same calendar."""
_PART = "{part:[A-Za-z0-9_-]+}.ics"
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, max-age=60",
}


class CalendarParts:
    """Made and read by every process, whichever key has sealed them."""

    def __init__(self, parts: SealedParts) -> None:
        self._parts = parts

    def of_staff(self, service: str, number: int) -> str:
        """Where a service's calendar (empty: of all) is; `number` by `CalendarAddresses`."""
        return f"{CALENDAR}{self._parts.sealed('', 'calendar', service, str(number))}.ics"

    def staff(self, part: str) -> tuple[str, int] | None:
        """The service and number; `None`: there is no such address."""
        found = self._parts.opened("", "calendar", part)
        return None if found is None else (found[0], int(found[1]))

    def of_person(self, appointment: str) -> str:
        """The address of one appointment, for whoever has it."""
        return f"{CALENDAR}own/{self._parts.sealed('', 'own calendar', appointment)}.ics"

    def person(self, part: str) -> str | None:
        """The appointment; `None`: there is no such address."""
        found = self._parts.opened("", "own calendar", part)
        return None if found is None else found[0]


@dataclass(frozen=True, slots=True)
class _Made:
    at: datetime
    version: str
    text: bytes


class CalendarPages:
    """`GET /calendar/….ics`: 404 where the address is not good, 429 of one that is asked too often."""

    def __init__(
        self, stores: Stores, playbook: Callable[[], Playbook], parts: CalendarParts, clock: Clock
    ) -> None:
        self._stores = stores
        self._playbook = playbook
        self._parts = parts
        self._clock = clock
        self._rush = RateGuard(clock)
        self._made: dict[str, _Made] = {}
        """By service: there are no more than the playbook has."""

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses."""
        return [
            web.get(f"{CALENDAR}own/{_PART}", self._answering(self.own)),
            web.get(f"{CALENDAR}{_PART}", self._answering(self.of_staff)),
        ]

    async def of_staff(self, request: web.Request) -> web.StreamResponse:
        """The calendar of a service, or of all."""
        found = self._parts.staff(request.match_info["part"])
        playbook = self._playbook()
        if found is None or (found[0] and found[0] not in APPOINTMENTS.of(playbook)):
            raise web.HTTPNotFound
        self._rush.admit(request.match_info["part"])
        service, number = found
        if not await self._stores.of(CalendarAddresses).is_good(service, number):
            raise web.HTTPNotFound
        made, now = self._made.get(service), self._clock.now()
        if made is None or made.version != playbook.version or not made.at <= now < made.at + FRESH:
            text = await staff_calendar(self._stores, playbook, service, now)
            made = self._made[service] = _Made(now, playbook.version, text)
        return _calendar(request, made.text)

    async def own(self, request: web.Request) -> web.StreamResponse:
        """One appointment; of one that was cancelled, that it is."""
        part = request.match_info["part"]
        appointment = self._parts.person(part)
        if appointment is None:
            raise web.HTTPNotFound
        self._rush.admit(part)
        recorded = await self._stores.of(Appointments).recorded_one(appointment)
        if recorded is None:
            raise web.HTTPNotFound
        return _calendar(request, own_calendar(self._playbook(), recorded))

    def _answering(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except TooFast as error:
                raise web.HTTPTooManyRequests(headers={"Retry-After": str(error.seconds)}) from None
            except DatabaseUnavailable:
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

        return answer


def calendar_routes(context: MemberContext) -> list[web.AbstractRouteDef]:
    """Those of this server."""
    parts = CalendarParts(context.parts)
    return CalendarPages(context.stores, context.playbook, parts, context.clock).routes()


def _calendar(request: web.Request, text: bytes) -> web.StreamResponse:
    tag = sha256(text).hexdigest()[:32]
    headers = {**_HEADERS, "ETag": f'"{tag}"'}
    if any(one.value == tag for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return web.Response(body=text, content_type="text/calendar", charset="utf-8", headers=headers)
