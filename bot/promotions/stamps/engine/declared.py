"""A stamp card of the playbook, compiled (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import Duration
from bot.model.place import Place
from bot.promotions.stamps.model import KIND, HeldStampCard, StampWay

CELLS_LEAST, CELLS_MOST = 2, 30
"""How many cells a card may have: a message of LINE shows no more."""


@dataclass(frozen=True, slots=True)
class StampCard:
    """What people see (`title`, `terms`, `image`), and how it fills.

    `rewards` are coupons by the cell at which each is given. It ends at the earlier of `until` and `lasts`
    after its first stamp (neither: never). `per_day`: stamps of clerks and of the store's code on one local
    day (`None`: the code stamps once, clerks as often as they like). `again`: a full card is followed by an
    empty one. `ways`: who may stamp in a store. `each`: so much of a paid order, in the shop's currency, is
    a stamp (`None`: orders give none).
    """

    name: str
    title: str
    terms: str
    image: str | None
    cells: int
    rewards: Mapping[int, str]
    until: datetime | None
    lasts: Duration | None
    remind: Reminder | None
    per_day: int | None
    again: bool
    ways: frozenset[StampWay]
    each: int | float | None
    place: Place

    def shown(self, held: HeldStampCard) -> int:
        """How many cells its holder sees filled: none while some are owed, and never more than there are."""
        return min(max(held.count, 0), self.cells)

    def missing(self, held: HeldStampCard) -> int | None:
        """How many stamps are missing to the next reward, with those owed; `None`: this card has no more."""
        to_come = (cell for cell in self.rewards if cell > max(held.count, held.settled))
        return min((cell - held.count for cell in to_come), default=None)


STAMP_CARDS = PromotionSection[StampCard](KIND.section)
