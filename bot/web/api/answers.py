"""Forms with their answers, possible matches, links, audiences by day, over the API (E1, E2, F7, I1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.operations.audience_history import sizes_by_day
from bot.operations.form_answers import answers_of, form_of, forms_of
from bot.operations.link_list import links_of
from bot.operations.looks import record_search
from bot.operations.matches import confirm, named, possible, refuse
from bot.operations.payload import Payload, pick
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import AFTER, CURSOR, MOMENT, NAME, NUMBER, PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import object_of

_FORM = object_of({"form": TEXT, "title": TEXT, "open": YES, "sent_in_30_days": NUMBER})
_ANSWERS = object_of(
    {"at": MOMENT, "contact": PART, "answers": {"type": "object", "additionalProperties": TEXT}}
)
_MATCH = object_of({"match": TEXT, "at": MOMENT, "by": list_of(TEXT), "contact": PART, "other": PART})
_LINK = object_of(
    {"kind": TEXT, "name": TEXT, "title": TEXT, "address": maybe(TEXT), "opened": maybe(NUMBER)}
)
_DAY = object_of({"day": TEXT, "audience": TEXT, "channel": TEXT, "people": NUMBER})
_NAMED = object_of({"match": NAME})


@dataclass(frozen=True, slots=True)
class AnswerApi:
    """`/forms`, `/matches`, `/links`, `/audiences/by-day`."""

    context: ApiContext

    @get("/forms", answer=object_of({"forms": list_of(_FORM)}))
    async def forms(self, call: ConsoleCall) -> Payload:
        """The forms of the playbook, and how often each was sent."""
        found = await forms_of(self.context.stores, self.context.playbook(), call.now)
        return {
            "forms": [
                {
                    "form": one.form.name,
                    **pick(one.form, "title", "open"),
                    "sent_in_30_days": one.number,
                }
                for one in found
            ]
        }

    @get(
        "/forms/answers",
        query={"form": NAME, "after": AFTER},
        answer=object_of({"answers": list_of(_ANSWERS), "next": CURSOR}),
    )
    async def form_answers(self, call: ConsoleCall) -> Payload:
        """Who has sent a form, the last first, masked, with their answers as they are by now."""
        context, playbook = self.context, self.context.playbook()
        form = form_of(playbook, call.query.get("form", ""))
        place = context.place(call.caller, f"answers {form.name}", call.query.get("after"))
        after = None if place is None else (datetime.fromisoformat(place[0]), place[1])
        page = await answers_of(context.stores, playbook, form, call.words, call.now, after)
        await record_search(context.stores, call.caller.by, call.now, "forms")
        keys = [one.key for one in form.fields]
        return {
            "answers": [
                {
                    "at": one.at,
                    "contact": context.part(call.caller, one.contact.id),
                    "answers": dict(zip(keys, one.answers, strict=True)),
                }
                for one in page.rows
            ],
            "next": page.next
            and context.cursor(call.caller, f"answers {form.name}", page.next[0].isoformat(), page.next[1]),
        }

    @get("/matches", answer=object_of({"matches": list_of(_MATCH)}))
    async def matches(self, call: ConsoleCall) -> Payload:
        """Contacts that may be one person, the oldest first."""
        context, caller = self.context, call.caller
        await record_search(context.stores, caller.by, call.now, "matches")
        return {
            "matches": [
                {
                    "match": one.match.id,
                    "at": one.match.at,
                    "by": one.by,
                    "contact": context.part(caller, one.contact.contact.id),
                    "other": context.part(caller, one.other.contact.id),
                }
                for one in await possible([context.stores])
            ]
        }

    @action("/matches/confirm", body=_NAMED, answer=object_of({"contact": PART}))
    async def confirm_match(self, call: ConsoleCall) -> Payload:
        """The two are one person: a merge."""
        found = await named([self.context.stores], call.body["match"])
        one = await confirm(found, self.context.playbook(), call.caller.by)
        return {"contact": self.context.part(call.caller, one.id)}

    @action("/matches/refuse", body=_NAMED, answer=object_of({"match": TEXT}))
    async def refuse_match(self, call: ConsoleCall) -> Payload:
        """The two are two; it is not asked again."""
        await refuse(await named([self.context.stores], call.body["match"]), call.caller.by, call.now)
        return {"match": call.body["match"]}

    @get("/links", query={"channel": NAME}, answer=object_of({"links": list_of(_LINK)}))
    async def links(self, call: ConsoleCall) -> Payload:
        """The links of a channel (the first), and how often codes were opened in 30 days."""
        context, channels = self.context, self.context.settings().channels
        name = context.channel(call.query.get("channel"), "query/channel")
        account = channels[name] if name is not None else next(iter(channels.values()))
        found = await links_of(context.stores, context.playbook(), account, call.now)
        return {
            "links": [
                {
                    **pick(one, "kind", "name", "title", "address"),
                    "opened": None if one.days is None else one.number,
                }
                for one in found
            ]
        }

    @get("/audiences/by-day", answer=object_of({"days": list_of(_DAY)}))
    async def audiences_by_day(self, call: ConsoleCall) -> Payload:
        """How many people were in each audience on the days that are counted, of 90."""
        days = await sizes_by_day(self.context.stores, self.context.playbook(), call.now)
        return {
            "days": [
                {"day": one.day, "audience": name, "channel": channel, "people": people}
                for one in days
                for (name, channel), people in one.people.items()
            ]
        }
