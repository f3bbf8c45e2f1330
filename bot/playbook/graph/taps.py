"""Finds taps, links and postbacks that nothing in the playbook hears."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from bot.engine.built_in_words import built_in_word
from bot.engine.compiled.card import Tap
from bot.engine.compiled.rule import OnText, OnTextContaining
from bot.engine.flows.answers import ANSWERS, may_answer
from bot.engine.texts.text import fold
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable as Sentence
from bot.model.translatable import tr
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.questions import questions
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import postbacks, sent
from bot.playbook.graph.trigger_subsumption import ExactPhrase, PieceIndex
from bot.playbook.similar import hint_for, quoted


class TextTakers:
    """Everything in the playbook that hears a text: rules, answers to questions, built-in words."""

    def __init__(self, survey: Survey) -> None:
        self._rules = survey.rules
        self._zone = survey.playbook.zone
        asking = list(questions(survey))
        free = [q for q in asking if ANSWERS[q.answer.type].free]
        self._forms = dict.fromkeys(q.answer for q in asking if not ANSWERS[q.answer.type].free)
        self._free = {id(tap) for q in free for card in q.ask for tap in card.taps}

    @cached_property
    def _index(self) -> PieceIndex:
        """An index of all rules."""
        return PieceIndex(list(enumerate(self._rules)))

    def takes(self, text: str) -> bool:
        """Whether anything hears this text."""
        return (
            built_in_word(fold(text)) is not None
            or any(True for _ in self._index.matching(ExactPhrase(text, strict=True)))
            or any(may_answer(form, text, self._zone) for form in self._forms)
        )

    def alike(self, text: str) -> set[str]:
        """The texts of rules with at least half of its characters, among which a similar one is searched."""
        signs = set(text)
        return {
            other
            for rule in self._rules
            for trigger in rule.when
            if isinstance(trigger, OnText | OnTextContaining)
            for other in trigger.texts
            if 2 * len(signs.intersection(other)) >= len(signs)
        }

    def takes_postback(self, data: str) -> bool:
        """Whether any rule hears the postback with this data."""
        return any(True for _ in self._index.matching(data))

    def asks_freely(self, tap: Tap) -> bool:
        """Whether a tap belongs to a question that takes any text."""
        return id(tap) in self._free


def taps_without_rule(survey: Survey) -> Iterator[Problem]:
    """`tap-unheard`, `link-unheard`, `postback-unheard`: nothing hears the text or postback."""
    takers = TextTakers(survey)
    for tap in survey.taps:
        text = sent(tap)
        if text is not None and not takers.asks_freely(tap) and not takers.takes(text):
            yield _without_rule(tap.place, "tap-unheard", tr("this tap"), text, takers)
    for link in survey.playbook.links.values():
        if link.send is not None and not takers.takes(link.send):
            place = survey.place("links", link.code, "send")
            yield _without_rule(
                place, "link-unheard", tr("the link {code}", code=quoted(link.code)), link.send, takers
            )
    for card in survey.cards:
        for data in postbacks(card):
            if not takers.takes_postback(data):
                message = tr("no rule hears the postback {data} of this card", data=quoted(data))
                hint = tr("add a rule  - {when: {postback: {data}}, reply: …}", data=data)
                yield mistake(card.place, "postback-unheard", message, hint=hint, level="warning")


def _without_rule(place: Place, code: Code, what: Sentence, text: str, takers: TextTakers) -> Problem:
    message = tr("{what} says {text}, and no rule hears it", what=what, text=quoted(text))
    hint = hint_for(text, takers.alike(text)) or tr(
        "add a rule  - {when: {text: {heard}}, reply: …}", heard=text[:40]
    )
    return mistake(place, code, message, hint=hint, level="warning")
