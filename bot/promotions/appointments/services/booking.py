"""Appointments that turns ask for, and waiting for a place (N5).

Limits: `per_person` holds because a contact's calls are made one after the other; the database does not
enforce it. A move counts with the length and the places of the playbook of that moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import day_after, day_words, start_of_day
from bot.engine.times.time_texts import day as day_of
from bot.model.event import Outcome
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.place_wishes import may_wait
from bot.promotions.appointments.engine.slots import Taken
from bot.promotions.appointments.engine.steps import (
    PlaceEffect,
    act_id,
    appointment_outcome,
    appointment_request,
)
from bot.promotions.appointments.engine.waiting_list import wish_of, wish_outcome
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAnswer,
    AppointmentRequest,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
    PlaceOffer,
    PlaceWish,
    WaitForPlace,
    WaitingPerson,
)
from bot.services.caller import Caller
from bot.services.effects import CountEnd, EffectFailed, EffectHandlers, uncounted


class AppointmentLedger(Protocol):
    """Which places are taken when. The same request again is answered the same."""

    async def book(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """`booked`, else why not; with the next appointment where the person `had` as many as one may."""
        ...

    async def move(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """Give the person's next appointment of the service another start: `moved`, else why not."""
        ...

    async def cancel(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """Give the place of the person's next appointment of the service back: `cancelled`, else why not."""
        ...

    async def of_person(self, contact: str, now: datetime) -> Sequence[Appointment]:
        """What somebody has to come, the next first."""
        ...

    async def taken(self, service: BookableService, since: datetime, until: datetime) -> Taken:
        """The cells that are taken of a service's places, by whichever service."""
        ...


class WishLedger(Protocol):
    """The waiting list. A wish waits until its person is offered a place, or leaves; an offer lapses, and
    before that nobody else is offered its place. Cells are those of `engine.slots`: `CELL_MINUTES` each.
    """

    async def join(self, wish: PlaceWish, contact: str, channel: str, until: datetime) -> PlaceWish:
        """Wait until the day is over, with this wish alone; the same one again keeps its place in line."""
        ...

    async def leave(self, contact: str, service: str, day: str) -> None:
        """Wait no more."""
        ...

    async def end(self, wish: str) -> None:
        """This one waits no more."""
        ...

    async def days(self, service: str, first: str) -> Sequence[str]:
        """The days from this one on for which somebody waits."""
        ...

    def in_line(self, service: str, day: str) -> AsyncIterator[WaitingPerson]:
        """Who waits for a day, the first first."""
        ...

    async def was_notified_since(self, waiting: WaitingPerson) -> bool:
        """Whether the same person was told of a place, by another wish for that day, after this one."""
        ...

    async def offer(self, waiting: WaitingPerson, held: HeldAppointment, cells: range, now: datetime) -> bool:
        """Offer the place to this person; `False`: they wait no more, or others have an offer of it."""
        ...

    async def unsent(self) -> Sequence[PlaceOffer]:
        """Offers that are perhaps not sent yet: a batch of them."""
        ...

    async def mark_sent(self, wish: str) -> None:
        """The event that tells its person of the offer is stored."""
        ...

    async def lapse(self, service: str, until: datetime) -> None:
        """End the offers made at `until` or before: the next in line can be offered the place."""
        ...

    async def offered(self, places: Sequence[str], cells: range) -> Taken:
        """Which of these cells of places are offered to somebody."""
        ...


class AppointmentService:
    """Carries out what is asked of appointments of the playbook that is live."""

    def __init__(
        self,
        appointments: AppointmentLedger,
        wishes: WishLedger,
        playbook: Callable[[], Playbook],
        count: CountEnd = uncounted,
    ) -> None:
        """`count` counts what came of it, by the service."""
        self._appointments = appointments
        self._wishes = wishes
        self._playbook = playbook
        self._count = count

    @property
    def carries_out(self) -> EffectHandlers:
        places = dict.fromkeys((BookAppointment, MoveAppointment, CancelAppointment), self.book_or_change)
        return {**places, WaitForPlace: self.wait}

    async def wait(self, request: WaitForPlace, caller: Caller) -> Outcome:
        """Put them on the waiting list of a day, or take them off; the same call again is the same.

        Raises `EffectFailed` where the playbook has the service no more, or the day is none.
        """
        playbook = self._playbook()
        service = APPOINTMENTS.of(playbook).get(request.appointment)
        day, title = day_of(request.day), request.appointment if service is None else service.title
        wish = wish_of(request, act_id(caller.id), caller.at, title)
        if request.leave:
            await self._wishes.leave(caller.contact, request.appointment, request.day)
            return wish_outcome(request, "left", wish)
        if service is None or day is None:
            raise EffectFailed("the playbook has it no more")
        if not may_wait(service, request.day, caller.at, playbook.zone, request.wanted):
            return wish_outcome(request, "closed")
        until = start_of_day(day_after(day, 1), playbook.zone)
        joined = await self._wishes.join(wish, caller.contact, caller.channel, until)
        self._count(service.name, "waiting")
        return wish_outcome(request, "waiting", joined)

    async def book_or_change(self, request: PlaceEffect, caller: Caller) -> Outcome:
        """Book, move or cancel; the same call again has the same outcome.

        Raises `EffectFailed` where the playbook has the service no more.
        """
        playbook = self._playbook()
        service = APPOINTMENTS.of(playbook).get(request.appointment)
        if service is None:
            raise EffectFailed("the playbook has it no more")
        do = {
            BookAppointment: self._appointments.book,
            MoveAppointment: self._appointments.move,
            CancelAppointment: self._appointments.cancel,
        }[type(request)]
        asked = appointment_request(request, caller.id, caller.contact, caller.at)
        answer = await do(service, asked, playbook.zone)
        if answer.result in ("booked", "moved") and answer.appointment is not None:
            day = day_words(answer.appointment.start, playbook.zone)
            await self._wishes.leave(caller.contact, service.name, day)
        self._count(service.name, answer.result)
        return appointment_outcome(request, answer)
