"""Draws: what a try wins is the same however often it is carried out, and is given (N3).

A prize is a coupon, so stock, code, end, redeeming and erasing are the coupon's; a draw says only with which
odds it is asked for. The chance is a keyed hash of the call's id, which nobody outside can compute and every
process can: nothing random is in the engine. Odds are fractions, as written. Weighed: a random number among
the inputs of a turn (recordings would have to carry it), a table of tries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Outcome
from bot.promotions.coupons.model import Grant
from bot.promotions.coupons.services import GIVING, CouponService
from bot.promotions.draws.engine.declared import DRAWS, Draw, Prize
from bot.promotions.draws.engine.held import chance_of, draw_outcome
from bot.promotions.draws.model import EnterDraw, prize_of
from bot.services.caller import Caller
from bot.services.effects import CountEnd, EffectFailed, EffectHandlers, uncounted
from bot.services.promotions import OutcomeFigure, Port, PromotionService, ServiceContext, ServicePart

Wheel: TypeAlias = Callable[[Draw, str], Iterable[Prize]]
"""What the call with this id draws, then what all get: of these the first that is not used up is won."""


def wheel_of_chance(keyed_hash: Callable[[str], str]) -> Wheel:
    """Chance by the hash of a call, which is the same in every process, such as `Seal.counting_index`."""
    return lambda draw, call: draw.drawn(chance_of(keyed_hash(f"draw\0{call}")))


class DrawService:
    """Decides the draws of the playbook that is live."""

    def __init__(
        self,
        coupons: CouponService,
        playbook: Callable[[], Playbook],
        wheel: Wheel,
        count: CountEnd = uncounted,
    ) -> None:
        """`count` counts tries, by the draw and what came of it."""
        self._coupons = coupons
        self._playbook = playbook
        self._wheel = wheel
        self._count = count

    @property
    def carries_out(self) -> EffectHandlers:
        return {EnterDraw: self.enter}

    async def enter(self, request: EnterDraw, caller: Caller) -> Outcome:
        """`won` with the grant of the prize, or `nothing`; the same call again hears the same.

        The grant has the call's id: so one that was given before is found again, whatever the playbook says
        by now. Raises `EffectFailed` where the playbook has the draw no more, and nothing was given.
        """
        draw = DRAWS.of(self._playbook()).get(request.draw)
        grant = None if draw is None else await self._given(draw, caller)
        if grant is None:
            grant = await self._coupons.granted(caller.id)
        if draw is None and grant is None:
            raise EffectFailed("the playbook has it no more")
        outcome = draw_outcome(request, draw, grant)
        self._count(request.draw, outcome.result)
        return outcome

    async def _given(self, draw: Draw, caller: Caller) -> Grant | None:
        """The coupon of what this call draws, or of what all get."""
        for prize in self._wheel(draw, caller.id):
            answer = await self._coupons.ask(prize.coupon, caller, prize_of(draw.name))
            if answer is not None and answer.result == "given":
                return answer.grant
        return None


WHEEL = Port[Wheel]("wheel of draws")


def _serve(context: ServiceContext) -> PromotionService:
    coupons, wheel = GIVING.of(context.ports), WHEEL.of(context.ports)
    return PromotionService(DrawService(coupons, context.playbook, wheel, context.count).carries_out)


PART = ServicePart(
    _serve, OutcomeFigure("oaflow_draws", "Tries of draws, by what came of it.", ("draw", "result"))
)
