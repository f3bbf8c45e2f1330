"""The page of a person's appointments: what is booked, and when another can be had (N5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.model.clock import Clock
from bot.model.screen import AppointmentsView
from bot.operations.payload import Payload, pick
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.place_wishes import may_wait
from bot.promotions.appointments.operations.times import TakenPlaces, free_days
from bot.runtime.limits.personal_limits import RateGuard
from bot.web.calendar_parts import CalendarParts
from bot.web.liff.calls import BadRequest


class AppointmentsPage:
    """What `my_appointments` does beside other pages."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        appointments: TakenPlaces,
        clock: Clock,
        calendars: CalendarParts,
    ) -> None:
        self._calendars = calendars
        self._playbook = playbook
        self._appointments = appointments
        self._clock = clock
        self._rush = RateGuard(clock)

    async def free(self, user: str, query: Mapping[str, str]) -> Payload:
        """Days with the moments at which the service can be had; `more` is the first day behind them.

        Raises `BadRequest` of no such service, `TooFast`, `DatabaseUnavailable`.
        """
        self._rush.admit(user)
        playbook, now = self._playbook(), self._clock.now()
        service = APPOINTMENTS.of(playbook).get(query.get("service", ""))
        if service is None:
            raise BadRequest
        since = _day(query["from"]) if "from" in query else today(now, playbook.zone)
        wanted, moving = query.get("with", ""), query.get("moving", "")
        found = await free_days(self._appointments, service, since, now, playbook.zone, wanted, moving)
        return {
            "days": [
                {
                    "day": one.day.isoformat(),
                    "starts": [_moment(start) for start in one.starts],
                    "wait": not one.starts
                    and may_wait(service, one.day.isoformat(), now, playbook.zone, wanted),
                }
                for one in found.days
            ],
            "more": None if found.more is None else found.more.isoformat(),
        }

    def shown(self, appointments: Payload) -> Payload:
        """What the page shows, with where each goes into a calendar."""
        booked = [one | {"calendar": self._calendars.of_person(one["id"])} for one in appointments["booked"]]
        return appointments | {"booked": booked}


def appointments_json(view: AppointmentsView) -> Payload:
    """What can be booked and what is."""
    return {
        "services": [
            pick(one, "name", "title", "minutes", "staff", "had", "waits", "stores") for one in view.services
        ],
        "booked": [
            pick(one, "id", "service", "title", "staff", "change", "store")
            | {"start": _moment(one.start), "end": _moment(one.end)}
            for one in view.booked
        ],
        "wishes": [pick(one, "service", "title", "day", "staff") for one in view.wishes],
        "asked": view.asked,
    }


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadRequest from None


def _moment(moment: datetime) -> str:
    """As it is sent back to book it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
