"""Audiences with their size, and how broadcasts stand (I1, I4)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.admin import TEAM
from bot.operations.audiences import EVERYONE, counts_of, target_audience
from bot.operations.broadcasts.progress import BroadcastStanding, SendingProgress, standing_of
from bot.operations.payload import Payload, pick
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import MOMENT, NAME, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import object_of

_SIZE = object_of(
    {"people": {"type": "object", "additionalProperties": object_of({"people": NUMBER, "about": YES})}}
)
_SENDING = object_of(
    {
        "sending": TEXT,
        "for": MOMENT,
        "state": TEXT,
        "why": maybe(TEXT),
        "waits": {**maybe(TEXT), "description": "Why nothing new is sent."},
        "by": maybe(TEXT),
        "began": maybe(MOMENT),
        "ended": maybe(MOMENT),
        **dict.fromkeys(("people", "got", "waiting"), NUMBER),
        "left_out": {"type": "object", "additionalProperties": NUMBER},
        "seconds_left": maybe(NUMBER),
    }
)
_BROADCAST = object_of(
    {
        **dict.fromkeys(("broadcast", "title", "channel", "status"), TEXT),
        "last_sent": maybe(_SENDING),
        "sendings": list_of(_SENDING),
    }
)


@dataclass(frozen=True, slots=True)
class SendingApi:
    """`/audiences`, `/broadcasts`."""

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

    @get("/broadcasts", answer=object_of({"broadcasts": list_of(_BROADCAST)}))
    async def broadcasts(self, call: ConsoleCall) -> Payload:
        """The broadcasts of the playbook, and how far their last sendings are."""
        playbook = self.context.playbook()
        found = await standing_of(self.context.stores, playbook, list(playbook.broadcasts.values()))
        return {"broadcasts": list(map(_standing, found))}


def _standing(one: BroadcastStanding) -> Payload:
    return {
        "broadcast": one.broadcast.name,
        **pick(one.broadcast, "title", "channel", "status"),
        "last_sent": None if one.sent is None else _sending(one.sent),
        "sendings": list(map(_sending, one.sendings)),
    }


def _sending(one: SendingProgress) -> Payload:
    sending, left = one.sending, one.left
    return {
        "sending": sending.id,
        "for": sending.moment,
        "state": sending.state,
        "why": sending.why or None,
        "waits": sending.held,
        "by": sending.by or None,
        **pick(sending, "began", "ended"),
        **pick(one.figures.whole, "people", "got", "waiting", "left_out"),
        "seconds_left": None if left is None else round(left.total_seconds()),
    }
