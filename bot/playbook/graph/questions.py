"""Finds questions and rules that take each other's texts, and questions whose answer leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.flow import Choice, Flow, Question, State
from bot.engine.compiled.rule import OnAfter, OnText, OnTextContaining, Rule
from bot.engine.flows.answers import ANSWERS, may_answer
from bot.engine.texts.text import fold
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.trigger_subsumption import ExactPhrase, PieceIndex
from bot.playbook.similar import few, quoted


def questions(survey: Survey) -> Iterator[Question]:
    """All questions of all flows."""
    for flow in survey.flows:
        for state in flow.states.values():
            if state.question is not None:
                yield state.question


def hidden_rules(survey: Survey) -> Iterator[Problem]:
    """`answer-hides-rule`: while a question that takes any text is open, rules for these words do not run."""
    zone = survey.playbook.zone
    texts = [
        text
        for rule in survey.playbook.rules
        if not rule.interrupt
        for trigger in rule.when
        if isinstance(trigger, OnText | OnTextContaining)
        for text in trigger.texts
    ]
    for question in questions(survey):
        if not ANSWERS[question.answer.type].free:
            continue
        lost = dict.fromkeys(t for t in texts if may_answer(question.answer, t, zone))
        if lost:
            message = tr(
                "while this question is open, these words are its answer: {words}", words=few(list(lost))
            )
            hint = tr("write  interrupt: true  in the rules that are to be heard in its middle")
            yield mistake(question.place, "answer-hides-rule", message, hint=hint, level="warning")


def hidden_answers(survey: Survey) -> Iterator[Problem]:
    """`rule-hides-answer`: a choice whose text a rule takes before the question does."""
    before = [rule for rule in survey.playbook.rules if rule.interrupt]
    index = PieceIndex(list(enumerate(before)))
    for flow in survey.flows:
        own = PieceIndex(list(enumerate(flow.rules)))
        for state in flow.states.values():
            if state.question is not None and state.question.answer.choices:
                lists = [
                    (before, index),
                    (state.rules, PieceIndex(list(enumerate(state.rules)))),
                    (flow.rules, own),
                ]
                yield from _taken(flow, state, state.question, lists)


def _taken(
    flow: Flow, state: State, question: Question, lists: Sequence[tuple[Sequence[Rule], PieceIndex]]
) -> Iterator[Problem]:
    """Findings for the choices of a question; `lists` are the rules that come before it, with their
    indexes."""
    for choice in question.answer.choices:
        for word in (choice.value, *choice.words):
            matching = [
                rules[n] for rules, index in lists for n in index.matching(ExactPhrase(word, strict=True))
            ]
            rule = next(
                (r for r in matching if not r.also and not never_together([form_of(r.condition)])), None
            )
            if rule is not None:
                yield _hidden(question, word, rule)


def _hidden(question: Question, word: str, rule: Rule) -> Problem:
    message = tr(
        "the answer {word} is taken by a rule that is asked before, where it holds", word=quoted(word)
    )
    if rule.condition is None and not rule.limited:
        message = tr("the answer {word} is taken by a rule that is asked before", word=quoted(word))
    hint = tr("call the choice otherwise, or let that rule hear other words")
    note = tr("the rule is at {place}", place=str(rule.place))
    return mistake(question.place, "rule-hides-answer", message, hint=hint, note=note, level="warning")


def answers_that_lead_nowhere(survey: Survey) -> Iterator[Problem]:
    """`answer-leads-nowhere`: only the timer of a question leads on, and none of its buttons does
    anything."""
    for flow in survey.flows:
        for state in flow.states.values():
            if state.question is None or state.branch or not all(map(_timer, (*state.rules, *flow.rules))):
                continue
            if not any(tap.do or "uri" in tap.action for card in state.question.ask for tap in card.taps):
                message = tr(
                    "the state {state} asks, and only its time-out leads on", state=quoted(state.name)
                )
                hint = tr("add  next: …")
                yield mistake(state.place, "answer-leads-nowhere", message, hint=hint, level="warning")


def _timer(rule: Rule) -> bool:
    """Whether only timers trigger the rule."""
    return all(isinstance(trigger, OnAfter) for trigger in rule.when)


def clashing_words(survey: Survey) -> Iterator[Problem]:
    """`word-clash`: two choices of a question, also in a form, are equal when texts are compared."""
    forms = (question for form in survey.playbook.forms.values() for question in form.questions)
    for question in (*questions(survey), *forms):
        meant: dict[str, Choice] = {}
        for choice in question.answer.choices:
            for word in (choice.value, *choice.words):
                other = meant.setdefault(fold(word), choice)
                if other is not choice:
                    message, hint = _clash(word, other, choice)
                    yield mistake(question.place, "word-clash", message, hint=hint)


def _clash(word: str, other: Choice, choice: Choice) -> tuple[Translatable, Translatable]:
    if word == other.value == choice.value:
        message = tr("the choice {choice} is there twice", choice=quoted(word))
        return message, tr("leave one of them out, or call it otherwise")
    message = tr(
        "{word} means both {other} and {choice}",
        word=quoted(word),
        other=quoted(other.value),
        choice=quoted(choice.value),
    )
    return message, tr("call one of them otherwise: width, letter case and spaces are not compared")
