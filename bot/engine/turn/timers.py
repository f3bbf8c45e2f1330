"""Timers of states, and of journeys that start by a date or at a time of day (semantics 20, 30)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.engine import notes
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnDate, OnNews
from bot.engine.times.local_time import INSTANT, Wait, day_after, due_after, local, month_after, next_at, utc
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.instance import Hold, Instance, Timer

START = "start"
"""Begins the name of a timer that starts a journey by a date: `start NUMBER`, of the trigger."""
ENTERED = "enters"
"""Begins the name of a timer that starts a journey at a time of day: `enters AUDIENCE`."""
DAYS_OF_YEAR = 365


def set_date_timers(turn: Turn) -> None:
    """Set the timers of all journeys that a date starts anew: an attribute, or the playbook, has changed."""
    playbook, contact = turn.playbook, turn.contact
    if not playbook.dated and not any(timer.timer.startswith(START) for timer in contact.timers):
        return
    others = tuple(timer for timer in contact.timers if not _is_start(timer))
    # what is due already has not been decided yet, and must not be lost
    overdue = {(t.flow, t.timer): t for t in contact.timers if _is_start(t) and t.due <= turn.now}
    channel = last_seen_on(contact, playbook.channels) or turn.channel
    new = (
        _start_timer(turn, Timer(name, channel, 0, f"{START} {number}", turn.now), trigger, overdue)
        for name, number, trigger in playbook.dated
    )
    contact.timers = (*others, *(timer for timer in new if timer is not None))


def _start_timer(
    turn: Turn, now: Timer, trigger: OnDate, overdue: Mapping[tuple[str, str], Timer]
) -> Timer | None:
    """The timer of a journey's start, given as one that is due `now`; `None` where nothing is waited for."""
    waiting = overdue.get((now.flow, now.timer))
    due = next_start(turn, trigger, waiting.planned if waiting is not None else None)
    if due is not None and waiting is not None and due == waiting.planned:
        return replace(waiting, channel=now.channel)
    if due is not None:
        return replace(now, due=due)
    passed = _passed(turn, trigger)
    if passed is None or not _starts_late(turn, now, trigger, passed):
        return None
    return replace(now, first=passed)


def _is_start(timer: Timer) -> bool:
    return timer.visit == 0 and timer.timer.startswith(f"{START} ")


def start_of(playbook: Playbook, timer: Timer) -> tuple[str, OnDate] | None:
    """The journey that a timer starts; `None` where it is none of those, or the playbook has changed."""
    if _is_start(timer):
        for name, number, trigger in playbook.dated:
            if name == timer.flow and timer.timer == f"{START} {number}":
                return name, trigger
    return None


def wait_for_clock(turn: Turn, flow: str, audience: str, at: time) -> None:
    """Who has come into an audience begins the journey at this time of day: the next, or this moment."""
    due = next_at(turn.now - INSTANT, at, turn.playbook.zone)
    turn.arm(Timer(flow, turn.channel, 0, f"{ENTERED} {audience}", due))
    turn.note(notes.START_WAITS, flow, f"{local(due, turn.playbook.zone):%Y-%m-%d %H:%M}")


def entered_of(playbook: Playbook, timer: Timer) -> str | None:
    """The audience whose journey a timer starts; `None`: none of those, or the playbook has changed."""
    kind, _, audience = timer.timer.partition(" ")
    flow = playbook.flow(timer.flow, timer.channel) if not timer.visit and kind == ENTERED else None
    when = flow.start.when if flow is not None and flow.start is not None else ()
    waits = (one for one in when if isinstance(one, OnNews) and one.at is not None)
    return audience if any(audience in (one.subjects or ()) for one in waits) else None


def _passed(turn: Turn, trigger: OnDate) -> datetime | None:
    """When a date that has just been set would have started a journey, where that moment is over."""
    return _once(turn, trigger) if trigger.slot in turn.dates_set and not trigger.yearly else None


def _starts_late(turn: Turn, timer: Timer, trigger: OnDate, passed: datetime) -> bool:
    """Whether a journey starts all the same, by its `if_late`: as if there had been a downtime until now.

    A bulk load, which is no news, starts nothing that is over: else one file would write to everybody in it.
    """
    flow = turn.playbook.flow(timer.flow, timer.channel)
    if flow is None or flow.start is None:
        return False
    moment, then = f"{local(passed, turn.playbook.zone):%Y-%m-%d %H:%M}", flow.late.then
    if not turn.dates_set[trigger.slot]:
        turn.note(notes.DATE_OVER_IN_BULK, flow.name, moment, place=flow.start.place)
        return False
    late = turn.now - passed > flow.late.after.about
    starts = not late or then in ("send", "next_morning")
    kind = notes.STARTED_LATE if starts else notes.DATE_OVER
    turn.note(kind, flow.name, moment, then if late else "not late by that", place=flow.start.place)
    return starts


