"""Finds replies with more messages or quick replies than LINE takes, and replies where no reply token is
there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow, Question, State
from bot.engine.compiled.step import SendMessages, Steps
from bot.engine.rendering.rendering import QUICK_REPLIES_MOST
from bot.model.message import MESSAGES_MOST
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.entry_paths import WaysIn
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted

MOST = MESSAGES_MOST
"""Messages in a reply: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""

DEPTH = 64
"""Most states that are followed in one turn (semantics 7)."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is counted in a turn: messages, or quick replies."""

    of_card: Callable[[Card], int]
    """How many a card has."""
    of_question: Callable[[Question], int]
    """How many a question adds to its cards."""
    said_by: Collection[str]
    """The ways of sending that count: `reply`, `push`."""
    most: int
    """How many LINE takes."""
    finding: Callable[[Place, int, Sequence[str]], Problem]
    """Makes the finding from the place, the number, and the states on the way."""

    def cards(self, cards: Iterable[Card]) -> int:
        """How many these cards have."""
        return sum(map(self.of_card, cards))


def replies_over_five(survey: Survey) -> Iterator[Problem]:
    """`replies-over-5`: the reply to one event, or a broadcast, has more messages than one call takes."""
    yield from _over(survey, _MESSAGES, _beginnings(survey))
    for place, cards in _broadcasts(survey):
        if (number := _MESSAGES.cards(cards)) > MOST:
            yield _many_sent(place, number)


def quick_replies_over(survey: Survey) -> Iterator[Problem]:
    """`quick-replies-over-13`: the messages of one turn, or a broadcast, have more quick replies than LINE
    shows."""
    journeys = [(flow.start.place, (), flow, flow.first.name) for flow in survey.flows if flow.start]
    yield from _over(survey, _QUICK_REPLIES, (*_beginnings(survey), *journeys))
    for place, cards, choices in (*((*one, 0) for one in _broadcasts(survey)), *_beside_choices(survey)):
        if (number := _QUICK_REPLIES.cards(cards) + choices) > QUICK_REPLIES_MOST:
            yield _too_many_quick(place, number, ())


def _over(survey: Survey, measured: _Measured, beginnings: Iterable[_Beginning]) -> Iterator[Problem]:
    """Findings for turns with more than is allowed."""
    count = _Count(survey, measured)
    for place, steps, flow, target in beginnings:
        number, where = count.steps(steps)
        if flow is not None and target in flow.states:
            more, further = count.state(flow, flow.states[target])
            number, where = number + more, [*where, *further]
        if number > measured.most:
            yield measured.finding(place, number, where)


_Beginning: TypeAlias = tuple[Place, Steps, Flow | None, str]
"""A way a turn can begin: its place, its steps, and the flow and state that they lead to."""


def _beginnings(survey: Survey) -> Iterator[_Beginning]:
    """Everything that a turn can begin with."""
    for site in survey.sites:
        if site.flow is None or site.result is not None:
            yield site.place, site.steps, None, ""
    for flow in survey.flows:
        rules = list(flow.rules)
        for state in flow.states.values():
            rules += state.rules
            rules += state.branch if state.rests else ()
        for rule in rules:
            yield rule.place, rule.do, flow, rule.to or ""


def _broadcasts(survey: Survey) -> Iterator[tuple[Place, Sequence[Card]]]:
    """(place, cards) for each group of a broadcast."""
    for broadcast in survey.playbook.broadcasts.values():
        for cards in broadcast.messages.values():
            yield survey.place("broadcasts", broadcast.name, "push"), cards


def _beside_choices(survey: Survey) -> Iterator[tuple[Place, Sequence[Card], int]]:
    """(place, cards, number of choices) for what is sent while a question is open: its choices are quick
    replies in front (semantics 10)."""
    for flow in survey.flows:
        for state in flow.states.values():
            if (question := state.question) is None:
                continue
            yield question.place, question.otherwise or (), len(question.choices)
            for rule in (*state.rules, *flow.rules):
                if rule.to is None:
                    said = [card for step in rule.do if isinstance(step, SendMessages) for card in step.cards]
                    yield rule.place, said, len(question.choices)


def _many_sent(place: Place, number: int) -> Problem:
    message = tr("this broadcast is {number} messages, LINE takes {most}", number=number, most=MOST)
    return mistake(place, "replies-over-5", message, hint=tr("leave some out, or join texts"))


