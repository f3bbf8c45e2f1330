"""Whether an order for a moment to come is still what staff were shown when they gave it (semantics 37).

Pure. What differs by more than a little is held for them to decide.
"""

from __future__ import annotations

from decimal import Decimal

from bot.engine.broadcasts.content import content_and_people
from bot.engine.compiled.broadcast import Broadcast
from bot.model.broadcast import Sending, SendingHold
from bot.model.channel import PricePlan
from bot.model.money import sending_cost
from bot.model.reserved import MessageGrant

A_TENTH, MORE_AT_LEAST = 10, 50
"""So much a number may have grown: by a tenth of it, or by so many people where that is more."""


def is_changed(sending: Sending, broadcast: Broadcast) -> bool:
    """Whether the text, the cards, the groups or the audience were edited since."""
    return bool(sending.shown) and sending.shown != content_and_people(broadcast)


def most_people(shown: int) -> int:
    """How many may get it where so many were shown."""
    return shown + _room(shown)


def why_held(sending: Sending, people: int) -> SendingHold | None:
    """Why it does not go out to so many people, before messages are reserved."""
    shown = sending.shown_people
    return "more" if shown is not None and people > most_people(shown) else None


def is_dearer(sending: Sending, plan: PricePlan | None, people: int, grant: MessageGrant) -> bool:
    """Whether it costs more than was shown, or the month's messages do not suffice for these people.

    That a few more get it is not meant, nor that a few messages of the month are gone. Where staff were shown
    that they do not suffice, and agreed, the playbook says what becomes of it, as long as they cover as many.
    """
    shown, seen = sending.shown_people, sending.month_covers
    if shown is None:
        return False
    enough = people if seen is None else min(people, max(0, seen - _room(seen)))
    if grant.messages < enough:
        return True
    if not sending.shown_cost or grant.used is None:
        return False
    cost = sending_cost(plan, min(shown, people), max(0, grant.used - _room(shown)))
    return cost is None or cost.extra is None or cost.extra > Decimal(sending.shown_cost)


def _room(shown: int) -> int:
    return max(shown // A_TENTH, MORE_AT_LEAST)
