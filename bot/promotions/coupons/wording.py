"""The sentences of coupons (N1) in a trace."""

from __future__ import annotations

from bot.wording.promotions import WordingPart

PART = WordingPart(
    rows={
        "given": "the coupon {coupon} was given",
        "had": "has had as many of the coupon {coupon} as one may",
        "none_left": "no coupon {coupon} is left",
        "over": "the coupon {coupon}: its last day has passed",
        "failed": "the coupon {coupon} could not be given",
        "redeemed": "the coupon {coupon} was used",
        "returned": "the coupon {coupon} can be used again",
        "expires_soon": "the coupon {coupon} ends soon",
        "expired": "the coupon {coupon} has ended unused",
        "": "news of the coupon {coupon}",
        "redeem": "the coupon {coupon} was presented at the till",
        "press": "the clerk's confirmation of the coupon {coupon} was pressed",
        "undo": "staff undid that the coupon {coupon} was redeemed",
        "order": "an order came with the coupon {coupon}",
        "order cancelled": "an order with the coupon {coupon} was cancelled",
    },
    page="own coupons",
    lists=("coupons",),
)
