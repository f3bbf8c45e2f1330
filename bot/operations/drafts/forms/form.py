"""What a form is: a declaration over words of the language, from which its page, its reading and its writing
follow (L8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar, cast

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.message import Message
from bot.model.translatable import Translatable, tr
from bot.operations.drafts.forms.entry import EntryPlace, NewEntry, titles_in
from bot.playbook.shape.schema import DEFINITIONS
from bot.playbook.shape.words import Schema

T = TypeVar("T")
FieldKind: TypeAlias = (
    Literal["text", "source", "lines", "ways", "number", "days", "hours", "day", "time"]
    | Literal["select", "choice", "ticks", "switch", "picture"]
)
"""How a field is drawn, read and written. `ways`: texts between commas; `day`: the last one, whole; `source`:
a text as the language takes it, also with placeholders."""
_OF_FORMAT: Mapping[str, FieldKind] = {
    "moment": "day",
    "duration": "days",
    "whole": "number",
    "number": "number",
    "time": "time",
}
"""The kind of field by the format of a word of the language."""
MOST: Mapping[FieldKind, int] = {"text": 60, "lines": 1_000, "ways": 400, "number": 7, "days": 7, "hours": 3}
"""Characters of a field, by its kind."""
SEVERAL_WAYS = tr("Several ways to say it: with commas between")
NOWHERE = EntryPlace("", "", "")
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
"""The kind of field by a key in the schema of a word of the language."""
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
class Instead:
    """What stands in place of a form that cannot be filled in: `links` are where one goes on, by address."""

    says: Translatable
    more: Translatable
    links: Mapping[str, Translatable]
    icon: str


@dataclass(frozen=True, slots=True)
class FormRemoval:
    """Takes out what a form changes: what its button says, what is written, what is said of that."""

    says: Translatable
    writes: Callable[[Filled], NewEntry]
    done: Callable[[str], Translatable]


def always(filled: Filled) -> bool:
    """Of parts that stand in each form."""
    return True


@dataclass(frozen=True, slots=True)
class Input:
    """A field, named as in HTML. `word` is the path of what it writes; its kind follows from that where
    none is said, or from `says`, what one of several is called, or from `options`, those of a select.

    `usual` stands in an empty form; `left_out` is what the language takes without it, and is not written.
    `missing` is said where it has to be filled in, and is not; `empty` is what a select says of nothing.
    `only`: `field=value` (several: `|`), or `field`, which is not empty then; otherwise it says nothing.
    `needs`: by a value, or `*` for any, what that needs; `notes`: by a value, what stands small beside it;
    `cells`: the rows that are drawn for it. `options` of a text are proposed.
    `check` raises `Refusal`.
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
    notes: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    where: Callable[[Filled], bool] = always

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


def asked_field(
    label: Translatable,
    example: Translatable | str,
    help: Translatable = SEVERAL_WAYS,
    usual: str = "",
    only: str = "",
) -> Input:
    """What customers write to have it; `asked` of `written` gives its ways as YAML."""
    return Input("asked", label, "", help, example, usual, "ways", required=True, only=only)


