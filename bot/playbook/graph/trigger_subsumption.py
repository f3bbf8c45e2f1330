"""Decides which rules hear everything that a part of another rule's trigger hears: one text, one substring,
one kind of news. An index makes that fast for thousands of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

import ahocorasick

from bot.engine.compiled.rule import (
    FieldTest,
    OnAfter,
    OnAnythingElse,
    OnDate,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.texts.pattern import Anything, Pattern
from bot.engine.texts.text import fold
from bot.playbook.graph.implication import test_implies

MOST = 20
"""Most rules that are stored under one key; in a playbook with more of them, some warnings are missing."""


@dataclass(frozen=True, slots=True)
class ExactPhrase:
    """A whole text. `strict`: with exactly these characters; else width, case and spaces are not compared."""

    text: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """All texts that contain all of `texts`."""

    texts: tuple[str, ...]
    strict: bool = False


Piece: TypeAlias = ExactPhrase | Within | Pattern | OnMessage | OnNews | OnAfter | OnAnythingElse | str | None
"""A part of a trigger that fires by itself; a `str` is the data of a postback, `None` matches no rule."""


def pieces(trigger: Trigger) -> Iterator[Piece]:
    """The parts of a trigger, each of which is enough for it to fire."""
    match trigger:
        case OnText(texts, strict):
            yield from (ExactPhrase(text, strict) for text in texts)
        case OnTextContaining(texts, strict, every):
            yield from [Within(texts, strict)] if every else [Within((text,), strict) for text in texts]
        case OnPattern(pattern, postback, _):
            yield pattern if not postback else None
        case OnPostback(data):
            yield from data
        case OnNews(kind, subjects, where):
            yield from (
                [OnNews(kind, None, where)]
                if subjects is None
                else [OnNews(kind, (subject,), where) for subject in subjects]
            )
        case OnDate():
            yield None
        case _:
            yield trigger


class PieceIndex:
    """Finds the rules that match all of a piece, by number. Built once; a search costs the length of the
    piece.

    Rules of equal `alike` count as one: among those with the same trigger, the first is enough.
    """

    def __init__(self, rules: Sequence[tuple[int, Rule]], alike: Sequence[object] | None = None) -> None:
        self._alike = alike
        self._rows: dict[tuple[str, str], list[tuple[int, Trigger]]] = {}
        self._seen: dict[tuple[str, str], set[object]] = {}
        self._prefixes: set[int] = set()
        for number, rule in rules:
            for trigger in rule.when:
                for key in _keys(trigger):
                    self._put(key, number, trigger)
        self._automaton = self._built()

    def _put(self, key: tuple[str, str], number: int, trigger: Trigger) -> None:
        """Store a trigger under a key, unless an equal one is there."""
        rows = self._rows.setdefault(key, [])
        if len(rows) >= MOST:
            return
        if self._alike is not None:
            same = (self._alike[number], getattr(trigger, "strict", False), _rest(trigger))
            seen = self._seen.setdefault(key, set())
            if same in seen:
                return
            seen.add(same)
        rows.append((number, trigger))
        if key[0] == "pattern":
            self._prefixes.add(len(key[1]))

    def _built(self) -> Any:
        """An Aho-Corasick automaton that finds all substrings of triggers in a text at once."""
        needles = [(key, rows) for key, rows in self._rows.items() if key[0] == "within"]
        if not needles:
            return None
        automaton = ahocorasick.Automaton()
        for key, rows in needles:
            automaton.add_word(key[1], rows)
        automaton.make_automaton()
        return automaton

    def matching(self, piece: Piece, ask: Callable[[int], bool] = lambda number: True) -> Iterator[int]:
        """The numbers of the rules that match all of the piece and for which `ask` holds, ascending."""
        before = -1
        for number, trigger in sorted(self._candidates(piece), key=itemgetter(0)):
            if number != before and ask(number) and _matches(trigger, piece):
                before = number
                yield number

    def _candidates(self, piece: Piece) -> Iterator[tuple[int, Trigger]]:
        """The triggers with a key that the piece has; whether they match is checked later."""
        match piece:
            case ExactPhrase(text):
                folded = fold(text)
                yield from self._rows.get(("text", folded), ())
                yield from self._within(folded)
                for length in self._prefixes:
                    if length <= len(folded):
                        yield from self._rows.get(("pattern", folded[:length]), ())
            case Within(texts):
                for text in texts:
                    yield from self._within(fold(text))
                yield from self._rows.get(("pattern", ""), ())
            case Pattern():
                for chunk in _chunks(piece):
                    yield from self._within(fold(chunk))
                yield from self._rows.get(("pattern", piece.prefix), ())
                yield from self._rows.get(("pattern", ""), ())
            case None:
                return
            case _:
                for key in [("postback", piece)] if isinstance(piece, str) else _keys(piece):
                    yield from self._rows.get(key, ())
                    yield from self._rows.get((key[0], ""), ())

    def _within(self, folded: str) -> Iterator[tuple[int, Trigger]]:
        """The triggers on a substring of this text."""
        if self._automaton is not None and folded:
            for _, rows in self._automaton.iter(folded):
                yield from rows


def _keys(trigger: Trigger) -> Iterator[tuple[str, str]]:
    """The keys under which a trigger is stored: a kind and a text."""
    match trigger:
        case OnText(texts):
            yield from (("text", fold(text)) for text in texts)
        case OnTextContaining(texts, _, every):
            yield from (("within", fold(text)) for text in ([max(texts, key=len)] if every else texts))
        case OnPattern(pattern, postback, _):
            if not postback:
                yield "pattern", pattern.prefix
        case OnPostback(data):
            yield from (("postback", datum) for datum in data)
        case OnMessage(kind):
            yield "message", kind
        case OnNews(kind, subjects, _):
            yield from ((kind, subject) for subject in ("",) if subjects is None)
            yield from ((kind, subject) for subject in subjects or ())
        case OnAfter(wait):
            yield "after", wait.text
        case OnAnythingElse():
            yield "anything_else", ""
        case OnDate():
            return


def _rest(trigger: Trigger) -> object:
    """What of a trigger is not in its key."""
    match trigger:
        case OnTextContaining(texts, _, True):
            return texts
        case OnPattern(pattern):
            return pattern.text
        case OnNews(_, _, where):
            return where
        case _:
            return None


def _matches(trigger: Trigger, piece: Piece) -> bool:
    """Whether the trigger matches all of the piece; their keys are known to match."""
    match trigger, piece:
        case OnText(_, False), _:
            return True
        case OnText(texts), ExactPhrase(text, exactly):
            return exactly and text in texts
        case OnTextContaining(_, False, False), _:
            return True
        case OnTextContaining(), ExactPhrase(text, exactly):
            return _contained(trigger, (text,), exactly)
        case OnTextContaining(), Within(held, exactly):
            return _contained(trigger, held, exactly)
        case OnTextContaining(), Pattern():
            return _contained(trigger, tuple(_chunks(piece)), piece.strict)
        case OnPattern(pattern), ExactPhrase(text, exactly):
            return (exactly or not pattern.strict) and pattern.match(text) is not None
        case OnPattern(pattern), Pattern():
            return _anything(pattern) or (pattern.parts == piece.parts and pattern.strict <= piece.strict)
        case OnPattern(pattern), Within():
            return _anything(pattern)
        case OnNews(_, _, where), OnNews(_, _, narrower):
            return all(any(_narrows(one, test) for one in narrower) for test in where)
        case _:
            return True


def _contained(trigger: OnTextContaining, held: Sequence[str], exactly: bool) -> bool:
    """Whether a text that contains all of `held` contains one (or every one) of the trigger's texts."""
    how = all if trigger.every else any
    if trigger.strict:
        return exactly and how(any(text in whole for whole in held) for text in trigger.texts)
    folded = [fold(whole) for whole in held]
    return how(any(fold(text) in whole for whole in folded) for text in trigger.texts)


def _narrows(one: FieldTest, wider: FieldTest) -> bool:
    """Whether the tests of `one` imply those of `wider`, on the same field."""
    return one.field == wider.field and all(
        any(test_implies(mine, test) for mine in one.tests) for test in wider.tests
    )


def _anything(pattern: Pattern) -> bool:
    """Whether a pattern matches every text."""
    return all(isinstance(part, Anything) for part in pattern.parts) and bool(pattern.parts)


def _chunks(pattern: Pattern) -> Iterator[str]:
    """The pieces of text that every matching text contains; white space between them may vary."""
    for part in pattern.parts:
        if isinstance(part, str):
            yield from part.split()
