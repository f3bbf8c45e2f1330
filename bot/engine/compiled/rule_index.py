"""The rules that match an event, found without trying them one after the other (language, section 12).

Built once at load. A look-up costs the length of the text, whatever the number of texts; patterns that begin
with a field are tried one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import ahocorasick

from bot.engine.compiled.rule import (
    OnAnythingElse,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.compiled.trigger_event import NOTHING, TriggerEvent, fits
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.model.value import Value

RuleMatch = tuple[Rule, Mapping[str, Value]]
"""A rule whose trigger fits, and the fields that the trigger adds."""

_Row = tuple[int, int, Trigger | None]
"""The numbers of a rule and of its trigger; the trigger where the index alone cannot say that it fits."""


class RuleIndex:
    """Finds the rules that match a message or news, in the order of the file.

    A dictionary for equal texts and postbacks, Aho-Corasick for texts within texts (folded; unfolded where
    the trigger is strict), prefixes for patterns, a dictionary by kind and subject for the rest.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self.interrupting = any(rule.interrupt for rule in rules)
        """Whether any rule comes before the person's flows."""
        self._equal: dict[tuple[str, str], list[_Row]] = {}
        self._within: dict[str, list[_Row]] = {}
        self._strictly_within: dict[str, list[_Row]] = {}
        self._prefixed: dict[tuple[str, str], list[_Row]] = {}
        self._by_kind: dict[tuple[str, str | None], list[_Row]] = {}
        self.defaults: list[Rule] = []
        """The rules for messages that nothing else took (`anything_else`)."""
        for number, rule in enumerate(rules):
            for position, trigger in enumerate(rule.when):
                self._index_trigger(number, position, rule, trigger)
        self._lengths = {
            kind: sorted({len(prefix) for k, prefix in self._prefixed if k == kind})
            for kind in {k for k, _ in self._prefixed}
        }
        self._automaton = _automaton(self._within)
        self._strict_automaton = _automaton(self._strictly_within)

    def _index_trigger(self, number: int, position: int, rule: Rule, trigger: Trigger) -> None:
        sure, unsure = (number, position, None), (number, position, trigger)
        match trigger:
            case OnText(texts, strict):
                for text in texts:
                    self._equal.setdefault(("text", fold(text)), []).append(unsure if strict else sure)
            case OnTextContaining(texts, strict, every):
                within = self._strictly_within if strict else self._within
                for text in [max(texts, key=len)] if every else texts:
                    needle = text if strict else fold(text)
                    within.setdefault(needle, []).append(unsure if every else sure)
            case OnPattern(pattern, postback, _):
                kind = "postback" if postback else "text"
                self._prefixed.setdefault((kind, pattern.prefix), []).append(unsure)
            case OnPostback(data):
                for datum in data:
                    self._equal.setdefault(("postback", datum), []).append(sure)
            case OnMessage(kind):
                self._by_kind.setdefault((kind, None), []).append(unsure)
            case OnNews(kind, subjects):
                for subject in (None,) if subjects is None else subjects:
                    self._by_kind.setdefault((kind, subject), []).append(unsure)
            case OnAnythingElse():
                self.defaults.append(rule)
            case _:
                pass  # timers are matched where they were set, in their flow

    def matches(self, event: TriggerEvent, when: When) -> Iterator[RuleMatch]:
        """The matching rules in the order of the file, each with the fields of its first fitting trigger."""
        rows = self._candidates(event)
        if len(rows) == 1 and rows[0][2] is None:  # as mostly
            return iter(((self._rules[rows[0][0]], NOTHING),))
        return self._fitting(rows, event, when)

    def _fitting(self, rows: list[_Row], event: TriggerEvent, when: When) -> Iterator[RuleMatch]:
        before = -1
        for number, _, unsure in sorted(rows, key=_PLACE):
            if number != before:
                added = NOTHING if unsure is None else fits(unsure, event, when)
                if added is not None:
                    before = number
                    yield self._rules[number], added

    def _candidates(self, event: TriggerEvent) -> list[_Row]:
        kind, subject = event.kind, event.subject
        if kind == "text":
            rows = list(self._equal.get(("text", event.folded), ()))
            if self._automaton is not None:
                _add_found(rows, self._automaton, event.folded)
            if self._strict_automaton is not None:
                _add_found(rows, self._strict_automaton, event.visible)
            if self._lengths:
                self._add_by_prefix(rows, "text", event.folded)
            return rows
        if kind == "postback":
            rows = list(self._equal.get(("postback", subject), ()))
            self._add_by_prefix(rows, "postback", fold(subject))
            return rows
        return [*self._by_kind.get((kind, subject), ()), *self._by_kind.get((kind, None), ())]

    def _add_by_prefix(self, rows: list[_Row], kind: str, folded: str) -> None:
        for length in self._lengths.get(kind, ()):
            if length <= len(folded):
                rows += self._prefixed.get((kind, folded[:length]), ())


_PLACE = itemgetter(0, 1)
"""The order of a trigger: the number of its rule, its position in it."""


def _automaton(within: Mapping[str, list[_Row]]) -> Any:
    if not within:
        return None
    automaton = ahocorasick.Automaton()
    for needle, rows in within.items():
        automaton.add_word(needle, rows)
    automaton.make_automaton()
    return automaton


def _add_found(rows: list[_Row], automaton: Any, text: str) -> None:
    for _, found in automaton.iter(text):
        rows += found
