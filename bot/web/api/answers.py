"""Possible matches, and audiences by day, over the API (E2, I1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.audience_history import sizes_by_day
from bot.operations.looks import record_search
from bot.operations.matches import confirm, named, possible, refuse
from bot.operations.payload import Payload
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import MOMENT, NAME, NUMBER, PART, TEXT, list_of
from bot.web.openapi_schema import object_of

_MATCH = object_of({"match": TEXT, "at": MOMENT, "by": list_of(TEXT), "contact": PART, "other": PART})
_DAY = object_of({"day": TEXT, "audience": TEXT, "channel": TEXT, "people": NUMBER})
_NAMED = object_of({"match": NAME})


@dataclass(frozen=True, slots=True)
class AnswerApi:
    """`/matches`, `/audiences/by-day`."""

    context: ApiContext

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
