"""The desk for appointments: books, moves and cancels by the playbook that is live (N5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_requests import (
    PlaceEffect,
    act_id,
    appointment_outcome,
    appointment_request,
)
from bot.engine.members.place_wishes import may_wait
from bot.engine.members.waiting_list import wish_of, wish_outcome
from bot.engine.times.local_time import day_after, day_words, start_of_day
from bot.engine.times.time_texts import day as day_of
from bot.model.appointment import AppointmentAnswer, AppointmentRequest, PlaceWish
from bot.model.clock import PatientClock
from bot.model.event import Outcome
from bot.model.promotion_effects import BookAppointment, CancelAppointment, MoveAppointment, WaitForPlace
from bot.runtime.effects.effect_runner import patiently
from bot.runtime.metrics import Tally
from bot.services.caller import Caller
from bot.services.effects import EffectFailed, EffectHandlers


class AppointmentStore(Protocol):
    """Where appointments are: `bot.store.counters.appointments.Appointments`."""

    async def book(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer: ...
    async def move(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer: ...
    async def cancel(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer: ...


class WishStore(Protocol):
    """Where waiting lists are: `bot.store.counters.place_wishes.PlaceWishes`."""

    async def join(self, wish: PlaceWish, contact: str, channel: str, until: datetime) -> PlaceWish: ...
    async def leave(self, contact: str, service: str, day: str) -> None: ...


class AppointmentDesk:
    """Carries out what is asked of appointments. `ends` has how often what came of it."""

    def __init__(
        self,
        appointments: AppointmentStore,
        wishes: WishStore,
        playbook: Callable[[], Playbook],
        clock: PatientClock,
    ) -> None:
        self._appointments = appointments
        self._wishes = wishes
        self._playbook = playbook
        self._clock = clock
        self.ends = Tally(
            "oaflow_appointments", "Appointments asked for, by what came of it.", "appointment", "result"
        )

    @property
    def carries_out(self) -> EffectHandlers:
        places = dict.fromkeys((BookAppointment, MoveAppointment, CancelAppointment), self.answer)
        return {**places, WaitForPlace: self.wait}

    async def wait(self, request: WaitForPlace, caller: Caller) -> Outcome:
        """Put them on the waiting list of a day, or take them off; the same call again is the same.

        Raises `EffectFailed` where the playbook has the service no more.
        """
        playbook = self._playbook()
        service = playbook.appointments.get(request.appointment)
        day, title = day_of(request.day), request.appointment if service is None else service.title
        wish = wish_of(request, act_id(caller.id), caller.at, title)
        if request.leave:
            name = request.appointment
            await patiently(lambda: self._wishes.leave(caller.contact, name, request.day), self._clock)
            return wish_outcome(request, "left", wish)
        if service is None or day is None:
            raise EffectFailed("the playbook has it no more")
        if not may_wait(service, request.day, caller.at, playbook.zone, request.wanted):
            return wish_outcome(request, "closed")
        until = start_of_day(day_after(day, 1), playbook.zone)
        joined = await patiently(
            lambda: self._wishes.join(wish, caller.contact, caller.channel, until), self._clock
        )
        self.ends.inc(service.name, "waiting")
        return wish_outcome(request, "waiting", joined)

    async def answer(self, request: PlaceEffect, caller: Caller) -> Outcome:
        """What came of it; the same call again hears the same. A database that is away is waited for.

        Raises `EffectFailed` where the playbook has the service no more.
        """
        playbook = self._playbook()
        service = playbook.appointments.get(request.appointment)
        if service is None:
            raise EffectFailed("the playbook has it no more")
        do = {
            BookAppointment: self._appointments.book,
            MoveAppointment: self._appointments.move,
            CancelAppointment: self._appointments.cancel,
        }[type(request)]
        asked = appointment_request(request, caller.id, caller.contact, caller.at)
        answer = await patiently(lambda: do(service, asked, playbook.zone), self._clock)
        if answer.result in ("booked", "moved") and answer.appointment is not None:
            day = day_words(answer.appointment.start, playbook.zone)
            await patiently(lambda: self._wishes.leave(caller.contact, service.name, day), self._clock)
        self.ends.inc(service.name, answer.result)
        return appointment_outcome(request, answer)
