"""What referrals give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.plain_text import readable_name
from bot.model.screen import Screen
from bot.model.translatable import Translatable, tr
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import Payload, pick
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.engine.placeholders import invite_address
from bot.promotions.referrals.model import BY, INVITATIONS, InvitedView, InviteView, Referral, ReferralAct
from bot.promotions.referrals.operations.figures import brought_friends, inviters_of, state_words
from bot.promotions.referrals.web.pages import ReferralPages
from bot.runtime.pages import Viewer
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.route import COMMERCE, AdminRoute
from bot.web.admin.visit import Visit
from bot.web.liff.barcode import svg
from bot.web.liff.member_page import LiffPage, milliseconds_of, without_none
from bot.web.promotions import ContactPart, MemberPart, WebPart

LONGEST = 32
"""Characters of a code that is looked for."""


class InvitesPage(LiffPage):
    """What `my_invites` does beside other pages. Raises what its service does."""

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """Whoever opens a friend's link was brought by it, if anybody has it."""
        code, context = inputs.get(BY, ""), self.context
        inviter = await context.stores.people.link_owner(code) if 0 < len(code) <= LONGEST else None
        if inviter is not None:
            campaign = next(one.campaign for one in INVITATIONS.of(inviter) if code in one.codes)
            act = ReferralAct(campaign, "opened", code)
            await context.service.acted(viewer, f"referral {code}", act)
        others = {key: value for key, value in inputs.items() if key != BY}
        return await context.service.opened(viewer, others, name), {}

    def shown(self, channel: str, payload: Payload) -> Payload:
        """With the address and the picture of each link, and where the account is added as a friend."""
        if "invites" not in payload:
            return payload
        playbook = self.context.playbook()
        links = [(one, invite_address(playbook, channel, one["code"]) or "") for one in payload["invites"]]
        invites = [{**one, "link": link, "qr": svg("qr", link)} for one, link in links]
        return {**payload, "invites": invites, "add_friend": self.context.friend_address(channel)}


def invited_json(views: Sequence[InvitedView], now: datetime) -> Payload:
    """By whom a person was brought, as the page draws it."""
    shown = [{**pick(one, "name", "title", "state", "why", "friend"), "deed": one.goal} for one in views]
    return {"invited": without_none(shown)}


def invites_json(views: Sequence[InviteView], now: datetime) -> Payload:
    """The campaigns as their page draws them."""
    return {"invites": without_none([_invite_json(one) for one in views])}


def _invite_json(view: InviteView) -> Payload:
    payload = pick(
        view,
        *("name", "title", "code", "friends", "successes", "rewarded", "left"),
        *("friend", "inviter", "terms", "image"),
    )
    payload["deed"] = view.goal
    return payload | milliseconds_of(view, "until")


SHOWN = 20
"""Friends on the page of a customer, the latest; the page of the campaign has all."""


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One campaign of two customers: who the other is (`to`: their page; empty: gone), how far it is."""

    title: str
    name: str
    to: str
    says: Translatable
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactReferrals:
    """What the page shows; `number`: all whom they have brought, gone ones, too."""

    by: Sequence[ReferralLine]
    brought: Sequence[ReferralLine]
    number: int


async def contact_referrals(
    context: ContactContext, visit: Visit, found: LocatedContact, reveal: bool
) -> Mapping[str, object]:
    """What the section of a customer's page is given, of the campaigns that the playbook has.

    May raise `DatabaseUnavailable`.
    """
    playbook, contact = context.playbook(), found.contact
    by = [
        line
        for one, inviter in await inviters_of(context.stores, contact)
        for line in _line(context, visit, playbook, one, inviter)
    ]
    brought = [
        line
        for one in (await brought_friends(context.stores, contact))[:SHOWN]
        for line in _line(context, visit, playbook, one.referral, Contact(one.contact, name=one.name))
    ]
    links = [one for one in INVITATIONS.of(contact) if one.campaign in REFERRALS.of(playbook)]
    return {"referrals": ContactReferrals(by, brought, sum(one.friends for one in links))}


def _line(
    context: ContactContext, visit: Visit, playbook: Playbook, one: Referral, other: Contact | None
) -> Iterator[ReferralLine]:
    campaign = REFERRALS.of(playbook).get(one.campaign)
    if campaign is not None:
        to = "" if other is None else context.address(visit, other.id)
        name = "" if other is None else readable_name(other.name)
        yield ReferralLine(campaign.title, name, to, state_words(one, campaign.goal), one.ended or one.at)


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/referrals", "referrals", COMMERCE),
            title=tr("Referrals"),
            says=tr("How many friends were brought, and who has brought whom"),
            known_as=tr("invite friends, member gets member"),
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
