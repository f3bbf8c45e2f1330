"""What is known of a type of values: how they are written, understood, compared, asked for and stored."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from bot.engine.times.bounds import Comparator, ComparisonOperand, DateWord, ValueBound, When, day_of
from bot.engine.times.local_time import Duration, day_after, days_later
from bot.model.translatable import Translatable
from bot.model.value import Type, Value

SpanWord: TypeAlias = Literal["within", "over", "in_next"]

EVERY = ("is", "known")
"""The comparisons that each type takes; private values take no others."""
ORDER: tuple[Comparator, ...] = get_args(Comparator)
"""The comparisons of types whose values have an order."""
SPANS: tuple[SpanWord, ...] = get_args(SpanWord)
"""The comparisons with a span of time before or after now."""
RANGE = ("at_least", "at_most")
"""What a question may say of an answer whose type has an order."""
_DAY_SECONDS = 24 * 3600


class ValueType:
    """A type of attributes, answers, inputs, and fields of events. Stateless: one of each is in the table."""

    __slots__ = ()

    name: ClassVar[Type]
    slot: ClassVar[str]
    """The letter under which its values are stored; `x` is for private ones of any type."""
    called: ClassVar[Translatable]
    """In a sentence: `a date`."""
    asked: ClassVar[Translatable]
    """What somebody is to write, with an example."""
    words: ClassVar[tuple[str, ...]] = ()
    """What people write for its name who have not learnt it."""
    example: ClassVar[str]
    """A value as a playbook writes it."""
    longest: ClassVar[int] = 0
    """Characters of a value in a text; 0 where nobody can know."""
    comparisons: ClassVar[tuple[str, ...]] = EVERY
    bounds: ClassVar[tuple[str, ...]] = ()
    """What a question may say of its answer."""
    relative: ClassVar[str | None] = None
    """An example of a bound that is counted from the moment of the answer."""
    now_words: ClassVar[tuple[str, ...]] = ()
    """What an action may set it to that is worked out then."""
    formats: ClassVar[tuple[str, ...]] = ()
    """The formats with a name that its values have."""
    pattern: ClassVar[str | None] = None
    """What the format of its own name is short for."""
    has_day: ClassVar[bool] = False
    has_clock: ClassVar[bool] = False
    picked: ClassVar[str] = ""
    """LINE's mode of a date picker that gives it; empty where none does.

    https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action
    """
    picker_range: ClassVar[tuple[str, str]] = ("", "")
    """The first and the last that LINE's date picker has, in its form."""
    field: ClassVar[str] = "text"
    """The field of a page of the simulator: HTML's type of input, or `decimal`, or `yes_no`."""
    comes_round: ClassVar[bool] = False
    """Whether it has anniversaries: its `MM-DD` is stored, too."""
    also_read_as: ClassVar[tuple[Type, ...]] = ()
    """The other types as which a field of this type in a shop's record can be read."""

    @abstractmethod
    def fits(self, value: object) -> bool:
        """Whether a value is one of this type; what is not is unknown, in memory as in the database."""

    @abstractmethod
    def typed(self, text: str, zone: ZoneInfo | None) -> Value | None:
        """The value that a person means by a text, moments read in `zone`; `None` where it means none."""

    @abstractmethod
    def from_playbook(self, text: str, zone: ZoneInfo) -> Value | None:
        """The value that a text of the playbook stands for; `None` where it is none."""

    @abstractmethod
    def from_shop(self, raw: Any, zone: ZoneInfo) -> Value | None:
        """The value that a field of a shop's JSON means; `None` where none. Dates are those of `zone`."""

    def from_json(self, raw: Any, zone: ZoneInfo) -> Value | None:
        """The value that a field of another system's JSON means; `None` where none."""
        if isinstance(raw, str):
            return self.typed(raw, zone) if raw else None
        return raw if isinstance(raw, bool | int | float | datetime) and self.fits(raw) else None

    @abstractmethod
    def sample(self, day: date) -> Any:
        """What another system may have answered, in JSON."""

    def from_answer(
        self, text: str, when: When, least: Value | None, most: Value | None, is_open: Callable[[Value], bool]
    ) -> Value | None:
        """The value that an answer means: the bounds may tell which year, or which half of the day it is."""
        return self.typed(text, when.zone)

    def in_field(self, value: Value, zone: ZoneInfo) -> str:
        """As a field of a page, and LINE's date picker, take it."""
        return str(value)

    def start(self, day: date, zone: ZoneInfo) -> Value:
        """What a day is compared as, or begins with."""
        return day.isoformat()

    def end(self, day: date, zone: ZoneInfo) -> Value:
        """The last that belongs to a day."""
        return self.start(day, zone)

    def now(self, when: When) -> Value:
        """The value of this type that stands for now: today's date, the time of day, the moment."""
        return self.start(when.today, when.zone)

    def operand(self, value: ComparisonOperand, when: When) -> Value:
        """What a value is compared with at a moment."""
        return self.start(day_of(value, when.today), when.zone) if isinstance(value, DateWord) else value

    def day_bounds(self, days: int, when: When) -> tuple[ValueBound, ...]:
        """A whole day, so many days from today."""
        day = self.start(day_after(when.today, days), when.zone)
        return (("at_least", day), ("at_most", day))

    def span_bounds(self, how: SpanWord, span: Duration, when: When) -> tuple[ValueBound, ...]:
        """Not longer ago than a span, longer ago, or from now on."""
        edge, now = self.away(span, when, ahead=how == "in_next"), self.now(when)
        match how:
            case "within":
                return (("at_least", edge), ("at_most", now))
            case "over":
                return (("less_than", edge),)
            case "in_next":
                return (("at_least", now), ("at_most", edge))

    def away(self, span: Duration, when: When, *, ahead: bool) -> Value:
        """The end of a span that begins now, forwards or backwards; of a date whole days count."""
        whole = replace(span, days=span.days + span.seconds // _DAY_SECONDS)
        return self.start(days_later(when.today, whole, 1 if ahead else -1), when.zone)
