"""By whom a customer was brought, and whom they have brought, on their page (N4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.plain_text import readable_name
from bot.model.translatable import Translatable
from bot.operations.find_contacts import LocatedContact
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.model import INVITATIONS, Referral
from bot.promotions.referrals.operations.figures import brought_friends, inviters_of
from bot.promotions.referrals.operations.words import state_words
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Visit

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
