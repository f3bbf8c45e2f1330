"""A stamp card of the playbook, compiled (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.expiry import Reminder, first_end, reminder_before
from bot.engine.times.local_time import FIRST, Duration, today
from bot.model.place import Place
from bot.promotions.stamps.model import KIND, HeldStampCard, StampEntry, StampSource, StampWay

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


IN_STORES: tuple[StampSource, ...] = ("clerk", "code")


def stamp_reminder(card: StampCard | None, held: HeldStampCard, zone: ZoneInfo) -> datetime | None:
    """When the holder is still to be reminded; `None`: never, or that is done."""
    if card is None or held.reminded or held.until is None:
        return None
    return reminder_before(card.remind, FIRST, held.until, zone)


def end_of_card(card: StampCard, begun: datetime, zone: ZoneInfo) -> datetime | None:
    """When a card ends whose first stamp is put on it at this moment; `None`: never."""
    return first_end(card.until, card.lasts, begun, zone)


def day_is_full(card: StampCard, held: HeldStampCard, entry: StampEntry, zone: ZoneInfo) -> bool:
    """Whether this stamp is one too many for its local day: by clerks and the store's code."""
    most = card.per_day if card.per_day is not None else 1 if entry.source == "code" else None
    if most is None or entry.source not in IN_STORES:
        return False
    counted = IN_STORES if card.per_day is not None else ("code",)
    day = today(entry.at, zone)
    days = {one.id: today(one.at, zone) for one in held.entries}
    # what is undone counts on the day of its line
    of_day = [one for one in held.entries if days.get(one.undoes, days[one.id]) == day]
    that_day = sum(one.count for one in of_day if one.source in counted)
    return that_day + entry.count > most
