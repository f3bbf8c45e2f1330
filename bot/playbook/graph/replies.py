"""Replies that would hold too many messages, or that have no token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.step import SendMessages, Steps
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.entry_paths import WaysIn
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted

MOST = 5
"""Messages in a reply: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""

DEPTH = 64
"""Moves in one turn (semantics 7)."""


def replies_over_five(survey: Survey) -> Iterator[Problem]:
    """`replies-over-5`: what one message or tap brings about says more than one reply can hold."""
    count = _Count(survey)
    for place, steps, flow, target in _beginnings(survey):
        number, where = count.steps(steps)
        if flow is not None and target in flow.states:
            more, further = count.state(flow, flow.states[target])
            number, where = number + more, [*where, *further]
        if number > MOST:
            yield _too_many(place, number, where)


def _beginnings(survey: Survey) -> Iterator[tuple[Place, Steps, Flow | None, str]]:
    """What a turn can begin with: steps, and the state that they lead to."""
    for site in survey.sites:
        if site.flow is None:
            yield site.place, site.steps, None, ""
    for flow in survey.flows:
        rules = list(flow.rules)
        for state in flow.states.values():
            rules += state.rules
            rules += state.branch if state.rests else ()
        for rule in rules:
            yield rule.place, rule.do, flow, rule.to or ""


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


_Messages = tuple[int, list[str]]
"""The number of messages, and the states on the way."""


class _Count:
    """Messages sent in one turn, each state counted once."""

    def __init__(self, survey: Survey) -> None:
        self._playbook = survey.playbook
        self._known: dict[tuple[int, str], _Messages] = {}
        self._depth = 0

    def steps(self, steps: Steps) -> _Messages:
        """Those that these steps reply, with the flows that they start."""
        number, where = 0, list[str]()
        for step in steps:
            if isinstance(step, SendMessages) and step.how == "reply":
                number += _bubbles(step.cards)
            elif step.starts in self._playbook.flows:
                flow = self._playbook.flows[str(step.starts)]
                more, further = self.state(flow, flow.first)
                number, where = number + more, where + further
        return number, where

    def state(self, flow: Flow, state: State) -> _Messages:
        """Those that are sent from the entry of a state to one that rests: by the longest branch."""
        key = (id(flow), state.name)
        if key not in self._known and self._depth < DEPTH:
            self._known[key] = (0, [])  # where it comes round, the rest is counted already
            self._depth += 1
            self._known[key] = self._from(flow, state)
            self._depth -= 1
        return self._known.get(key, (0, []))

    def _from(self, flow: Flow, state: State) -> _Messages:
        number, where = self.steps(state.do)
        if state.question is not None:
            number += _bubbles(state.question.ask)
            if state.question.private and self._playbook.privacy is not None:
                number += len(self._playbook.privacy.card.bubbles)
        best: _Messages = (0, [])
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


def _bubbles(cards: Sequence[Card]) -> int:
    return sum(len(card.bubbles) for card in cards)


def replies_without_token(survey: Survey, ways: WaysIn) -> Iterator[Problem]:
    """`reply-without-token`: a way to a `reply` begins at a timer, an outcome, or news without a token."""
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
