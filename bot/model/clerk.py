"""The clerks of the shop's stores, their codes, and the people who came by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.contact import Clerk
from bot.model.short_code import code_key

ClerkRole: TypeAlias = Literal["head_office", "group", "store_manager", "clerk"]
"""Of the whole shop, of a group of stores, of one store, or in one: the last two have a store and a code."""

GUESSES = 10
GUESSES_IN = timedelta(hours=1)
"""So many codes that nobody has may a person try in this time; then even a good one is `unknown`."""


@dataclass(frozen=True, slots=True)
class ClerkCode:
    """A code that leads to a clerk; one with an end was printed before, and is led on until then."""

    text: str
    until: datetime | None = None

    @property
    def key(self) -> str:
        """What all ways of writing it share."""
        return code_key(self.text)

    def is_good(self, now: datetime) -> bool:
        """Whether it leads to anybody at this moment."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class StoreClerk:
    """A clerk: `number` is the shop's own, by which it tells its people apart, and never changes.

    `store` is a name of the playbook's stores, `group` one of its groups: of role `group` only. `phone` is
    E.164. Nobody is deleted: from `suspended` on their codes bind nobody.
    """

    number: str
    name: str = field(repr=False)
    role: ClerkRole = "clerk"
    store: str = ""
    group: str = ""
    phone: str | None = field(default=None, repr=False)
    suspended: datetime | None = None
    codes: tuple[ClerkCode, ...] = ()

    @property
    def has_code(self) -> bool:
        """Whether somebody may be bound to them: they work in a store."""
        return self.role in ("store_manager", "clerk")

    @property
    def code(self) -> str | None:
        """Their own code, which is printed from now on."""
        return next((code.text for code in self.codes if code.until is None), None)

    def goes_by(self, key: str, now: datetime) -> bool:
        """Whether one of their codes, as all ways of writing it share it, leads to them at this moment."""
        return any(code.key == key and code.is_good(now) for code in self.codes)


@dataclass(frozen=True, slots=True)
class OfEveryStore:
    """Everybody who has a clerk, also of a store that the playbook has no more."""


@dataclass(frozen=True, slots=True)
class OfEverybody:
    """Everybody, with a clerk or without: whom the team finds on its page of customers."""


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
    """E.164, proven by a code or given by the shop."""
    proven: bool = False
    """Whether it is proven by a code."""
    friend: bool | None = None
    """Whether a message reaches them on LINE; `None`: unknown."""
    member: bool = False
    """Whether they are a member of the shop."""

    @property
    def place(self) -> ListCursor:
        """Where they stand in a list of those who were bound last."""
        return ListCursor(self.clerk.at, self.id)


@dataclass(frozen=True, slots=True)
class ListCursor:
    """A cursor in the list of people, the last bound first: after those who were bound at that time."""

    at: datetime
    id: str = field(repr=False)
