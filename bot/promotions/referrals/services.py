"""Referrals: compares a friend and the inviter, and tells both by events of ours (N4).

Neither contact names the other: the friend's has the code, the inviter's has ids of referrals. So erasing one
leaves nothing of it in the other, and a merge takes the codes along. A friend is new by the first `follow`
ever, after the opening of the link or ten minutes before. Weighed: a sealed address of the inviter (dead
after a rotation, the id of an erased person readable in each friend); a collection of pairs. Two LINE
accounts that are merged after both counted were two.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import Event, Source
from bot.model.inbox import Received
from bot.promotions.referrals.engine.held import acts_of, codes_above
from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS, RING_MOST, ReferralAct, ReportReferral
from bot.services.caller import Caller
from bot.services.contact_ports import ContactDirectory, ContactIndex
from bot.services.effects import NoticeHandlers
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_event
from bot.services.promotions import PromotionService, ServiceContext, ServicePart

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-726566657231")


class ReferralService:
    """Told again it stores the same events, which count once.

    `store` makes events durable, like those of a webhook; it is there once the runtime is.
    """

    store: StoreEvents

    def __init__(self, people: ContactIndex, contacts: ContactDirectory, clock: Clock) -> None:
        self._people = people
        self._contacts = contacts
        self._clock = clock

    @property
    def hears(self) -> NoticeHandlers:
        return {ReportReferral: self.report}

    async def report(self, report: ReportReferral, caller: Caller) -> None:
        """Tell the inviter that a friend has come, or both whether it counts."""
        friend = await self._contacts.person(caller.contact)
        if friend is None:
            return
        inviter = await self._people.link_owner(report.by)
        people = {one.id: one for one in (friend.contact, inviter) if one is not None}
        above = await self._above(inviter) if report.judge and inviter is not None else ()
        acts = acts_of(report, friend.contact, inviter, above)
        await self.store([self._event(people[id_], act, caller.channel) for id_, act in acts], STORE_SECONDS)

    async def _above(self, inviter: Contact) -> Sequence[Contact]:
        """Who has brought the inviter, who has brought them, and so on."""
        found, level = dict[str, Contact](), [inviter]
        for _ in range(RING_MOST):
            some = [await self._people.link_owner(code) for code in codes_above(level)]
            level = [one for one in some if one is not None and one.id not in found]
            found |= {one.id: one for one in level}
        return list(found.values())

    def _event(self, contact: Contact, act: ReferralAct, channel: str) -> Received:
        """Of one referral there is one event of each kind, whoever is merged meanwhile."""
        there = [one.channel for one in contact.identities]
        channel = channel if channel in there or not there else there[0]
        name = uuid.uuid5(_IDS, f"referral:{act.campaign}:{act.referral}:{act.what}")
        return own_event(
            contact.id,
            Event(f"{channel}:{name.hex}", channel, Source("none", ""), self._clock.now(), act),
        )


def _serve(context: ServiceContext) -> PromotionService:
    service = ReferralService(context.people, context.contacts, context.clock)
    service.store = context.store
    return PromotionService(hears=service.hears)


PART = ServicePart(
    _serve,
    brought_by=lambda contact: (one.by for one in HELD_REFERRALS.of(contact) if one.is_open),
    has_link=lambda contact, code: any(code in one.codes for one in INVITATIONS.of(contact)),
)
