"""A person's one timer at which the next coupon or stamp card is over, or its holder reminded, of an
appointment, too (N1, N2, N5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.timers import last_seen_on
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.instance import Timer
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.times import appointment_reminder
from bot.promotions.appointments.model import HELD_APPOINTMENTS
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.times import reminder_of
from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.times import stamp_reminder
from bot.promotions.stamps.model import HELD_CARDS

ENDINGS = "coupons"
"""Its name: stamp cards and appointments came later."""


def watch_endings(turn: Turn) -> None:
    """Wake the person when the next is over or its holder to be reminded, on the channel last seen."""
    contact = turn.contact
    moments = [*_moments(contact, turn.playbook)]
    contact.timers = tuple(timer for timer in contact.timers if not _is_ours(timer))
    if moments:
        channel = last_seen_on(contact, turn.playbook.channels) or turn.channel
        turn.arm(Timer("", channel, 0, ENDINGS, min(moments)))


def armed_ending(contact: Contact) -> datetime | None:
    """When the person is woken; `None`: never."""
    return min((timer.due for timer in contact.timers if _is_ours(timer)), default=None)


def _moments(contact: Contact, playbook: Playbook) -> Iterator[datetime]:
    for held in HELD_COUPONS.of(contact):
        if held.used is None and not held.ended:
            moment = reminder_of(COUPONS.of(playbook).get(held.grant.coupon), held.grant, playbook.zone)
            yield held.grant.until if moment is None or held.reminded else moment
    for card in HELD_CARDS.of(contact):
        if card.until is not None:
            yield stamp_reminder(STAMP_CARDS.of(playbook).get(card.card), card, playbook.zone) or card.until
    for booked in HELD_APPOINTMENTS.of(contact):
        service = APPOINTMENTS.of(playbook).get(booked.service)
        if (moment := appointment_reminder(service, booked, playbook.zone)) is not None:
            yield moment


def _is_ours(timer: Timer) -> bool:
    return timer.flow == "" and timer.timer == ENDINGS
