"""Whom a phone, a member number or a LINE user id means on a channel, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bot.model.contact import Contact, contact_id
from bot.runtime.intake.outside_event import Addressee
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People


class Addressees:
    """Three questions to the database, however many are asked about; none for whom we remember."""

    def __init__(
        self, contacts: Contacts, people: People, remembered: Callable[[str], Contact | None]
    ) -> None:
        """`remembered` tells a contact that is stored, by its id, as its owner has last written it."""
        self._contacts = contacts
        self._people = people
        self._remembered = remembered

    def at_hand(self, asked: Iterable[Addressee]) -> dict[Addressee, Sequence[Contact]]:
        """Those of these who are named by a LINE user id and remembered.

        Should that be out of date, for they were merged a moment ago, then what is stored for them is passed
        on, as what they say is. A phone or a number may lead to somebody else by now: the database is asked.
        """
        found: dict[Addressee, Sequence[Contact]] = {}
        for one in asked:
            if one.kind == "line_id" and one not in found:
                contact = self._remembered(contact_id(one.channel, one.who))
                if contact is not None and contact.identity(one.channel).user is not None:
                    found[one] = (contact,)
        return found

    async def who_is(self, asked: Collection[Addressee]) -> Mapping[Addressee, Sequence[Contact]]:
        """The contacts of that channel to whom each leads; who was merged is what he is part of now."""
        phones = await self._people.with_phones({one.who for one in asked if one.kind == "phone"})
        numbers = await self._people.with_member_nos({one.who for one in asked if one.kind == "member_no"})

        def ids(one: Addressee) -> Sequence[str]:
            match one.kind:
                case "phone":
                    return phones.get(one.who, ())
                case "member_no":
                    return numbers.get(one.who, ())
                case "line_id":
                    return (contact_id(one.channel, one.who),)

        there = await self._contacts.people_of({id_ for one in asked for id_ in ids(one)})
        return {one: _meant(one, (there[id_] for id_ in ids(one) if id_ in there)) for one in asked}


def _meant(asked: Addressee, found: Iterable[Contact]) -> Sequence[Contact]:
    """Those who are friends there, each once.

    A phone leads only to who has proven it: what a shop tells of a parcel is for nobody else.
    """
    here = {one.id: one for one in found if one.identity(asked.channel).user is not None}
    if asked.kind != "phone":
        return tuple(here.values())
    return tuple(one for one in here.values() if one.phone == asked.who and "phone" in one.bindings)
