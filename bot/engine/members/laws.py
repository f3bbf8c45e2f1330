"""Laws of merging: what two values become where two contacts become one (language, 8.3), and two again (J2).

A law has two sides. `join(ours, theirs)` is the value of the one that both become; `ours` is of who stays.
`part(now, both, before, other)` undoes it: of the value as it is now, as `join` had made it, and as the two
had it, `before` of who stayed, it makes what the first has from then on, and what the other takes along.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

from bot.model.contact import Contact
from bot.model.held import HELD, Held, held_items

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
JoinSide: TypeAlias = Callable[[T, T], T]
PartSide: TypeAlias = Callable[[T, T, T, T], tuple[T, T]]
Fields: TypeAlias = Mapping[str, Any]
"""Values of a contact, by the names of its fields; of what a promotion holds by `Held.field`."""


def field_of(contact: Contact, name: str) -> Any:
    """The value of a field of this name."""
    return contact.held.get(name.removeprefix(HELD), ()) if name.startswith(HELD) else getattr(contact, name)


def with_fields(contact: Contact, *given: Fields) -> Contact:
    """The contact with these values instead."""
    values = {name: value for one in given for name, value in one.items()}
    items = {name.removeprefix(HELD): values.pop(name) for name in [*values] if name.startswith(HELD)}
    return replace(contact, **values, held=held_items({**contact.held, **items}))


@dataclass(frozen=True)
class Law(Generic[T]):
    """What holds for one value."""

    join: JoinSide[T]
    part: PartSide[T]


class FieldsLaw(ABC):
    """What holds for some fields of a contact: for each by itself, or for a group that belongs together."""

    fields: tuple[str, ...]
    """All that `join` and `part` give."""

    @abstractmethod
    def join(self, ours: Contact, theirs: Contact) -> Fields: ...

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        """Each field has its own again, unless a law says otherwise."""
        return Each(OWN, *self.fields).part(now, both, before, other)

    def of_one_person(self, one: Contact, other: Contact) -> Fields:
        """What `one` has from then on where they stay two, as LINE accounts of one person."""
        return {}


class Each(FieldsLaw):
    """One law, for each of these fields by itself."""

    def __init__(self, law: Law[Any], *fields: str) -> None:
        self.law = law
        self.fields = fields

    def join(self, ours: Contact, theirs: Contact) -> Fields:
        return {name: self.law.join(field_of(ours, name), field_of(theirs, name)) for name in self.fields}

    def part(self, now: Contact, both: Contact, before: Contact, other: Contact) -> tuple[Fields, Fields]:
        four = (now, both, before, other)
        parts = {name: self.law.part(*(field_of(one, name) for one in four)) for name in self.fields}
        first, gone = ({name: part[side] for name, part in parts.items()} for side in (0, 1))
        return first, gone


def as_one(now: Contact, both: Contact, before: Contact, *fields: str) -> Fields:
    """`own_again` of the first, of several fields that are one thing: all have changed, or none."""
    values = attrgetter(*fields)
    return dict(zip(fields, values(before if values(now) == values(both) else now), strict=True))


def own_again(now: T, both: T, before: T, other: T) -> tuple[T, T]:
    """Each has its own again; one that has changed since the merge stays with the first."""
    return before if now == both else now, other


def goes_along(now: T | None, both: T | None, before: T | None, other: T | None) -> tuple[T | None, T | None]:
    """What the other had goes along, as it is now; all else stays."""
    return (now, None) if other is None else (None, now)


def stays_if_own(
    now: T | None, both: T | None, before: T | None, other: T | None
) -> tuple[T | None, T | None]:
    """What only the other has brought goes; all else that is there now stays."""
    return (now if before is not None or other is None else None), other


def _known(ours: T | None, theirs: T | None) -> list[T]:
    return [one for one in (ours, theirs) if one is not None]


def latest(ours: datetime | None, theirs: datetime | None) -> datetime | None:
    """The later of two moments; `None` where neither is known."""
    return max(_known(ours, theirs), default=None)


def strictest(ours: bool | None, theirs: bool | None) -> bool | None:
    """A *no* of either, else a *yes* of either; `None` where neither is known."""
    return all(known) if (known := _known(ours, theirs)) else None


def union(ours: tuple[T, ...], theirs: tuple[T, ...]) -> tuple[T, ...]:
    """The items of both, each of theirs once only."""
    return (*ours, *(item for item in theirs if item not in ours))


_at: Callable[[Any], datetime] = attrgetter("at")

OWN = Law[Any](lambda ours, theirs: ours, own_again)
"""The value of who stays; parted, each has its own again."""
OURS = Law[Any](lambda ours, theirs: ours, lambda now, both, before, other: (now, other))
"""The value of who stays; parted, the first has it as it is now, and the other has its own again."""
FIRST_KNOWN = Law[Any](lambda ours, theirs: ours or theirs, own_again)
"""The value of who stays where it is known (not empty), else the other's."""
LATEST = Law(latest, own_again)
"""The later of two moments."""
EARLIEST = Law[datetime | None](lambda ours, theirs: min(_known(ours, theirs), default=None), own_again)
"""The earlier of two moments."""
FIRST_AT = Law[Any](lambda ours, theirs: min(_known(ours, theirs), key=_at, default=None), own_again)
"""The record with the earlier moment `at`."""
LAST_AT = Law[Any](lambda ours, theirs: max(_known(ours, theirs), key=_at, default=None), own_again)
"""The record with the later moment `at`."""


def by_key(join: JoinSide[T], part: PartSide[T | None]) -> Law[Mapping[K, T]]:
    """A law for the value of each key; `None`: there is none. `join` is asked where both have one.

    In order: what the first had, what the other had, what is new.
    """

    def joined(ours: Mapping[K, T], theirs: Mapping[K, T]) -> Mapping[K, T]:
        both = {key: join(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()}
        return {**ours, **theirs, **both}

    def parted(*four: Mapping[K, T]) -> tuple[Mapping[K, T], Mapping[K, T]]:
        now, _, before, other = four
        parts = {key: part(*(one.get(key) for one in four)) for key in {**before, **other, **now}}
        first = {key: mine for key, (mine, _) in parts.items() if mine is not None}
        return first, {key: gone for key in other if (gone := parts[key][1]) is not None}

    return Law(joined, parted)


def records(
    key: Callable[[T], Hashable],
    join: JoinSide[T],
    part: PartSide[T | None],
    order: Callable[[T], Any] | None = None,
) -> Law[tuple[T, ...]]:
    """`by_key` of records in a row, of which each has another key."""
    law: Law[Mapping[Hashable, T]] = by_key(join, part)

    def named(items: tuple[T, ...]) -> Mapping[Hashable, T]:
        return {key(item): item for item in items}

    def ordered(found: Mapping[Hashable, T]) -> tuple[T, ...]:
        return tuple(found.values() if order is None else sorted(found.values(), key=order))

    def parted(*four: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
        first, gone = law.part(*map(named, four))
        return ordered(first), ordered(gone)

    return Law(lambda ours, theirs: ordered(law.join(named(ours), named(theirs))), parted)


def each_held(
    held: Held[T], join: JoinSide[T], part: PartSide[T | None], order: Callable[[T], Any] | None = None
) -> Each:
    """`records` of what contacts hold, by its key."""
    return Each(records(held.key, join, part, order), held.field)
