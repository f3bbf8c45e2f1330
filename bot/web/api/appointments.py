"""Appointments over the API: who comes on a day; booked, moved and cancelled for a customer (N5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from bot.engine.members.appointment_times import store_of
from bot.engine.times.local_time import today
from bot.model.appointment import Appointment
from bot.model.promotion_act import AppointmentAct
from bot.model.translatable import tr
from bot.operations.appointment_acts import appointment_act, held_of
from bot.operations.appointments import appointments_on
from bot.operations.coupons import masked_name
from bot.operations.payload import Payload, pick
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import MOMENT, NAME, PART, TEXT, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_BOOKED = object_of(
    {
        "appointment": TEXT,
        "service": TEXT,
        "title": TEXT,
        "start": MOMENT,
        "end": MOMENT,
        "place": TEXT,
        "store": {**TEXT, "description": "The title; empty: the playbook says none."},
        "mark": {"enum": ["", "came", "missed"]},
        "name": {**TEXT, "description": "Masked."},
        "contact": PART,
    }
)
_WAITING = object_of({"service": TEXT, "since": MOMENT, "place": maybe(TEXT), "name": TEXT, "contact": PART})
_DAY: JsonSchema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "Today without it."}
_START: JsonSchema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 40,
    "description": "ISO 8601, with a zone.",
}
_ID: JsonSchema = {**NAME, "description": "`appointment` of the list."}
_REASON: JsonSchema = {"type": "string", "maxLength": 200, "description": "Why: the customer may hear it."}
_TIME = {"start": _START, "place": NAME, "reason": _REASON}
_MOVE = object_of({"appointment": _ID, **_TIME}, "place", "reason")
_CANCEL = object_of({"appointment": _ID, "reason": _REASON}, "reason")
_RESULTS = ["booked", "moved", "cancelled", "full", "closed", "too_soon", "too_far", "none"]
_RESULT = object_of({"result": {"enum": _RESULTS}, "appointment": maybe(TEXT)})


@dataclass(frozen=True, slots=True)
class AppointmentApi:
    """`/appointments`, and those of a customer."""

    context: ApiContext

    @get(
        "/appointments",
        query={"day": _DAY},
        answer=object_of({"appointments": list_of(_BOOKED), "waiting": list_of(_WAITING)}),
    )
    async def appointments(self, call: ConsoleCall) -> Payload:
        """Who comes on a day, and who waits for a place."""
        context, playbook = self.context, self.context.playbook()
        try:
            day = date.fromisoformat(call.query["day"]) if "day" in call.query else None
        except ValueError:
            raise ApiProblem("refused", tr("there is no such day"), field="day") from None
        days = await appointments_on(
            context.stores, playbook, day or today(call.now, playbook.zone), call.now
        )
        return {
            "appointments": [
                {
                    **pick(one, "start", "end", "place", "mark"),
                    "appointment": one.id,
                    "service": each.service.name,
                    "title": each.service.title,
                    "store": store_of(playbook, each.service.name, one.place),
                    "name": masked_name(one.name),
                    "contact": context.part(call.caller, one.contact),
                }
                for each in days
                for one in each.booked
            ],
            "waiting": [
                {
                    "service": each.service.name,
                    "since": one.since,
                    "place": one.place or None,
                    "name": masked_name(one.name),
                    "contact": context.part(call.caller, one.contact),
                }
                for each in days
                for one in each.waiting
            ],
        }

    @action(
        "/contacts/{contact}/appointments/book",
        body=object_of({"service": NAME, **_TIME}, "place", "reason"),
        answer=_RESULT,
    )
    async def book_appointment(self, call: ConsoleCall) -> Payload:
        """Book for a customer, as staff do."""
        # the call's key is the press
        service = call.body["service"]
        if service not in self.context.playbook().appointments:
            nothing = tr("the playbook has no appointment {name}", name=service)
            raise ApiProblem("refused", nothing, field="service")
        return await self._done(call, "book", service, None)

    @action(
        "/contacts/{contact}/appointments/move",
        body=_MOVE,
        answer=_RESULT,
    )
    async def move_appointment(self, call: ConsoleCall) -> Payload:
        """Give a customer's appointment another time."""
        booked = await self._own(call)
        return await self._done(call, "move", booked.service, booked)

    @action(
        "/contacts/{contact}/appointments/cancel",
        body=_CANCEL,
        answer=_RESULT,
    )
    async def cancel_appointment(self, call: ConsoleCall) -> Payload:
        """Cancel a customer's appointment."""
        booked = await self._own(call)
        return await self._done(call, "cancel", booked.service, booked)

    async def _own(self, call: ConsoleCall) -> Appointment:
        """What the customer has to come. Raises `ApiProblem`."""
        coming = await self.context.stores.appointments.of_person(call.located.contact.id, call.now)
        found = next((one for one in coming if one.id == call.body["appointment"]), None)
        if found is None:
            nothing = tr("the customer has no such appointment to come")
            raise ApiProblem("refused", nothing, field="appointment")
        return found

    async def _done(
        self,
        call: ConsoleCall,
        what: Literal["book", "move", "cancel"],
        service: str,
        booked: Appointment | None,
    ) -> Payload:
        body, stores = call.body, self.context.stores
        act = AppointmentAct(
            what,
            service,
            f"{call.caller.by} {call.form}",
            call.caller.by,
            None if booked is None else held_of(booked),
            None if what == "cancel" else _moment(body["start"]),
            body.get("place", ""),
            body.get("reason", "").strip(),
        )
        result = await appointment_act(stores, self.context.playbook(), call.located.contact.id, act)
        if result == "waits":
            raise ApiProblem("waits", headers={"Retry-After": "1"})
        if result not in _RESULTS:
            raise ApiProblem("refused", tr("there is no such customer or service any more"))
        return {"result": result, "appointment": await self._named(call, act, result, booked)}

    async def _named(
        self, call: ConsoleCall, act: AppointmentAct, result: str, booked: Appointment | None
    ) -> str | None:
        """Which one it was."""
        if booked is not None or result != "booked":
            return None if booked is None else booked.id
        coming = await self.context.stores.appointments.of_person(call.located.contact.id, call.now)
        return next((one.id for one in coming if (one.service, one.start) == (act.service, act.start)), None)


def _moment(written: str) -> datetime:
    """Raises `ApiProblem`."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ApiProblem(
            "refused", tr("start is a moment with its zone: 2026-09-05T14:00+08:00"), field="start"
        )
    return moment.astimezone(UTC)
