"""Reminders of coupons, stamp cards and appointments that nobody ever gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.engine.times.local_time import FIRST, INSTANT, day_after, earlier, start_of_day
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.slots import starts_on
from bot.promotions.appointments.engine.times import reminder_of_start
from bot.promotions.coupons.engine.declared import COUPONS, Reminder
from bot.promotions.coupons.engine.times import reminder_before, until_of
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.times import end_of_card

A_MONDAY = date(2001, 1, 1)
"""The week from then on stands for all weeks; before it no campaign has ended."""


def reminders_never(survey: Survey) -> Iterator[Problem]:
    """`reminder-never`: its moment is never between when somebody has it and when it is over."""
    playbook = survey.playbook
    given = start_of_day(A_MONDAY, playbook.zone)
    for name, coupon in COUPONS.of(playbook).items():
        until = until_of(coupon, given, playbook.zone)
        yield from _of(survey, "coupons", name, coupon.remind, given - INSTANT, until)
    for name, card in STAMP_CARDS.of(playbook).items():
        end = end_of_card(card, given, playbook.zone)
        yield from _of(survey, "stamp_cards", name, card.remind, FIRST, end)
    for name, service in APPOINTMENTS.of(playbook).items():
        yield from _of_appointments(survey, name, service)


def _of(
    survey: Survey, section: str, name: str, remind: Reminder | None, since: datetime, until: datetime | None
) -> Iterator[Problem]:
    zone = survey.playbook.zone
    if remind is None or until is None or reminder_before(remind, since, until, zone) is not None:
        return
    if reminder_before(remind, FIRST, until, zone) is None:
        yield _never(survey, section, name, *_too_late(name))
    else:
        message = tr(
            "nobody is reminded of {name}: {days} days before its end nobody has it yet",
            name=quoted(name),
            days=remind.days_before,
        )
        yield _never(survey, section, name, message, tr("write a smaller  days_before,  or a longer  for"))


def _of_appointments(survey: Survey, name: str, service: BookableService) -> Iterator[Problem]:
    zone = survey.playbook.zone
    days = (day_after(A_MONDAY, number) for number in range(7))
    starts = [start for day in days for start in starts_on(service, day, zone)]
    moments = {start: reminder_of_start(service.remind, start, zone) for start in starts}
    booked = {start: earlier(start, service.latest, zone) for start in starts}
    if service.remind is None or not starts or any(at and at > booked[one] for one, at in moments.items()):
        return
    if not any(moments.values()):
        yield _never(survey, "appointments", name, *_too_late(name))
    else:
        message = tr(
            "nobody is reminded of {name}: so long before it nobody has booked yet", name=quoted(name)
        )
        hint = tr("remind later, or write a longer  until  in  ahead")
        yield _never(survey, "appointments", name, message, hint)


def _too_late(name: str) -> tuple[Translatable, Translatable]:
    message = tr("nobody is reminded of {name}: at that time of the last day it is over", name=quoted(name))
    return message, tr("write an earlier  at,  or  days_before: 1")


def _never(survey: Survey, section: str, name: str, message: Translatable, hint: Translatable) -> Problem:
    place = survey.place(section, name, "remind")
    return mistake(place, "reminder-never", message, hint=hint, level="warning")
