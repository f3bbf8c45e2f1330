"""A cache of contacts as their owner last wrote them: it saves a busy contact a read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from bot.model.contact import Contact
from bot.model.fast_dataclass import fast_dataclass
from bot.model.processes import part_of

KEPT = 5_000
"""Contacts in the cache, at most."""


@fast_dataclass(frozen=True, slots=True)
class CachedContact:
    """A contact and its revision, 0 where nothing was stored.

    A stale one is harmless: a write based on it loses, and it is read anew.
    """

    contact: Contact
    revision: int


class ContactCache:
    """The last few thousand contacts, least recently used first to go."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._known: OrderedDict[str, CachedContact] = OrderedDict()

    def get(self, contact: str) -> CachedContact | None:
        """The cached contact, also a new one of revision 0; `None`: not cached."""
        known = self._known.get(contact)
        if known is not None:
            self._known.move_to_end(contact)
        return known

    def stored(self, contact: str) -> Contact | None:
        """The cached contact, if it was stored; `None` for a new one, or where it is not cached."""
        known = self.get(contact)
        return known.contact if known is not None and known.revision else None

    def put(self, known: CachedContact) -> None:
        """Remember a contact as it was just written or read."""
        self._known[known.contact.id] = known
        self._known.move_to_end(known.contact.id)
        if len(self._known) > self._size:
            self._known.popitem(last=False)

    def drop(self, contact: str) -> None:
        """Forget one contact: another process has written it, or may have."""
        self._known.pop(contact, None)

    def keep_only(self, owned: Callable[[int], bool]) -> None:
        """Forget the contacts of parts that are not ours any more."""
        for contact in [c for c in self._known if not owned(part_of(c))]:
            del self._known[contact]
