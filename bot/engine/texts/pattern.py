"""Patterns: literal text, `*`, `{name:type}`; no regular expressions (language, 4.2).

Matching costs text times parts whatever the text: reachability is filled in from the end, then the way is
read off from the front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias
from unicodedata import category, normalize

from bot.engine.texts.text import fold, fold_characters
from bot.engine.texts.typed import typed
from bot.engine.times.local_time import day_after
from bot.engine.times.time_texts import SPOKEN_DATE, parse_spoken_date
from bot.model.plain_text import visible
from bot.model.value import Type, Value

CaptureType: TypeAlias = Literal["any", "digits", "word", "number", "date", "phone", "rest"]
"""`any` is a plain `{name}`: one run without white space; `rest` takes all there is."""

LONGEST = 5_000
"""Characters: LINE's texts are no longer."""

_CHARACTERS: dict[CaptureType, re.Pattern[str]] = {
    "any": re.compile(r"\S+"),
    "word": re.compile(r"\S+"),
    "digits": re.compile(r"[0-9]+"),
    "number": re.compile(r"(?:(?<![0-9])[-+])?[0-9]+(?:,[0-9]+)*(?:\.[0-9]+)?"),
    "date": SPOKEN_DATE,
    "phone": re.compile(r"\+?[0-9](?:[0-9 ()-]*[0-9])?"),
}
"""By type of capture the run of characters, in a folded text, that it can take."""
SOME_DAY = date(2026, 1, 1)
"""The day on which a text is said, where it matters only whether it fits."""
_LONG_AFTER = 20 * 366
"""Days after which a day that is said without its year is another one."""
Year: TypeAlias = Literal[
    "any",
    "written",  # only a date with its year
    "missing",  # only a date without its year: the next such day
]
"""Which dates a capture of type `date` takes."""


@dataclass(frozen=True, slots=True)
class Capture:
    """`{name:type}` in a pattern: takes a part of the text, as `event.name`."""

    name: str
    type: CaptureType = "any"
    year: Year = "any"

    @property
    def value_type(self) -> Type:
        """The type of what it takes, as `event.name` has it."""
        if self.type in ("number", "date"):
            return "number" if self.type == "number" else "date"
        return "text"


@dataclass(frozen=True, slots=True)
class Anything:
    """`*`: anything, also nothing."""


@dataclass(frozen=True, slots=True)
class _Space:
    """A space of a pattern: any white space, or none."""


_Step: TypeAlias = re.Pattern[str] | _Space | Capture | Anything
"""A part of a pattern as it is matched; a regular expression matches a literal text."""


@dataclass(frozen=True)
class Pattern:
    """A pattern for a whole text: literals, captures and `*` in order. Two captures never touch.

    `text` is the pattern as it is written. Literals are compared folded, unless `strict`; a space in one is
    any white space, or none.
    """

    text: str
    parts: tuple[str | Capture | Anything, ...]
    strict: bool = False

    @cached_property
    def prefix(self) -> str:
        """The folded characters that every fitting text begins with; empty where anything may come first.

        Also empty where it is strict: folding may join the last of these characters with what follows.
        """
        first = self.parts[0] if self.parts and not self.strict else ""
        words = fold(first).split() if isinstance(first, str) else []
        return words[0] if words else ""

    @cached_property
    def _steps(self) -> tuple[_Step, ...]:
        steps: list[_Step] = []
        for part in self.parts:
            steps += self._literal(part) if isinstance(part, str) else [part]
        return tuple(steps)

    def _literal(self, part: str) -> list[_Step]:
        text = visible(part) if self.strict else _Folded.of(visible(part)).text
        words = [re.escape(word) for word in text.split()]
        if not words:
            return [_Space()]
        before: list[_Step] = [_Space()] if text[0].isspace() else []
        after: list[_Step] = [_Space()] if text[-1].isspace() else []
        return [*before, re.compile(r"\s*".join(words)), *after]

    def match(self, text: str, today: date = SOME_DAY) -> dict[str, Value] | None:
        """What the captures took, typed, cut from the original text; `None` where it does not fit.

        Invisible signs are neither compared nor taken. A date is read as one that is said on the day `today`.
        """
        text = visible(text[:LONGEST])
        folded = _Folded.unfolded(text) if self.strict else _Folded.of(text)
        ways = _ways(self._steps, folded.text.strip(), today)
        if ways is None:
            return None
        outside = len(folded.text) - len(folded.text.lstrip())
        taken: dict[str, Value] = {}
        at = 0
        for step, row in zip(self._steps, ways, strict=True):
            end = row[at] - 1
            if isinstance(step, Capture):
                first, last = folded.starts[outside + at], folded.ends[outside + end - 1]
                taken[step.name] = _value(step, text[first:last], today)
            at = end
        return taken


def _ways(steps: Sequence[_Step], text: str, today: date) -> list[list[int]] | None:
    """For each step and position, the end (plus 1) of the way to be taken, 0: no way; `None`: none at all."""
    onward = [0] * len(text) + [1]
    rows: list[list[int]] = []
    for step in reversed(steps):
        onward = _through(step, text, onward, today)
        rows.append(onward)
    rows.reverse()
    return rows if onward[0] else None


