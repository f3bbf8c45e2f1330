"""What the page `my_invites` shows: a person's own links, and by what they were brought (N4)."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.referrals.engine.declared import REFERRALS, ReferralCampaign
from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS, InvitedView, InviteView


def shown_invites(playbook: Playbook, contact: Contact, now: datetime) -> tuple[InviteView, ...]:
    """The links of all campaigns that are on."""
    theirs = {one.campaign: one for one in INVITATIONS.of(contact)}
    return tuple(
        InviteView(
            name,
            campaign.title,
            theirs[name].codes[0],
            campaign.goal,
            theirs[name].friends,
            theirs[name].successes,
            theirs[name].rewarded,
            campaign.left(theirs[name].rewarded),
            _title(playbook, campaign.friend),
            _title(playbook, campaign.inviter),
            campaign.until,
            campaign.terms,
            campaign.image,
        )
        for name, campaign in REFERRALS.of(playbook).items()
        if name in theirs and campaign.is_on(now)
    )


def shown_invited(playbook: Playbook, contact: Contact) -> tuple[InvitedView, ...]:
    """By which campaigns somebody was brought."""
    return tuple(
        _invited(playbook, REFERRALS.of(playbook)[one.campaign], one.state, one.why)
        for one in HELD_REFERRALS.of(contact)
        if one.campaign in REFERRALS.of(playbook)
    )


def _invited(playbook: Playbook, campaign: ReferralCampaign, state: str, why: str | None) -> InvitedView:
    gift = _title(playbook, campaign.friend)
    return InvitedView(campaign.name, campaign.title, campaign.goal, state, why, gift)


def _title(playbook: Playbook, coupon: str | None) -> str | None:
    coupons = COUPONS.of(playbook)
    return coupons[coupon].title if coupon is not None and coupon in coupons else None
