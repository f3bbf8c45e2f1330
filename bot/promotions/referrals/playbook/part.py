"""How campaigns with friends are compiled, and all that they give the compiler and the check (N4)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import get_args

from bot.model.flow_occupancy import LATELY
from bot.model.translatable import tr
from bot.playbook.compile.promotions import shown, term
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.promotions import LanguagePart, Names, Removed
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.referrals.engine.declared import REFERRALS, ReferralCampaign
from bot.promotions.referrals.model import REFERRAL_OF_INVITER, ReferralGoal
from bot.promotions.referrals.playbook.words import ReferralFinding

_REMOVED = Removed(
    ReferralFinding.REMOVED,
    lambda people, name: tr(
        "{people} been brought in the campaign {campaign} in the last {days} days and might still count, and"
        " it is gone: neither they nor their inviters get anything",
        days=LATELY.days,
        people=people,
        campaign=name,
    ),
    tr("leave it in with an  until:  who came before that still counts"),
)


LIFF = 'liff: {login_channel_id: "${LINE_LOGIN_CHANNEL_ID}", liff_id: "${LIFF_ID}"}'


def referrals_of(scope: Scope) -> dict[str, ReferralCampaign]:
    """All campaigns by name."""
    coupons = COUPONS.of(scope.book)
    return {
        key.value: _campaign(scope, key, node, coupons) for key, node in scope.book.blocks(REFERRALS.name)
    }


def _campaign(scope: Scope, key: Scalar, node: Map, coupons: Mapping[str, Coupon]) -> ReferralCampaign:
    empty = tr("the campaign {name} ends before it begins", name=quoted(key.value))
    starts, until = term(scope, node, empty, ReferralFinding.ENDS_BEFORE)
    most = scope.whole(node.get("max"))
    _check_reachable(scope, key)
    goal = scope.word(node.get("when"), get_args(ReferralGoal), "followed")
    _check_entry(scope, node, goal)
    if most == 0:
        message, hint = tr("no inviter would get anything"), tr("write a larger number, or leave it out")
        scope.wrong(node.pairs["max"][1], "bad-value", message, hint)
    inviter = scope.name(COUPONS.name, node.get("inviter"))
    if inviter is not None:
        _check_often(scope, node, coupons.get(inviter), most)
    return ReferralCampaign(
        **shown(scope, key, node),
        starts=starts,
        until=until,
        goal=goal,
        within=scope.duration(node.get("within")),
        friend=scope.name(COUPONS.name, node.get("friend")),
        inviter=inviter,
        most=most or None,
    )


def _check_reachable(scope: Scope, key: Scalar) -> None:
    """Who opens a link is known by LIFF alone."""
    channels = scope.book.root.get("channels")
    nodes = [node for _, node in scope.pairs(channels)]
    if not any(isinstance(node, Map) and node.get("liff") is not None for node in nodes):
        message = tr("no channel has LIFF, through which alone it is known who opens a friend's link")
        hint = tr("add to the channel  {liff}", liff=LIFF)
        scope.wrong(key, "liff-missing", message, hint)


def _check_entry(scope: Scope, node: Map, goal: ReferralGoal) -> None:
    if goal == "ordered" and not any(rules.shop for rules in scope.book.channels.values()):
        message = tr("no channel has a shop, so no order of a friend is ever heard of")
        hint = tr("write  when: bound  or  when: followed")
        scope.wrong(node.pairs["when"][1], ReferralFinding.NEVER_COUNTS, message, hint)


def _check_often(scope: Scope, node: Map, coupon: Coupon | None, most: int | None) -> None:
    """An inviter is given a coupon no more often than one person may have it."""
    if coupon is not None and coupon.per_person < (most or coupon.per_person + 1):
        message = tr(
            "each person is given the coupon {name} {times} times at most: more friends bring nothing",
            name=quoted(coupon.name),
            times=coupon.per_person,
        )
        hint = tr("write  per_person: 10  at the coupon, and  max: 10  here")
        scope.wrong(node.pairs["inviter"][1], ReferralFinding.REWARD_ONCE, message, hint, level="warning")


def _perhaps(scope: Scope, kind: str, names: Names, results: Set[str]) -> Set[str]:
    """The fields that not every news of these campaigns has: `why` a refusal, counts what the inviter hears,
    `left` where the campaign has a `max`."""
    of_inviter = bool(results) and results <= {*REFERRAL_OF_INVITER}
    section = scope.book.section(REFERRALS.name)
    campaigns = [node for name, (_, node) in section.items() if names is None or name in names]
    perhaps = set() if results == {"refused"} else {"why"}
    if not of_inviter:
        perhaps |= {"friends", "rewarded", "left"}
    elif not all(isinstance(node, Map) and "max" in node.pairs for node in campaigns):
        perhaps.add("left")
    return perhaps


PART = LanguagePart(
    compiled=referrals_of,
    perhaps=_perhaps,
    rewards=lambda campaign: filter(None, (campaign.friend, campaign.inviter)),
    removed=_REMOVED,
)
