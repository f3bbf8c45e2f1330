"""The desk for appointments: books, moves and cancels by the playbook that is live (N5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.model.appointment import AppointmentAnswer, AppointmentRequest
from bot.model.clock import PatientClock
from bot.model.event import Outcome
from bot.model.promotion_effects import BookAppointment, CancelAppointment, MoveAppointment
from bot.runtime.effects.effect_runner import DeskWork, EffectFailed, patiently
from bot.runtime.metrics import Tally
from bot.runtime.ports import Caller
from bot.scenario.appointments import AppointmentEffect, asked_of, outcome_of


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


class AppointmentDesk:
    """Carries out what is asked of appointments. `ends` has how often what came of it."""

    def __init__(
        self, appointments: AppointmentStore, playbook: Callable[[], Playbook], clock: PatientClock
    ) -> None:
        self._appointments = appointments
        self._playbook = playbook
        self._clock = clock
        self.ends = Tally(
            "oaflow_appointments", "Appointments asked for, by what came of it.", "appointment", "result"
        )

    @property
    def carries_out(self) -> DeskWork:
        return dict.fromkeys((BookAppointment, MoveAppointment, CancelAppointment), self.answer)

    async def answer(self, request: AppointmentEffect, caller: Caller) -> Outcome:
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
        asked = asked_of(request, caller.id, caller.contact, caller.at)
        answer = await patiently(lambda: do(service, asked, playbook.zone), self._clock)
        self.ends.inc(service.name, answer.result)
        return outcome_of(request, answer)
