"""Coupons over the API: how they are doing, codes for them, one redeemed at a till of one's own (N1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bot.model.short_code import LONGEST
from bot.model.translatable import tr
from bot.operations.coupon_figures import CouponFigures, coupon_figures
from bot.operations.coupon_import import import_codes, sent_lines
from bot.operations.coupons import TOO_MANY_GUESSES, Redeemer, RedeemResult, redeem
from bot.operations.import_report import lines_payload
from bot.operations.payload import Payload, pick
from bot.store.counters.rate_limits import AT_TILL
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import MOMENT, NAME, NUMBER, TEXT, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

CODES_MOST = 1_000
"""Codes of one call: as many as a body holds."""
_GUESSES_AGAIN = f"{AT_TILL[0][0].total_seconds():.0f}"
_COUPON = object_of(
    {
        "coupon": TEXT,
        "title": TEXT,
        "given": NUMBER,
        "left": {**maybe(NUMBER), "description": "`null`: there is no limit."},
        "used": NUMBER,
        "ended": {**NUMBER, "description": "Of those that nobody used."},
        "unsure": {**NUMBER, "description": "Codes that a restored backup has made doubtful."},
    }
)
_CODE: JsonSchema = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST,
    "description": "As it is written or scanned: case and hyphens do not matter.",
}
_CODES = {**list_of(_CODE), "minItems": 1, "maxItems": CODES_MOST}
_REFUSED = object_of({"line": {**NUMBER, "description": "Which of them, from 1."}, "why": TEXT})
_STORE: JsonSchema = {**NAME, "description": "A store of the playbook, by its name there."}
_USE: JsonSchema = {
    **NAME,
    "description": "As redeeming was answered: a later use stays. Without it, whichever there is now.",
}
_CAME_OF = object_of(
    {
        "result": {
            "enum": [one for one in get_args(RedeemResult) if one not in ("waits", "limited")],
            "description": "`was_redeemed`: before this call.",
        },
        "coupon": maybe(TEXT),
        "title": maybe(TEXT),
        "used": maybe(MOMENT),
        "store": TEXT,
        "until": maybe(MOMENT),
        "use": {**TEXT, "description": "Which use it was, for `undo`; empty where it is usable."},
    }
)


@dataclass(frozen=True, slots=True)
class CouponApi:
    """`/coupons`."""

    context: ApiContext

    @get("/coupons", answer=object_of({"coupons": list_of(_COUPON)}))
    async def coupons(self, call: ConsoleCall) -> Payload:
        """How the coupons of the playbook are doing."""
        context = self.context
        return {"coupons": [_row(one) for one in await coupon_figures(context.stores, context.playbook())]}

    @action(
        "/coupons/codes",
        body=object_of({"coupon": NAME, "codes": _CODES}),
        answer=object_of({"new": NUMBER, "known": NUMBER, "refused": list_of(_REFUSED)}),
    )
    async def add_coupon_codes(self, call: ConsoleCall) -> Payload:
        """More codes for a coupon of imported ones."""
        # as those of a file in the console: codes that are there already, as they are written, stay so
        context, lines = self.context, sent_lines(call.body["codes"])
        done = await import_codes(
            context.stores, context.playbook(), call.body["coupon"], lines, call.caller.by
        )
        return {"new": done.new, "known": done.same, "refused": lines_payload(done.listed)}

    @action("/coupons/redeem", body=object_of({"code": _CODE, "store": _STORE}, "store"), answer=_CAME_OF)
    async def redeem_coupon(self, call: ConsoleCall) -> Payload:
        """Redeem the coupon with this code, once."""
        # the call's key is the press
        store = call.body.get("store", "")
        if store and store not in self.context.playbook().stores:
            raise ApiProblem("refused", tr("the playbook has no store {name}", name=store), field="store")
        return await self._acted(call, store)

    @action(
        "/coupons/undo", body=object_of({"code": _CODE, "reason": NAME, "use": _USE}, "use"), answer=_CAME_OF
    )
    async def undo_coupon(self, call: ConsoleCall) -> Payload:
        """Make it usable again."""
        # where it was redeemed by an order it stays so
        return await self._acted(call, "", undo=True)

    async def _acted(self, call: ConsoleCall, store: str, *, undo: bool = False) -> Payload:
        context, body = self.context, call.body
        redeemer = Redeemer(call.caller.by, store)
        done = await redeem(
            *(context.stores, context.playbook(), body["code"], redeemer, call.form),
            undo=undo,
            undoes=body.get("use", ""),
            reason=body.get("reason", ""),
        )
        if done.what == "waits":
            raise ApiProblem("waits", headers={"Retry-After": "1"})
        if done.what == "limited":
            raise ApiProblem("too_many", TOO_MANY_GUESSES, headers={"Retry-After": _GUESSES_AGAIN})
        held = done.coupon
        grant = None if held is None else held.grant
        return {
            "result": done.what,
            "coupon": None if grant is None else grant.coupon,
            "title": None if grant is None else grant.title,
            "used": None if held is None else held.used,
            "store": "" if held is None else held.store,
            "until": None if grant is None else grant.until,
            "use": "" if held is None or held.used is None else held.act_id,
        }


def _row(one: CouponFigures) -> Payload:
    return {
        "coupon": one.coupon.name,
        "title": one.coupon.title,
        **pick(one, "given", "left", "used", "ended", "unsure"),
    }
