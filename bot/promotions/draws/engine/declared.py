"""A draw of the playbook, compiled (N3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from bot.engine.compiled.promotion_section import PromotionSection
from bot.model.place import Place
from bot.promotions.draws.model import KIND, DrawLook


@dataclass(frozen=True, slots=True)
class Prize:
    """A coupon that is won with these `odds`, more than 0 and 1 at most.

    `odds` `None`: it is for all who win nothing else, also where the prize they drew has run out.
    """

    name: str
    coupon: str
    odds: Fraction | None
    place: Place


@dataclass(frozen=True, slots=True)
class Draw:
    """What people see (`title`, `terms`, `image`, `look`), when it is open, and what is in it.

    `each`: one person tries once a local day, or once in all. `prizes` in the playbook's order: their odds
    add up to 1 at most, one of them has none.
    """

    name: str
    title: str
    terms: str
    image: str | None
    look: DrawLook
    starts: datetime | None
    until: datetime | None
    each: Literal["day", "once"]
    prizes: tuple[Prize, ...]
    place: Place

    def is_open(self, now: datetime) -> bool:
        """Whether one may try at this moment (UTC)."""
        return (self.starts is None or self.starts <= now) and (self.until is None or now < self.until)

    def drawn(self, chance: Fraction) -> Iterator[Prize]:
        """What a try gets by its `chance`, at least 0 and less than 1: the first of these that is there.

        No prize: nothing. Odds are added up exactly, so a chance below their sum has a prize.
        """
        above = Fraction(0)
        for prize in self.prizes:
            if prize.odds is not None:
                if above <= chance < above + prize.odds:
                    yield prize
                above += prize.odds
        yield from (prize for prize in self.prizes if prize.odds is None)


DRAWS = PromotionSection[Draw](KIND.section)
