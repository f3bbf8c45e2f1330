"""Coupons that are given in flights: who asks while one is under way goes with the next (N1)."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.translatable import Language, Translatable, tr
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import CouponAnswer, CouponCounts, CouponRequest, Grant
from bot.promotions.coupons.store.grants import AT_ONCE
from bot.runtime.effects.codes import AlertOnce
from bot.runtime.effects.effect_runner import patiently
from bot.services.locks import NamedLocks

log = logging.getLogger("oaflow.coupons")

LOW = 0.1
"""Of a coupon: when so much of it is left, staff are told."""


class CouponStore(Protocol):
    """Where coupons are counted: `bot.promotions.coupons.store.grants.Coupons`."""

    async def give(self, coupon: Coupon, asked: Sequence[CouponRequest]) -> Sequence[CouponAnswer]: ...
    async def left(self, names: Sequence[str]) -> Mapping[str, CouponCounts]: ...
    async def granted(self, request: str) -> Grant | None: ...


class _Asked:
    """A request that waits for its flight, and what came of it."""

    __slots__ = ("answer", "request")

    def __init__(self, request: CouponRequest) -> None:
        self.request = request
        self.answer: CouponAnswer | None = None


class CouponFlights:
    """The ledger of coupons in MongoDB: one that is away, or a counter that somebody has died over, is waited
    for.

    Of each coupon one flight is under way in a process, with all who asked while the one before it was.
    """

    def __init__(
        self, coupons: CouponStore, alerts: AlertOnce, language: Callable[[], Language], clock: PatientClock
    ) -> None:
        """`language` is that of the playbook, in which staff are told that few are left."""
        self._coupons = coupons
        self._alerts = alerts
        self._language = language
        self._clock = clock
        self._waiting = defaultdict[str, list[_Asked]](list)
        self._flights = NamedLocks()
        self._reported = set[str]()

    async def granted(self, request: str) -> Grant | None:
        """See `bot.promotions.coupons.services.CouponLedger`."""
        return await patiently(lambda: self._coupons.granted(request), self._clock)

    async def give(self, coupon: Coupon, request: CouponRequest) -> CouponAnswer:
        """Whoever comes first asks for all who wait behind; they find their answers when it is their turn."""
        waiting, asked = self._waiting[coupon.name], _Asked(request)
        waiting.append(asked)
        try:
            async with self._flights.of(coupon.name):
                if asked.answer is None:
                    await self._fly(coupon, waiting[:AT_ONCE])
        finally:
            if asked in waiting:  # it failed, or its part went to another process
                waiting.remove(asked)
            if not waiting:
                self._waiting.pop(coupon.name, None)
        assert asked.answer is not None  # the first of those who wait is whose turn it is
        return asked.answer

    async def _fly(self, coupon: Coupon, flight: Sequence[_Asked]) -> None:
        requests = [one.request for one in flight]
        answers = await patiently(lambda: self._coupons.give(coupon, requests), self._clock)
        waiting = self._waiting[coupon.name]
        for one, answer in zip(flight, answers, strict=True):
            one.answer = answer
            if one in waiting:
                waiting.remove(one)
        try:
            await patiently(lambda: self._tell(coupon, answers), self._clock)
        except Exception:  # what was given is given, and its holder hears of it
            log.exception("staff could not be told that few of a coupon are left")

    async def _tell(self, coupon: Coupon, answers: Sequence[CouponAnswer]) -> None:
        """Alert staff once when a tenth is left, and once when nothing is."""
        lefts = [one.left for one in answers if one.left is not None]
        if not lefts:
            return
        left = min(lefts)
        total = coupon.stock
        if total is None:
            counts = (await self._coupons.left([coupon.name]))[coupon.name]
            total = counts.given + (counts.free or 0)
        if left == 0:
            await self._alert(f"{coupon.name} {total} all", _sold_out(coupon.name, total))
        elif left <= math.ceil(total * LOW):
            await self._alert(f"{coupon.name} {total} nearly", _nearly(coupon.name, left, total))

    async def _alert(self, what: str, message: Translatable) -> None:
        if what not in self._reported:
            log.warning("%s", message)
            await self._alerts.once("coupon_low", what, self._language().text(message))
            self._reported.add(what)


def _sold_out(coupon: str, total: int) -> Translatable:
    return tr(
        "all {total} of the coupon {coupon} are given: nobody gets another",
        coupon=coupon,
        total=f"{total:,}",
    )


def _nearly(coupon: str, left: int, total: int) -> Translatable:
    return tr(
        "of the coupon {coupon} {left} of {total} are left",
        coupon=coupon,
        left=f"{left:,}",
        total=f"{total:,}",
    )