@dataclass(frozen=True, slots=True)
class InputRows:
    """Several fields in a line, so many lines; each name has the number of its line behind it."""

    legend: Callable[[int], Translatable]
    fields: Sequence[Input]
    number: int
    looks: str = ""
    usual: Mapping[str, str] = field(default_factory=dict)
    only: Callable[[int], str] = lambda number: ""
    is_card: bool = False
    drawn: ClassVar[str] = "rows"

    def row(self, number: int) -> Sequence[Input]:
        """The fields of a line, from 1."""
        named = [(f"{one.name}_{number}", one) for one in self.fields]
        return [
            replace(one, name=name, usual=self.usual.get(name, one.usual), only=self._only(one, number))
            for name, one in named
        ]

    def _only(self, one: Input, number: int) -> str:
        """Where the line counts, and by its own fields this one does."""
        own = one.only.replace("=", f"_{number}=", 1)
        return "&".join(filter(None, (self.only(number), own)))


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a form, with its heading, if it has one. `folded`: it is opened by that."""

    name: str
    title: Translatable | None = None
    where: Callable[[Filled], bool] = always
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence of help for the fields beside it."""

    says: Translatable
    drawn: ClassVar[str] = "note"


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences that hang on how the bot is set up: their template, which is given what is `filled` in."""

    template: str
    drawn: ClassVar[str] = "prose"


FormPart: TypeAlias = Heading | Input | InputRows | Hint | Prose


def no_rules(filled: Filled, name: str, entry: Mapping[str, object]) -> Sequence[str]:
    """None."""
    return ()


def no_more(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """Nothing but what the fields say."""
    return {}


def as_usual(filled: Filled) -> Mapping[str, str]:
    """Each field holds what is usual."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """A form: `name` is its kind in rows of the console's table, `page` where its link stands, if it is
    `linked` by itself.

    `definition` names the entry in the language, `keys` its keys in their order. `more` gives what the
    fields do not say by themselves, and may put other entries into the texts; `rules` are the lines of the
    rules about the entry of a name. Both raise `Refusal`. `shown` is what a customer gets, `beside` stands
    below that. `named` is the field after which the entry is called.

    One that is no entry is written by `writes`, which raises `Refusal`; `is_played`: the scenarios that it
    writes are played beside it. `opened` gives what fields hold besides what is usual; `None`: nothing is
    there to be changed, and the form of a new one opens. `by_channel`: it is of the channel that is chosen on
    its page. `changing` is the form of one that is there, which the address names by `about`: it is `titled`
    by that name, and `removal` takes that out.
    """

    name: str
    page: str
    title: Translatable
    parts: Sequence[FormPart]
    definition: str = ""
    place: EntryPlace = NOWHERE
    keys: Sequence[str] = ()
    done: Callable[[str], Translatable]
    rules: Callable[[Filled, str, Mapping[str, object]], Sequence[str]] = no_rules
    shown: Callable[[Filled], Sequence[Message]] | None = None
    beside: Callable[[Filled], Translatable] | None = None
    more: Callable[[Filled, dict[str, str]], Mapping[str, object]] = no_more
    needs: Sequence[FormNeed] = ()
    new: str = "new"
    lead: Translatable = LEAD
    named: str = "title"
    writes: Callable[[Filled], NewEntry] | None = None
    is_played: bool = False
    opened: Callable[[Filled], Mapping[str, str] | Instead | None] = as_usual
    changing: DraftForm | None = None
    about: str = ""
    linked: bool = True
    by_channel: bool = False
    titled: Callable[[str], Translatable] | None = None
    removal: FormRemoval | None = None

    @property
    def has_picture(self) -> bool:
        """Whether a file comes with it."""
        return any(one.drawn == "picture" for one in self.fields())

    @property
    def address(self) -> str:
        """Of its page."""
        return f"{self.page}/{self.new}"

    def field(self, name: str) -> Input:
        """The field of this name."""
        return next(one for one in self.fields() if one.name == name)

    def fields(self) -> Iterator[Input]:
        """All of them, those of rows line by line."""
        return _fields(self.parts)

    def usual(self) -> dict[str, str]:
        """What an empty form holds."""
        found: dict[str, str] = {}
        for one in self.fields():
            if one.drawn == "ticks":
                found |= {f"by_{value}": "1" for value in one.usual.split()}
            else:
                found[one.name] = one.usual
        return found


def _fields(parts: Sequence[FormPart]) -> Iterator[Input]:
    for one in parts:
        if isinstance(one, InputRows):
            yield from (each for number in range(1, one.number + 1) for each in one.row(number))
        elif isinstance(one, Input):
            yield one


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in at a moment, by the names of its fields; over the texts of a draft's files,
    for a channel; `playbook` is the one that is live, `live` the texts of its files.

    `about` is what a form changes; `simulated`: a simulator's phone shows what is sent; `paths` are all files
    of the draft, and `picture` is what came with the form.
    """

    form: DraftForm
    texts: Mapping[str, str]
    sources: Mapping[str, str]
    channel: str
    playbook: Playbook
    now: datetime
    known: dict[object, object] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    about: str = ""
    simulated: bool = False
    paths: Collection[str] = ()
    picture: bytes = b""

    def __getitem__(self, name: str) -> str:
        """What was written into a field, without white space around it."""
        return self.texts.get(name, "").strip()

    @property
    def today(self) -> date:
        """By the shop's clock."""
        return self.now.astimezone(self.playbook.zone).date()

    def titles(self, section: str) -> Mapping[str, str]:
        """The names of a section, each with its title."""
        return self.once(section, lambda sources: titles_in(sources, section))

    def once(self, what: object, find: Callable[[Mapping[str, str]], T]) -> T:
        """What is found in the files, which are read for it once."""
        if what not in self.known:
            self.known[what] = find(self.sources)
        return cast(T, self.known[what])

    def sections(self) -> Sequence[tuple[Heading, Sequence[FormPart]]]:
        """Those that stand in it, each with what stands in it."""
        found: list[tuple[Heading, list[FormPart]]] = []
        for one in self.form.parts:
            if isinstance(one, Heading):
                found.append((one, []))
            elif not isinstance(one, Input) or one.where(self):
                found[-1][1].append(one)
        return [(heading, parts) for heading, parts in found if heading.where(self)]

    def fields(self) -> Iterator[Input]:
        """The fields that stand in it."""
        return (one for _, parts in self.sections() for one in _fields(parts))

    def counts(self, one: Input) -> bool:
        """Whether the field says something beside what the others say."""
        return all(map(self._holds, one.only.split("&")))

    def _holds(self, condition: str) -> bool:
        name, equals, values = condition.partition("=")
        return self[name] in values.split("|") if equals else not name or bool(self[name])

    def rows(self, number: int, *names: str) -> Sequence[tuple[int, Sequence[str]]]:
        """The lines of rows, by number, with what stands in these fields; without those that are empty."""
        found = [(row, [self[f"{name}_{row}"] for name in names]) for row in range(1, number + 1)]
        return [(row, written) for row, written in found if any(written)]
