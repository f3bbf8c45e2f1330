"""Merges two contacts of one person, and moves phones between contacts, with events and audit rows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.engine.members.identity import OfShop
from bot.engine.members.merge import merged
from bot.engine.members.same_phone import Two, one_phone
from bot.model.audit import MEMBER, AuditRow
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.effects import ConfirmPhone
from bot.model.stored import Stored
from bot.model.translatable import Quoted, tr
from bot.services.caller import Caller
from bot.services.contact_ports import AuditTrail, ContactDirectory, PairRewriter
from bot.services.rewrites import Rewrite, RewriteJob, RewriteRefused, no_contact, united

ATTEMPTS = 5
"""How often two contacts are looked up before giving up, because one is merged into a third each time."""


class _Gone(Exception):
    """One of the two has been merged away since it was looked up."""


@dataclass(eq=False, repr=False)
class MergeService:
    """Rewrites contacts after a phone was proven. Works in any process, also in one that owns no part.

    `given()`: which data of contacts come from shops, by the live playbook.
    """

    _pairs: PairRewriter
    _contacts: ContactDirectory
    _audit: AuditTrail
    _clock: Clock
    _given: Callable[[], OfShop]

    async def bound(self, notice: ConfirmPhone, caller: Caller) -> None:
        """The caller has bound a phone: merge or change the contacts that had it, or are this member already.

        On another channel the same person is merged; on the same one the binding moves, with its tags. A
        former holder of the phone loses it. Idempotent: what is done already, or no longer true, is skipped.
        Raises `RewriteRefused` where others merge the two again and again, or one of them is gone.
        """
        at = self._clock.now()
        by = notice.by or MEMBER
        await self._audit.add(AuditRow(f"bound:{caller.id}", at, by, "bound", caller.contact))
        for other in (notice.former, notice.other, notice.second):
            if other is not None and await self._contacts.person(other) is not None:
                await self._share(notice, caller.contact, other, RewriteJob(by, at, f"{caller.id} {other}"))

    async def _share(self, notice: ConfirmPhone, contact: str, other: str, job: RewriteJob) -> None:
        def work(kept: Contact, gone: Contact) -> Rewrite | None:
            two = one_phone(kept, gone, notice.phone, job.at, self._given(), is_former=other == notice.former)
            return None if two is None else united(kept, gone, two, job)

        await self._change(contact, other, work)

    async def absorb(
        self, kept: str, gone: str, job: RewriteJob, is_so: Callable[[Contact, Contact], bool]
    ) -> bool:
        """Merge a contact without LINE into another, if `is_so` holds for the two as they are then.

        Returns whether it did. Raises `RewriteRefused` as `bound` does, and `PhoneTaken` where a third
        contact has, or is about to have, a phone of one of them.
        """

        def work(one: Contact, other: Contact) -> Rewrite | None:
            if other.has_line or not is_so(one, other):
                return None
            return united(one, other, Two("merged", merged(one, other, self._given()), None), job)

        return await self._change(kept, gone, work) is not None

    async def were_parted(self, one: str, other: str) -> bool:
        """Whether staff have undone a merge of these two: then no import or binding merges them again."""
        lines = await self._audit.of(other)
        return any(
            line.what == "merged"
            and line.undone_by is not None
            and {line.contact, line.other} == {one, other}
            for line in lines
        )

    async def unbound(self, caller: Caller, by: str) -> None:
        """Add to the audit log that a turn has undone the caller's binding; where that is logged already, as
        the staff's order, nothing is added."""
        event = caller.id.rpartition("#")[0]  # of `EVENT#NUMBER`
        await self._audit.add(AuditRow(unbinding(event), self._clock.now(), by, "unbound", caller.contact))

    async def _change(
        self, kept: str, gone: str, work: Callable[[Contact, Contact], Rewrite | None]
    ) -> Rewrite | None:
        def rewrite_of(one: Stored, other: Stored) -> Rewrite | None:
            if one.to is not None or other.to is not None:
                raise _Gone
            return work(one.contact, other.contact)

        for _ in range(ATTEMPTS):
            one, other = await self._person(kept), await self._person(gone)
            if one == other:
                return None
            with suppress(_Gone):
                return await self._pairs.change(one, other, rewrite_of)
        raise RewriteRefused(
            tr(
                "{one} and {other} are being merged by others, again and again",
                one=Quoted(kept),
                other=Quoted(gone),
            )
        )

    async def _person(self, contact: str) -> str:
        stored = await self._contacts.person(contact)
        if stored is None or not stored.revision:  # no turn has stored anybody yet
            raise RewriteRefused(no_contact(contact))
        return stored.contact.id


def unbinding(event: str) -> str:
    """The id of the audit log's line about an unbinding event: the same for every writer, so it is there
    once."""
    return f"unbound:{event}"
