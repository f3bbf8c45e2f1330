"""Birthdays that people write without the year: the year is never guessed, it is asked for.

A rule that stores a birthday from a text such as 「生日 5/20」 becomes two: one for dates with a year, and
one that asks for the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from bot.engine.actions.attributes import SetAttributes
from bot.engine.compiled.rule import OnPattern, Rule, Trigger
from bot.engine.compiled.step import SendMessages, Steps
from bot.engine.texts.pattern import Anything, Capture, Year
from bot.engine.texts.template import Template
from bot.playbook.canonical.long_nodes import scalar_like
from bot.playbook.compile.messages.card_words import CardWords
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.used_cards import text_card
from bot.playbook.syntax.nodes import Map, place_of

Part: TypeAlias = str | Capture | Anything
"""A part of a pattern: a fixed text, a captured value, or anything."""
_BIRTH = re.compile(r"birth|生日|出生", re.IGNORECASE)
"""Matches the key or title of an attribute that is a birthday."""
_WITH_YEAR = CardWords("請把年份也寫上，例如：{example}", "Please write the year as well, such as: {example}")
"""Asks for a date with its year; `example` is the sentence with one."""
_EXAMPLE = "1990/5/20"
"""A date with its year, for the question."""
_CAPTURED = re.compile(r"\{(\w+):date\}")
"""A captured date in the text of a pattern, such as `{birthday:date}`."""


def asking_for_years(scope: Scope, node: Map, rule: Rule) -> Iterator[Rule]:
    """The rule alone, if it stores no birthday; else the rule for dates with a year, then one that asks for
    it."""
    births = frozenset(_births(scope, rule.do))
    if not any(_captures(trigger, births) for trigger in rule.when):
        yield rule
        return
    yield replace(rule, when=tuple(_hearing(rule.when, births, "written")))
    asking = [trigger for trigger in rule.when if _captures(trigger, births)]
    key = node.pairs["when"][0]
    text = _WITH_YEAR.here(scope).replace("{example}", _example(asking))
    card = text_card(scope, scalar_like("text", key), scalar_like(text, key))
    yield replace(
        rule,
        when=tuple(_hearing(asking, births, "missing")),
        do=(SendMessages(place_of(key), "reply", (card,), or_push=True),),
        key=f"{rule.key} year",
        to=None,
        once_per=None,
        first=None,
        name=None,
    )


def _births(scope: Scope, do: Steps) -> Iterator[str]:
    """The captured values that the actions store as a date of birth: in an attribute that is named so, or
    that a trigger uses as an anniversary."""
    yearly = scope.book.named_under("anniversary")
    for step in do:
        for key, _, type_, worth in step.values if isinstance(step, SetAttributes) else ():
            title = scope.book.attributes[key].title
            is_birth = key in yearly or _BIRTH.search(key) or _BIRTH.search(title)
            for part in worth.placeholders if isinstance(worth, Template) else ():
                if type_ == "date" and is_birth and part.group == "event":
                    yield part.name


def _captures(trigger: Trigger, births: frozenset[str]) -> bool:
    """Whether a trigger is a pattern for texts that captures one of these values as a date."""
    parts = trigger.pattern.parts if isinstance(trigger, OnPattern) and not trigger.postback else ()
    return any(_with_year(part, births, "missing") != part for part in parts)


def _hearing(when: Iterable[Trigger], births: frozenset[str], year: Year) -> Iterator[Trigger]:
    """The triggers, where dates of `births` must have their year (`written`) or lack it (`missing`)."""
    for trigger in when:
        if isinstance(trigger, OnPattern):
            parts = tuple(_with_year(part, births, year) for part in trigger.pattern.parts)
            pattern = replace(trigger.pattern, parts=parts)
            yield replace(trigger, pattern=pattern)
        else:
            yield trigger


def _with_year(part: Part, births: frozenset[str], year: Year) -> Part:
    """A part of a pattern with this demand on the year, if it captures a date of `births`."""
    if isinstance(part, Capture) and part.type == "date" and part.name in births:
        return replace(part, year=year)
    return part


def _example(asking: Iterable[Trigger]) -> str:
    """The rule's own sentence with `_EXAMPLE` in it; the date alone where the sentence has other gaps."""
    patterns = (trigger.pattern.text for trigger in asking if isinstance(trigger, OnPattern))
    filled = (_CAPTURED.sub(_EXAMPLE, text) for text in patterns)
    return next((text for text in filled if "{" not in text and "*" not in text), _EXAMPLE)
