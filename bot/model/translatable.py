"""A sentence for people, as data: template and values; the language is chosen later.

A template is an English sentence, and the key of other languages' templates. `{name}` in it is replaced by
the value of that name; other braces stay, as many sentences quote YAML.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

NAMED = re.compile(r"\{([a-z][a-z_]*)\}")
"""Where a value goes in a template."""

Joining: TypeAlias = Literal["and", "or", "comma", "semicolon"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A name or value as somebody wrote it, or our own word for it; each language has its own marks."""

    text: str | Translatable

    def __str__(self) -> str:
        return ENGLISH.text(tr("{text}", text=self))


class QuotedContact(Quoted):
    """The id of a contact: a terminal shows it as it is, a program gets its end alone."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things in a row: `a, b`, `a, b or c`, `a, b and c`, `a; b`."""

    items: tuple[TranslatableValue, ...]
    joined: Joining = "comma"


@dataclass(frozen=True, slots=True)
class Translatable:
    """A sentence, or a part of one that is a value in another. `str()` of it is English."""

    template: str
    values: tuple[tuple[str, TranslatableValue], ...] = ()

    def __str__(self) -> str:
        return ENGLISH.text(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Mapping[str, object]:
        return {"type": "any"}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: object, handler: object) -> Mapping[str, object]:
        """For programs it is a text."""
        return {"type": "string"}


class Phrase(ABC):
    """A part of a sentence that no template can say: its words stand otherwise in each language."""

    __slots__ = ()

    @abstractmethod
    def in_language(self, language: Language) -> str:
        """The part, in this language."""


TranslatableValue: TypeAlias = str | int | Quoted | Listing | Translatable | Phrase
"""A text is shown as it is: YAML to paste, a place, a name of the language."""


class Refusal(Exception):
    """Why a request cannot be granted, for its sender; `str()` of it is English."""

    def __init__(self, message: Translatable) -> None:
        super().__init__(str(message))
        self.message = message


class TooManyAttempts(Refusal):
    """The caller has tried too often: in `seconds` there is room again."""

    def __init__(self, message: Translatable, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unavailable(Refusal):
    """What is needed is not to be had: there is no such playbook, scenario, event or port."""


def tr(template: str, /, **values: TranslatableValue) -> Translatable:
    """The sentence of this template with these values."""
    return Translatable(template, tuple(values.items()))


def plural(one: str, other: str, number: int, /, **values: TranslatableValue) -> Translatable:
    """The sentence of one, or of any other number, which stands in it as `{number}`, with commas, where
    `values` have it in no other way."""
    return tr(one if number == 1 else other, **{"number": f"{number:,}", **values})


def row(items: Iterable[TranslatableValue], joined: Joining = "comma") -> Listing:
    """Things in a row."""
    return Listing(tuple(items), joined)


def _untranslated(context: str, english: str) -> str:
    return english


def _as_written(quoted: Quoted) -> TranslatableValue:
    return quoted.text


def _in_english(words: Sequence[str], joined: Joining) -> str:
    if joined == "semicolon":
        return "; ".join(words)
    if joined == "comma" or len(words) < 2:
        return ", ".join(words)
    return f"{', '.join(words[:-1])} {joined} {words[-1]}"


@dataclass(frozen=True, slots=True)
class Language:
    """How sentences are put into words.

    `translated` gives the template of this language for an English one in a context: `""`, or where short
    words mean something of their own (gettext's msgctxt). One that it has not stays English.
    """

    name: str
    translated: Callable[[str, str], str] = _untranslated
    context: str = ""
    quoted: Callable[[str], str] = '"{}"'.format
    joined: Callable[[Sequence[str], Joining], str] = _in_english
    """Things in a row, already in words."""
    called: Callable[[Quoted], TranslatableValue] = _as_written
    """The words between quotation marks; a language that knows a title replaces the name."""

    def text(self, message: Translatable) -> str:
        """The sentence in this language."""
        values = dict(message.values)

        def value_of(found: re.Match[str]) -> str:
            return self.words(values[found[1]]) if found[1] in values else found[0]

        return NAMED.sub(value_of, self.sentence(message.template))

    def sentence(self, english: str) -> str:
        """The template of this language."""
        return self.translated(self.context, english) if english else ""

    def within(self, context: str) -> Language:
        """This language as it is spoken in this context alone."""
        return replace(self, context=context)

    def words(self, value: TranslatableValue) -> str:
        """The values of a sentence, in this language."""
        match value:
            case Translatable():
                return self.text(value)
            case Quoted():
                return self.quoted(self.words(self.called(value)))
            case Listing(items, joined):
                return self.joined([self.words(item) for item in items], joined)
            case Phrase():
                return value.in_language(self)
            case _:
                return str(value)


ENGLISH = Language("en")
