"""Whom the people of the stores see: of every store, of some, or of one clerk (requirement D6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.model.contact import Clerk


@dataclass(frozen=True, slots=True)
class OfEveryStore:
    """Everybody who has a clerk, also of a store that the playbook has no more."""


@dataclass(frozen=True, slots=True)
class OfStores:
    """Those whose clerk's store is one of these, by their names in the playbook; of none: nobody."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfClerk:
    """Those who are bound to the clerk of this number."""

    number: str


SeenPeople: TypeAlias = OfEveryStore | OfStores | OfClerk
"""What every question about people of the stores is bounded by: never anything that a request says."""


@dataclass(frozen=True, slots=True)
class StorePerson:
    """A contact with a clerk, as far as the people of the stores may know them; the phone is not masked."""

    id: str = field(repr=False)
    name: str | None = field(repr=False)
    clerk: Clerk = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    """E.164, proven by a code or told by the shop."""
    proven: bool = False
    """Whether it is proven by a code."""
    friend: bool | None = None
    """Whether a message reaches them on LINE; `None`: nobody has told."""
    member: bool = False
    """Whether the shop knows them as a member."""

    @property
    def place(self) -> ListPlace:
        """Where they stand in a list of those who were bound last."""
        return ListPlace(self.clerk.at, self.id)


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place in the list of people, those who were bound last first: behind whoever was bound then."""

    at: datetime
    id: str = field(repr=False)
