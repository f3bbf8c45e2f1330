"""Broadcasts over the API: tried out, and their report (I2, I5). What else there is of them is declared."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import report_payload
from bot.operations.broadcasts.trying_out import try_out
from bot.operations.payload import Payload
from bot.operations.resolve_name import broadcast_of
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import ANY_OBJECT, NAME, TEXT, list_of, maybe
from bot.web.openapi_schema import object_of

_TRIES = object_of({"broadcast": NAME, "testers": {**list_of(NAME), "maxItems": 50}}, "testers")
_TRIED = object_of({"tester": TEXT, "group": TEXT, "why_not": maybe(TEXT)})


@dataclass(frozen=True, slots=True)
class BroadcastApi:
    """`/broadcasts/report`, `/broadcasts/test`."""

    context: ApiContext

    @get("/broadcasts/report", query={"broadcast": NAME}, answer=ANY_OBJECT)
    async def broadcast_report(self, call: ConsoleCall) -> Payload:
        """What became of it the last time."""
        context, playbook = self.context, self.context.playbook()
        broadcast = broadcast_of(playbook, call.query.get("broadcast"))
        found, _ = await report_of(context.stores, playbook, broadcast, context.line())
        return report_payload(found)

    @action("/broadcasts/test", body=_TRIES, answer=object_of({"tried": list_of(_TRIED)}))
    async def test_broadcast(self, call: ConsoleCall) -> Payload:
        """Push it to testers."""
        # to all where none is named
        context, body, playbook = self.context, call.body, self.context.playbook()
        broadcast = broadcast_of(playbook, body["broadcast"])
        about = (context.stores, playbook, broadcast, body.get("testers", ()))
        done = await try_out(*about, context.line(), call.caller.by, context.server.personal, call.form)
        return {"tried": [{"tester": one.tester, "group": one.group, "why_not": one.why} for one in done]}
