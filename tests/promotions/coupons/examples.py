"""Coupons and requests for them, as tests of several rooms want them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from bot.model.place import Place
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import CouponRequest
from tests.conftest import NOW

_CALLS = UUID("6f61666c-6f77-4f75-8e63-6f6d65730004")

TEN_OFF = Coupon(
    name="雙11折百",
    title="雙11 折 100 元",
    terms="單筆滿 1,000 元可用",
    image=None,
    stock=100,
    per_person=1,
    starts=None,
    until=NOW + timedelta(days=30),
    lasts=None,
    remind=None,
    source="made",
    fixed=None,
    redeem=frozenset({"clerk"}),
    gives_back=False,
    place=Place("bot.yaml", 1, 1, "coupons"),
)


def coupon(**changed: Any) -> Coupon:
    """A coupon of a stock of 100, one for each person, with codes made here."""
    return replace(TEN_OFF, **changed)


def asks(who: str, call: str = "", at: datetime = NOW, *, is_over: bool = False) -> CouponRequest:
    """A person's request; another `call` of theirs is another request."""
    until = None if is_over else NOW + timedelta(days=30)
    return CouponRequest(str(uuid5(_CALLS, f"{who}/{call}")), who, at, until)
