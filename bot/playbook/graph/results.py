"""Checks texts with a fixed meaning: the built-in words by which people unsubscribe, and the triggers by
which a page sends a result into the chat."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.built_in_words import built_in_word
from bot.engine.compiled.rule import OnText, Rule
from bot.engine.compiled.step import SendMessages
from bot.engine.texts.text import fold, utf16_units
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.similar import quoted


def stop_words_answered_by_push(survey: Survey) -> Iterator[Problem]:
    """`stop-word-not-free`: a rule for a built-in word answers by a push, which is paid; it has to be a
    reply."""
    for rule in survey.rules:
        word = _built_in(rule)
        pushed = (step for step in rule.do if isinstance(step, SendMessages) and step.how == "push")
        for step in pushed if word is not None else ():
            message = tr("the answer to {word} is pushed; it has to be a free reply", word=quoted(str(word)))
            hint = tr("write  reply: …")
            yield mistake(step.place, "stop-word-not-free", message, hint=hint, level="warning")


def _built_in(rule: Rule) -> str | None:
    """The built-in word that a rule hears, if it hears one."""
    texts = (text for trigger in rule.when if isinstance(trigger, OnText) for text in trigger.texts)
    return next(filter(None, (built_in_word(fold(text)) for text in texts)), None)


LONGEST = 60
"""Most characters (UTF-16 units) of a result's trigger (language, section 6)."""


def clashing_triggers(survey: Survey) -> Iterator[Problem]:
    """`trigger-clash`, `trigger-too-long`: a result's trigger that a built-in word, a rule or another result
    has, or that is too long."""
    texts = {
        fold(text): rule
        for rule in reversed(survey.rules)
        for trigger in rule.when
        if isinstance(trigger, OnText)
        for text in trigger.texts
    }
    results: dict[str, Site] = {}
    for site in survey.sites:
        result = site.result
        if result is None or result.trigger is None:
            continue
        words = fold(result.trigger)
        if utf16_units(result.trigger) > LONGEST:
            length = utf16_units(result.trigger)
            message = tr(
                "{trigger} has {length} characters, a trigger has at most {longest}",
                trigger=quoted(result.trigger),
                length=length,
                longest=LONGEST,
            )
            yield mistake(result.place, "trigger-too-long", message, hint=tr("write a short sentence"))
        hint = tr("write another sentence, which nobody types")
        if built_in_word(words) is not None:
            message = tr(
                "{trigger} is a built-in word, and cannot be a result's trigger",
                trigger=quoted(result.trigger),
            )
            yield mistake(result.place, "trigger-clash", message, hint=hint)
        elif words in texts:
            message = tr(
                "{trigger} is a result's trigger, and a rule hears it too", trigger=quoted(result.trigger)
            )
            note = tr("the rule is at {place}", place=str(texts[words].place))
            yield mistake(result.place, "trigger-clash", message, hint=hint, note=note)
        elif not _same(results.setdefault(words, site), site):
            message = tr("{trigger} is the trigger of two results", trigger=quoted(result.trigger))
            note = tr("the other is at {place}", place=str(results[words].place))
            yield mistake(result.place, "trigger-clash", message, hint=hint, note=note)


def _same(one: Site, other: Site) -> bool:
    """Whether two results are one: of one flow on two channels, or of one setting in several states."""
    if one.flow and other.flow and one.flow.name == other.flow.name and _key(one) == _key(other):
        return True
    return [step.place for step in one.steps] == [step.place for step in other.steps]


def _key(site: Site) -> str | None:
    """The key of a site's result."""
    return site.result.key if site.result else None
