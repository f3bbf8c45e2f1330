"""Coupons of a scenario, in memory (N1)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.contact import Contact
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.engine.requests import grant_id, settled
from bot.promotions.coupons.model import HELD_COUPONS, CouponAnswer, CouponRequest, Grant


class CouponsInMemory:
    """A ledger of coupons: `left` of some there are fewer than their stock; imported codes are made up."""

    def __init__(self, left: Mapping[str, int], contacts: Mapping[str, Contact]) -> None:
        """`contacts` hold, by their ids, what they were given before, too."""
        self._left = left
        self._contacts = contacts
        self._given: dict[str, Grant] = {}
        """By request."""

    async def give(self, coupon: Coupon, request: CouponRequest) -> CouponAnswer:
        """See `bot.promotions.coupons.services.CouponLedger`."""
        left, number = self._left_of(coupon), len(self._given)
        if (made := self._given.get(request.id)) is not None:
            return CouponAnswer("given", made, left)
        answer = settled(coupon, request, self._had(coupon.name, request.contact), left)
        if answer is not None or request.until is None:
            return answer or CouponAnswer("over")
        id_, code = grant_id(f"{request.contact} {number}"), coupon.fixed or f"TRIAL-{number + 1:05}"
        grant = Grant(
            id_,
            coupon.name,
            coupon.title,
            code,
            request.at,
            coupon.starts,
            request.until,
            request.contact,
        )
        self._given[request.id] = grant
        return CouponAnswer("given", grant, self._left_of(coupon))

    async def granted(self, request: str) -> Grant | None:
        """See `bot.promotions.coupons.services.CouponLedger`."""
        return self._given.get(request)

    def _had(self, name: str, contact: str) -> list[Grant]:
        there = self._contacts.get(contact)
        held = [one.grant for one in HELD_COUPONS.of(there)] if there is not None else []
        given = [one for one in self._given.values() if one.to == contact]
        return [one for one in {one.id: one for one in (*held, *given)}.values() if one.coupon == name]

    def _left_of(self, coupon: Coupon) -> int | None:
        most = self._left.get(coupon.name, coupon.stock)
        number = sum(one.coupon == coupon.name for one in self._given.values())
        return None if most is None else max(0, most - number)
