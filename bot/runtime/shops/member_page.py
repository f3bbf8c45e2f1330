"""A page of a shop's members, taken over: silently, and what has come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.event import Listed
from bot.model.settings import ShopSettings
from bot.model.shop import SyncFigures
from bot.runtime.shops.member_batches import ImportedLine, MemberLine, MemberTaker, silently
from bot.runtime.shops.poll_news import news_of_poll
from bot.shops.members import ShopMember
from bot.store.stores import Stores

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
