"""What a form is: a declaration over words of the language, from which its page, its reading and its writing
follow (L8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.message import Message
from bot.model.translatable import Translatable, tr
from bot.operations.drafts.forms.entry import EntryPlace, titles_in
from bot.playbook.shape.schema import DEFINITIONS
from bot.playbook.shape.words import Schema

FieldKind: TypeAlias = Literal[
    "text", "lines", "ways", "number", "days", "hours", "day", "time", "select", "choice", "ticks", "switch"
]
"""How a field is drawn, read and written. `ways`: texts between commas; `day`: the last one, whole."""
_OF_FORMAT: Mapping[str, FieldKind] = {
    "moment": "day",
    "duration": "days",
    "whole": "number",
    "number": "number",
    "time": "time",
}
MOST: Mapping[FieldKind, int] = {"text": 60, "lines": 1_000, "ways": 400, "number": 7, "days": 7, "hours": 3}
"""Characters of a field, by its kind."""
LEAD = tr("It is put into your draft: only you see it, until you publish it")


def schema_at(path: str) -> Schema:
    """What a word of the language may hold, by its path: `draw.prizes.*.odds`. Raises `KeyError`."""
    first, *keys = path.split(".")
    found = DEFINITIONS[first]
    for key in keys:
        inner = found["additionalProperties"] if key == "*" else found["properties"][key]
        found = {**DEFINITIONS.get(str(inner.get("$ref", "")).removeprefix("#/$defs/"), {}), **inner}
    return found


def kind_at(path: str) -> FieldKind:
    """The kind of a field for this word."""
    schema = schema_at(path)
    if schema.get("words") == ["true", "false"]:
        return "switch"
    if path.endswith(".terms"):
        return "lines"
    for key, kind in _OF_SCHEMA.items():
        if key in schema:
            return kind
    return _OF_FORMAT.get(schema.get("format", ""), "text")


_OF_SCHEMA: Mapping[str, FieldKind] = {"words": "choice", "oneOrMore": "ticks", "section": "select"}
Options: TypeAlias = Mapping[str, str | Translatable]
"""By what is written, what people read."""


@dataclass(frozen=True, slots=True)
class FormNeed:
    """What must hold before an entry can work; `leads_to` is where it is made so."""

    holds: Callable[[Filled], bool]
    says: Translatable
    leads_to: str = ""
    link: Translatable | None = None
    refuses: bool = True
    """Nothing is saved without it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A field, named as in HTML. `word` is the path of what it writes; its kind follows from that where
    none is said, or from `says`, what one of several is called, or from `options`, those of a select.

    `usual` stands in an empty form; `left_out` is what the language takes without it, and is not written.
    `missing` is said where it has to be filled in, and is not; `empty` is what a select says of nothing.
    `only`: `field=value` (several: `|`), or `field`, which is not empty then; otherwise it says nothing.
    `needs`: by a value, or `*` for any, what that needs. `check` raises `Refusal`.
    """

    name: str
    label: Translatable | None = None
    word: str = ""
    help: Translatable | None = None
    example: Translatable | str = ""
    usual: str = ""
    kind: FieldKind | None = None
    left_out: str = ""
    most: int = 0
    required: bool = False
    missing: Translatable | None = None
    empty: Translatable | str = "–"
    says: Mapping[Any, Translatable] = field(default_factory=dict)
    options: Callable[[Filled], Options] | None = None
    check: Callable[[object], None] | None = None
    only: str = ""
    needs: Mapping[str, FormNeed] = field(default_factory=dict)

    @property
    def drawn(self) -> FieldKind:
        """Its kind."""
        if self.kind is not None:
            return self.kind
        if self.word:
            return kind_at(self.word)
        return "select" if self.options is not None else "choice"

    @property
    def longest(self) -> int:
        """Characters that it takes."""
        return self.most or MOST.get(self.drawn, 0)

    @property
    def names(self) -> Sequence[str]:
        """What is sent of it: of ticks each by itself."""
        return [f"by_{one}" for one in self.says] if self.drawn == "ticks" else [self.name]

    @property
    def keys(self) -> Sequence[str]:
        """Where in the entry it stands: `orders`, `each`."""
        return self.word.split(".")[1:]


def title_field(label: Translatable, word: str, example: Translatable) -> Input:
    """What it is called."""
    return Input("title", label, word, example=example, required=True)


@dataclass(frozen=True, slots=True)
class InputRows:
    """Several fields in a line, so many lines; each name has the number of its line behind it."""

    legend: Callable[[int], Translatable]
    fields: Sequence[Input]
    number: int
    looks: str = ""
    usual: Mapping[str, str] = field(default_factory=dict)
    drawn: ClassVar[str] = "rows"

    def row(self, number: int) -> Sequence[Input]:
        """The fields of a line, from 1."""
        named = [(f"{one.name}_{number}", one) for one in self.fields]
        return [replace(one, name=name, usual=self.usual.get(name, "")) for name, one in named]


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a form, with its heading, if it has one."""

    name: str
    title: Translatable | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence of help for the fields above it."""

    says: Translatable
    drawn: ClassVar[str] = "note"


FormPart: TypeAlias = Heading | Input | InputRows | Hint


def no_rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """None."""
    return ()


def no_more(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """Nothing but what the fields say."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """A form: `name` is its kind in rows of the console's table, `page` where its link stands.

    `definition` names the entry in the language, `keys` its keys in their order. `more` gives what the
    fields do not say by themselves, and may put other entries into the texts; `rules` are the lines of the
    rules about the entry of a name. Both raise `Refusal`. `shown` is what a customer gets, `beside` stands
    below that. `named` is the field after which the entry is called.
    """

    name: str
    page: str
    title: Translatable
    definition: str
    place: EntryPlace
    parts: Sequence[FormPart]
    keys: Sequence[str]
    done: Callable[[str], Translatable]
    rules: Callable[[Filled, str, Mapping[str, object]], Sequence[str]] = no_rules
    shown: Callable[[Filled], Sequence[Message]] | None = None
    beside: Callable[[Filled], Translatable] | None = None
    more: Callable[[Filled, dict[str, str]], Mapping[str, object]] = no_more
    needs: Sequence[FormNeed] = ()
    new: str = "new"
    lead: Translatable = LEAD
    named: str = "title"

    @property
    def address(self) -> str:
        """Of its page."""
        return f"{self.page}/{self.new}"

    def field(self, name: str) -> Input:
        """The field of this name."""
        return next(one for one in self.fields() if one.name == name)

    def fields(self) -> Iterator[Input]:
        """All of them, those of rows line by line."""
        for one in self.parts:
            if isinstance(one, InputRows):
                yield from (each for number in range(1, one.number + 1) for each in one.row(number))
            elif isinstance(one, Input):
                yield one

    def sections(self) -> Sequence[tuple[Heading, Sequence[FormPart]]]:
        """Each with what stands in it."""
        found: list[tuple[Heading, list[FormPart]]] = []
        for one in self.parts:
            if isinstance(one, Heading):
                found.append((one, []))
            else:
                found[-1][1].append(one)
        return found

    def usual(self) -> dict[str, str]:
        """What an empty form holds."""
        found: dict[str, str] = {}
        for one in self.fields():
            if one.drawn == "ticks":
                found |= {f"by_{value}": "1" for value in one.usual.split()}
            else:
                found[one.name] = one.usual
        return found


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in at a moment, by the names of its fields; over the texts of a draft's files,
    for a channel; `playbook` is the one that is live."""

    form: DraftForm
    texts: Mapping[str, str]
    sources: Mapping[str, str]
    channel: str
    playbook: Playbook
    now: datetime
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What was written into a field, without white space around it."""
        return self.texts.get(name, "").strip()

    @property
    def today(self) -> date:
        """By the shop's clock."""
        return self.now.astimezone(self.playbook.zone).date()

    def titles(self, section: str) -> Mapping[str, str]:
        """The names of a section, each with its title; the files are read once."""
        if section not in self.known:
            self.known[section] = titles_in(self.sources, section)
        return self.known[section]

    def counts(self, one: Input) -> bool:
        """Whether the field says something beside what the others say."""
        name, equals, values = one.only.partition("=")
        return self[name] in values.split("|") if equals else not name or bool(self[name])

    def rows(self, number: int, *names: str) -> Sequence[tuple[int, Sequence[str]]]:
        """The lines of rows, by number, with what stands in these fields; without those that are empty."""
        found = [(row, [self[f"{name}_{row}"] for name in names]) for row in range(1, number + 1)]
        return [(row, written) for row, written in found if any(written)]
