"""A person's one timer at which the next coupon or stamp card is over, or its holder reminded, of an
appointment, too (N1, N2, N5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from bot.engine.compiled.playbook import Playbook
from bot.engine.promotions import hooks
from bot.engine.turn.timers import last_seen_on
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.instance import Timer

ENDINGS = "coupons"
"""The timer's name, which is stored: at first it was of coupons only."""


def watch_endings(turn: Turn) -> None:
    """Wake the person when the next is over or its holder to be reminded, on the channel last seen."""
    contact = turn.contact
    moments = [moment for of in _endings() for moment in of(contact, turn.playbook)]
    contact.timers = tuple(timer for timer in contact.timers if not _is_ours(timer))
    if moments:
        channel = last_seen_on(contact, turn.playbook.channels) or turn.channel
        turn.arm(Timer("", channel, 0, ENDINGS, min(moments)))


@cache
def _endings() -> tuple[Callable[[Contact, Playbook], Iterable[datetime]], ...]:
    return hooks(lambda part: part.endings)


def armed_ending(contact: Contact) -> datetime | None:
    """When the person is woken; `None`: never."""
    return min((timer.due for timer in contact.timers if _is_ours(timer)), default=None)


def _is_ours(timer: Timer) -> bool:
    return timer.flow == "" and timer.timer == ENDINGS
