"""What referrals give the pages (decision 069)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.promotions.referrals.web.contact_card import contact_referrals
from bot.promotions.referrals.web.member_page import InvitesPage, invited_json, invites_json
from bot.promotions.referrals.web.pages import ReferralPages
from bot.web.admin.route import COMMERCE, AdminRoute
from bot.web.promotions import ContactPart, MemberPart, WebPart

PART = WebPart(
    routes=(
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
    ),
    pages=(ReferralPages,),
    member=MemberPart({"invites": invites_json, "invited": invited_json}, InvitesPage),
    position=1,
    contact=ContactPart(template="contact_referrals.html", data=contact_referrals),
)
