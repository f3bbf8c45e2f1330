"""What the pages of store people work with: the people that the visitor sees, the stores to choose from,
places in lists.

Addresses end up in logs, histories and screenshots, so the part that names a person is sealed for one
account: another account cannot open it, and what it opens is searched within that account's scope only.
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
"""The most stores that are offered side by side; more are a list to choose from."""


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """The stores of which one may be chosen on a page."""

    page: str
    """The path of the page."""
    kept: Mapping[str, str]
    """Further values of the page's query."""
    stores: Sequence[tuple[str, str, bool]]
    """Name, title, and whether it is chosen."""

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
    """What pages work with that show the people whom the visitor's role and scope let them see."""

    staff: StaffAccounts

    def seen(self, visit: Visit) -> SeenPeople:
        """The people that the visitor sees, within the store that the address names. Raises
        `NoVisiblePeople`."""
        return narrowed(self.all_seen(visit), visit.query("store"), self.playbook())

    def all_seen(self, visit: Visit) -> SeenPeople:
        """The people that the visitor sees, in all stores. Raises `NoVisiblePeople`."""
        return seen_people(visit.signed.role, visit.signed.scope, self.playbook())

    def choice(self, visit: Visit, **kept: str) -> StoreChoice:
        """The stores to choose from on the page of this visit, with these further values of its query."""
        playbook, seen = self.playbook(), self.seen(visit)
        names = stores_seen(self.all_seen(visit), playbook)
        stores = [(name, playbook.stores[name].title, seen == OfStores((name,))) for name in names]
        query = {name: value for name, value in kept.items() if value}
        return StoreChoice(visit.request.path, query, stores)

    def place_part(self, visit: Visit, place: ListCursor | None) -> str:
        """A place in a list, sealed for an address; empty for none."""
        if place is None:
            return ""
        return self.parts.sealed(visit.signed.name, "place", place.at.isoformat(), place.id)

    def place(self, visit: Visit) -> ListCursor | None:
        """The place in a list that the address has sealed; `None`, the beginning, for what does not open."""
        parts = self.parts.opened(visit.signed.name, "place", visit.query("after"))
        return None if parts is None else ListCursor(datetime.fromisoformat(parts[0]), parts[1])
