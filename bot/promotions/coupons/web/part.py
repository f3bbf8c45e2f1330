"""What coupons give the pages (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.promotions.coupons.web.contact_card import contact_coupons, undo_coupon
from bot.promotions.coupons.web.member_page import coupons_json
from bot.promotions.coupons.web.pages import CouponPages, coupon_address
from bot.promotions.coupons.web.till import CouponTillPages
from bot.web.admin.route import COMMERCE, OF_STORES, UPLOAD_MOST, AdminRoute
from bot.web.promotions import ContactPart, MemberPart, TillPart, WebPart

PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/coupons", "coupons", COMMERCE),
            title=tr("Coupons"),
            says=tr("How many are given, left and used, where, and the codes that are given"),
            section="business",
            icon="ticket",
        ),
        AdminRoute("GET", "/admin/coupons/one", "coupon", COMMERCE),
        AdminRoute("POST", "/admin/coupons/codes", "coupon_codes", COMMERCE, file_most=UPLOAD_MOST),
        AdminRoute("POST", "/admin/coupons/confirm", "coupon_confirmed", COMMERCE),
        AdminRoute("POST", "/admin/contacts/{contact}/coupon", "contact_coupon", COMMERCE),
    ),
    pages=(CouponPages, CouponTillPages),
    member=MemberPart({"coupons": coupons_json}),
    till=TillPart(
        (
            AdminRoute(
                *("GET", "/admin/till", "till", OF_STORES),
                title=tr("Redeem a coupon"),
                says=tr("Type or scan its code: whether it is still good, and that it is used now"),
                section="stores",
                icon="scan",
                on_phone=True,
            ),
            AdminRoute("POST", "/admin/till", "till_looked", OF_STORES),
            AdminRoute("POST", "/admin/till/redeem", "till_redeemed", OF_STORES),
            AdminRoute("POST", "/admin/till/undo", "till_undone", OF_STORES),
        )
    ),
    touches={"coupon": coupon_address},
    contact=ContactPart(
        template="contact_coupons.html", data=contact_coupons, actions={"contact_coupon": undo_coupon}
    ),
)
