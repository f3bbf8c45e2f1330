"""A campaign in which friends bring friends, compiled (N4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.local_time import Duration
from bot.model.place import Place
from bot.promotions.referrals.model import KIND, ReferralGoal


@dataclass(frozen=True, slots=True)
class ReferralCampaign:
    """What people see (`title`, `terms`, `image`), what the friend has to do, and what both get for it.

    Friends may come from `starts` and before `until`; what counts is done `within` so long after that
    (`None`: whenever). `friend` and `inviter` are coupons; an inviter is rewarded `most` times (`None`: no
    limit).
    """

    name: str
    title: str
    terms: str
    image: str | None
    starts: datetime | None
    until: datetime | None
    goal: ReferralGoal
    within: Duration | None
    friend: str | None
    inviter: str | None
    most: int | None
    place: Place

    def is_on(self, now: datetime) -> bool:
        """Whether friends may come now."""
        return not (self.starts and now < self.starts) and not (self.until and now >= self.until)

    def left(self, rewarded: int) -> int | None:
        """How many rewards an inviter may still get; `None`: no limit."""
        return None if self.most is None else max(self.most - rewarded, 0)


REFERRALS = PromotionSection[ReferralCampaign](KIND.section)