def _through(step: _Step, text: str, onward: Sequence[int], today: date) -> list[int]:
    """One row of `_ways`, of one step; `onward` is the row of the step that follows it."""
    match step:
        case _Space():
            return _through_space(text, onward)
        case Anything():
            return _through_anything(onward)
        case Capture(type="rest"):
            return _through_rest(onward)
        case Capture(type="any" | "word"):
            return _through_word(text, onward)
        case Capture(type="digits"):
            return _through_digits(text, onward)
        case Capture():
            return _through_run(step, text, onward, today)
        case _:
            return _through_literal(step, text, onward)


def _through_literal(literal: re.Pattern[str], text: str, onward: Sequence[int]) -> list[int]:
    ways = [0] * len(onward)
    at = 0
    while (found := literal.search(text, at)) is not None:
        at, end = found.span()
        ways[at] = end + 1 if onward[end] else 0
        at += 1
    return ways


def _through_space(text: str, onward: Sequence[int]) -> list[int]:
    """The longest white space from which a way goes on."""
    ways = [at + 1 if way else 0 for at, way in enumerate(onward)]
    for at in range(len(text) - 1, -1, -1):
        if text[at].isspace():
            ways[at] = ways[at + 1] or ways[at]
    return ways


def _through_anything(onward: Sequence[int]) -> list[int]:
    """The shortest way, also none."""
    ways = [0] * len(onward)
    nearest = 0
    for at in range(len(onward) - 1, -1, -1):
        nearest = at + 1 if onward[at] else nearest
        ways[at] = nearest
    return ways


def _through_rest(onward: Sequence[int]) -> list[int]:
    """The longest way."""
    farthest = max((at + 1 for at, way in enumerate(onward) if way), default=0)
    return [farthest if at + 1 < farthest else 0 for at in range(len(onward))]


def _through_word(text: str, onward: Sequence[int]) -> list[int]:
    """The shortest way within a run without white space."""
    ways = [0] * len(onward)
    for found in _CHARACTERS["word"].finditer(text):
        nearest = 0
        for at in range(found.end() - 1, found.start() - 1, -1):
            nearest = at + 2 if onward[at + 1] else nearest
            ways[at] = nearest
    return ways


def _through_digits(text: str, onward: Sequence[int]) -> list[int]:
    """The longest way within a run of digits."""
    ways = [0] * len(onward)
    for found in _CHARACTERS["digits"].finditer(text):
        farthest = 0
        for at in range(found.end() - 1, found.start() - 1, -1):
            farthest = farthest or (at + 2 if onward[at + 1] else 0)
            ways[at] = farthest
    return ways


def _through_run(part: Capture, text: str, onward: Sequence[int], today: date) -> list[int]:
    """A whole run that is a value; its sign may also belong to the literal before it."""
    ways = [0] * len(onward)
    for found in _CHARACTERS[part.type].finditer(text):
        start, end = found.span()
        if onward[end]:
            for at in (start, start + 1) if text[start] in "+-" else (start,):
                ways[at] = end + 1 if _run_value(part, text[at:end], today) is not None else 0
    return ways


def _run_value(part: Capture, text: str, today: date) -> Value | None:
    """The value that a whole run of characters means; `None` where it means none."""
    match part.type:
        case "date":
            return _date(part, text, today)
        case "number" | "phone":
            return typed(text, part.type)
        case _:
            return None


def _date(part: Capture, text: str, today: date) -> str | None:
    """A day as a question for one takes it; its year is written where it is the same whenever it is said."""
    day = parse_spoken_date(text, today, _any_day)
    if day is None:
        return None
    written = day == parse_spoken_date(text, day_after(today, _LONG_AFTER), _any_day)
    return day.isoformat() if part.year in ("any", "written" if written else "missing") else None


def _any_day(_: date) -> bool:
    return True


def _value(part: Capture, cut: str, today: date) -> Value:
    if part.type == "digits":
        return fold(cut)
    value = _run_value(part, cut, today)
    return cut.strip() if value is None else value


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text as it is compared; `starts` and `ends` give the range in the message for each character."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def unfolded(cls, text: str) -> _Folded:
        return cls(text, range(len(text)), range(1, len(text) + 1))

    @classmethod
    def of(cls, text: str) -> _Folded:
        if text.isascii():
            return cls.unfolded(text.casefold())
        forms: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in _pieces(text):
            form = _fold_character(text[start]) if end - start == 1 else fold_characters(text[start:end])
            forms.append(form)
            starts += [start] * len(form)
            ends += [end] * len(form)
        return cls("".join(forms), starts, ends)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each piece that is folded by itself: a character, with the marks that join it."""
    start = 0
    for at in range(1, len(text)):
        if not _joins(text[at]):
            yield start, at
            start = at
    yield start, len(text)


@lru_cache(4096)
def _joins(character: str) -> bool:
    """Whether it may compose with what is before it: marks, kana voicing, Hangul vowels and finals.

    https://www.unicode.org/reports/tr15/
    """
    first = normalize("NFKC", character)[0]
    return category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


_fold_character = lru_cache(4096)(fold_characters)
"""Remembered for single characters only: a piece is as long as somebody makes it."""
