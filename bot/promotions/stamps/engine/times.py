"""When a stamp card ends, when its holder is reminded, and what a day still allows (N2)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.times.expiry import first_end, reminder_before
from bot.engine.times.local_time import FIRST, today
from bot.promotions.stamps.engine.declared import StampCard
from bot.promotions.stamps.model import HeldStampCard, StampEntry, StampSource

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
