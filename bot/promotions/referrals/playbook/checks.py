"""What an edit would do to people who were brought by a friend (N4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.flow_occupancy import LATELY
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.promotion_impact import Removed
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.referrals.playbook.words import ReferralFinding

_REMOVED = Removed(
    REFERRALS.name,
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


def at_stake(playbook: Playbook, friends: Mapping[str, int], besides: object) -> Iterator[Problem]:
    """Warnings: so many were brought lately in each campaign and might still count."""
    yield from _REMOVED.removed(friends, REFERRALS.of(playbook))