def next_start(turn: Turn, trigger: OnDate, overdue: datetime | None = None) -> datetime | None:
    """When a date next starts a journey; `None`: never again, or nothing is known.

    Later than now, or at the earliest when it was due and has not yet been decided (`overdue`).
    """
    if not trigger.yearly:
        due = _once(turn, trigger)
        return due if due is not None and (due > turn.now or due == overdue) else None
    day, zone = day_in(turn, trigger.slot), turn.playbook.zone
    if day is None:
        return None
    first = turn.when.today.year - trigger.days // DAYS_OF_YEAR - 2
    for candidate in range(first, first + 6):
        due = utc(day_after(in_year(day, candidate), trigger.days), trigger.at, zone)
        if due > turn.now or due == overdue:
            return due
    return None


def _once(turn: Turn, trigger: OnDate) -> datetime | None:
    """When a date starts a journey, be it over or not; `None` where no date is known."""
    day = day_in(turn, trigger.slot)
    if day is None:
        return None
    return utc(day_after(month_after(day, trigger.months), trigger.days), trigger.at, turn.playbook.zone)


def day_in(turn: Turn, slot: str) -> date | None:
    """The date that an attribute of the person holds, if it holds one."""
    known = turn.contact.attributes.get(slot)
    if known is None or not isinstance(known.value, str):
        return None
    try:
        return date.fromisoformat(known.value)
    except ValueError:
        return None


def in_year(day: date, year: int) -> date:
    """The anniversary of a day in a year: 29 February is 28 February in common years."""
    try:
        return day.replace(year=max(1, min(9999, year)))
    except ValueError:
        return date(max(1, min(9999, year)), 2, 28)


def last_seen_on(contact: Contact, channels: Collection[str]) -> str | None:
    """That of these channels on which a person was last seen, and has not blocked us."""
    seen = [
        identity
        for identity in contact.identities
        if identity.user is not None and identity.friend is not False and identity.channel in channels
    ]
    if not seen:
        return None
    never = datetime.min + timedelta(days=1)
    return max(seen, key=lambda i: i.seen.replace(tzinfo=None) if i.seen is not None else never).channel


GATE = "door"
"""The timer of an instance that is held at the door of its state."""

SOONEST = timedelta(minutes=1)
"""A changed timer is due this long after the change at the earliest."""


def arm_gate(turn: Turn, instance: Instance, held: Hold) -> None:
    """Arm what opens the door: at its moment, or as soon as pushes go on; nothing where an event does."""
    if held.by == "brake":
        turn.arm(replace(_timer(instance, GATE, turn.now), braked=True))
    elif held.until is not None:
        turn.arm(_timer(instance, GATE, held.until))


def arm_timers(turn: Turn, instance: Instance) -> None:
    """Arm all timers of the state that an instance is in, from now."""
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    if flow is None or state is None or state.end:
        return
    if state.question is not None and turn.contact.identity(instance.channel).staff:
        return  # they begin when staff hand back
    for wait in flow.waits[state.name]:
        turn.arm(_timer(instance, wait.text, _due(turn, wait, turn.now)))


def rearm_timers(turn: Turn, instance: Instance, flow: Flow, state: State, *, moved: bool) -> None:
    """After a change of the playbook: timers counted from when the state was entered (semantics 30).

    What has fired stays so; what was changed is due in a minute at the earliest. What was due long ago is
    late where nobody has changed it: the flow was paused, or the person was `moved` into this state.
    """
    before = {
        timer.timer: timer
        for timer in turn.contact.timers
        if timer.flow == instance.flow and timer.channel == instance.channel and timer.visit
    }
    turn.void_timers(instance)
    if instance.held is not None:
        if GATE in before:
            turn.arm(before[GATE])
        return
    if state.question is not None and turn.contact.identity(instance.channel).staff:
        return
    for wait in flow.waits[state.name]:
        if wait.text in instance.fired:
            continue
        due = _due(turn, wait, instance.entered)
        old = before.get(wait.text)
        if old is not None and old.planned == due:
            turn.arm(old)
        else:
            first = due if moved and due < turn.now else None
            turn.arm(replace(_timer(instance, wait.text, max(due, turn.now + SOONEST)), first=first))


def follow_dates(turn: Turn) -> None:
    """A date has changed: timers of states that are counted from it are armed for the date as it is now."""
    for instance in turn.contact.flows:
        flow, state = turn.flow_of(instance), turn.state_of(instance)
        if flow is None or state is None or instance.held is not None:
            continue
        own = (flow.name, instance.visit)
        armed = {t.timer: t for t in turn.contact.timers if (t.flow, t.visit) == own}
        for wait in flow.waits[state.name]:
            old = armed.get(wait.text)
            due = _due(turn, wait, instance.entered)
            if old is not None and old.planned != due and _date_of(turn, wait) is not None:
                turn.arm(_timer(instance, wait.text, max(due, turn.now)))


def void_question_timers(turn: Turn, instance: Instance) -> None:
    """Stop the time-outs of a question; one that is still to be asked has none, only a door."""
    state = turn.state_of(instance)
    if state is not None and state.question is not None and instance.held is None:
        turn.void_timers(instance)


def _timer(instance: Instance, name: str, due: datetime) -> Timer:
    return Timer(instance.flow, instance.channel, instance.visit, name, due)


def _due(turn: Turn, wait: Wait, entered: datetime) -> datetime:
    return due_after(wait, entered, turn.playbook.zone, _date_of(turn, wait))


def _date_of(turn: Turn, wait: Wait) -> date | None:
    return day_in(turn, wait.slot) if wait.slot is not None else None
