"""The contacts that lines of a list may mean, updated as line after line is taken over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.model.contact import Contact
from bot.model.stored import Stored


@dataclass(slots=True)
class Crowd:
    """The contacts that some lines may mean, each as the lines planned so far leave it."""

    people: dict[str, Contact] = field(default_factory=dict)
    """By contact id."""
    stored: dict[str, Stored] = field(default_factory=dict)
    """The contacts as they were read from the database, by id."""
    gone: set[str] = field(default_factory=set)
    """Ids of contacts that were merged away."""
    became: dict[str, str] = field(default_factory=dict)
    """By the id of a merged contact: that of the contact it is part of."""
    shared: Collection[str] = ()
    """Phones of so many contacts that they identify none, such as one that a shop enters for all members
    without a known phone."""
    read: dict[str, int] = field(default_factory=dict)
    """Revisions of the contacts that were read by the lines' own ids, numbers and phones."""
    phones: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Contact ids by phone."""
    numbers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Contact ids by member number."""

    def put(self, contact: Contact, stored: Stored | None) -> None:
        """Add a contact, or replace its earlier state."""
        before = self.people.get(contact.id)
        if before is not None and before.phone is not None:
            self.phones[before.phone].discard(contact.id)
        self.people[contact.id] = contact
        if stored is not None:
            self.stored[contact.id] = stored
        if contact.phone is not None:
            self.phones[contact.phone].add(contact.id)
        if contact.member_no is not None:
            self.numbers[contact.member_no].add(contact.id)

    def of(self, own: str, number: str | None, phone: str | None) -> Sequence[Contact]:
        """The contacts with this id, number or phone."""
        ids = {own}
        if number is not None:
            ids |= self.numbers[number]
        if phone is not None and phone not in self.shared:
            ids |= self.phones[phone]
        return [self.people[one] for one in sorted(ids) if one in self.people]

    def is_shared(self, phone: str | None) -> bool:
        """Whether another contact has this phone, too."""
        return phone is not None and (phone in self.shared or len(self.phones[phone]) > 1)
