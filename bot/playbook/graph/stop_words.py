"""Rules for the words by which people stop what is sent to them: the answer must never cost anything."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.built_in_words import built_in_word
from bot.engine.compiled.rule import OnText, Rule
from bot.engine.compiled.step import Say
from bot.engine.texts.text import fold
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def stop_words_answered_by_push(survey: Survey) -> Iterator[Problem]:
    """`stop-word-not-free`: a rule for a built-in word pushes, to people who have just asked for silence."""
    for rule in survey.rules:
        word = _built_in(rule)
        pushed = (step for step in rule.do if isinstance(step, Say) and step.how == "push")
        for step in pushed if word is not None else ():
            message = say("the answer to {word} is pushed; it has to be a free reply", word=shown(str(word)))
            hint = say("write  reply: …")
            yield mistake(step.place, "stop-word-not-free", message, hint=hint, level="warning")


def _built_in(rule: Rule) -> str | None:
    texts = (text for trigger in rule.when if isinstance(trigger, OnText) for text in trigger.texts)
    return next(filter(None, (built_in_word(fold(text)) for text in texts)), None)
