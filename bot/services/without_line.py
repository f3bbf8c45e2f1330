"""Merges contacts without LINE into the contact that has bound as the same person, after the binding.

An import, once it has written, looks for contacts that have bound meanwhile; a binding, once stored, looks
for imported contacts. Whichever writes second finds the other: nobody is missed, and no binding waits.

A person without LINE is a contact without turns: no timers, flows or calls; what staff or a list change is
written at once, by revision. Its id is `M:` and a hash of the member's number, else of the phone, so two
imports make one contact. It stays when keys are rotated: with the database and a retired key the phones of
those imported under it could be guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.engine.members.identification import people_of_phone
from bot.model.contact import Contact
from bot.services.contact_ports import ContactDirectory, ContactIndex, PhoneRegister
from bot.services.merging import MergeService
from bot.services.phone_rows import PhoneTaken
from bot.services.rewrites import RewriteJob

log = logging.getLogger("oaflow.members")


@dataclass(eq=False, repr=False)
class WithoutLineMerger:
    """Merges by verified phone and member number. Repeated, it finds nothing left to do.

    Its methods raise `DatabaseUnavailable`.
    """

    _people: ContactIndex
    _phones: PhoneRegister
    _contacts: ContactDirectory
    _merging: MergeService

    async def join(self, contact: str, job: RewriteJob) -> int:
        """Merge contacts without LINE that are this person, by verified phone and number; returns how
        many."""
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
                await self.join_one(bound, one, job)
                for one in people_of_phone(bound, people, job.at)
                if await self._may_have_number_of(one, bound, job.at)
            ]
        )

    async def _may_have_number_of(self, other: Contact, bound: Contact, now: datetime) -> bool:
        """Whether no other LINE account has, or has just been given, the number that comes with `other`.

        Else they stay apart: the next import merges them into that account.
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
        job: RewriteJob,
        updated: Callable[[Contact], Contact] = lambda one: one,
    ) -> bool:
        """Merge the contact `other` into `bound`, if it is this person; returns whether it was done.

        `updated(contact)` gives `bound` with changes that a turn has not written yet.
        """
        if await self._merging.were_parted(bound.id, other.id):
            return False
        name = f"{job.name} {other.id}"

        def is_so(kept: Contact, gone: Contact) -> bool:
            return bool(people_of_phone(updated(kept), [gone], job.at))

        try:
            return await self._merging.absorb(bound.id, other.id, RewriteJob(job.actor, job.at, name), is_so)
        except PhoneTaken:  # its owner is merged with the same contacts once the binding is confirmed
            log.warning("somebody without LINE stays apart: a phone of theirs is another's by now")
            return False
