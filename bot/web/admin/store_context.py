"""What the pages of store people work with: the people, the playbook, and whose people somebody sees.

Addresses end up in logs, histories and screenshots, so the part that names a person is sealed for one
account: another account cannot open it, and what it opens is looked for within that account's scope only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.clerk import ListCursor, OfStores, SeenPeople
from bot.operations.admins.accounts import StaffAccounts
from bot.operations.store_people.visibility import narrowed, seen_people, stores_seen
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import Visit, page_address

FEW = 12
"""Stores that are offered side by side; more are a list to choose from."""


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """The stores of which one may be chosen on a page: name, title, whether it is chosen.

    `kept` is what the page's address says besides.
    """

    page: str
    kept: Mapping[str, str]
    stores: Sequence[tuple[str, str, bool]]

    @property
    def are_few(self) -> bool:
        """Whether all of them are offered side by side."""
        return len(self.stores) <= FEW

    @property
    def is_made(self) -> bool:
        """Whether one is chosen."""
        return any(chosen for _, _, chosen in self.stores)

    def address(self, store: str = "") -> str:
        """The page with this store chosen, or with all of them."""
        return page_address(self.page, **self.kept, store=store)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContext(ConsoleContext):
    """Pages show the people that the visitor's role and scope let them see."""

    staff: StaffAccounts

    def seen(self, visit: Visit) -> SeenPeople:
        """The people that the visitor sees, within a store that they chose. Raises `NoVisiblePeople`."""
        return narrowed(self.all_seen(visit), visit.query("store"), self.playbook())

    def all_seen(self, visit: Visit) -> SeenPeople:
        """The same, whatever they have chosen."""
        return seen_people(visit.signed.role, visit.signed.scope, self.playbook())

    def choice(self, visit: Visit, **kept: str) -> StoreChoice:
        """The stores that they may choose on the page of this visit; one alone is no choice."""
        playbook, seen = self.playbook(), self.seen(visit)
        names = stores_seen(self.all_seen(visit), playbook)
        stores = [(name, playbook.stores[name].title, seen == OfStores((name,))) for name in names]
        query = {name: value for name, value in kept.items() if value}
        return StoreChoice(visit.request.path, query, stores)

    def place_part(self, visit: Visit, place: ListCursor | None) -> str:
        """A place in a list as a part of an address; empty for none."""
        if place is None:
            return ""
        return self.parts.sealed(visit.signed.name, "place", place.at.isoformat(), place.id)

    def place(self, visit: Visit) -> ListCursor | None:
        """The place that the address has; one that does not open is the beginning."""
        parts = self.parts.opened(visit.signed.name, "place", visit.query("after"))
        return None if parts is None else ListCursor(datetime.fromisoformat(parts[0]), parts[1])
