"""The operations of coupons, as the command line has them."""

from __future__ import annotations

from bot.operations.catalog.subject import OperationSubject

PART = OperationSubject(
    "coupons", "coupon", "coupons: how they are doing, codes for them, one redeemed or undone", position=0
)
