"""Audiences with their size (I1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.admin import TEAM
from bot.operations.audiences import EVERYONE, counts_of, target_audience
from bot.operations.payload import Payload
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import NAME, NUMBER, TEXT, YES, list_of
from bot.web.openapi_schema import object_of

_SIZE = object_of(
    {"people": {"type": "object", "additionalProperties": object_of({"people": NUMBER, "about": YES})}}
)


@dataclass(frozen=True, slots=True)
class SendingApi:
    """`/audiences`."""

    context: ApiContext

    @get(
        "/audiences",
        roles=TEAM,
        answer=object_of({"audiences": list_of(object_of({"audience": TEXT, "title": TEXT}))}),
    )
    async def audiences(self, call: ConsoleCall) -> Payload:
        """The audiences of the playbook."""
        named = self.context.playbook().audiences.values()
        return {
            "audiences": [
                {"audience": EVERYONE, "title": ""},
                *({"audience": one.name, "title": one.title} for one in named),
            ]
        }

    @get("/audiences/size", roles=TEAM, query={"audience": NAME}, answer=_SIZE)
    async def audience_size(self, call: ConsoleCall) -> Payload:
        """How many people are in one now, by channel; of many contacts about how many."""
        context, playbook = self.context, self.context.playbook()
        meant = target_audience(playbook, call.query.get("audience", EVERYONE))
        return {"people": await counts_of(context.stores, playbook, meant)}
