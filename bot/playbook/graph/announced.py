"""Finds promotions that are announced or given at a moment when they have ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heapify, heappop, heappush

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter
from bot.engine.compiled.step import SendMessages, Show, Step
from bot.engine.times.local_time import due_after, start_of_day
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import Move, moves
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import contains_text
from bot.playbook.promotions import LANGUAGE_PARTS, asked_for
from bot.playbook.similar import quoted

LONG_AGO = date(2001, 1, 1)
"""The earliest start of a flow that declares none: before any promotion ended."""
_A_NAME = 4
"""Fewest characters of a title whose occurrence in a text counts as naming the promotion."""

_ENDED = ("過期", "結束")
"""Words by which a text itself says that something has ended."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A promotion with an end."""

    name: str
    title: str
    until: datetime
    """UTC."""
    news: str
    """The news that brings the result when an action asks for it."""


def said_too_late(survey: Survey) -> Iterator[Problem]:
    """`said-too-late`: something is announced or given after the promotion that it is about has ended."""
    campaigns = list(_campaigns(survey))
    for rule in survey.playbook.rules:
        if rule.since is not None:
            yield from over(campaigns, rule.do, rule.since)
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.at is not None and not broadcast.dropped:
            place = survey.place("broadcasts", broadcast.name, "at")
            announced = [
                one for one in campaigns if one.until <= broadcast.at and _said(one, broadcast.cards)
            ]
            yield from (_too_late(one.name, place) for one in announced)
    for flow in survey.flows:
        if campaigns or flow.active_until is not None:
            yield from _in_flow(survey, flow, campaigns)


def _campaigns(survey: Survey) -> Iterator[Campaign]:
    """All promotions that have an end."""
    for kind, part in LANGUAGE_PARTS.by_kind.items():
        for name, one in kind.entries(survey.playbook).items() if part.ends else ():
            if one.until is not None:
                yield Campaign(name, one.title, one.until, kind.news)


def over(campaigns: Iterable[Campaign], steps: Iterable[Step], at: datetime) -> Iterator[Problem]:
    """Findings for steps that are done at `at` or later and concern a promotion that has ended by then."""
    ended = [one for one in campaigns if one.until <= at]
    for step in steps if ended else ():
        yield from (_too_late(one.name, step.place) for one in ended if _is_about(one, step))


def _is_about(campaign: Campaign, step: Step) -> bool:
    """Whether a step announces or gives the promotion."""
    match step:
        case SendMessages(cards=cards):
            return _said(campaign, cards)
        case Show(text=card):
            return _said(campaign, (card,))
        case _:
            return asked_for(step, campaign.news) == campaign.name


def _said(campaign: Campaign, cards: Iterable[Card]) -> bool:
    return any(_names(card, campaign.title) for card in cards)


def _names(card: Card, title: str) -> bool:
    """Whether a card shows the promotion with this title, or names it without saying that it has ended."""
    own = (bubble.form.get("altText") == title for bubble in card.bubbles)
    if any(own):
        return True
    speaks = len(title) >= _A_NAME and contains_text(card, title)
    return speaks and not any(contains_text(card, word) for word in _ENDED)


def _in_flow(survey: Survey, flow: Flow, campaigns: Sequence[Campaign]) -> Iterator[Problem]:
    """Findings in the states of a flow that are only reached after an end: behind waits, or as the flow
    starts late."""
    zone = survey.playbook.zone
    begin = flow.active_from or start_of_day(LONG_AGO, zone)
    for name, at in arrivals(survey, flow, [flow.first.name], begin).items():
        state = flow.states[name]
        yield from over(campaigns, done(state), at)
        if flow.active_then == "stopped" and flow.active_until is not None and flow.active_until <= at:
            message = tr("nobody gets here: by then all have left the flow {flow}", flow=quoted(flow.name))
            hint = tr("wait for an earlier moment, or write a later  until  in  active")
            yield mistake(state.place, "said-too-late", message, hint=hint, level="warning")


def done(state: State) -> Iterator[Step]:
    """The steps of a state's entry and of its rules."""
    yield from state.do
    for rule in (*state.rules, *state.branch):
        yield from rule.do


def arrivals(
    survey: Survey, flow: Flow, sources: Sequence[str], begin: datetime, *, dated: bool = True
) -> dict[str, datetime]:
    """By state: the earliest moment (UTC) at which anybody who is in one of `sources` at `begin` can arrive.

    Waits for dates of a contact count as over at once, as they are unknown; without `dated`, those for dates
    in the playbook, too.
    """
    leaving: dict[str, list[Move]] = {}
    for move in moves(flow):
        leaving.setdefault(move.source.name, []).append(move)
    queue, arrived = [(begin, name) for name in dict.fromkeys(sources)], dict[str, datetime]()
    heapify(queue)
    while queue:
        at, name = heappop(queue)
        if name in arrived:
            continue
        arrived[name] = at
        for move in leaving.get(name, ()):
            if move.target not in arrived:
                heappush(queue, (_made(survey, move, at, dated=dated), move.target))
    return arrived


def _made(survey: Survey, move: Move, at: datetime, *, dated: bool) -> datetime:
    """The earliest moment of a move by a contact who entered its source at `at`."""
    triggers = move.rule.when if move.rule is not None else ()
    waits = [one.wait for one in triggers if isinstance(one, OnAfter)]
    if not waits or len(waits) < len(triggers):
        return at
    undated = any(one.moment is not None and not dated for one in waits)
    return at if undated else min(due_after(one, at, survey.playbook.zone) for one in waits)


def _too_late(name: str, place: Place) -> Problem:
    message = tr("by then {name} is over", name=quoted(name))
    hint = tr("say it earlier, or let it go on longer")
    return mistake(place, "said-too-late", message, hint=hint, level="warning")
