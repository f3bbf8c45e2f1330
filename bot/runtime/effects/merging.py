"""Merges two contacts of one person, moves phones, and undoes both: with events for both, and a log."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from bot.engine.members.identity import OfShop
from bot.engine.members.merge import merged
from bot.engine.members.same_phone import Two, one_phone
from bot.model.audit import MEMBER, AuditRow
from bot.model.clock import Clock
from bot.model.contact import BindingKind, Contact
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.effects import ConfirmPhone
from bot.model.staff_order import StaffUnbinds
from bot.model.stored import Stored
from bot.model.translatable import Quoted, tr
from bot.runtime.effects.rewrites import (
    RewriteJob,
    RewriteRefused,
    entry_for,
    no_contact,
    refuse_to_merge,
    undone,
    united,
)
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.store.contacts.phones import PhoneTaken
from bot.store.contacts.rewriting import Rewrite, Rewriter, RewriteTargetMissing
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import SealInvalid

ATTEMPTS = 5
"""Times that two contacts are looked up anew because one of them was merged away just then."""


class _Gone(Exception):
    """One of the two has been merged away since it was looked up."""


class Merging:
    """Works from any process, also from one that owns no part: everything is done in the database.

    Every call raises `DatabaseUnavailable` when MongoDB is away; asking again is safe. Orders of
    staff raise `RewriteRefused` where they cannot be carried out.
    """

    def __init__(
        self,
        rewriter: Rewriter,
        contacts: ContactStore,
        audit: AuditLog,
        clock: Clock,
        given: Callable[[], OfShop],
    ) -> None:
        """`given`: what contacts have from shops, by the live playbook."""
        self._rewriter = rewriter
        self._contacts = contacts
        self._audit = audit
        self._clock = clock
        self._given = given
        self.on_rewrite: Callable[[str], None] = lambda contact: None

    # -- what members do

    async def bound(self, notice: ConfirmPhone, caller: Caller) -> None:
        """The caller has bound a phone: merge or change the contacts that had it, or are this member already.

        On another channel the same person is merged; on the same one the binding moves, with its tags. A
        former holder of the phone loses it. Idempotent: what is done already, or no longer true, is skipped.
        """
        at = self._clock.now()
        by = notice.by or MEMBER
        await self._audit.add(AuditRow(f"bound:{caller.id}", at, by, "bound", caller.contact))
        for other in (notice.former, notice.other, notice.second):
            if other is not None and await self._contacts.person(other) is not None:
                await self._share(
                    notice, caller.contact, other, RewriteJob(MEMBER, at, f"{caller.id} {other}")
                )

    async def _share(self, notice: ConfirmPhone, contact: str, other: str, job: RewriteJob) -> None:
        def work(kept: Contact, gone: Contact) -> Rewrite | None:
            two = one_phone(kept, gone, notice.phone, job.at, self._given(), is_former=other == notice.former)
            return None if two is None else united(kept, gone, two, job)

        await self._change(contact, other, work)

    async def absorb(
        self, kept: str, gone: str, job: RewriteJob, is_so: Callable[[Contact, Contact], bool]
    ) -> bool:
        """Merge a contact without LINE into another, if `is_so` holds for the two as they are then.

        Returns whether it did. Raises `PhoneTaken` where a third contact has, or is about to have, a phone
        of one of them.
        """

        def work(one: Contact, other: Contact) -> Rewrite | None:
            if other.has_line or not is_so(one, other):
                return None
            return united(one, other, Two("merged", merged(one, other, self._given()), None), job)

        return await self._change(kept, gone, work) is not None

    async def were_parted(self, one: str, other: str) -> bool:
        """Whether staff have undone a merge of these two: no list, and no binding, makes them one again."""
        lines = await self._audit.of(other)
        return any(
            line.what == "merged"
            and line.undone_by is not None
            and {line.contact, line.other} == {one, other}
            for line in lines
        )

    async def unbound(self, caller: Caller, by: str) -> None:
        """Log that a turn of the caller's has undone a binding, unless the staff member's order is logged."""
        event = caller.id.rpartition("#")[0]
        await self._audit.add(AuditRow(_unbound(event), self._clock.now(), by, "unbound", caller.contact))

    # -- what staff do

    async def merge(self, kept: str, gone: str, who: str) -> Contact:
        """Make two contacts one, and return it; both ids lead to it from then on.

        A contact without LINE is merged into the one with LINE, whichever is to be kept.
        """
        kept, gone = await self._with_line_first(kept, gone)
        job = RewriteJob(who, self._clock.now(), uuid.uuid4().hex)

        def work(one: Contact, other: Contact) -> Rewrite:
            refuse_to_merge(one, other)
            return united(one, other, Two("merged", merged(one, other, self._given()), None), job)

        try:
            made = await self._change(kept, gone, work)
        except PhoneTaken:
            raise RewriteRefused(
                tr("a third contact has, or is about to have, the phone of one of them")
            ) from None
        if made is None:
            raise RewriteRefused(
                tr("{one} and {other} are one contact already", one=Quoted(kept), other=Quoted(gone))
            )
        return made.kept

    async def _with_line_first(self, kept: str, gone: str) -> tuple[str, str]:
        there = await self._contacts.people_of([kept, gone])
        ids = [there[one].id if one in there else one for one in (kept, gone)]
        is_wrong = ids[0].startswith(WITHOUT_LINE) and not ids[1].startswith(WITHOUT_LINE)
        return (gone, kept) if is_wrong else (kept, gone)

    async def undo(self, contact: str, who: str) -> AuditRow:
        """Undo this contact's last merge, or moved phone; the line that was undone."""
        line = await self._last_of(contact)
        if line is None:
            raise RewriteRefused(
                tr("{contact} has no merge and no moved phone that could be undone", contact=Quoted(contact))
            )
        later = await self._last_of(line.contact)
        if later is not None and later != line:
            with_whom = later.other if later.contact == line.contact else later.contact
            raise RewriteRefused(
                tr(
                    "{contact} was changed with {other} since: undo that first",
                    contact=Quoted(line.contact),
                    other=Quoted(with_whom or ""),
                )
            )
        job = RewriteJob(who, self._clock.now(), line.id)
        try:
            await self._undo(line, job)
        except RewriteTargetMissing as gone:
            raise RewriteRefused(tr("{contact} is not there any more", contact=Quoted(str(gone)))) from None
        except SealInvalid:
            raise RewriteRefused(
                tr("what the two were before does not open: its key is not in the key ring")
            ) from None
        return line

    async def _undo(self, line: AuditRow, job: RewriteJob) -> None:
        given = self._given()
        try:
            await self._rewriter.undo(line.id, lambda both: undone(both, job, given, phone_is_free=True))
        except PhoneTaken:
            await self._rewriter.undo(line.id, lambda both: undone(both, job, given, phone_is_free=False))

    async def unbind(
        self, contact: str, kind: BindingKind | Literal["clerk"], who: str, *, keep_tags: bool = False
    ) -> str:
        """Have a binding undone in the contact's next turn, as an event of its own; its id."""
        stored = await self._contacts.person(contact)
        if stored is None:
            raise RewriteRefused(no_contact(contact))
        person = stored.contact
        if kind not in person.bindings and not (kind == "clerk" and person.clerk is not None):
            raise RewriteRefused(
                tr("{contact} has no binding {kind}", contact=Quoted(person.id), kind=Quoted(kind))
            )
        job = RewriteJob(who, self._clock.now(), uuid.uuid4().hex)
        entry = entry_for(person, StaffUnbinds(kind, keep_tags), job)
        details = (kind, "its tags stay") if keep_tags else (kind,)
        line = AuditRow(_unbound(entry.id), job.at, who, "unbound", person.id, details=details)
        try:
            await self._rewriter.append(entry, line)
        except RewriteTargetMissing as gone:
            raise RewriteRefused(no_contact(person.id)) from gone
        return entry.id

    # -- the two of them

    async def _last_of(self, contact: str) -> AuditRow | None:
        """The last line about this contact that can be undone, and was not."""
        lines = await self._audit.of(contact)
        return next((one for one in lines if one.can_be_undone), None)

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
                return await self._rewriter.change(one, other, rewrite_of)
        raise RewriteRefused(
            tr(
                "{one} and {other} are being merged by others, again and again",
                one=Quoted(kept),
                other=Quoted(gone),
            )
        )

    async def _person(self, contact: str) -> str:
        stored = await self._contacts.person(contact)
        if stored is None or not stored.revision:
            raise RewriteRefused(no_contact(contact))
        return stored.contact.id


def _unbound(event: str) -> str:
    """The id of the audit log's line about an unbinding event: the same for every writer, so it is there
    once."""
    return f"unbound:{event}"
