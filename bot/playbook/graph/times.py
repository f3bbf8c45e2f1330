"""Finds dates in the past, quiet hours without end, and messages whose time is always in quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache

from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnAfter, OnDate, Rule
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import local, utc
from bot.engine.times.value_words import end_words, value_words
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import reached
from bot.playbook.graph.survey import Survey
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, place_of, text_at


def past_dates(survey: Survey, now: datetime) -> Iterator[Problem]:
    """`past-date`: menus, broadcasts, promotions, flows and rules that have ended at `now` (UTC)."""
    yield from _menus(survey, now)
    yield from _broadcasts(survey, now)
    yield from _campaigns(survey, now)
    yield from _flows(survey, now)
    yield from _rules(survey, now)


def _menus(survey: Survey, now: datetime) -> Iterator[Problem]:
    for menu in survey.playbook.menus:
        if menu.until is not None and menu.until <= now:
            what = tr(
                "the rich menu {menu} was shown until {until}, which is past",
                menu=quoted(menu.name),
                until=end_words(menu.until, survey.playbook.zone),
            )
            yield _past(
                _until(survey, menu.name) or menu.place,
                what,
                tr("give it a date to come, or leave the menu out"),
            )


def _until(survey: Survey, name: str) -> Place | None:
    """The place of a rich menu's `until`."""
    menus = survey.root.get("rich_menus")
    for node in menus.items if isinstance(menus, List) else []:
        if isinstance(node, Map) and text_at(node, "menu") == name and "until" in node.pairs:
            return place_of(node.pairs["until"][0])
    return None


def _broadcasts(survey: Survey, now: datetime) -> Iterator[Problem]:
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.dropped:
            continue
        at, until = broadcast.at, broadcast.until
        name = quoted(broadcast.name)
        hint = tr("give it a date to come; one that was sent can be left out")
        if at is not None and at <= now:
            what = tr(
                "the sending {name} was for {when}, which is past: it is not sent late",
                name=name,
                when=value_words(at, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "at"), what, hint)
        elif until is not None and until <= now:
            what = tr(
                "the sending {name} went out until {when}, which is past",
                name=name,
                when=end_words(until, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "until"), what, hint)
        elif until is not None and next_time(broadcast, now, survey.playbook.zone) is None:
            what = tr(
                "the sending {name} goes out until {when}, and none of its times is left before that",
                name=name,
                when=end_words(until, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "until"), what, hint)


def _campaigns(survey: Survey, now: datetime) -> Iterator[Problem]:
    """Findings for promotions that have ended for everybody."""
    playbook = survey.playbook
    for kind, part in LANGUAGE_PARTS.by_kind.items():
        for name, one in kind.entries(playbook).items() if part.ends else ():
            until = one.until
            if until is not None and until <= now:
                what = tr(
                    "{name} went on until {until}, which is past",
                    name=quoted(name),
                    until=end_words(until, playbook.zone),
                )
                hint = tr("give it a date to come, or leave it out, with what leads to it")
                yield _past(survey.place(kind.section, name, "until"), what, hint)


def _flows(survey: Survey, now: datetime) -> Iterator[Problem]:
    for flow in survey.flows:
        if flow.status == "live" and flow.active_until is not None and flow.active_until <= now:
            what = tr(
                "nobody begins the flow {flow} since {until}, which is past",
                flow=quoted(flow.name),
                until=end_words(flow.active_until, survey.playbook.zone),
            )
            yield _past(
                survey.place("flows", flow.name, "active"),
                what,
                tr("give it a date to come, or leave  active  out"),
            )
        for state in flow.states.values():
            for rule in (*state.rules, *flow.rules):
                for trigger in rule.when:
                    moment = trigger.wait.moment if isinstance(trigger, OnAfter) else None
                    if moment is not None and utc(moment.date(), moment.time(), survey.playbook.zone) <= now:
                        what = tr(
                            "this waits until {until}, which is past: nobody waits here any more",
                            until=f"{moment:%Y-%m-%d %H:%M}",
                        )
                        yield _past(rule.place, what, tr("give it a date to come, or leave the wait out"))


def _rules(survey: Survey, now: datetime) -> Iterator[Problem]:
    for rule in survey.rules:
        if rule.until is not None and rule.until <= now:
            what = tr(
                "this rule held until {until}, which is past",
                until=end_words(rule.until, survey.playbook.zone),
            )
            yield _past(rule.place, what, tr("give it a date to come, or leave the rule out"))


def _past(place: Place, what: Translatable, hint: Translatable) -> Problem:
    return mistake(place, "past-date", what, hint=hint, level="warning")


A_DAY = 24 * 60
"""Minutes."""
A_WEEK = 7 * A_DAY
"""Minutes."""


