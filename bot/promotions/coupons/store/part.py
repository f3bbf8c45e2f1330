"""What people have of coupons (N1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.engine.compiled.playbook import Playbook
from bot.promotions.coupons.engine.conditions import HasCoupon
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.coupons.store.codes import doubt_free_codes
from bot.promotions.coupons.store.grants import Coupons
from bot.store.database.mongo import Document
from bot.store.promotions import StorePart

if TYPE_CHECKING:
    from bot.store.stores import Stores


def usable(now: datetime) -> Document:
    """The usable ones of a contact."""
    is_usable = {"$and": [{"$lte": ["$$this.d", None]}, {"$gt": ["$$this.u", now]}]}
    return {"$filter": {"input": {"$ifNull": ["$coupons", []]}, "cond": is_usable}}


def _labels(now: datetime) -> Sequence[Document]:
    """A person who holds two of a coupon is one person."""
    return ({"$setUnion": [{"$map": {"input": usable(now), "in": "$$this.n"}}]},)


async def _given(stores: Stores, playbook: Playbook, now: datetime) -> Mapping[str, CouponCounts]:
    return await stores.of(Coupons).left(COUPONS.of(playbook))


def _has_coupon(condition: HasCoupon, now: datetime) -> Document:
    is_so: Document = {"d": {"$exists": True}}
    if not condition.used:
        is_so = {"d": {"$exists": False}, "u": {"$gt": now}}
    return {"coupons": {"$elemMatch": {"n": {"$in": list(condition.coupons)}, **is_so}}}


PART = StorePart(
    _labels,
    besides=_given,
    filters={HasCoupon: _has_coupon},
    restored=lambda collection: doubt_free_codes(collection("coupons"), collection("coupon_codes")),
)
