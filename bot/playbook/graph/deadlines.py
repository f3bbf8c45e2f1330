"""Dates that are past: what stands behind them will never come, or never again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.rule import OnAfter
from bot.engine.times.local_time import utc
from bot.engine.times.value_words import end_words, value_words
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, place_of, text_at


def past_dates(survey: Survey, now: datetime) -> Iterator[Problem]:
    """`past-date`: what is over at `now` (UTC) as the playbook is checked; what goes on is never told of."""
    yield from _menus(survey, now)
    yield from _broadcasts(survey, now)
    yield from _flows(survey, now)
    yield from _rules(survey, now)


def _menus(survey: Survey, now: datetime) -> Iterator[Problem]:
    for menu in survey.playbook.menus:
        if menu.until is not None and menu.until <= now:
            what = say(
                "the rich menu {menu} was shown until {until}, which is past",
                menu=shown(menu.name),
                until=end_words(menu.until, survey.playbook.zone),
            )
            yield _past(
                _until(survey, menu.name) or menu.place,
                what,
                say("give it a date to come, or leave the menu out"),
            )


def _until(survey: Survey, name: str) -> Place | None:
    """Where a rich menu says how long it is shown."""
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
        name = shown(broadcast.name)
        hint = say("give it a date to come; one that was sent can be left out")
        if at is not None and at <= now:
            what = say(
                "the sending {name} was for {when}, which is past: it is not sent late",
                name=name,
                when=value_words(at, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "at"), what, hint)
        elif until is not None and until <= now:
            what = say(
                "the sending {name} went out until {when}, which is past",
                name=name,
                when=end_words(until, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "until"), what, hint)
        elif until is not None and next_time(broadcast, now, survey.playbook.zone) is None:
            what = say(
                "the sending {name} goes out until {when}, and none of its times is left before that",
                name=name,
                when=end_words(until, survey.playbook.zone),
            )
            yield _past(survey.place("broadcasts", broadcast.name, "until"), what, hint)


def _flows(survey: Survey, now: datetime) -> Iterator[Problem]:
    for flow in survey.flows:
        if flow.status == "live" and flow.active_until is not None and flow.active_until <= now:
            what = say(
                "nobody begins the flow {flow} since {until}, which is past",
                flow=shown(flow.name),
                until=end_words(flow.active_until, survey.playbook.zone),
            )
            yield _past(
                survey.place("flows", flow.name, "active"),
                what,
                say("give it a date to come, or leave  active  out"),
            )
        for state in flow.states.values():
            for rule in (*state.rules, *flow.rules):
                for trigger in rule.when:
                    moment = trigger.wait.moment if isinstance(trigger, OnAfter) else None
                    if moment is not None and utc(moment.date(), moment.time(), survey.playbook.zone) <= now:
                        what = say(
                            "this waits until {until}, which is past: nobody waits here any more",
                            until=f"{moment:%Y-%m-%d %H:%M}",
                        )
                        yield _past(rule.place, what, say("give it a date to come, or leave the wait out"))


def _rules(survey: Survey, now: datetime) -> Iterator[Problem]:
    for rule in survey.rules:
        if rule.until is not None and rule.until <= now:
            what = say(
                "this rule held until {until}, which is past",
                until=end_words(rule.until, survey.playbook.zone),
            )
            yield _past(rule.place, what, say("give it a date to come, or leave the rule out"))


def _past(place: Place, what: Said, hint: Said) -> Problem:
    return mistake(place, "past-date", what, hint=hint, level="warning")
