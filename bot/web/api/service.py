"""How things stand: today, what waits for somebody, binding (B8)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, get_args

from bot.model.admin import TEAM
from bot.model.brake import Brake
from bot.operations.attention import AttentionKind
from bot.operations.binding import binding_view, pause_binding, resume_binding
from bot.operations.payload import Payload, as_json, pick
from bot.operations.today import today_of, today_payload
from bot.store.unavailable import DatabaseUnavailable
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import ANY_OBJECT, MOMENT, NAME, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

SPANS = (1, 7, 30)
"""Days of a funnel, with today."""
_STOP = {"channel": maybe(TEXT), "flow": maybe(TEXT), "by": TEXT, "at": MOMENT}
_PAUSE = {"channel": TEXT, "by": TEXT, "at": MOMENT}
_ANYWHERE = object_of({"channel": maybe(NAME)}, "channel")
_STOPS = {"stops": list_of(object_of(_STOP))}
_FIGURE = object_of({"today": NUMBER, "so_far": NUMBER, "week_before": maybe(NUMBER)})
_TODAY: JsonSchema = {
    "type": "object",
    "properties": {
        "at": MOMENT,
        "day": TEXT,
        "counted": maybe(MOMENT),
        "figures": {"type": "object", "additionalProperties": _FIGURE},
        "waiting": ANY_OBJECT,
        "channels": list_of(ANY_OBJECT),
        "shops": list_of(ANY_OBJECT),
    },
    "required": ["at", "day", "figures", "waiting", "channels", "shops"],
}
_COUNTS = get_args(AttentionKind)


@dataclass(frozen=True, slots=True)
class ServiceApi:
    """`/today`, `/attention`, `/binding`."""

    context: ApiContext

    @get("/today", roles=TEAM, query={"channel": NAME}, answer=_TODAY)
    async def today(self, call: ConsoleCall) -> Payload:
        """The numbers of today beside the same weekday a week before, and how things stand."""
        context = self.context
        channel = context.channel(call.query.get("channel"), "query/channel")
        found = await today_of(
            *(context.stores, context.playbook(), context.settings(), call.now),
            channel=channel,
            trouble=context.trouble(),
        )
        return today_payload(found)

    @get("/attention", roles=TEAM, answer=object_of({**dict.fromkeys(_COUNTS, NUMBER), **_STOPS}, *_COUNTS))
    async def attention(self, call: ConsoleCall) -> Payload:
        """What waits for somebody, each counted to 100, and which pushes are stopped."""
        found = await self.context.attention()
        return {**dict[str, Any](found.counts.items()), **_stops(found.brake)}

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


def _stops(brake: Brake) -> Payload:
    return {"stops": [pick(one, "channel", "flow", "by", "at") for one in brake.stops]}
