"""Contacts with the same phone or address as a form: possible matches, for staff to confirm or refuse
(E2)."""

from __future__ import annotations

from bot.engine.members.same_phone import shared_channels
from bot.model.contact import Contact
from bot.model.effects import FindMatches
from bot.model.match import Match, MatchedBy, match_id
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.services.effects import NoticeHandlers
from bot.store.contacts.matches import Matches
from bot.store.contacts.people import People


class MatchFinder:
    """Stores possible matches, each once, however often it is notified. Raises `DatabaseUnavailable`."""

    def __init__(self, people: People, contacts: ContactStore, matches: Matches) -> None:
        self._people = people
        self._contacts = contacts
        self._matches = matches

    @property
    def hears(self) -> NoticeHandlers:
        return {FindMatches: self.look}

    async def look(self, notice: FindMatches, caller: Caller) -> None:
        """Store the contacts that may be one person with the caller's contact, where the two can be
        merged."""
        stored = await self._contacts.person(caller.contact)
        if stored is None:
            return
        ids = set(await self._people.with_any_phone(notice.phone)) if notice.phone is not None else set()
        ids |= set(await self._people.with_email(notice.email)) if notice.email is not None else set()
        for other in sorted(ids):
            found = await self._contacts.person(other)
            if found is not None and can_be_one(stored.contact, found.contact):
                both = (stored.contact.id, found.contact.id)
                await self._matches.keep(Match(match_id(*both), *both, caller.at))


def can_be_one(contact: Contact, other: Contact) -> bool:
    """Whether the two can be merged: two LINE accounts on one channel stay two."""
    is_other = contact.id != other.id and contact.kind == other.kind == "person"
    return is_other and not shared_channels(contact, other)


def matched_by(contact: Contact, other: Contact) -> tuple[MatchedBy, ...]:
    """What the two have in common just now."""
    by: list[MatchedBy] = []
    ours, theirs = ({one.phone, one.stated_phone} - {None} for one in (contact, other))
    if ours & theirs:
        by.append("phone")
    if contact.email is not None and contact.email == other.email:
        by.append("email")
    return tuple(by)
