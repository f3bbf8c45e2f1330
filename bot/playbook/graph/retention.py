"""Finds limits of `privacy.keep` that delete data earlier than goals, waits or `once_per` of the playbook
need them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.engine.compiled.goal import Goal
from bot.engine.times.local_time import Duration
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.retention import PEOPLE
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted

MONTH = timedelta(days=31)
"""The longest month."""


def bounds_too_short(survey: Survey) -> Iterator[Problem]:
    """`keep-too-short`: reports cannot count what the timeline no longer has; a limit per person is forgotten
    with the person."""
    timeline, people = (survey.playbook.keep.get(kind) for kind in ("timeline", PEOPLE))
    if timeline is not None:
        yield from _timeline(survey, timeline)
    if people is not None:
        yield from _people(survey, people)


def _timeline(survey: Survey, days: int) -> Iterator[Problem]:
    """Findings where the timeline is stored for these days."""
    place, playbook = survey.place("privacy", "keep", "timeline"), survey.playbook
    conversations = playbook.keep_conversations
    if conversations is not None and conversations > days:
        message = tr(
            "conversations stay for {days} days, the timeline for {bound}: it alone knows whether a message"
            " has arrived",
            days=str(conversations),
            bound=str(days),
        )
        yield _too_short(place, "timeline", conversations, message)
    for flow in survey.flows:
        yield from _goal(place, flow.name, flow.goal, days)
        waits = (wait.span for some in flow.waits.values() for wait in some if wait.span is not None)
        longest = max(map(_days, waits), default=0)
        if flow.goal is not None and longest > days:
            message = tr(
                "{name} waits for {needed} days, and the timeline goes back {bound}: its report does not know"
                " who has begun it",
                name=quoted(flow.name),
                needed=str(longest),
                bound=str(days),
            )
            yield _too_short(place, "timeline", longest, message)
    for broadcast in playbook.broadcasts.values():
        yield from _goal(place, broadcast.name, broadcast.goal, days)


def _goal(place: Place, name: str, goal: Goal | None, days: int) -> Iterator[Problem]:
    """The finding for a goal that lasts longer than the timeline."""
    if goal is not None and (needed := _days(goal.within)) > days:
        message = tr(
            "{name} has a goal within {needed} days, and the timeline goes back {bound}: its report counts"
            " too few",
            name=quoted(name),
            needed=str(needed),
            bound=str(days),
        )
        yield _too_short(place, "timeline", needed, message)


def _people(survey: Survey, days: int) -> Iterator[Problem]:
    """Findings for limits that last longer than people who left are stored."""
    place = survey.place("privacy", "keep", PEOPLE)
    limits = [(rule.key, rule.once_per) for rule in survey.rules]
    limits += [(flow.name, flow.start.once_per) for flow in survey.flows if flow.start is not None]
    for name, once in limits:
        if once is None or once.per != "span" or (needed := _days(once.span)) <= days:
            continue
        message = tr(
            "{name} is once in {needed} days, and who leaves is forgotten after {bound}: whoever comes back"
            " has it once more",
            name=quoted(name),
            needed=str(needed),
            bound=str(days),
        )
        yield _too_short(place, PEOPLE, needed, message)


def _days(span: Duration) -> int:
    """The most days that a duration lasts, rounded up."""
    return -(-(span.about + span.months * MONTH) // timedelta(days=1))


def _too_short(place: Place, kind: str, needed: int, message: Translatable) -> Problem:
    hint = tr("at least  {kind}: {days}d", kind=kind, days=str(needed))
    return mistake(place, "keep-too-short", message, hint=hint, level="warning")
