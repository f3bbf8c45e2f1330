"""How appointments are compiled, and all that they give the compiler and the check (N5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import NO_TIME, Duration, day_after, later
from bot.model.translatable import tr
from bot.playbook.compile.promotions import check_name, reminder_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.graph.reminders import A_MONDAY
from bot.playbook.promotions import LanguagePart
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar, at_keys, place_of
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService, StaffMember
from bot.promotions.appointments.engine.slots import CELL_MINUTES, offered_on, starts_on
from bot.promotions.appointments.model import APPOINTMENT_BROUGHT
from bot.promotions.appointments.playbook.checks import (
    appointments_unanswered,
    at_stake,
    refusals_unheard,
    reminders_never,
    reminders_unheard,
    staff_unknown,
    unused_appointments,
    waiting_out_of_reach,
)
from bot.promotions.appointments.playbook.words import AppointmentFinding

LONGEST = 12 * 60
"""Minutes of an appointment, and of a step."""
LONGEST_BEFORE = 7 * 24
"""Hours of a reminder."""
SHORTEST_TURN, LONGEST_TURN = timedelta(minutes=5), timedelta(days=1)
MOST_PLACES, MOST_OF_ONE = 50, 20
USUAL_LATEST = Duration(days=30)
SOME_MOMENT = datetime(2001, 1, 1, tzinfo=UTC)


def appointments_of(scope: Scope) -> dict[str, BookableService]:
    """All services that are booked, by name."""
    return {key.value: _service(scope, key, node) for key, node in scope.book.blocks(APPOINTMENTS.name)}


def _service(scope: Scope, key: Scalar, node: Map) -> BookableService:
    check_name(scope, key, node)
    minutes = _minutes(scope, node, "minutes") or 60
    hours = node.get("hours")
    soonest, latest = _ahead(scope, node)
    service = BookableService(
        name=key.value,
        title=scope.text(node.get("title")) or key.value,
        hours=hours_of(scope, hours if hours is not None else key),
        minutes=minutes,
        step=_minutes(scope, node, "step") or minutes,
        places=_places(scope, key, node),
        soonest=soonest,
        latest=latest,
        cancel_until=scope.duration(node.get("cancel_until")) or NO_TIME,
        per_person=_number(scope, node, "per_person", MOST_OF_ONE),
        place=place_of(key),
        staffed="staff" in node.pairs,
        members=_members(scope, node),
        remind=_reminder(scope, node),
        waiting=_waiting(scope, node),
    )
    _check_fits(scope, key, service)
    return service


def _minutes(scope: Scope, node: Map, word: str) -> int | None:
    number = scope.whole(node.get(word))
    if number is not None and (number % CELL_MINUTES or not CELL_MINUTES <= number <= LONGEST):
        message = tr(
            "{word} is a multiple of {cell}, up to {most}", word=word, cell=CELL_MINUTES, most=LONGEST
        )
        scope.wrong(node.pairs[word][1], "bad-value", message, tr("write it such as 30 or 60"))
        return None
    return number


def _number(scope: Scope, node: Map, word: str, most: int) -> int:
    number = scope.whole(node.get(word))
    if number is not None and not 1 <= number <= most:
        message = tr("{word} is a number from 1 to {most}", word=word, most=most)
        scope.wrong(node.pairs[word][1], "bad-value", message, tr("write another number"))
        return 1
    return number or 1


def _places(scope: Scope, key: Scalar, node: Map) -> tuple[str, ...]:
    """Seats of its own, or people, whom other services may have, too."""
    written = node.get("staff")
    named = written.pairs if isinstance(written, Map) else [one.value for one in scope.scalars(written)]
    staff = tuple(dict.fromkeys(named))
    if staff and "places" in node.pairs:
        message = tr("an appointment is with one of  staff,  or at one of  places")
        scope.wrong(node.pairs["places"][0], "bad-value", message, tr("leave out one of the two"))
    number = _number(scope, node, "places", MOST_PLACES)
    return staff or tuple(f"{key.value} {one}" for one in range(1, number + 1))


def _members(scope: Scope, node: Map) -> dict[str, StaffMember]:
    """Of whom something is said."""
    written = node.get("staff")
    if not isinstance(written, Map):
        return {}
    return {
        name: _member(scope, value) for name, (_, value) in written.pairs.items() if isinstance(value, Map)
    }


def _member(scope: Scope, node: Map) -> StaffMember:
    hours, store = node.get("hours"), scope.name("stores", node.get("store"))
    return StaffMember(None if hours is None else hours_of(scope, hours), store or "")


def _ahead(scope: Scope, node: Map) -> tuple[Duration, Duration]:
    """From how long before until how long before it is booked."""
    soonest = scope.duration(at_keys(node, "ahead", "from")) or NO_TIME
    latest = scope.duration(at_keys(node, "ahead", "until")) or USUAL_LATEST
    zone = scope.book.zone
    if later(SOME_MOMENT, latest, zone) <= later(SOME_MOMENT, soonest, zone):
        message = tr("nobody could book it:  ahead  ends before it begins")
        scope.wrong(node.pairs["ahead"][0], "bad-value", message, tr("write a longer  until"))
    return soonest, latest


def _reminder(scope: Scope, node: Map) -> Reminder | timedelta | None:
    """When who has one is reminded: on a day before, or so many hours before."""
    remind = node.get("remind")
    if not isinstance(remind, Map):
        return None
    hours = scope.whole(remind.get("hours_before"))
    if hours is not None and ("days_before" in remind.pairs or not 1 <= hours <= LONGEST_BEFORE):
        message = tr(
            "remind  is  days_before  and  at,  or  hours_before  from 1 to {most}", most=LONGEST_BEFORE
        )
        hint = tr('write  {days_before: 1, at: "10:00"}  or  {hours_before: 2}')
        scope.wrong(node.pairs["remind"][0], "bad-value", message, hint)
        return None
    return reminder_of(scope, node) if hours is None else timedelta(hours=hours)


def _waiting(scope: Scope, node: Map) -> timedelta | None:
    """How long who was told of a place is the only one who was."""
    span = scope.duration(node.get("waiting"))
    if span is None:
        return None
    if span.months or not SHORTEST_TURN <= span.about <= LONGEST_TURN:
        message = tr("waiting  is a time from 5m to 1d: after it the next one who waits is told")
        scope.wrong(node.pairs["waiting"][1], "bad-value", message, tr("write it such as  30m"))
        return None
    return span.about


def _check_fits(scope: Scope, key: Scalar, service: BookableService) -> None:
    """`appointment-never-fits`: it is longer than its hours are ever open."""
    own = [one.hours for one in service.members.values() if one.hours is not None]
    parts = [part for hours in (service.hours, *own) for part in hours.parts]
    dated = (days.since for part in parts for days in part if days.since is not None)
    days = [*(day_after(A_MONDAY, number) for number in range(7)), *dated]
    zone = scope.book.zone
    never = [
        one
        for one in service.places
        if not any(True for day in days for _ in offered_on(service, day, zone, one))
    ]
    if any(True for day in days for _ in starts_on(service, day, zone)):
        for name in never:
            message = tr(
                "{member} never works {minutes} minutes in the hours of the appointment {name}",
                member=quoted(name),
                minutes=service.minutes,
                name=quoted(service.name),
            )
            scope.wrong(
                key, AppointmentFinding.NEVER_FITS, message, tr("change the  hours  of one of the two")
            )
    else:
        message = tr(
            "the appointment {name} takes {minutes} minutes, and its hours are never open as long",
            name=quoted(service.name),
            minutes=service.minutes,
        )
        scope.wrong(
            key, AppointmentFinding.NEVER_FITS, message, tr("shorten  minutes,  or change its  hours")
        )


PART = LanguagePart(
    compiled=appointments_of,
    perhaps=perhaps_unless(APPOINTMENT_BROUGHT, "appointment", "reason"),
    at_stake=at_stake,
    ends=False,
    checks=(
        unused_appointments,
        appointments_unanswered,
        refusals_unheard,
        staff_unknown,
        reminders_unheard,
        reminders_never,
        waiting_out_of_reach,
    ),
)
