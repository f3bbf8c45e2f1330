"""Broadcasts over the API: what one would do now; tried out, sent, steered; its report (I1, I2, I4, I5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.times.local_time import today
from bot.model.broadcast import Sending
from bot.model.money import price
from bot.model.translatable import tr
from bot.operations.broadcasts.held_orders import held_order_now
from bot.operations.broadcasts.offer import offer_of, send_as_shown
from bot.operations.broadcasts.overview import month_of
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import report_payload
from bot.operations.broadcasts.steering import (
    Steer,
    SteeringRefused,
    agree,
    cancel_sending,
    pause,
    resume,
)
from bot.operations.broadcasts.trying_out import try_out
from bot.operations.payload import Payload, pick
from bot.operations.resolve_name import broadcast_of
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import ANY_OBJECT, MOMENT, NAME, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_PEOPLE: JsonSchema = {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
_COST = maybe({"type": "number", "minimum": 0, "maximum": 1_000_000_000})
_CONTENT: JsonSchema = {"type": "string", "minLength": 1, "maxLength": 200}
_ID: JsonSchema = {"type": "string", "minLength": 1, "maxLength": 300}
_AT: JsonSchema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$",
    "description": "When it goes out, ISO 8601 with the offset from UTC; without it: now.",
}
_MONTH: JsonSchema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
_ENTRY = object_of({"at": MOMENT, "broadcast": TEXT, "channel": TEXT, "state": TEXT, "repeats": YES})
_STEERED = object_of({"broadcast": NAME, "sending": _ID}, "sending")
_SENT = object_of(
    {
        "broadcast": NAME,
        "people": _PEOPLE,
        "content": _CONTENT,
        "cost": _COST,
        "again": _ID,
        "sure": YES,
        "at": _AT,
    },
    *("again", "sure", "at"),
)
_TRIES = object_of({"broadcast": NAME, "testers": {**list_of(NAME), "maxItems": 50}}, "testers")
_TRIED = object_of({"tester": TEXT, "group": TEXT, "why_not": maybe(TEXT)})
_SENDING = object_of({"broadcast": TEXT, "for": MOMENT, "sending": TEXT})
_OFFER = object_of(
    {
        "people": {**NUMBER, "description": "To be sent back with `send`."},
        "content": {**TEXT, "description": "What it says to whom, in short; to be sent back with `send`."},
        "groups": {"type": "object", "additionalProperties": NUMBER},
        "without": {"type": "object", "additionalProperties": NUMBER},
        "left": maybe(NUMBER),
        "cost": {**maybe({"type": "number"}), "description": "NT$ beside the plan; to be sent back."},
        "needs_sure": YES,
        "why_not": maybe(TEXT),
        "last_sent": maybe(MOMENT),
        "repeats": {**maybe(MOMENT), "description": "When the same people got the same, within 24 hours."},
        "again": {
            **maybe(TEXT),
            "description": "Which sending that was: to be sent back to send it once more.",
        },
        "begins": maybe(MOMENT),
    }
)
_HELD = object_of(
    {
        "sending": {**TEXT, "description": "To be sent back with `agree`, as the next four."},
        "people": maybe(NUMBER),
        "content": TEXT,
        "cost": maybe({"type": "number"}),
        "covers": {**maybe(NUMBER), "description": "Of how many of them the month's messages suffice."},
        "why": TEXT,
        "shown_people": maybe(NUMBER),
        "shown_cost": maybe({"type": "number"}),
    }
)
_AGREED = object_of(
    {
        "broadcast": NAME,
        "sending": _ID,
        "people": _PEOPLE,
        "content": _CONTENT,
        "cost": _COST,
        "covers": maybe(_PEOPLE),
    }
)


@dataclass(frozen=True, slots=True)
class BroadcastApi:
    """`/broadcasts/…`."""

    context: ApiContext

    @get("/broadcasts/offer", query={"broadcast": NAME, "at": _AT}, answer=_OFFER)
    async def broadcast_offer(self, call: ConsoleCall) -> Payload:
        """What it would do if it went out; nothing is sent."""
        context, broadcast = self.context, self._named(call.query)
        found = await offer_of(
            *(context.stores, context.playbook(), broadcast, context.line(), call.now, _moment(call.query))
        )
        checked = found.check
        cost = None if checked.cost is None else checked.cost.extra
        return {
            "people": checked.messages,
            "content": found.content,
            "groups": {group: number for group, number in checked.people.items() if group},
            "without": checked.held_back,
            "left": None if checked.month is None else checked.month.left,
            "cost": None if cost is None else float(cost),
            "needs_sure": found.needs_word,
            "why_not": found.why_not,
            "last_sent": None if found.last is None else found.last.began or found.last.moment,
            "repeats": None if found.repeats is None else found.repeats.began or found.repeats.moment,
            "again": None if found.repeats is None else found.repeats.id,
            "begins": checked.begins,
        }

    @get("/broadcasts/report", query={"broadcast": NAME}, answer=ANY_OBJECT)
    async def broadcast_report(self, call: ConsoleCall) -> Payload:
        """What became of it the last time."""
        context = self.context
        found, _ = await report_of(
            context.stores, context.playbook(), self._named(call.query), context.line()
        )
        return report_payload(found)

    @get("/broadcasts/calendar", query={"month": _MONTH}, answer=object_of({"entries": list_of(_ENTRY)}))
    async def broadcast_calendar(self, call: ConsoleCall) -> Payload:
        """What went out and is to go out in a month: this one, or the one that is named."""
        context, playbook = self.context, self.context.playbook()
        month = call.query.get("month")
        this = today(call.now, playbook.zone).replace(day=1)
        first = this if month is None or month < "0002" else date.fromisoformat(f"{month}-01")
        by_day = await month_of(context.stores, playbook, first, call.now)
        entries = [entry for day in by_day.values() for entry in day]
        return {
            "entries": [
                {
                    **pick(one, "at", "broadcast", "channel", "repeats"),
                    "state": "planned" if one.sending is None else one.sending.state,
                }
                for one in entries
            ]
        }

    @action("/broadcasts/send", body=_SENT, answer=_SENDING)
    async def send_broadcast(self, call: ConsoleCall) -> Payload:
        """Have it go out as its offer has said, and not dearer; `sure` where that needs it."""
        context, body = self.context, call.body
        return _sending(
            await send_as_shown(
                *(
                    context.stores,
                    context.playbook(),
                    self._named(body),
                    context.line(),
                    call.caller.by,
                    call.now,
                ),
                people=body["people"],
                content=body["content"],
                cost=price(body["cost"]),
                again=body.get("again", ""),
                is_sure=body.get("sure", False),
                may_still=call.may_still,
                at=_moment(body),
            )
        )

    @action("/broadcasts/test", body=_TRIES, answer=object_of({"tried": list_of(_TRIED)}))
    async def test_broadcast(self, call: ConsoleCall) -> Payload:
        """Push it to testers."""
        # to all where none is named
        context, body = self.context, call.body
        about = (context.stores, context.playbook(), self._named(body), body.get("testers", ()))
        done = await try_out(*about, context.line(), call.caller.by, context.personal, call.form)
        return {"tried": [{"tester": one.tester, "group": one.group, "why_not": one.why} for one in done]}

    @action("/broadcasts/pause", body=_STEERED, answer=_SENDING)
    async def pause_broadcast(self, call: ConsoleCall) -> Payload:
        """Nobody new is called."""
        return await self._steer(call, pause)

    @action("/broadcasts/resume", body=_STEERED, answer=_SENDING)
    async def resume_broadcast(self, call: ConsoleCall) -> Payload:
        """It goes on."""
        return await self._steer(call, resume)

    @get("/broadcasts/held", query={"broadcast": NAME}, answer=_HELD)
    async def broadcast_held(self, call: ConsoleCall) -> Payload:
        """An order that waits, as it is not what was shown: what was shown, and what is so now."""
        context, broadcast = self.context, self._named(call.query)
        found = await held_order_now(context.stores, context.playbook(), broadcast, context.line(), call.now)
        return {
            "sending": found.sending.id,
            **pick(found, "people", "content", "covers", "why"),
            "cost": None if found.cost is None else float(found.cost),
            "shown_people": found.sending.shown_people,
            "shown_cost": None if found.shown_cost is None else float(found.shown_cost),
        }

    @action("/broadcasts/agree", body=_AGREED, answer=_SENDING)
    async def agree_to_broadcast(self, call: ConsoleCall) -> Payload:
        """Have an order go out that waits, as `held` has shown it."""
        body = call.body
        return _sending(
            await agree(
                *(self.context.stores, self._named(body), call.caller.by, body["sending"]),
                people=body["people"],
                content=body["content"],
                cost=price(body["cost"]),
                covers=body["covers"],
                now=call.now,
            )
        )

    @action("/broadcasts/cancel", body=_STEERED, answer=_SENDING)
    async def cancel_broadcast(self, call: ConsoleCall) -> Payload:
        """Nobody is called any more who was not called yet."""
        return await self._steer(call, cancel_sending)

    async def _steer(self, call: ConsoleCall, steer: Steer) -> Payload:
        broadcast, wanted = self._named(call.body), call.body.get("sending")
        return _sending(await steer(self.context.stores, broadcast, call.caller.by, wanted))

    def _named(self, values: Mapping[str, Any]) -> Broadcast:
        return broadcast_of(self.context.playbook(), values.get("broadcast"))


def _moment(values: Mapping[str, Any]) -> datetime | None:
    """When it is to go out; `None`: now. Raises `SteeringRefused`, where the calendar has no such moment."""
    if "at" not in values:
        return None
    try:
        return datetime.fromisoformat(values["at"]).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SteeringRefused(tr("choose a day and a time")) from error


def _sending(sending: Sending) -> Payload:
    return {"broadcast": sending.broadcast, "for": sending.moment, "sending": sending.id}
