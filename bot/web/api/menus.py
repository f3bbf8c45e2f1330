"""Rich menus at LINE: what a sync would do, doing it, and how far it is (G1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.menu_sync_work import DIGEST, plan_digest
from bot.operations.payload import Payload, pick
from bot.store.cluster.menu_syncs import is_lost
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import MOMENT, NAME, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_DIGEST: JsonSchema = {"type": "string", "minLength": DIGEST, "maxLength": DIGEST, "pattern": "^[0-9a-f]*$"}
_RUN = {
    "channel": TEXT,
    "by": TEXT,
    "at": MOMENT,
    "seen": MOMENT,
    "steps": NUMBER,
    "most": NUMBER,
    "state": TEXT,
    "again": maybe(MOMENT),
}


@dataclass(frozen=True, slots=True)
class MenuSyncApi:
    """`/menus/plan`, `/menus/sync`."""

    context: ApiContext

    @get(
        "/menus/plan",
        query={"channel": NAME},
        answer=object_of(
            {
                "channel": TEXT,
                "digest": {**_DIGEST, "description": "Binds a sync to this plan."},
                "steps": list_of(object_of({"does": TEXT, "what": TEXT})),
                "foreign": {**NUMBER, "description": "Menus that others have made, which stay."},
            }
        ),
    )
    async def menu_plan(self, call: ConsoleCall) -> Payload:
        """What a sync of a channel's rich menus would do at LINE, which is asked, step by step."""
        found = await self.context.server.menu_work.planned(
            self._channel(call.query.get("channel"), "query/channel")
        )
        steps = [{"does": one.does, "what": one.what} for one in found.plan.steps()]
        return {
            "channel": found.channel,
            "digest": plan_digest(found),
            "steps": steps,
            "foreign": found.plan.foreign,
        }

    @get(
        "/menus/sync",
        query={"channel": NAME},
        answer=object_of({"run": maybe(object_of({**_RUN, "lost": YES}))}),
    )
    async def menu_sync(self, call: ConsoleCall) -> Payload:
        """How far the last sync of a channel is that was ordered here or in the console."""
        channel = self._channel(call.query.get("channel"), "query/channel")
        found = await self.context.stores.menu_syncs.of(channel)
        if found is None:
            return {"run": None}
        return {"run": {**pick(found, *_RUN), "lost": is_lost(found, self.context.server.menu_work.now())}}

    @action("/menus/sync", body=object_of({"channel": NAME, "digest": _DIGEST}), answer=object_of(_RUN))
    async def sync_menus(self, call: ConsoleCall) -> Payload:
        """Do what was planned; one at a time on a channel. Another plan by now is refused."""
        channel = self._channel(call.body["channel"], "body/channel")
        made = await self.context.server.menu_work.order_planned(channel, call.body["digest"], call.caller.by)
        return pick(made, *_RUN)

    def _channel(self, name: str | None, field: str) -> str:
        return self.context.channel(name, field) or next(iter(self.context.settings().channels))
