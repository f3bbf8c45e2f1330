"""Audiences by day over the API (I1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.audience_history import sizes_by_day
from bot.operations.payload import Payload
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import NUMBER, TEXT, list_of
from bot.web.openapi_schema import object_of

_DAY = object_of({"day": TEXT, "audience": TEXT, "channel": TEXT, "people": NUMBER})


@dataclass(frozen=True, slots=True)
class AnswerApi:
    """`/audiences/by-day`."""

    context: ApiContext

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