def _too_many(place: Place, number: int, where: Sequence[str]) -> Problem:
    message = tr("one reply would hold {said} messages; it holds {most} at most", said=number, most=MOST)
    if where:
        message = tr(
            "one reply would hold {said} messages, with {where}; it holds {most} at most",
            said=number,
            where=row(map(quoted, where)),
            most=MOST,
        )
    hint = tr("leave some out, join texts, or let people rest in between")
    return mistake(place, "replies-over-5", message, hint=hint)


def _too_many_quick(place: Place, number: int, where: Sequence[str]) -> Problem:
    message = tr(
        "{number} quick replies come together here, LINE shows {most}: the last ones are left out",
        number=number,
        most=QUICK_REPLIES_MOST,
    )
    if where:
        message = tr(
            "{number} quick replies come together here, with {where}; LINE shows {most}: the last ones are"
            " left out",
            number=number,
            where=row(map(quoted, where)),
            most=QUICK_REPLIES_MOST,
        )
    hint = tr("leave some out, or make buttons of a card of them")
    return mistake(place, "quick-replies-over-13", message, hint=hint, level="warning")


_MESSAGES = _Measured(lambda card: len(card.bubbles), lambda _: 0, ("reply",), MOST, _too_many)
"""Counts messages of a reply."""
_QUICK_REPLIES = _Measured(
    lambda card: len(card.quick_replies),
    lambda question: len(question.choices),
    ("reply", "push"),
    QUICK_REPLIES_MOST,
    _too_many_quick,
)
"""Counts quick replies of a turn."""

_Counted: TypeAlias = tuple[int, list[str]]
"""A number, and the states on the way."""


class _Count:
    """Counts what is sent in one turn; each state is counted once."""

    def __init__(self, survey: Survey, measured: _Measured) -> None:
        self._playbook = survey.playbook
        self._measured = measured
        self._known: dict[tuple[int, str], _Counted] = {}
        self._depth = 0

    def steps(self, steps: Steps) -> _Counted:
        """How many these steps send, with the flows that they start."""
        number, where = 0, list[str]()
        for step in steps:
            if isinstance(step, SendMessages) and step.how in self._measured.said_by:
                number += self._measured.cards(step.cards)
            elif step.starts in self._playbook.flows:
                flow = self._playbook.flows[str(step.starts)]
                more, further = self.state(flow, flow.first)
                number, where = number + more, where + further
        return number, where

    def state(self, flow: Flow, state: State) -> _Counted:
        """How many are sent from the entry of a state until one rests, by the longest branch."""
        key = (id(flow), state.name)
        if key not in self._known and self._depth < DEPTH:
            self._known[key] = (0, [])  # in a cycle, the rest has been counted
            self._depth += 1
            self._known[key] = self._from(flow, state)
            self._depth -= 1
        return self._known.get(key, (0, []))

    def _from(self, flow: Flow, state: State) -> _Counted:
        number, where = self.steps(state.do)
        if state.question is not None:
            number += self._asked(state.question)
        best: _Counted = (0, [])
        if state.run in self._playbook.flows:
            child = self._playbook.flows[str(state.run)]
            best = self.state(child, child.first)
        elif not state.rests:
            for item in state.branch:
                if item.to in flow.states:
                    sent, on_the_way = self.steps(item.do)
                    more, further = self.state(flow, flow.states[str(item.to)])
                    best = max(best, (sent + more, [*on_the_way, *further]), key=lambda match: match[0])
        return number + best[0], [state.name, *where, *best[1]]

    def _asked(self, question: Question) -> int:
        """How many a question sends, with the privacy notice in front where it is needed."""
        notice = self._playbook.privacy.card if question.private and self._playbook.privacy else None
        cards = question.ask if notice is None else (notice, *question.ask)
        return self._measured.cards(cards) + self._measured.of_question(question)


def replies_without_token(survey: Survey, ways: WaysIn) -> Iterator[Problem]:
    """`reply-without-token`: a way to a `reply` begins at a timer, an outcome, or news without a reply
    token."""
    for site in survey.sites:
        into = ways.to(site)
        without = into.without or into.page
        if without is None or site.result is not None:
            continue  # a result's replies are sent as a push where there is no token
        for step in site.steps:
            if isinstance(step, SendMessages) and step.how == "reply" and not step.or_push:
                message = tr("LINE takes no reply {when}: one follows a message or a tap", when=without.when)
                hint = tr("write  push:  or  reply: {message: …, or_push: true};  either may cost a message")
                note = tr("that way begins at {place}", place=str(without.place))
                yield mistake(step.place, "reply-without-token", message, hint=hint, note=note)
