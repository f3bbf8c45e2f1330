"""What campaigns with friends give the compiler and the check (N4)."""

from __future__ import annotations

from collections.abc import Set

from bot.model.news import REFERRAL_OF_INVITER
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.promotions import LanguagePart, Names
from bot.playbook.syntax.nodes import Map
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.playbook.compile import referrals_of
from bot.promotions.referrals.playbook.impact import at_stake


def _perhaps(scope: Scope, kind: str, names: Names, results: Set[str]) -> Set[str]:
    """The fields that not every news of these campaigns has: `why` a refusal, counts what the inviter hears,
    `left` where the campaign has a `max`."""
    of_inviter = bool(results) and results <= {*REFERRAL_OF_INVITER}
    section = scope.book.section("referrals")
    campaigns = [node for name, (_, node) in section.items() if names is None or name in names]
    perhaps = set() if results == {"refused"} else {"why"}
    if not of_inviter:
        perhaps |= {"friends", "rewarded", "left"}
    elif not all(isinstance(node, Map) and "max" in node.pairs for node in campaigns):
        perhaps.add("left")
    return perhaps


PART = LanguagePart(
    section=REFERRALS,
    compiled=referrals_of,
    news="referral",
    perhaps=_perhaps,
    rewards=lambda campaign: filter(None, (campaign.friend, campaign.inviter)),
    at_stake=at_stake,
)
