"""The token itself: who calls, and what may be called."""

from __future__ import annotations

from collections.abc import Sequence

from bot.operations.payload import Payload, pick
from bot.web.api.endpoint import PREFIX, ConsoleCall, Endpoint
from bot.web.api.shapes import MOMENT, TEXT
from bot.web.openapi_schema import object_of


class OwnApi:
    """`/me`."""

    def endpoints(self) -> Sequence[Endpoint]:
        """The one."""
        return [
            Endpoint(
                method="GET",
                path=f"{PREFIX}/me",
                name="me",
                says="The token that calls: its name, what it may do by now, until when it is good.",
                handler=self.me,
                answer=object_of({"name": TEXT, "role": TEXT, "until": MOMENT}),
            )
        ]

    async def me(self, call: ConsoleCall) -> Payload:
        """Who calls."""
        return pick(call.caller, "name", "role", "until")
