"""Friends who bring friends: how campaigns are doing, who has brought whom (N4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Clock, Column, Help, Sentence, Table, TextTable
from bot.model.translatable import Translatable, row, tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, Name, named
from bot.operations.looks import record_search
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.model import ReferralRefusal, ReferralState
from bot.promotions.referrals.operations.figures import (
    WHY_REFUSED,
    BroughtFriend,
    Inviter,
    ReferralFigures,
    brought_friends,
    inviters,
    referral_figures,
    state_words,
)
from bot.promotions.referrals.operations.part import PAIRS

CampaignName: TypeAlias = Annotated[
    Name,
    named(
        *(tr("referral campaign"), REFERRALS.of),
        tr("referral campaigns are declared in the playbook"),
    ),
]
_TITLES: Mapping[str, Translatable] = {
    "campaign": tr("campaign"),
    "came": tr("friends came"),
    "counted": tr("count"),
    "friends_rewarded": tr("friends rewarded"),
    "inviters_rewarded": tr("inviters rewarded"),
    "opened": tr("only opened"),
    "waiting": tr("may still count"),
}


@dataclass(frozen=True, slots=True)
class CampaignList:
    """All of the playbook, in its order."""

    referrals: Sequence[ReferralFigures]

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        """A line for each campaign, at its end why friends do not count."""
        rows = [(*(getattr(one, name) for name in _TITLES), _refused(one)) for one in self.referrals]
        titles = [*_TITLES.values(), tr("do not count")]
        yield TextTable(titles, rows) if rows else tr("the playbook has no referral campaigns")


def _refused(one: ReferralFigures) -> object:
    return row(
        tr("{why}: {number}", why=WHY_REFUSED[reason], number=f"{many:,}")
        for reason, many in one.refused.items()
        if many
    )


@dataclass(frozen=True, slots=True)
class InviterList:
    """Who has most first: up to 1,000."""

    inviters: Annotated[Sequence[Inviter], Table(tr("nobody has brought a friend yet"))]


@dataclass(frozen=True, slots=True)
class BroughtFriendRow:
    """A friend who came by a link, and how far they are."""

    at: Annotated[datetime, Column(tr("opened")), Help("When the link was opened.")]
    came: Annotated[datetime | None, Column(tr("joined"))]
    name: Annotated[ContactName, Column(tr("name"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    says: Annotated[Sentence, Column(tr("state"))]
    state: ReferralState
    reason: Annotated[ReferralRefusal | None, Help("Why they do not count.")]
    ended: Annotated[datetime | None, Help("When it was decided.")]


@dataclass(frozen=True, slots=True)
class BroughtFriendList:
    """The last first: up to 1,000."""

    friends: Annotated[Sequence[BroughtFriendRow], Table(tr("nobody whom they have brought is here"))]


@operation("referrals.list")
async def list_campaigns(call: OperationCall) -> CampaignList:
    """How the campaigns in which friends bring friends are doing."""
    return CampaignList(await referral_figures(call.stores, call.playbook))


@operation("referrals.inviters", example="好友一起來")
async def list_inviters(call: OperationCall, campaign: CampaignName) -> InviterList:
    """Who has brought friends in a campaign, who has most first: up to 1,000."""
    found = await inviters(call.stores, call.playbook, campaign)
    await record_search(call.stores, call.by, call.now, PAIRS)
    return InviterList(found)


@operation("referrals.friends", example="0912345678 好友一起來")
async def list_friends(call: OperationCall, customer: Customer, campaign: CampaignName) -> BroughtFriendList:
    """Whom a customer has brought in a campaign, the last first: up to 1,000."""
    found = await brought_friends(customer.stores, customer.contact, campaign)
    await record_search(customer.stores, call.by, call.now, PAIRS)
    return BroughtFriendList([_friend(call, one) for one in found])


def _friend(call: OperationCall, one: BroughtFriend) -> BroughtFriendRow:
    goal = REFERRALS.of(call.playbook)[one.referral.campaign].goal
    return filled(
        BroughtFriendRow,
        one.referral,
        name=ContactName(one.name or ""),
        contact=ContactRef(one.contact),
        says=state_words(one.referral, goal),
        reason=one.referral.why,
    )
