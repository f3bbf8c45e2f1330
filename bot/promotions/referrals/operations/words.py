"""How far a friend who was brought is, and why one does not count, as people read it (N4)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, tr
from bot.promotions.referrals.model import Referral, ReferralGoal, ReferralRefusal

REFUSED: Mapping[ReferralRefusal, Translatable] = {
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
        return tr("does not count: {why}", why=REFUSED[one.why])
    return {
        "opened": tr("has opened the link, and not joined yet"),
        "judged": tr("is being looked at"),
        "done": tr("counts"),
    }.get(one.state, tr("does not count"))
