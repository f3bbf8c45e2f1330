"""How things stand: today, what waits for somebody, binding (B8)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from bot.operations.binding import binding_view, pause_binding, resume_binding
from bot.operations.payload import Payload, as_json
from bot.store.unavailable import DatabaseUnavailable
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import ANY_OBJECT, MOMENT, NAME, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import object_of

SPANS = (1, 7, 30)
"""Days of a funnel, with today."""
_PAUSE = {"channel": TEXT, "by": TEXT, "at": MOMENT}
_ANYWHERE = object_of({"channel": maybe(NAME)}, "channel")


@dataclass(frozen=True, slots=True)
class ServiceApi:
    """`/binding`."""

    context: ApiContext

    @get("/binding", answer=object_of({"channels": list_of(ANY_OBJECT)}))
    async def binding(self, call: ConsoleCall) -> Payload:
        """Whether phones can be bound on each channel, its links, and how far people come."""
        context = self.context
        view = await binding_view(context.stores, context.playbook(), context.settings().channels, SPANS)
        return {"channels": view}

    @action(
        "/binding/pause",
        body=_ANYWHERE,
        answer=object_of({"paused": list_of(object_of({**_PAUSE, "new": YES}))}),
    )
    async def pause_binding(self, call: ConsoleCall) -> Payload:
        """Nobody can bind a phone for now."""
        context, channel = self.context, call.body.get("channel")
        done = await pause_binding(context.stores, context.playbook(), channel, call.caller.by, call.now)
        await self._looked()
        return {"paused": [{**as_json(one), "new": is_new} for one, is_new in done]}

    @action("/binding/resume", body=_ANYWHERE, answer=object_of({"resumed": list_of(object_of(_PAUSE))}))
    async def resume_binding(self, call: ConsoleCall) -> Payload:
        """Phones can be bound again."""
        context, channel = self.context, call.body.get("channel")
        ended = await resume_binding(context.stores, context.playbook(), channel, call.caller.by, call.now)
        await self._looked()
        return {"resumed": ended}

    async def _looked(self) -> None:
        """This process knows at once; others read it within a second."""
        with suppress(DatabaseUnavailable):  # it is done
            await self.context.look()