def quiet_all_day(survey: Survey) -> Iterator[Problem]:
    """`quiet-all-day`: quiet hours that cover all of the week, so that nothing is ever pushed."""
    for flow in survey.playbook.flows.values():
        if flow.quiet is not None and len(_minutes(flow.quiet)) == A_WEEK:
            yield _all_day(survey.place("flows", flow.name, "quiet_hours"))
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.quiet_hours is not None and len(_minutes(broadcast.quiet_hours)) == A_WEEK:
            yield _all_day(survey.place("broadcasts", broadcast.name, "quiet_hours"))


def _all_day(place: Place) -> Problem:
    message = tr("these quiet hours are the whole day, so nothing is ever pushed")
    return mistake(place, "quiet-all-day", message, hint=tr("write the hours of the night:  21:00-09:00"))


def waits_that_end_in_quiet(survey: Survey) -> Iterator[Problem]:
    """`wait-ends-in-quiet`: something is sent at a time of day that is always in the quiet hours."""
    yield from _broadcasts_in_quiet(survey)
    for flow in survey.flows:
        quiet = _minutes(flow.quiet) if flow.quiet is not None else frozenset[int]()
        if not quiet:
            continue
        for trigger in flow.start.when if flow.start is not None else ():
            if isinstance(trigger, OnDate) and _within(quiet, trigger.at, None) and flow.first.speaks:
                yield _held(flow.start.place if flow.start else flow.place, quiet, trigger.at)
        for state in flow.states.values():
            for rule in state.rules:
                at = _clock(rule, quiet)
                if at is not None and _speaks_next(flow, rule):
                    yield _held(rule.place, quiet, at)


def _broadcasts_in_quiet(survey: Survey) -> Iterator[Problem]:
    for broadcast in survey.playbook.broadcasts.values():
        quiet = _minutes(broadcast.quiet_hours) if broadcast.quiet_hours is not None else frozenset[int]()
        if broadcast.dropped or not quiet or len(quiet) == A_WEEK:
            continue
        if broadcast.at is not None:
            at = local(broadcast.at, survey.playbook.zone)
            if _within(quiet, at.time(), at.weekday()):
                yield _held(survey.place("broadcasts", broadcast.name, "at"), quiet, at.time(), at.weekday())
        elif broadcast.every is not None:
            clock, days = broadcast.every.at, broadcast.every.weekdays or frozenset(range(7))
            if all(_within(quiet, clock, day) for day in days):
                yield _held(survey.place("broadcasts", broadcast.name, "every"), quiet, clock, min(days))


def _clock(rule: Rule, quiet: frozenset[int]) -> time | None:
    """The time of day at which a wait of the rule ends, if it is always quiet then."""
    for trigger in rule.when:
        wait = trigger.wait if isinstance(trigger, OnAfter) else None
        if wait is not None and wait.at is not None and _within(quiet, wait.at, wait.weekday):
            return wait.at
    return None


def _speaks_next(flow: Flow, rule: Rule) -> bool:
    """Whether the state that the rule leads to, or one reached at once from there, sends messages."""
    passing = {n: [str(i.to) for i in s.branch] for n, s in flow.states.items() if not s.rests and not s.end}
    there = reached([rule.to], passing) if rule.to is not None else set[str]()
    return any(flow.states[name].speaks for name in there if name in flow.states)


def _held(place: Place, quiet: frozenset[int], at: time, day: int = 0) -> Problem:
    """The finding; `day` is the weekday, Monday is 0."""
    end = _end(quiet, at, day)
    message = tr(
        "at {at} it is quiet: what is to be said then is held until {end}", at=f"{at:%H:%M}", end=end
    )
    hint = tr("write the time at which people are to get it, such as  at {end}", end=end)
    return mistake(place, "wait-ends-in-quiet", message, hint=hint, level="warning")


def _end(quiet: frozenset[int], at: time, day: int) -> str:
    """The time of day at which the quiet hours around this time of that weekday end."""
    first = day * A_DAY + _minute(at)
    over = next((n for n in range(first, first + A_WEEK) if n % A_WEEK not in quiet), first) % A_DAY
    return f"{over // 60:02}:{over % 60:02}"


def _within(quiet: frozenset[int], at: time, weekday: int | None) -> bool:
    """Whether it is quiet at this time of the weekday; `None`: of all weekdays."""
    days = range(7) if weekday is None else (weekday,)
    return all(day * A_DAY + _minute(at) in quiet for day in days)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


@lru_cache(maxsize=1_000)
def _minutes(hours: Hours) -> frozenset[int]:
    """The minutes of a week, counted from Monday, that are always in these hours; parts with dates are left
    out."""
    minutes: set[int] = set()
    for part in hours.parts:
        if any(days.since is not None for days in part):
            continue  # other hours on some dates
        for days in part:
            for window in days.windows:
                start, end = _minute(window.start), _minute(window.end)
                long = (end - start) % A_DAY or A_DAY
                for day in days.weekdays:
                    minutes |= {(day * A_DAY + start + n) % A_WEEK for n in range(long)}
    return frozenset(minutes)
