"""Checks that reminders of promotions can come before their end; for the checks of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.engine.times.expiry import Reminder, reminder_before
from bot.engine.times.local_time import FIRST
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted

A_MONDAY = date(2001, 1, 1)
"""This day and the six after it stand for all weeks; no promotion ended before."""


def never_reminded(
    survey: Survey, section: str, name: str, remind: Reminder | None, since: datetime, until: datetime | None
) -> Iterator[Problem]:
    """`reminder-never`: nobody who got it between `since` and `until` (UTC) is ever reminded. `section` and
    `name` are the entry with the reminder."""
    zone = survey.playbook.zone
    if remind is None or until is None or reminder_before(remind, since, until, zone) is not None:
        return
    if reminder_before(remind, FIRST, until, zone) is None:
        yield reminder_never(survey, section, name, *reminded_too_late(name))
    else:
        message = tr(
            "nobody is reminded of {name}: {days} days before its end nobody has it yet",
            name=quoted(name),
            days=remind.days_before,
        )
        yield reminder_never(
            survey, section, name, message, tr("write a smaller  days_before,  or a longer  for")
        )


def reminded_too_late(name: str) -> tuple[Translatable, Translatable]:
    """That it has ended before the time of the reminder, and advice."""
    message = tr("nobody is reminded of {name}: at that time of the last day it is over", name=quoted(name))
    return message, tr("write an earlier  at,  or  days_before: 1")


def reminder_never(
    survey: Survey, section: str, name: str, message: Translatable, hint: Translatable
) -> Problem:
    """The finding, at the reminder of the entry."""
    place = survey.place(section, name, "remind")
    return mistake(place, "reminder-never", message, hint=hint, level="warning")
