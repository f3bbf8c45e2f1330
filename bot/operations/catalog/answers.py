"""An answer as text: its own lines, a table of what it lists, or its fields that are columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Protocol,
    TypeVar,
    get_args,
    get_type_hints,
    runtime_checkable,
)

from bot.model.answer_fields import Clock, Column, Help, Internal, Table, TextTable
from bot.model.translatable import Language, Listing, Refusal, Translatable, TranslatableValue
from bot.operations.catalog.identities import ContactName, ContactRef, MaskedName, PageCursor, Spoken
from bot.operations.catalog.operation import markers, plain_type
from bot.playbook.csv_table import MARK, TABLE, csv_line, heading_line
from bot.playbook.report import in_columns
from bot.playbook.similar import printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NOTHING = "–"
Answer = TypeVar("Answer", bound="DataclassInstance")


class Pending(Refusal):
    """The order is stored, and there is no answer yet: the same request again gets it."""


@dataclass(frozen=True, slots=True)
class ReportText(Spoken):
    """What a terminal says of a report, above its table and below; and its table for spreadsheets, whose
    headings are as in JSON."""

    table: TextTable | None
    notes: Sequence[Translatable]
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Translatable]]

    def csv(self, words: Language) -> str:
        """Its table for spreadsheets."""
        cells = words.within(TABLE)
        lines = (csv_line(map(cells.words, row)) for row in self.rows)
        return heading_line(self.columns, words) + "".join(lines)


@dataclass(frozen=True, slots=True)
class SlideText(ReportText):
    """The text of a report that can also be drawn for a slide: `picture()` gives its SVG."""

    picture: Callable[[], str]


@runtime_checkable
class InLines(Protocol):
    """An answer that has lines of its own, by the clock of the team."""

    def lines(self, at: Clock) -> Iterable[TranslatableValue | TextTable]: ...


@runtime_checkable
class HasOutcome(Protocol):
    """An answer of something that may not have come about: the exit code says so, and its `why_not`, if it
    has one, is said as what is refused is."""

    @property
    def is_done(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """An answer that is a file of this media type."""

    media: ClassVar[str]
    content: Annotated[bytes, Internal()] = field(repr=False)
    file: Annotated[str, Help("What it is called.")]


def filled(kind: type[Answer], source: object, **more: object) -> Answer:
    """An answer of this type: its fields are the attributes of a source that are called so, and `more`."""
    same = {one.name: getattr(source, one.name) for one in fields(kind) if one.name not in more}
    return kind(**same, **more)


def answer_lines(answer: object, words: Language, at: Clock) -> Iterator[str]:
    """The answer as lines of a terminal."""
    if isinstance(answer, InLines):
        for line in answer.lines(at):
            yield from _in_cells(line, words, at) if isinstance(line, TextTable) else [words.words(line)]
        return
    for name, marks in _markers_of(type(answer)).items():
        if isinstance(said := getattr(answer, name), Spoken):
            yield from text_lines(said, words, at)
        for table in (one for one in marks if isinstance(one, Table)):
            rows = getattr(answer, name)
            yield from _in_cells(table_of(rows), words, at) if rows else [words.text(table.empty)]
    if _columns(type(answer)):
        yield from _in_cells(table_of([answer]), words, at)


def text_lines(said: Spoken, words: Language, at: Clock) -> Iterator[str]:
    """What a terminal says of a change, or a report."""
    yield from map(words.words, said.lines(at) if callable(said.lines) else said.lines)
    if isinstance(said, ReportText):
        yield from [] if said.table is None else _in_cells(said.table, words, at)
        yield from map(words.text, said.notes)


def is_shown(kind: Any) -> bool:
    """Whether a terminal says something of answers of this type."""
    marks = _markers_of(kind).values()
    hints = get_type_hints(kind).values()
    has_any = any(isinstance(one, Column | Table) for several in marks for one in several)
    is_said = any(isinstance(one, type) and issubclass(one, Spoken) for one in hints)
    return has_any or is_said or callable(getattr(kind, "lines", None))


def report_text(kind: Any) -> type[ReportText] | None:
    """The type of the text of a report, where answers of this type have one."""
    hints = get_type_hints(kind).values()
    return next((one for one in hints if isinstance(one, type) and issubclass(one, ReportText)), None)


def has_table(kind: Any) -> bool:
    """Whether answers of this type list something."""
    return table_field(kind) is not None


def lists_nothing(answer: object) -> bool:
    """Whether it is a list, and an empty one."""
    name = table_field(type(answer))
    return name is not None and not getattr(answer, name)


def answer_csv(answer: object, words: Language, at: Clock) -> str:
    """What it lists, for spreadsheets: no cell is a formula, and numbers are as they are.

    Raises `TypeError` for an answer without a table.
    """
    name = table_field(type(answer))
    if name is None:
        raise TypeError(f"{type(answer).__name__} lists nothing")
    [row_type] = get_args(plain_type(get_type_hints(type(answer), include_extras=True)[name]))
    columns = _columns(row_type)
    heads = [words.text(one.title) for one in columns.values()]
    rows = (
        [_csv_value(one.of(row, key), words, at) for key, one in columns.items()]
        for row in getattr(answer, name)
    )
    return MARK + csv_line(heads) + "".join(map(csv_line, rows))


def _csv_value(value: object, words: Language, at: Clock) -> object:
    return value if isinstance(value, int | Decimal) or value is None else cell(value, words, at)


def table_field(kind: Any) -> str | None:
    """The field of this type's answers that is a table, if one is."""
    marked = _markers_of(kind).items()
    return next((name for name, marks in marked if any(isinstance(one, Table) for one in marks)), None)


def _columns(row: Any) -> Mapping[str, Column]:
    """The columns of a row's type, by field."""
    marked = _markers_of(row).items()
    found = ((name, one) for name, marks in marked for one in marks if isinstance(one, Column))
    return dict(found)


def table_of(rows: Sequence[object]) -> TextTable:
    """The fields that are columns of these rows of one type, but those in which none of them has anything."""
    all_ = _columns(type(rows[0])).items()
    columns = {name: one for name, one in all_ if any(getattr(row, name) not in (None, "") for row in rows)}
    return TextTable(
        [one.title for one in columns.values()],
        [[one.of(row, name) for name, one in columns.items()] for row in rows],
    )


def _in_cells(table: TextTable, words: Language, at: Clock) -> Iterator[str]:
    heads = [[words.text(one) for one in table.titles]] if table.titles else []
    return in_columns([*heads, *([cell(value, words, at) for value in row] for row in table.rows)])


def cell(value: object, words: Language, at: Clock) -> str:
    """A value in a table, harmless to a terminal; nothing where there is none."""
    match value:
        case None | "":
            return ""
        case datetime():
            return at(value)
        case date():
            return value.isoformat()
        case bool():
            return "x" if value else ""
        case int():
            return f"{value:,}"
        case ContactRef():
            return value.at_terminal
        case MaskedName(text) | ContactName(text):
            return text or NOTHING
        case PageCursor():
            return ""
        case Mapping():
            return printable("; ".join(f"{name}: {one}" for name, one in value.items() if one))
        case Translatable() | Listing():
            return printable(words.words(value))
        case _:
            return printable(str(value))


def _markers_of(kind: Any) -> Mapping[str, Sequence[Any]]:
    """The fields of a dataclass with their markers."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: list(markers(hint)) for name, hint in hints.items()}
