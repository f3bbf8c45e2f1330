"""How campaigns in which friends bring friends are doing, and who has brought whom (N4).

Neither contact holds the other: both are found by the code of the link, as long as both are here. All of it
may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, get_args

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Column, Help, Internal
from bot.model.audit import AuditEntry
from bot.model.contact import Contact
from bot.model.plain_text import readable_name
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.audit_trail import audited
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import quoted
from bot.promotions.referrals.engine.declared import REFERRALS, ReferralCampaign
from bot.promotions.referrals.model import (
    CAME,
    DONE,
    FRIEND_REWARDED,
    HELD_REFERRALS,
    INVITATIONS,
    OF_REFERRALS,
    REFUSED,
    REWARDED,
    Referral,
    ReferralGoal,
    ReferralRefusal,
)
from bot.promotions.referrals.store import ReferralPeople
from bot.store.stores import Stores

WHY_REFUSED: Mapping[ReferralRefusal, Translatable] = {
    "before": tr("had been a friend before"),
    "self": tr("is the inviter"),
    "household": tr("has the inviter's phone or e-mail"),
    "ring": tr("has brought the inviter, or who did"),
    "late": tr("came too late, or did so"),
    "gone": tr("the inviter is not here any more"),
}
GOALS: Mapping[ReferralGoal, Translatable] = {
    "followed": tr("when the friend has joined"),
    "bound": tr("when the friend has bound an account"),
    "ordered": tr("when the friend has paid an order"),
}
"""When it counts."""
_WAITS: Mapping[ReferralGoal, Translatable] = {
    "followed": tr("has joined"),
    "bound": tr("has joined, and not bound yet"),
    "ordered": tr("has joined, and not bought yet"),
}


def state_words(one: Referral, goal: ReferralGoal) -> Translatable:
    """How far somebody is who was brought."""
    if one.state == "came":
        return _WAITS[goal]
    if one.state == "refused" and one.why is not None:
        return tr("does not count: {why}", why=WHY_REFUSED[one.why])
    return {
        "opened": tr("has opened the link, and not joined yet"),
        "judged": tr("is being looked at"),
        "done": tr("counts"),
    }.get(one.state, tr("does not count"))


LISTED_MOST = 1_000
"""Inviters of a campaign, or friends of one inviter, that are listed at once."""


AT_A_TIME = 500
"""Friends of a table whose inviters are looked up together."""


class ReferralUnknown(Refusal):
    """The playbook has no campaign of this name."""


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """How a campaign is doing, ever."""

    campaign: str
    title: str
    compiled: Annotated[ReferralCampaign, Internal()]
    came: int
    counted: int
    refused: Annotated[Mapping[ReferralRefusal, int], Help("Friends who do not count, by reason.")]
    friends_rewarded: int
    inviters_rewarded: int
    opened: Annotated[int, Help("Opened a link, and have not joined yet.")]
    waiting: Annotated[int, Help("Joined, and have not done yet what counts.")]


@dataclass(frozen=True, slots=True)
class Inviter:
    """How many friends somebody has brought, and how often they were rewarded."""

    name: Annotated[ContactName, Column(tr("name"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    friends: Annotated[int, Column(tr("friends came"))]
    counted: Annotated[int, Column(tr("count"))]
    rewarded: Annotated[int, Column(tr("rewarded"))]


@dataclass(frozen=True, slots=True)
class BroughtFriend:
    """Somebody who came by a friend's link, and how far they are. `name`: if it is known."""

    contact: str
    name: str | None
    referral: Referral


def campaign_of(playbook: Playbook, name: str) -> ReferralCampaign:
    """The campaign of this name. Raises `ReferralUnknown`."""
    if name not in REFERRALS.of(playbook):
        raise ReferralUnknown(tr("the playbook has no referral campaign {name}", name=quoted(name)))
    return REFERRALS.of(playbook)[name]


