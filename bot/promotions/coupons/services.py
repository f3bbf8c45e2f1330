"""Coupons that turns ask for (N1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Outcome
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.requests import coupon_outcome, coupon_request, grant_id
from bot.promotions.coupons.model import CouponAnswer, CouponRequest, GiveCoupon, GivenFor, Grant
from bot.services.caller import Caller
from bot.services.effects import CountEnd, EffectFailed, EffectHandlers, uncounted
from bot.services.promotions import OutcomeFigure, Port, PromotionService, ServiceContext, ServicePart


class CouponLedger(Protocol):
    """Where coupons are counted and granted. The same request again is given the same grant."""

    async def give(self, coupon: Coupon, request: CouponRequest) -> CouponAnswer: ...

    async def granted(self, request: str) -> Grant | None:
        """What the request with this id was given, whatever the coupon."""


class CouponService:
    """Gives coupons of the playbook that is live."""

    def __init__(
        self, ledger: CouponLedger, playbook: Callable[[], Playbook], count: CountEnd = uncounted
    ) -> None:
        """`count` counts what came of it, by the coupon."""
        self._ledger = ledger
        self._playbook = playbook
        self._count = count

    @property
    def carries_out(self) -> EffectHandlers:
        return {GiveCoupon: self.give}

    async def give(self, request: GiveCoupon, caller: Caller) -> Outcome:
        """`given` with the grant, `had`, `over` or `none_left`; the same call again hears the same.

        Raises `EffectFailed` where the playbook has the coupon no more.
        """
        answer = await self.ask(request.coupon, caller)
        if answer is None:
            raise EffectFailed("the playbook has it no more")
        return coupon_outcome(request, answer)

    async def ask(self, name: str, caller: Caller, given_for: GivenFor | None = None) -> CouponAnswer | None:
        """What comes of asking for a coupon; `None`: the playbook has none."""
        playbook = self._playbook()
        coupon = COUPONS.of(playbook).get(name)
        if coupon is None:
            return None
        request = coupon_request(coupon, caller.id, caller.contact, caller.at, playbook.zone)
        answer = await self._ledger.give(coupon, replace(request, given_for=given_for))
        self._count(name, answer.result)
        return answer

    async def granted(self, call: str) -> Grant | None:
        """The coupon that this call was given before, whatever the playbook says by now."""
        return await self._ledger.granted(grant_id(call))


LEDGER = Port[CouponLedger]("ledger of coupons")
GIVING = Port[CouponService]("coupons")
"""For kinds whose prizes and rewards are coupons."""


def _serve(context: ServiceContext) -> PromotionService:
    service = CouponService(LEDGER.of(context.ports), context.playbook, context.count)
    context.ports[GIVING] = service
    return PromotionService(service.carries_out)


PART = ServicePart(
    _serve, OutcomeFigure("oaflow_coupons", "Coupons asked for, by what came of it.", ("coupon", "result"))
)
