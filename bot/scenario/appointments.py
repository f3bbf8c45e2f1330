"""Appointments of a scenario, in memory (N5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_requests import PlaceEffect, appointment_outcome
from bot.engine.members.appointment_slots import cells_of, free_places, may_change, refusal_of
from bot.engine.members.place_wishes import may_wait
from bot.engine.members.waiting_list import wish_of, wish_outcome
from bot.model.appointment import Appointment, AppointmentAnswer
from bot.model.contact import Contact, Identity
from bot.model.event import Outcome
from bot.model.promotion_act import AppointmentAct
from bot.model.promotion_effects import BookAppointment, CancelAppointment, MoveAppointment, WaitForPlace
from bot.scenario.place_wishes import PretendWaitingList
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers


class PretendAppointments:
    """Appointments in memory, of all people of a scenario."""

    def __init__(self, playbook: Callable[[], Playbook]) -> None:
        self._playbook = playbook
        self._all: list[Appointment] = []
        self.waiting_list = PretendWaitingList()

    @property
    def carries_out(self) -> EffectHandlers:
        places = dict.fromkeys((BookAppointment, MoveAppointment, CancelAppointment), self.outcome)
        return {**places, WaitForPlace: self.waits}

    async def waits(self, request: WaitForPlace, by: Caller) -> Outcome:
        """What comes of waiting, or of not doing so any more."""
        playbook = self._playbook()
        service = playbook.appointments.get(request.appointment)
        id_ = f"wish-{request.appointment}-{request.day}-{request.wanted}-{by.at.isoformat()}"
        wish = wish_of(request, id_, by.at, request.appointment if service is None else service.title)
        if request.leave:
            return wish_outcome(request, "left", wish)
        if service is None:
            return wish_outcome(request, "failed")
        if not may_wait(service, request.day, by.at, playbook.zone, request.wanted):
            return wish_outcome(request, "closed")
        self.waiting_list.asked(wish, by.channel)
        return wish_outcome(request, "waiting", wish)

    def free_for_waiting(
        self, contacts: Iterable[Contact], now: datetime
    ) -> Sequence[tuple[Identity, Contact, AppointmentAct]]:
        """Who is to be told of a free place now, as whom, and with which event."""
        return self.waiting_list.told(self._playbook(), contacts, self._taken(), now)

    def coming(self, service: str, by: Caller) -> list[Appointment]:
        """What this person has booked of a service from now on, the soonest first."""
        ahead = sorted((one for one in self._all if one.start > by.at), key=lambda one: one.start)
        return [one for one in ahead if (one.contact, one.service) == (by.contact, service)]

    async def outcome(self, request: PlaceEffect, by: Caller) -> Outcome:
        """What comes of a request, by the order of questions that the real desk has."""
        service = self._playbook().appointments.get(request.appointment)
        if service is None:
            return Outcome("appointment", "failed", request.origin, request.appointment)
        coming = self.coming(service.name, by)
        if isinstance(request, BookAppointment):
            return appointment_outcome(request, self._booked(service, request, coming, by))
        return appointment_outcome(request, self._changed(service, request, coming, by))

    def _booked(
        self, service: BookableService, request: BookAppointment, coming: list[Appointment], by: Caller
    ) -> AppointmentAnswer:
        start = request.start
        if (
            refusal := refusal_of(
                service,
                start,
                by.at,
                self._playbook().zone,
                request.wanted,
                by_staff=bool(request.press),
            )
        ) is not None:
            return AppointmentAnswer(refusal)
        if not request.press and len(coming) >= service.per_person:
            return AppointmentAnswer("had", coming[0])
        places = free_places(service, start, self._taken(), self._playbook().zone, request.wanted)
        if not places:
            return AppointmentAnswer("full")
        end, id_ = start + timedelta(minutes=service.minutes), f"appointment-{len(self._all) + 1}"
        new = Appointment(id_, service.name, service.title, by.contact, places[0], start, end)
        self._all.append(new)
        return AppointmentAnswer("booked", new)

    def _changed(
        self,
        service: BookableService,
        request: MoveAppointment | CancelAppointment,
        coming: list[Appointment],
        by: Caller,
    ) -> AppointmentAnswer:
        zone = self._playbook().zone
        was = next((one for one in coming if request.which in ("", one.id)), None)
        if was is None:
            return AppointmentAnswer("none")
        if not (request.press or may_change(service, was.start, by.at, zone)):
            return AppointmentAnswer("too_late", was)
        if isinstance(request, CancelAppointment):
            self._all.remove(was)
            return AppointmentAnswer("cancelled", was)
        if (
            refusal := refusal_of(
                service, request.start, by.at, zone, request.wanted, by_staff=bool(request.press)
            )
        ) is not None:
            return AppointmentAnswer(refusal, was)
        places = free_places(service, request.start, self._taken(but=was), zone, request.wanted)
        if not places:
            return AppointmentAnswer("full", was)
        place = was.place if was.place in places else places[0]
        end = request.start + timedelta(minutes=service.minutes)
        new = replace(was, title=service.title, place=place, start=request.start, end=end)
        self._all[self._all.index(was)] = new
        return AppointmentAnswer("moved", new)

    def _taken(self, but: Appointment | None = None) -> Mapping[str, set[int]]:
        taken: dict[str, set[int]] = {}
        for one in self._all:
            if one is not but:
                minutes = int((one.end - one.start).total_seconds()) // 60
                taken.setdefault(one.place, set()).update(cells_of(one.start, minutes))
        return taken
