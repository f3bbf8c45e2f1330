"""The desk of draws: what a try wins, the same however often it is carried out, and given (N3)."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.compiled.draw import Draw
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.prizes import chance_of, draw_outcome
from bot.model.coupon import Grant
from bot.model.event import Outcome
from bot.model.promotion_effects import EnterDraw
from bot.runtime.effects.coupons import CouponDesk
from bot.runtime.metrics import Tally
from bot.services.caller import Caller
from bot.services.effects import EffectFailed, EffectHandlers


class DrawDesk:
    """Decides the draws of the playbook that is live. `ends` has how often what came of it."""

    def __init__(
        self, coupons: CouponDesk, playbook: Callable[[], Playbook], keyed_hash: Callable[[str], str]
    ) -> None:
        """`keyed_hash`: one that is the same in every process, such as `Seal.counting_index`."""
        self._coupons = coupons
        self._playbook = playbook
        self._hash = keyed_hash
        self.ends = Tally("oaflow_draws", "Tries of draws, by what came of it.", "draw", "result")

    @property
    def carries_out(self) -> EffectHandlers:
        return {EnterDraw: self.enter}

    async def enter(self, request: EnterDraw, caller: Caller) -> Outcome:
        """`won` with the grant of the prize, or `nothing`; the same call again hears the same.

        Its chance is the keyed hash of the call, and its grant has the call's id: so one that was given
        before is found again, whatever the playbook says by now. Raises `EffectFailed` where the playbook
        has the draw no more, and nothing was given.
        """
        draw = self._playbook().draws.get(request.draw)
        grant = None if draw is None else await self._given(draw, caller)
        if grant is None:
            grant = await self._coupons.granted(caller.id)
        if draw is None and grant is None:
            raise EffectFailed("the playbook has it no more")
        outcome = draw_outcome(request, draw, grant)
        self.ends.inc(request.draw, outcome.result)
        return outcome

    async def _given(self, draw: Draw, caller: Caller) -> Grant | None:
        """The coupon of what this call draws, or of what all get."""
        for prize in draw.drawn(chance_of(self._hash(f"draw\0{caller.id}"))):
            answer = await self._coupons.ask(prize.coupon, caller, draw.name)
            if answer is not None and answer.result == "given":
                return answer.grant
        return None
