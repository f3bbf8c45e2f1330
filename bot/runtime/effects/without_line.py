"""People without LINE who are somebody that has bound: found once the binding is written, and made one.

Whoever writes second sees the first: a list that tells of them meanwhile looks, once it has written, for who
has bound. So nobody is missed, and nothing is asked on the way to *bound*.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bot.engine.members.identification import people_of_phone
from bot.model.contact import Contact
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.rewrites import RewriteJob
from bot.runtime.ports import ContactStore
from bot.store.contacts.people import People
from bot.store.contacts.phones import Phones, PhoneTaken

log = logging.getLogger("oaflow.members")


class WithoutLine:
    """Raises `DatabaseUnavailable`; done again, it finds nothing left to do."""

    def __init__(self, people: People, phones: Phones, contacts: ContactStore, merging: Merging) -> None:
        self._people = people
        self._phones = phones
        self._contacts = contacts
        self._merging = merging

    async def join(self, contact: str, doing: RewriteJob) -> int:
        """Make those who are this contact part of it, by its proven phone and its number; how many."""
        stored = await self._contacts.person(contact)
        if stored is None or "phone" not in stored.contact.bindings:
            return 0
        bound = stored.contact
        ids = await self._people.without_line(bound.phone, bound.member_no)
        if not ids:
            return 0
        people = list((await self._contacts.people_of(ids)).values())
        return sum(
            [
                await self.join_one(bound, one, doing)
                for one in people_of_phone(bound, people)
                if await self._may_have_number_of(one, bound, doing.at)
            ]
        )

    async def _may_have_number_of(self, other: Contact, bound: Contact, now: datetime) -> bool:
        """Whether no other LINE account has the number that comes with somebody, or was just told of it.

        Else they stay apart: a list that is taken again makes them part of that account.
        """
        number, shop = other.member_no, other.member_shop
        if number is None or bound.member_no is not None:
            return True
        if not await self._phones.reserve_number(shop, number, bound.id, now):
            return False
        ids = (await self._people.with_member_nos([number])).get(number, ())
        having = (await self._contacts.people_of(ids)).values() if ids else ()
        return all(one.id == bound.id or one.member_shop not in (shop, None) for one in having)

    async def join_one(
        self,
        bound: Contact,
        other: Contact,
        doing: RewriteJob,
        told: Callable[[Contact], Contact] = lambda one: one,
    ) -> bool:
        """The same of one of them, if it is so; whether it was done.

        `told`: the contact with what is said of it, and not written yet (a turn will).
        """
        if await self._merging.were_parted(bound.id, other.id):
            return False
        name = f"{doing.name} {other.id}"

        def is_so(kept: Contact, gone: Contact) -> bool:
            return bool(people_of_phone(told(kept), [gone]))

        try:
            return await self._merging.absorb(
                bound.id, other.id, RewriteJob(doing.who, doing.at, name), is_so
            )
        except PhoneTaken:  # whoever has it now is told of the same people when that is confirmed
            log.warning("somebody without LINE stays apart: a phone of theirs is another's by now")
            return False
