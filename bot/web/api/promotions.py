"""Draws over the API: how they are doing, who has won (N3)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.operations.coupons import masked_name
from bot.operations.draws import DrawUnknown, draw_figures, winners
from bot.operations.looks import record_search
from bot.operations.payload import Payload, pick
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import MOMENT, NAME, NUMBER, PART, TEXT, list_of, maybe
from bot.web.openapi_schema import object_of

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


@dataclass(frozen=True, slots=True)
class PromotionApi:
    """`/draws`, and who has won."""

    context: ApiContext

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
