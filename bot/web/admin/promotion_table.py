"""Addresses of coupons, stamps, draws, referrals and appointments: rows of `bot.web.admin.table`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import tr
from bot.web.admin.route import COMMERCE, OF_STORES, UPLOAD_MOST, AdminRoute

COUPON_ROUTES: Sequence[AdminRoute] = (
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
    AdminRoute("GET", "/admin/coupons/new", "coupon_new", COMMERCE),
    AdminRoute("POST", "/admin/coupons/new", "coupon_made", COMMERCE),
    AdminRoute(
        *("GET", "/admin/stamps", "stamp_cards", COMMERCE),
        title=tr("Stamp cards"),
        says=tr("How many stamps are given and cards filled, and the code for the counter of each store"),
        section="business",
        icon="stamp",
    ),
    AdminRoute("GET", "/admin/stamps/new", "stamp_new", COMMERCE),
    AdminRoute("POST", "/admin/stamps/new", "stamp_made", COMMERCE),
    AdminRoute("POST", "/admin/stamps/screen", "stamp_screen", COMMERCE),
    AdminRoute(
        *("GET", "/admin/appointments", "appointments", COMMERCE),
        title=tr("Appointments"),
        says=tr("Who comes on a day"),
        section="business",
        icon="clock",
    ),
    AdminRoute("GET", "/admin/appointments/change", "appointment_change", COMMERCE),
    AdminRoute("POST", "/admin/appointments/change", "appointment_changed", COMMERCE),
    AdminRoute("POST", "/admin/appointments/calendar", "appointment_calendar", COMMERCE),
)
DRAW_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/draws", "draws", COMMERCE),
        title=tr("Draws"),
        says=tr("How often each draw was tried, what is left of each prize, and who has won"),
        section="business",
        icon="draw",
    ),
    AdminRoute("GET", "/admin/draws/winners", "draw_winners", COMMERCE),
    AdminRoute("GET", "/admin/draws/new", "draw_new", COMMERCE),
    AdminRoute("POST", "/admin/draws/new", "draw_made", COMMERCE),
)
REFERRAL_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/referrals", "referrals", COMMERCE),
        title=tr("Referrals"),
        says=tr("How many friends were brought, and who has brought whom"),
        section="business",
        icon="invite",
    ),
    AdminRoute("GET", "/admin/referrals/inviters", "referral_inviters", COMMERCE),
    AdminRoute("GET", "/admin/referrals/friends", "referral_friends", COMMERCE),
    AdminRoute("POST", "/admin/referrals/table", "referral_table", COMMERCE),
    AdminRoute("GET", "/admin/referrals/new", "referral_new", COMMERCE),
    AdminRoute("POST", "/admin/referrals/new", "referral_made", COMMERCE),
)
TILL_ROUTES: Sequence[AdminRoute] = (
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
    AdminRoute("GET", "/admin/till/person", "till_person", OF_STORES),
    AdminRoute("POST", "/admin/till/stamp", "till_stamped", OF_STORES),
    AdminRoute("GET", "/admin/till/appointments", "till_appointments", OF_STORES),
    AdminRoute("POST", "/admin/till/appointments", "till_appointment_marked", OF_STORES),
)
