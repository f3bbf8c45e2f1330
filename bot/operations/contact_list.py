"""A page of a list of contacts, as the console shows them: who is found, how many, where it goes on (J3).

All of it may raise `DatabaseUnavailable`, and `NotFound` where a name is none of the playbook's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.operations.audiences import AudienceCount
from bot.operations.contact_search import SearchTerms, number_found, place_of, search
from bot.operations.contact_view import ContactView, masked_view
from bot.operations.find_contacts import LocatedContact
from bot.store.stores import Stores

PAGE = 50
"""People on a page."""


@dataclass(frozen=True, slots=True)
class ContactPage:
    """People, masked. `next`: behind whom it goes on, empty at the end; `number`: how many, where known."""

    people: Sequence[ContactView]
    next: str = ""
    number: AudienceCount | None = None


async def contact_page(
    everywhere: Sequence[Stores],
    playbook: Playbook,
    terms: SearchTerms,
    after: str = "",
    most: int = PAGE,
    looked_at: Callable[[int], None] = lambda number: None,
) -> ContactPage:
    """The first `most` who are found, or those behind a place; it says how many were `looked_at` so far.

    `everywhere` as in `search`; their number is known among real people alone.
    """
    found = list[LocatedContact]()
    async for some in search(everywhere, playbook, terms, after):
        found += some.people
        if len(found) > most:
            break
        looked_at(some.looked_at)
    people = [masked_view(one) for one in found[:most]]
    if len(found) > most:
        number = await number_found(everywhere[0], playbook, terms) if len(everywhere) == 1 else None
        return ContactPage(people, place_of(everywhere, found[most - 1]), number)
    whole = None if after else AudienceCount(len(people), about=False)
    return ContactPage(people, number=whole)


def readable(contact: Contact) -> Contact:
    """The same with a name that is shown as it is: nothing invisible in it, nothing that turns it around."""
    return contact if contact.name is None else replace(contact, name=visible(contact.name).strip() or None)


async def one_contact(stores: Stores, contact: str) -> LocatedContact | None:
    """A contact by its id, or whom it is part of by now; `None` where nobody is known by it any more."""
    stored = await stores.contacts.person(contact)
    if stored is None or not stored.revision:
        return None
    return LocatedContact(stored, stores, simulated=False)
