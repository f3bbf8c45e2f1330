"""Whether a sending that staff ordered for later is still what they were shown (semantics 37).

Pure. Where it differs by more than a little, the sending is held, and staff decide.
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
"""How far a number may have grown: by a tenth of it, or by `MORE_AT_LEAST` where that is more."""


def is_changed(sending: Sending, broadcast: Broadcast) -> bool:
    """Whether the text, the cards, the groups or the audience were edited since staff ordered the sending."""
    return bool(sending.shown) and sending.shown != content_and_people(broadcast)


def most_people(shown: int) -> int:
    """How many people may get a broadcast of which staff were shown that `shown` people would get it."""
    return shown + _room(shown)


def why_held(sending: Sending, people: int) -> SendingHold | None:
    """Why a sending to so many people is held, before messages are reserved; `None`: it goes out."""
    shown = sending.shown_people
    return "more" if shown is not None and people > most_people(shown) else None


def is_dearer(sending: Sending, plan: PricePlan | None, people: int, grant: MessageGrant) -> bool:
    """Whether it costs more than was shown, or the month's messages do not suffice for these people.

    A few people more, or a few messages of the month less (`_room`), do not count. Where staff were shown
    that the messages do not suffice, and agreed, they must only cover as many people as they did then: for
    the others the playbook decides (`if_quota_short`).
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
    """By how much a number may differ from the one that was shown."""
    return max(shown // A_TENTH, MORE_AT_LEAST)