async def referral_figures(stores: Stores, playbook: Playbook) -> Sequence[ReferralFigures]:
    """All of the playbook, in its order."""
    await stores.counts.fold_all()
    sums = Counter[tuple[str, str, str]]()
    for one in await stores.counts.of_promotions(OF_REFERRALS):
        sums[one.name, one.what, one.part] += one.number
    waiting = Counter(await stores.of(ReferralPeople).waiting(REFERRALS.of(playbook)))
    return [
        ReferralFigures(
            *(name, campaign.title, campaign),
            sums[name, CAME, ""],
            sums[name, DONE, ""],
            {why: sums[name, REFUSED, why] for why in get_args(ReferralRefusal)},
            sums[name, FRIEND_REWARDED, ""],
            sums[name, REWARDED, ""],
            waiting[name, "opened"],
            waiting[name, "came"] + waiting[name, "judged"],
        )
        for name, campaign in REFERRALS.of(playbook).items()
    ]


async def inviters(
    stores: Stores, playbook: Playbook, name: str, most: int = LISTED_MOST
) -> Sequence[Inviter]:
    """Who has brought friends in a campaign, who has most first. Raises `ReferralUnknown`."""
    campaign_of(playbook, name)
    found = await stores.of(ReferralPeople).inviters(name, most)
    people = await stores.contacts.load({id_ for id_, _ in found})
    return [
        Inviter(
            ContactName((_name(people[id_].contact) if id_ in people else None) or ""),
            *(ContactRef(id_), held.friends, held.successes, held.rewarded),
        )
        for id_, held in found
    ]


async def brought_friends(
    stores: Stores, inviter: Contact, campaign: str = "", most: int = LISTED_MOST
) -> Sequence[BroughtFriend]:
    """Whom somebody has brought who is still here, the latest first; of one campaign, or (empty) of all."""
    links = [one for one in INVITATIONS.of(inviter) if campaign in ("", one.campaign)]
    codes = {code for one in links for code in one.codes}
    if not codes:
        return []
    found = [
        BroughtFriend(friend.id, _name(friend), one)
        for friend in await stores.of(ReferralPeople).brought_by(codes, most)
        for one in HELD_REFERRALS.of(friend)
        if one.by in codes
    ]
    return sorted(found, key=lambda one: (one.referral.at, one.contact), reverse=True)


async def inviters_of(stores: Stores, friend: Contact) -> Sequence[tuple[Referral, Contact | None]]:
    """By whom somebody was brought, in each campaign; `None`: the inviter is not here any more."""
    return [(one, await stores.people.link_owner(one.by)) for one in HELD_REFERRALS.of(friend)]


async def pairs_csv(
    stores: Stores, playbook: Playbook, campaign: ReferralCampaign, words: Language, actor: str, now: datetime
) -> str:
    """Everybody who was brought, with who has brought them, for spreadsheets; the audit log says so first.

    Who opened a link last comes first; where the inviter is not here any more, none is named.
    """
    heads = (tr("Inviter"), tr("Friend"), tr("State"), tr("Opened the link"), tr("Joined"), tr("Decided"))
    rows = list[tuple[datetime, str]]()
    async with audited(
        stores, AuditEntry("many_exported", actor, now, f"referrals {campaign.name}")
    ) as doing:
        found = [
            BroughtFriend(friend.id, _name(friend), one)
            async for friend in stores.of(ReferralPeople).everybody(campaign.name)
            for one in HELD_REFERRALS.of(friend)
            if one.campaign == campaign.name
        ]
        for first in range(0, len(found), AT_A_TIME):
            some = found[first : first + AT_A_TIME]
            holders = await stores.of(ReferralPeople).holders({one.referral.by for one in some})
            for friend in some:
                one = friend.referral
                inviter = holders.get(one.by)
                moments = [_written(at, playbook) for at in (one.at, one.came, one.ended)]
                says = words.text(state_words(one, campaign.goal))
                by = "" if inviter is None else _name(inviter) or ""
                rows.append((one.at, csv_line([by, friend.name or "", says, *moments])))
        doing.update(after=f"{len(rows)}")
    rows.sort(key=lambda row: row[0], reverse=True)
    return "".join([MARK + csv_line(map(words.text, heads)), *(line for _, line in rows)])


def _name(contact: Contact) -> str | None:
    return readable_name(contact.name) or None


def _written(at: datetime | None, playbook: Playbook) -> str:
    return "" if at is None else f"{at.astimezone(playbook.zone):%Y-%m-%d %H:%M}"
