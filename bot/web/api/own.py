"""The token itself: who calls, and what may be called."""

from __future__ import annotations

from bot.model.admin import TEAM
from bot.operations.payload import Payload, pick
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import MOMENT, TEXT
from bot.web.openapi_schema import object_of


class OwnApi:
    """`/me`."""

    @get("/me", roles=TEAM, answer=object_of({"name": TEXT, "role": TEXT, "until": MOMENT}))
    async def me(self, call: ConsoleCall) -> Payload:
        """The token that calls: its name, what it may do by now, until when it is good."""
        return pick(call.caller, "name", "role", "until")
