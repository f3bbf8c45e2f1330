"""Takes over a page of a shop's members: silently, or with the news that webhooks would have brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import as_listed
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import Facts, Listed, News, What
from bot.model.settings import ShopSettings
from bot.model.shop import SyncFigures
from bot.runtime.shops.member_batches import ImportedLine, MemberLine, MemberTaker, silently
from bot.shops.members import ShopMember
from bot.store.stores import Stores

TIERS = ("vip_info.", "membership_tier.")
"""Where in a record the member's level lies, on either platform."""
OWN_TIER = "tier"
"""And of a system of one's own, if it calls it so."""


def news_of_poll(
    shop: ShopSettings, playbook: Playbook, now: datetime
) -> Callable[[Contact, Listed], Sequence[What]]:
    """What is told to somebody with LINE of whom this is said, and of whom not all of it is known; it is
    heard unless a webhook was faster (`engine/members/shop_changes`).

    Who is only now known to be this member hears it silently, as from a list: nothing has changed for them.
    """
    tiers = tiers_of(shop, playbook)

    def news_between(contact: Contact, said: Listed) -> Sequence[What]:
        if contact.member_no != said.member_no or not (contact.bindings or said.login):
            return (said,)
        facts = replace(said, email=None, name=None, read=None, updated=None)
        news: list[What] = []
        if as_listed(contact, facts, playbook, now) != contact:
            asked = said.read or now
            told_of = News("shop", "member_updated", facts=facts_of(said), if_new=True, polled=asked)
            news.append(told_of)
            if any(slot in tiers and not _is_known(contact, slot, said) for slot in said.values):
                news.append(News("shop", "tier_changed", polled=asked))
        if said.email is not None and contact.email is None:  # no fact, and no news
            news.append(Listed(said.phone, said.member_no, said.shop, email=said.email, line=said.line))
        return news

    return news_between


def tiers_of(shop: ShopSettings, playbook: Playbook) -> Set[str]:
    """The slots of attributes that are the member's level: without any, no poll can tell of it."""
    return {
        playbook.attributes[ours].slot
        for ours, mapped in shop.attributes.items()
        if (mapped.theirs.startswith(TIERS) or mapped.theirs == OWN_TIER) and ours in playbook.attributes
    }


def facts_of(said: Listed) -> Facts:
    return Facts(
        said.values,
        said.shop_tags,
        said.member_no,
        True if said.login else None,
        said.marketing,
        shop=said.shop,
        read=said.read,
        updated=said.updated,
    )


def _is_known(contact: Contact, slot: str, said: Listed) -> bool:
    known = contact.attributes.get(slot)
    return known is not None and known.value == said.values[slot]


TOGETHER = 25
"""Members who are planned and written at a time: that is a hundredth of a second in which nobody else has a
turn."""


@dataclass(frozen=True, slots=True)
class PageTaker:
    """Takes pages of one shop. `channel` is whose LINE user ids its members log in by (`None`: not used).

    `news`: what is not known yet is told as the shop's news; else silently.
    """

    stores: Stores
    playbook: Playbook
    shop: ShopSettings
    channel: str | None
    actor: str
    clock: Clock
    news: bool = False

    async def take(self, members: Sequence[ShopMember], so_far: SyncFigures) -> SyncFigures:
        """Take over what is told of these, and count it. Raises `DatabaseUnavailable`."""
        last = list({one.found.member_no: one for one in members}.values())  # told twice, the later counts
        for first in range(0, len(last), TOGETHER):
            some = last[first : first + TOGETHER]
            taker = self._taker()
            taken = await taker.take({place: self.line_of(one) for place, one in enumerate(some)})
            so_far = counted(so_far, some, taken)
        return so_far

    def _taker(self) -> MemberTaker:
        told_as = news_of_poll(self.shop, self.playbook, self.clock.now()) if self.news else silently
        return MemberTaker(
            self.stores,
            self.playbook,
            self.shop,
            self.channel,
            self.actor,
            self.clock,
            by_record=True,
            told_as=told_as,
        )

    def line_of(self, member: ShopMember) -> MemberLine:
        """What a record says, as a line of a list would."""
        found, line = member.found, member.line if self.channel is not None else None
        said = Listed(
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
        return MemberLine(said, line)


def counted(
    so_far: SyncFigures, members: Iterable[ShopMember], taken: Mapping[int, ImportedLine]
) -> SyncFigures:
    """The figures with these members, too."""
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
        met=so_far.met + sum(one.met for one in taken.values() if one.became != "refused"),
        joined=so_far.joined + sum(one.joined for one in taken.values()),
        refused=dict(refused),
        unread=dict(unread),
    )
