"""A page of a list of contacts, as the console shows them: who is found, how many, where it goes on (J3).

All of it may raise `DatabaseUnavailable`, and `NotFound` where a name is none of the playbook's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.operations.audiences import AudienceCount
from bot.operations.contact_search import SearchTerms, number_found, place_of, search
from bot.operations.contact_view import masked_view
from bot.operations.find_contacts import LocatedContact
from bot.store.stores import Stores

PAGE = 50
"""People on a page."""


@dataclass(frozen=True, slots=True)
class ContactPage:
    """People, masked. `next`: behind whom it goes on, empty at the end; `number`: how many, where known."""

    people: Sequence[Contact]
    next: str = ""
    number: AudienceCount | None = None


async def contact_page(
    stores: Stores, playbook: Playbook, terms: SearchTerms, after: str = ""
) -> ContactPage:
    """The first who are found, or those behind a place."""
    everywhere, found = [stores], list[LocatedContact]()
    async for some in search(everywhere, playbook, terms, after):
        found += some.people
        if len(found) > PAGE:
            break
    people = [readable(masked_view(one).contact) for one in found[:PAGE]]
    if len(found) > PAGE:
        number = await number_found(stores, playbook, terms)
        return ContactPage(people, place_of(everywhere, found[PAGE - 1]), number)
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
