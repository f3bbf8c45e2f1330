"""Merges two contacts, undoes a merge or a moved phone, unbinds: as staff order it, with events for both
contacts and lines of the audit log."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Literal

from bot.engine.members.identity import OfShop
from bot.engine.members.merge import merged
from bot.engine.members.same_phone import Two
from bot.model.audit import AuditRow
from bot.model.clock import Clock
from bot.model.contact import BindingKind, Contact
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.staff_order import StaffUnbinds
from bot.model.translatable import Quoted, QuotedContact, tr
from bot.runtime.effects.rewrites import refuse_to_merge, undone
from bot.services.contact_ports import ContactDirectory
from bot.services.merging import MergeService, unbinding
from bot.services.phone_rows import PhoneTaken
from bot.services.rewrites import Rewrite, RewriteJob, RewriteRefused, event_for, no_contact, united
from bot.store.contacts.rewriting import Rewriter, RewriteTargetMissing
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import SealInvalid


class Merging(MergeService):
    """Rewrites contacts in the database, from any process.

    Every call raises `DatabaseUnavailable` when MongoDB is away, and may be repeated. Orders of staff raise
    `RewriteRefused` where they cannot be carried out.
    """

    def __init__(
        self,
        rewriter: Rewriter,
        contacts: ContactDirectory,
        audit: AuditLog,
        clock: Clock,
        given: Callable[[], OfShop],
    ) -> None:
        """`given`: what contacts have from shops, by the live playbook."""
        super().__init__(rewriter, contacts, audit, clock, given)
        self._rewriter = rewriter

    async def merge(self, kept: str, gone: str, actor: str) -> Contact:
        """Make two contacts one, and return it; both ids lead to it from then on.

        A contact without LINE is merged into the one with LINE, whichever is to be kept.
        """
        kept, gone = await self._with_line_first(kept, gone)
        job = RewriteJob(actor, self._clock.now(), uuid.uuid4().hex)

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
                tr(
                    "{one} and {other} are one contact already",
                    one=QuotedContact(kept),
                    other=QuotedContact(gone),
                )
            )
        return made.kept

    async def _with_line_first(self, kept: str, gone: str) -> tuple[str, str]:
        there = await self._contacts.people_of([kept, gone])
        ids = [there[one].id if one in there else one for one in (kept, gone)]
        is_wrong = ids[0].startswith(WITHOUT_LINE) and not ids[1].startswith(WITHOUT_LINE)
        return (gone, kept) if is_wrong else (kept, gone)

    async def undo(self, contact: str, actor: str) -> AuditRow:
        """Undo this contact's last merge, or moved phone; the line that was undone."""
        line = await self._last_of(contact)
        if line is None:
            raise RewriteRefused(
                tr(
                    "{contact} has no merge and no moved phone that could be undone",
                    contact=QuotedContact(contact),
                )
            )
        later = await self._last_of(line.contact)
        if later is not None and later != line:
            second = later.other if later.contact == line.contact else later.contact
            raise RewriteRefused(
                tr(
                    "{contact} was changed with {other} since: undo that first",
                    contact=QuotedContact(line.contact),
                    other=QuotedContact(second or ""),
                )
            )
        job = RewriteJob(actor, self._clock.now(), line.id)
        try:
            await self._undo(line, job)
        except RewriteTargetMissing as gone:
            raise RewriteRefused(
                tr("{contact} is not there any more", contact=QuotedContact(str(gone)))
            ) from None
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
        self, contact: str, kind: BindingKind | Literal["clerk"], actor: str, *, keep_tags: bool = False
    ) -> str:
        """Have a binding undone in the contact's next turn; gives the id of the event that does it.

        `keep_tags`: the tags that came with the binding stay.
        """
        stored = await self._contacts.person(contact)
        if stored is None:
            raise RewriteRefused(no_contact(contact))
        person = stored.contact
        if kind not in person.bindings and not (kind == "clerk" and person.clerk is not None):
            raise RewriteRefused(
                tr("{contact} has no binding {kind}", contact=QuotedContact(person.id), kind=Quoted(kind))
            )
        job = RewriteJob(actor, self._clock.now(), uuid.uuid4().hex)
        entry = event_for(person, StaffUnbinds(kind, keep_tags), job).entry
        details = (kind, "its tags stay") if keep_tags else (kind,)
        line = AuditRow(unbinding(entry.id), job.at, actor, "unbound", person.id, details=details)
        try:
            await self._rewriter.append(entry, line)
        except RewriteTargetMissing as gone:
            raise RewriteRefused(no_contact(person.id)) from gone
        return entry.id

    async def _last_of(self, contact: str) -> AuditRow | None:
        """The last line about this contact that can be undone, and was not."""
        lines = await self._audit.of(contact)
        return next((one for one in lines if one.can_be_undone), None)
