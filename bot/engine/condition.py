"""Conditions as data: one small language for rules, flows, menus and audiences (requirement F6).

Two compilers read it and always agree: `bot.engine.holds` asks a person in memory, `bot.store.filter` makes a
MongoDB filter of it. A condition is asked of one person on one channel at one moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.engine.hours import Hours
from bot.engine.local_time import Duration
from bot.model.place import Place
from bot.model.value import Type, Value


@dataclass(frozen=True, slots=True)
class DateWord:
    """`today`, `today+3d`, `today-18y`: a date counted from today in the playbook's time zone."""

    days: int = 0
    months: int = 0


ComparisonOperand: TypeAlias = Value | DateWord


@dataclass(frozen=True, slots=True)
class Is:
    """Equal to one of these."""

    values: tuple[ComparisonOperand, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """`at_least`, `at_most`, `more_than`, `less_than`. A moment is compared with the start of a local day."""

    how: Literal["at_least", "at_most", "more_than", "less_than"]
    value: ComparisonOperand


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Whether there is a value at all."""

    known: bool


@dataclass(frozen=True, slots=True)
class Contains:
    """A text that contains this, or starts with it, by code point."""

    text: str
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Ago:
    """`within`: not longer ago; `over`: longer ago; `in_next`: from now on, not later."""

    how: Literal["within", "over", "in_next"]
    span: Duration


@dataclass(frozen=True, slots=True)
class OnDay:
    """On that whole day: so many days from today (`days_ago: 3` is -3)."""

    days: int


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The month and day of a date come round in so many days; 29 February counts as 28 in common years."""

    in_days: int


@dataclass(frozen=True, slots=True)
class InMonth:
    """The month of a date: 1–12, or relative to this month (`this`, `next`)."""

    month: int | Literal["this", "next"]


@dataclass(frozen=True, slots=True)
class IsOpen:
    """These hours are open at a moment, or at some time of a date."""

    name: str
    hours: Hours


Test: TypeAlias = Is | Order | IsKnown | Contains | Ago | OnDay | Anniversary | InMonth | IsOpen


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them holds; an empty one always does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of them holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold: also where nothing is known."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Constant:
    """Decided when the playbook was compiled (a flow's setting, a channel); `setting`: where that is set."""

    place: Place
    holds: bool
    because: str
    setting: Place | None = None


@dataclass(frozen=True, slots=True)
class HasTag:
    """Has any of these tags, put on within a span, or longer ago than it."""

    place: Place
    tags: tuple[str, ...]
    within: Duration | None = None
    over: Duration | None = None


@dataclass(frozen=True, slots=True)
class IsBound:
    """Bound in any of these ways."""

    place: Place
    kinds: tuple[Literal["phone", "shop", "clerk"], ...]


@dataclass(frozen=True, slots=True)
class BoundBefore:
    """Has had a phone bound once in life."""

    place: Place


@dataclass(frozen=True, slots=True)
class During:
    """Within these hours, in the playbook's time zone."""

    place: Place
    name: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """All tests hold for the value under this slot (`n.points`, `x.carrier`)."""

    place: Place
    slot: str
    type: Type
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class ContactTest:
    """All tests hold for a field of the contact, or of its identity on the channel asked about."""

    place: Place
    field: str
    type: Type
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class OnList:
    """Stands on a frozen list, `name@sha`."""

    place: Place
    list: str


@dataclass(frozen=True, slots=True)
class OnChannel:
    """Asked about on one of these channels."""

    place: Place
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InSplit:
    """The seed's bucket, `(seed · a + b) mod 10007`, lies in one of these ranges (end not included).

    `name` is the split's, `groups` those asked for: for people who look.
    """

    place: Place
    a: int
    b: int
    ranges: tuple[tuple[int, int], ...]
    name: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InFlow:
    """Is in one of these flows, on any channel; with `states`, in one of those."""

    place: Place
    flows: tuple[str, ...]
    states: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnswerTest:
    """All tests hold for an answer or input of the flow that asks (class E)."""

    place: Place
    name: str
    type: Type
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class EventTest:
    """All tests hold for a field of the event (class E)."""

    place: Place
    field: str
    type: Type
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class AtStore:
    """The person's clerk belongs to one of these stores."""

    place: Place
    stores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithStaff:
    """Staff have the conversation on this channel, or not."""

    place: Place
    staff: bool


@dataclass(frozen=True, slots=True)
class SmsCreditIs:
    """The SMS credit is one of these."""

    place: Place
    levels: tuple[str, ...]


Leaf: TypeAlias = (
    Constant
    | HasTag
    | IsBound
    | BoundBefore
    | During
    | AttributeTest
    | ContactTest
    | OnList
    | OnChannel
    | InSplit
    | InFlow
    | AnswerTest
    | EventTest
    | AtStore
    | WithStaff
    | SmsCreditIs
)
"""A single condition: each knows its place."""

Condition: TypeAlias = All | Any | Not | Leaf

CONTACT_FIELDS: dict[str, Type] = {
    "name": "text",
    "language": "text",
    "phone": "text",
    "email": "text",
    "member_no": "text",
    "friend": "yes_no",
    "marketing": "yes_no",
    "followed": "date_time",
    "last_seen": "date_time",
    "last_push": "date_time",
    "last_staff": "date_time",
    "last_order": "date_time",
    "clerk": "text",
    "clerk_since": "date_time",
}
"""The fields that `contact:` may ask for, with their types."""

PRIVATE_FIELDS = frozenset({"phone", "email", "member_no"})
"""Those that are stored sealed: only equality and `known`."""
