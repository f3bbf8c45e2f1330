"""What contacts hold of promotions, without the contact's knowing their kinds (decision 069)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

T = TypeVar("T")
HeldItems: TypeAlias = Mapping[str, tuple[Any, ...]]
"""By name what is held, of what there is something."""


HELD = "held."
"""Begins the names of what is held, among the fields of a contact."""


def held_items(found: HeldItems) -> HeldItems:
    """The same without names of which there is nothing."""
    return {name: items for name, items in found.items() if items}


class HoldsPromotions(Protocol):
    """A contact, as far as this reads and changes it."""

    held: HeldItems


@dataclass(frozen=True)
class Held(Generic[T]):
    """What contacts hold of one kind, by its name in `Contact.held`: `Held("draws", HeldDraw, …)`."""

    name: str
    record: type[T]
    """What one of them is."""
    key: Callable[[T], str] = field(compare=False)
    """Of all that a contact holds each has another one."""

    def of(self, contact: HoldsPromotions) -> tuple[T, ...]:
        """What this contact holds."""
        found: tuple[T, ...] = contact.held.get(self.name, ())
        return found

    def one(self, contact: HoldsPromotions, key: str) -> T | None:
        """The one with this key; `None`: there is none."""
        return next((one for one in self.of(contact) if self.key(one) == key), None)

    def without(self, contact: HoldsPromotions, key: str) -> tuple[T, ...]:
        """All but the one with this key."""
        return tuple(one for one in self.of(contact) if self.key(one) != key)

    @property
    def field(self) -> str:
        """What it is called among the fields of a contact: `held.draws`."""
        return f"{HELD}{self.name}"

    def put(self, contact: HoldsPromotions, items: tuple[T, ...]) -> None:
        """Let the contact hold these instead."""
        others = {name: held for name, held in contact.held.items() if name != self.name}
        contact.held = {**others, self.name: items} if items else others

    def set(self, contact: HoldsPromotions, item: T) -> None:
        """Let the contact hold this one in the place of that with its key; behind all where there is none."""
        items = {self.key(one): one for one in self.of(contact)}
        self.put(contact, tuple({**items, self.key(item): item}.values()))
