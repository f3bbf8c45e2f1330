"""Imports a page of a shop's members: silently, or with the news that webhooks would have brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.connectors.shops.members import ShopMember
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import as_listed
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import Facts, Listed, News, What
from bot.model.settings import ShopSettings
from bot.model.shop import SyncFigures
from bot.runtime.shops.member_batches import MemberTaker, silently
from bot.runtime.shops.member_plan import ImportedLine, MemberLine
from bot.store.stores import Stores

TIERS = ("vip_info.", "membership_tier.")
"""Prefixes of a record's fields that hold the member's level, on either platform."""
OWN_TIER = "tier"
"""The field with the member's level in the records of a shop's own system."""


def news_of_poll(
    shop: ShopSettings, playbook: Playbook, now: datetime
) -> Callable[[Contact, Listed], Sequence[What]]:
    """Gives a function from contact and record to the events for a person with LINE whose record has changed.
    A webhook that was faster makes them void (`engine/members/identity`).

    For a person who is only now identified as this member it is a silent update: nothing has changed.
    """
    tiers = tiers_of(shop, playbook)

    def news_between(contact: Contact, record: Listed) -> Sequence[What]:
        if contact.member_no != record.member_no or not (contact.bindings or record.login):
            return (record,)
        facts = replace(record, email=None, name=None, read=None, updated=None)
        news: list[What] = []
        if as_listed(contact, facts, playbook, now) != contact:
            polled = record.read or now
            news.append(News("shop", "member_updated", facts=facts_of(record), if_new=True, polled=polled))
            if any(slot in tiers and not _is_known(contact, slot, record) for slot in record.values):
                news.append(News("shop", "tier_changed", polled=polled))
        if record.email is not None and contact.email is None:  # no fact, and no news
            news.append(
                Listed(record.phone, record.member_no, record.shop, email=record.email, line=record.line)
            )
        return news

    return news_between


def tiers_of(shop: ShopSettings, playbook: Playbook) -> Set[str]:
    """The slots of attributes that hold the member's level; without any, polls cannot report it."""
    return {
        playbook.attributes[ours].slot
        for ours, mapped in shop.attributes.items()
        if (mapped.theirs.startswith(TIERS) or mapped.theirs == OWN_TIER) and ours in playbook.attributes
    }


def facts_of(record: Listed) -> Facts:
    """The record as the facts that news carries: without name, e-mail, phone and LINE account."""
    return Facts(
        record.values,
        record.shop_tags,
        record.member_no,
        True if record.login else None,
        record.marketing,
        shop=record.shop,
        read=record.read,
        updated=record.updated,
    )


def _is_known(contact: Contact, slot: str, record: Listed) -> bool:
    known = contact.attributes.get(slot)
    return known is not None and known.value == record.values[slot]


TOGETHER = 25
"""Members planned and written at a time: that takes about 10 ms, in which the event loop does nothing
else."""


@dataclass(frozen=True, slots=True)
class PageTaker:
    """Imports pages of one shop's members."""

    stores: Stores
    playbook: Playbook
    shop: ShopSettings
    channel: str | None
    """The channel to which the members' LINE user ids belong; `None`: they are not used."""
    actor: str
    clock: Clock
    news: bool = False
    """Whether changes become the shop's news; else they are imported silently."""

    async def take(self, members: Sequence[ShopMember], so_far: SyncFigures) -> SyncFigures:
        """Import these records; gives the figures with their results added. Raises `DatabaseUnavailable`."""
        last = list({one.found.member_no: one for one in members}.values())  # of two records the later counts
        for first in range(0, len(last), TOGETHER):
            some = last[first : first + TOGETHER]
            taker = self._taker()
            taken = await taker.take({place: self.line_of(one) for place, one in enumerate(some)})
            so_far = counted(so_far, some, taken)
        return so_far

    def _taker(self) -> MemberTaker:
        as_news = news_of_poll(self.shop, self.playbook, self.clock.now()) if self.news else silently
        return MemberTaker(
            self.stores,
            self.playbook,
            self.shop,
            self.channel,
            self.actor,
            self.clock,
            by_record=True,
            as_news=as_news,
        )

    def line_of(self, member: ShopMember) -> MemberLine:
        """A record in the form of a line of a list."""
        found, line = member.found, member.line if self.channel is not None else None
        listed = Listed(
            found.phone,
            found.member_no,
            self.shop.name,
            member.name,
            member.email,
            found.values,
            shop_tags=found.tags,
            marketing=found.consent,
            line=line is not None,
            login=line is not None,
            read=member.read,
            updated=member.updated,
        )
        return MemberLine(listed, line)


def counted(
    so_far: SyncFigures, members: Iterable[ShopMember], taken: Mapping[int, ImportedLine]
) -> SyncFigures:
    """The figures with these members added."""
    members, became = list(members), Counter(one.became for one in taken.values())
    refused = Counter(so_far.refused)
    refused.update(one.refusal for one in taken.values() if one.refusal is not None)
    unread = Counter(so_far.unread)
    unread.update(field for one in members for field in one.unread)
    return replace(
        so_far,
        read=so_far.read + len(members),
        new=so_far.new + became["new"],
        changed=so_far.changed + became["changed"],
        same=so_far.same + became["same"],
        met=so_far.met + sum(one.has_line for one in taken.values() if one.became != "refused"),
        joined=so_far.joined + sum(one.joined for one in taken.values()),
        refused=dict(refused),
        unread=dict(unread),
    )
