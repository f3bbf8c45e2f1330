"""Stamp cards and draws over the API: how they are doing, stamps of a till of one's own, winners (N2, N3)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.members.stamps import MOST_AT_ONCE
from bot.model.translatable import tr
from bot.operations.coupons import Redeemer, masked_name
from bot.operations.draws import DrawUnknown, draw_figures, winners
from bot.operations.looks import record_search
from bot.operations.payload import Payload, pick
from bot.operations.stamp_figures import stamp_figures
from bot.operations.stamps import clerk_act, stamp
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import MOMENT, NAME, NUMBER, PART, TEXT, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_CARD = object_of({"card": TEXT, "title": TEXT, "stamps": NUMBER, "filled": NUMBER, "ended": NUMBER})
_PRIZE = object_of(
    {
        "name": TEXT,
        "title": TEXT,
        "odds": {**maybe(TEXT), "description": "`null`: it is for all others."},
        "won": NUMBER,
        "left": {**maybe(NUMBER), "description": "`null`: there is no limit."},
        "runs_out": {**maybe(NUMBER), "description": "After about so many tries more."},
    }
)
_DRAW = object_of(
    {"draw": TEXT, "title": TEXT, "tries": NUMBER, "nothing": NUMBER, "prizes": list_of(_PRIZE)}
)
_WINNER = object_of(
    {
        "at": MOMENT,
        "prize": TEXT,
        "title": TEXT,
        "used": maybe(MOMENT),
        "name": {**TEXT, "description": "Masked."},
        "contact": PART,
    }
)
_COUNT: JsonSchema = {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE}
_STORE: JsonSchema = {**NAME, "description": "A store of the playbook, by its name there."}
_STAMPS = object_of({"card": NAME, "count": _COUNT, "store": _STORE}, "store")
_STAMPED = object_of(
    {
        "result": {
            "enum": ["done", "refused"],
            "description": "`refused`: today's stamps are there, the card is over, or none is to take.",
        }
    }
)


@dataclass(frozen=True, slots=True)
class PromotionApi:
    """`/stamps`, `/draws`, and a customer's stamps."""

    context: ApiContext

    @get("/stamps", answer=object_of({"stamps": list_of(_CARD)}))
    async def stamp_cards(self, call: ConsoleCall) -> Payload:
        """How the stamp cards of the playbook are doing."""
        found = await stamp_figures(self.context.stores, self.context.playbook())
        return {
            "stamps": [
                {**pick(one, "stamps", "filled", "ended"), "card": one.card.name, "title": one.card.title}
                for one in found
            ]
        }

    @action("/contacts/{contact}/stamps/put", body=_STAMPS, answer=_STAMPED)
    async def put_stamps(self, call: ConsoleCall) -> Payload:
        """Put stamps on a customer's card, as a clerk does."""
        # the call's key is the press
        return await self._stamped(call)

    @action("/contacts/{contact}/stamps/take", body=_STAMPS, answer=_STAMPED)
    async def take_stamps(self, call: ConsoleCall) -> Payload:
        """Take stamps back, as many as are on the card."""
        # what was given for them stays given
        return await self._stamped(call, takes=True)

    async def _stamped(self, call: ConsoleCall, *, takes: bool = False) -> Payload:
        context, body, playbook = self.context, call.body, self.context.playbook()
        store = body.get("store", "")
        if store and store not in playbook.stores:
            raise ApiProblem("refused", tr("the playbook has no store {name}", name=store), field="store")
        if body["card"] not in playbook.stamp_cards:
            nothing = tr("the playbook has no stamp card {name}", name=body["card"])
            raise ApiProblem("refused", nothing, field="card")
        act = clerk_act(body["card"], body["count"], Redeemer(call.caller.by, store), call.form, takes=takes)
        done = await stamp(context.stores, playbook, call.located.contact.id, act)
        if done == "waits":
            raise ApiProblem("waits", headers={"Retry-After": "1"})
        return {"result": "done" if done == "done" else "refused"}

    @get("/draws", answer=object_of({"draws": list_of(_DRAW)}))
    async def draws(self, call: ConsoleCall) -> Payload:
        """How the draws of the playbook are doing."""
        found = await draw_figures(self.context.stores, self.context.playbook())
        return {
            "draws": [
                {
                    **pick(one, "tries", "nothing"),
                    "draw": one.draw.name,
                    "title": one.draw.title,
                    "prizes": [
                        pick(prize, "name", "title", "odds", "won", "left", "runs_out")
                        for prize in one.prizes
                    ],
                }
                for one in found
            ]
        }

    @get("/draws/winners", query={"draw": NAME}, answer=object_of({"winners": list_of(_WINNER)}))
    async def draw_winners(self, call: ConsoleCall) -> Payload:
        """Who has won in a draw, the last first: up to 1,000."""
        context, name = self.context, call.query.get("draw", "")
        try:
            found = await winners(context.stores, context.playbook(), name)
        except DrawUnknown as error:
            raise ApiProblem("refused", error.message, field="draw") from error
        await record_search(context.stores, call.caller.by, call.now, "draws")
        return {
            "winners": [
                {
                    **pick(one, "at", "prize", "title", "used"),
                    "name": masked_name(one.name),
                    "contact": context.part(call.caller, one.contact),
                }
                for one in found
            ]
        }
