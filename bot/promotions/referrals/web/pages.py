"""Friends who bring friends in the console: how each campaign is doing, and who has brought whom (N4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import tr
from bot.operations.contact_list import one_contact
from bot.operations.looks import record_search
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.referrals.engine.declared import ReferralCampaign
from bot.promotions.referrals.model import INVITATIONS
from bot.promotions.referrals.operations.figures import (
    GOALS,
    LISTED_MOST,
    WHY_REFUSED,
    BroughtFriend,
    ReferralUnknown,
    brought_friends,
    campaign_of,
    inviters,
    pairs_csv,
    referral_figures,
    state_words,
)
from bot.promotions.referrals.operations.part import PAIRS
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, page_address

PAGE = "/admin/referrals"
INVITERS = f"{PAGE}/inviters"
FRIENDS = f"{PAGE}/friends"
TITLE = tr("Referrals")
GONE = RenderedPage("message.html", tr("The playbook has no such campaign"), status=404)


@dataclass(frozen=True, slots=True)
class ReferralPages(AdminPages):
    """`/admin/referrals`, the inviters of a campaign, and the friends of one."""

    context: StoreContext

    async def referrals(self, visit: Visit) -> AdminAnswer:
        """All campaigns of the playbook."""
        context, playbook = self.context, self.context.playbook()
        rows = [
            {
                "one": one,
                "deed": GOALS[one.compiled.goal],
                "refused": [(WHY_REFUSED[why], number) for why, number in one.refused.items() if number],
                "coupons": [
                    (tr("for the friend"), _title(playbook, one.compiled.friend)),
                    (tr("for the inviter"), _title(playbook, one.compiled.inviter)),
                ],
                "to": page_address(INVITERS, campaign=one.campaign),
            }
            for one in await referral_figures(context.stores, playbook)
        ]
        return RenderedPage("referrals.html", TITLE, {"rows": rows})

    async def referral_inviters(self, visit: Visit) -> AdminAnswer:
        """Who has brought friends in one of them."""
        context = self.context
        try:
            campaign = campaign_of(context.playbook(), visit.query("campaign"))
        except ReferralUnknown:
            return GONE
        found = await inviters(context.stores, context.playbook(), campaign.name)
        await record_search(context.stores, visit.signed.by, context.now(), PAIRS)
        rows = [
            (
                one,
                page_address(FRIENDS, campaign=campaign.name, inviter=self._part(visit, one.contact.contact)),
            )
            for one in found
        ]
        data = {"rows": rows, "campaign": campaign, "to": PAGE, "most": LISTED_MOST, "table": f"{PAGE}/table"}
        return RenderedPage("referral_inviters.html", tr("Who has brought friends"), data)

    async def referral_friends(self, visit: Visit) -> AdminAnswer:
        """Whom one of them has brought."""
        context, signed = self.context, visit.signed
        opened = context.parts.opened(signed.name, "contact", visit.query("inviter"))
        inviter = None if opened is None else await one_contact(context.stores, opened[0])
        try:
            campaign = campaign_of(context.playbook(), visit.query("campaign"))
        except ReferralUnknown:
            return GONE
        if inviter is None:
            return RenderedPage("contact_gone.html", tr("This customer is not here any more"), status=404)
        found = await brought_friends(context.stores, inviter.contact, campaign.name)
        await record_search(context.stores, signed.by, context.now(), PAIRS)
        link = INVITATIONS.one(inviter.contact, campaign.name)
        came = sum(one.referral.came is not None for one in found)
        data = {
            "campaign": campaign,
            "inviter": inviter.contact.name,
            "inviter_to": self._contact(visit, inviter.contact.id),
            "rows": [self._friend(visit, one, campaign) for one in found],
            "missing": max((link.friends if link is not None else 0) - came, 0),
            "to": page_address(INVITERS, campaign=campaign.name),
        }
        return RenderedPage("referral_friends.html", tr("Whom a customer has brought"), data)

    async def referral_table(self, visit: Visit) -> AdminAnswer:
        """Everybody who was brought, with who has brought them, as CSV."""
        context, now = self.context, self.context.now()
        try:
            campaign = campaign_of(context.playbook(), visit.form.get("campaign", ""))
        except ReferralUnknown:
            return GONE
        text = await pairs_csv(
            context.stores, context.playbook(), campaign, visit.words, visit.signed.by, now
        )
        return Download(text.encode(), "text/csv", f"referrals-{now:%Y%m%d-%H%M}.csv")

    def _friend(self, visit: Visit, one: BroughtFriend, campaign: ReferralCampaign) -> Mapping[str, object]:
        return {
            "one": one,
            "says": state_words(one.referral, campaign.goal),
            "to": self._contact(visit, one.contact),
        }

    def _contact(self, visit: Visit, contact: str) -> str:
        return f"/admin/contacts/{self._part(visit, contact)}"

    def _part(self, visit: Visit, contact: str) -> str:
        return self.context.parts.sealed(visit.signed.name, "contact", contact)


def _title(playbook: Playbook, coupon: str | None) -> str | None:
    found = COUPONS.of(playbook).get(coupon or "")
    return coupon if found is None else found.title
