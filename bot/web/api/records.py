"""What was not sent or understood: sent once more, or dropped (K1, K3)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.call_outcomes import why_lost
from bot.operations.dead_letters import Which, given_up
from bot.operations.payload import Payload, pick
from bot.operations.resending import BATCH, Handling, drop, resend
from bot.store.events.dead_letters import DeadLetterEntry
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import AFTER, CURSOR, MOMENT, NAME, NUMBER, PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

DAYS, DAYS_MOST = 7, 90
SHOWN = 100
"""Of what was not sent, in a page of the list."""
PATIENCE = 3.0
"""Seconds that are waited for what comes of it."""
CONFIRM = ["drop", "放棄"]
"""What is written out to drop something."""
_DAYS: JsonSchema = {"type": "integer", "minimum": 1, "maximum": DAYS_MOST}
_NAMES: JsonSchema = {"type": "array", "items": NAME, "minItems": 1, "maxItems": BATCH, "uniqueItems": True}
_UNSENT = object_of(
    {
        **dict.fromkeys(("name", "channel", "kind", "reason", "why", "detail"), TEXT),
        "at": MOMENT,
        "since": MOMENT,
        "tries": NUMBER,
        "contact": PART,
    }
)
_HANDLED = object_of(
    {
        "name": TEXT,
        "became": {
            "enum": ["ended", "decided", "aside", "under-way", "stored", "dropped", "refused"],
        },
        "lost": maybe(YES),
        "doubt": maybe(TEXT),
        "why": maybe(TEXT),
    }
)


@dataclass(frozen=True, slots=True)
class RecordApi:
    """`/unsent`."""

    context: ApiContext

    @get(
        "/unsent",
        query={"days": _DAYS, "reason": NAME, "channel": NAME, "after": AFTER},
        answer=object_of({"unsent": list_of(_UNSENT), "next": CURSOR}),
    )
    async def unsent(self, call: ConsoleCall) -> Payload:
        """What LINE did not take, or could not be handled, oldest first, 100 at a time."""
        context, query = self.context, call.query
        reasons, channels = ([query[name]] if name in query else [] for name in ("reason", "channel"))
        which = Which(query.get("days", DAYS), reasons=reasons, channels=channels)
        lost = await given_up(context.stores, which)
        place = context.place(call.caller, "unsent", query.get("after"))
        found = sorted(lost.found, key=_place_of)
        if place is not None:
            found = [one for one in found if _place_of(one) > tuple(place)]
        more = len(found) > SHOWN
        return {
            "unsent": [self._unsent(call, one) for one in found[:SHOWN]],
            "next": context.cursor(call.caller, "unsent", *_place_of(found[SHOWN - 1])) if more else None,
        }

    def _unsent(self, call: ConsoleCall, one: DeadLetterEntry) -> Payload:
        return {
            **pick(one, "name", "channel", "kind", "reason", "detail", "at", "since", "tries"),
            "why": call.words.words(why_lost(one.reason)),
            "contact": self.context.part(call.caller, one.contact),
        }

    @action(
        "/unsent/resend",
        body=object_of({"names": _NAMES, "second": YES}, "second"),
        answer=object_of({"handled": list_of(_HANDLED)}),
    )
    async def resend(self, call: ConsoleCall) -> Payload:
        """Make them once more. Where the person may get it twice, only with `second`."""
        names, second = call.body["names"], call.body.get("second", False)
        done = await resend(self.context.stores, names, call.caller.by, second=second, patience=PATIENCE)
        return {"handled": list(map(_handled, done))}

    @action(
        "/unsent/drop",
        body=object_of({"names": _NAMES, "confirm": {"enum": CONFIRM}}),
        answer=object_of({"handled": list_of(_HANDLED)}),
    )
    async def drop(self, call: ConsoleCall) -> Payload:
        """Nobody looks for them any more."""
        done = await drop(self.context.stores, call.body["names"], call.caller.by)
        return {"handled": list(map(_handled, done))}


def _place_of(one: DeadLetterEntry) -> tuple[str, str]:
    return one.at.isoformat(), one.name


def _handled(one: Handling) -> Payload:
    return {
        "name": one.name,
        "became": one.carried,
        "lost": None if one.end is None else one.end.lost,
        "doubt": one.doubt or None,
        "why": one.why,
    }
