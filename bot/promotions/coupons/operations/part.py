"""What coupons give the operations, beside their own (decision 069)."""

from __future__ import annotations

from bot.model.screen import MY_COUPONS
from bot.model.translatable import tr
from bot.operations.promotions import OperationsPart, StaffAct
from bot.promotions.coupons.engine.declared import COUPONS

PART = OperationsPart(
    MY_COUPONS,
    COUPONS,
    "我的優惠券",
    acts={
        "coupon_pressed": StaffAct(
            tr("pressed to redeem a coupon"),
            tr("staff pressed to redeem your coupon"),
        ),
        "coupon_undo_pressed": StaffAct(
            tr("pressed to make a coupon usable again"),
            tr("staff pressed to make your coupon usable again"),
        ),
    },
    audit={
        "coupon_codes_imported": tr("codes of a coupon imported"),
        "coupon_codes_confirmed": tr("codes of a coupon confirmed after a restore"),
    },
)
