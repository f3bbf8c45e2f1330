"""What is noted of coupons (N1)."""

from __future__ import annotations

from bot.model.trace import NoteKind

COUPON_REDEEMED = NoteKind(
    "coupon: {coupon} redeemed", "Redeemed the coupon {coupon}", code="coupon_redeemed"
)
COUPON_RETURNED = NoteKind(
    "coupon: {coupon} usable again", "The coupon {coupon} is usable again", code="coupon_returned"
)
COUPON_USED_BEFORE = NoteKind(
    "coupon: {coupon} was redeemed before",
    "The coupon {coupon} was redeemed before",
    "not",
    code="coupon_used_before",
)
COUPON_OVER = NoteKind(
    "coupon: {coupon} is over", "The coupon {coupon}: its last day has passed", "not", code="coupon_over"
)
COUPON_TOO_EARLY = NoteKind(
    "coupon: {coupon} is not usable yet",
    "The coupon {coupon} is not usable yet",
    "not",
    code="coupon_too_early",
)
COUPON_NOT_THIS_WAY = NoteKind(
    "coupon: {coupon} is not redeemed this way",
    "The coupon {coupon} is not redeemed this way",
    "not",
    code="coupon_not_this_way",
)
COUPON_GONE = NoteKind(
    "coupon: {coupon} is not held", "Does not hold this coupon {coupon}", "not", code="coupon_gone"
)
COUPON_STAYS = NoteKind(
    "coupon: {coupon} stays as it is", "The coupon {coupon} stays as it is", "no", code="coupon_stays"
)
COUPON_ACT_REPEATED = NoteKind(
    "coupon: {coupon} was so already", "The coupon {coupon} was so already", "no", code="coupon_repeated"
)
COUPON_USABLE = NoteKind(
    "coupon {coupons}: usable", "has the coupon {coupons} and may use it", code="has_coupon"
)
NO_COUPON = NoteKind(
    "coupon {coupons}: none usable", "has no coupon {coupons} that may be used", code="has_no_coupon"
)
COUPON_USED = NoteKind("coupon {coupons}: used", "has used the coupon {coupons}", code="has_used_coupon")
COUPON_UNUSED = NoteKind(
    "coupon {coupons}: never used", "has not used the coupon {coupons}", code="has_not_used_coupon"
)
