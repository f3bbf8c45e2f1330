"""The audit log, and what was not sent or understood: sent once more, or dropped (K1, K3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.model.audit import AuditFilter, AuditLine
from bot.model.clerk import ListCursor
from bot.operations.audit_list import CONTACT_KINDS, audit_page, line_words, within_days
from bot.operations.audit_trail import SHOP_KINDS
from bot.operations.call_outcomes import why_lost
from bot.operations.dead_letters import Which, given_up
from bot.operations.payload import Payload, pick
from bot.operations.resending import BATCH, Handling, drop, resend
from bot.store.events.dead_letters import DeadLetterEntry
from bot.web.admin.frame import to_the_minute
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import PART_LONGEST, ConsoleCall, action, get
from bot.web.api.shapes import AFTER, CURSOR, MOMENT, NAME, NUMBER, PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

ACTOR_MOST = 200
DAYS, DAYS_MOST = 7, 90
SHOWN = 100
"""Of what was not sent, in a page of the list."""
PATIENCE = 3.0
"""Seconds that are waited for what comes of it."""
CONFIRM = ["drop", "放棄"]
"""What is written out to drop something."""
_DAY: JsonSchema = {"type": "string", "format": "date"}
_DAYS: JsonSchema = {"type": "integer", "minimum": 1, "maximum": DAYS_MOST}
_NAMES: JsonSchema = {"type": "array", "items": NAME, "minItems": 1, "maxItems": BATCH, "uniqueItems": True}
_LINE = object_of(
    {
        "at": MOMENT,
        "last": maybe(MOMENT),
        "times": NUMBER,
        **dict.fromkeys(("by", "kind", "what", "about", "change", "state"), TEXT),
        "contact": maybe(PART),
        "other": maybe(PART),
        "certificate": maybe(TEXT),
    }
)
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
    """`/audit`, `/unsent`."""

    context: ApiContext

    @get(
        "/audit",
        query={
            "by": {"type": "string", "minLength": 1, "maxLength": ACTOR_MOST},
            "kind": {"enum": [*dict.fromkeys((*SHOP_KINDS, *CONTACT_KINDS))]},
            "from": _DAY,
            "to": _DAY,
            "channel": NAME,
            "contact": {"type": "string", "minLength": 1, "maxLength": PART_LONGEST},
            "after": AFTER,
        },
        answer=object_of({"lines": list_of(_LINE), "next": CURSOR}),
    )
    async def audit(self, call: ConsoleCall) -> Payload:
        """Who has done what, the last first, 50 lines at a time."""
        context, query, zone = self.context, call.query, self.context.playbook().zone
        since, until = within_days(_day(query.get("from")), _day(query.get("to")), zone)
        contact = ""
        if (part := query.get("contact")) is not None:
            found, _ = await context.found(call.caller, "contact", part)
            contact = found.contact.id
        kind = [one for one in (*SHOP_KINDS, *CONTACT_KINDS) if one == query.get("kind")]
        channel = context.channel(query.get("channel"), "query/channel") or ""
        wanted = AuditFilter(tuple(kind[:1]), query.get("by", ""), contact, channel, since, until)
        place = context.place(call.caller, "audit", query.get("after"))
        after = None if place is None else ListCursor(datetime.fromisoformat(place[0]), place[1])
        page = await audit_page(context.stores, wanted, after)
        last = page.next
        return {
            "lines": [self._line(call, one) for one in page.lines],
            "next": None
            if last is None
            else context.cursor(call.caller, "audit", last.at.isoformat(), last.id),
        }

    def _line(self, call: ConsoleCall, line: AuditLine) -> Payload:
        said = line_words(line, partial(to_the_minute, self.context.playbook().zone))
        words, part = call.words.words, partial(self.context.part, call.caller)
        return {
            **pick(line.entry, "at", "last", "times", "by", "kind", "state"),
            **{name: words(getattr(said, name)) for name in ("what", "about", "change")},
            "contact": part(line.contact) if line.contact else None,
            "other": part(line.other) if line.other else None,
            "certificate": line.erased or None,
        }

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


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
