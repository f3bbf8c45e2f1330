"""Changes contacts outside of their turns, as for merging and parting two people, and for edits by staff.

One transaction changes the contacts, their phones and events, and writes the line of the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeVar

import bson
from bson.codec_options import CodecOptions
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.services.rewrites import Rewrite
from bot.store.codec.contact_changes import changes
from bot.store.codec.documents import contact_from, stored_from
from bot.store.contacts.phones import Phones
from bot.store.database.mongo import Database, Document
from bot.store.events.audit import audit_document, audit_row
from bot.store.events.inbox import Inbox
from bot.store.events.passed_on import pass_on
from bot.store.sealing.seal import Seal

T = TypeVar("T")

UNDER_WAY = frozenset({"rev", "fence", "open", "out", "waiting", "counted", "carried"})
"""The fields with work under way, revision and fence: an undo does not restore them."""

LEFT_OF_A_STUB = UNDER_WAY | {"_id", "part", "turned"}
"""The fields that stay of a contact that is merged away."""

_READING: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Undoing:
    """A line of the audit log to be undone, with both contacts as they are now and as they were just before
    it.

    `gone` is the contact that was merged into `kept`, or that changed with it.
    """

    line: AuditRow
    kept: Stored
    gone: Stored
    kept_before: Contact
    gone_before: Contact


class RewriteTargetMissing(Exception):
    """There is no such contact, or nothing of it but events that wait; or no such line of the log."""


class Rewriter:
    """Changes two contacts in one transaction. May raise `DatabaseUnavailable`; then perhaps it was made.

    Both revisions grow, so that a turn which was decided on what they were is not written: its owner reads
    the contact anew. Of a turn and a rewriting at once, the later sees what the earlier did.
    """

    def __init__(self, database: Database, seal: Seal, inbox: Inbox, phones: Phones) -> None:
        self._database = database
        self._contacts = database.collection("contacts")
        self._entries = database.collection("inbox")
        self._audit = database.collection("audit")
        self._codes = database.collection("codes")
        self._inbox = inbox
        self._phones = phones
        self._seal = seal

    async def change(
        self, kept: str, gone: str, work: Callable[[Stored, Stored], Rewrite | None]
    ) -> Rewrite | None:
        """Do `work` to two contacts as they are at one moment; `None` from it: leave them as they are.

        `work` may be called more than once, and what it raises is raised. Raises `RewriteTargetMissing`, and
        `PhoneTaken` where a phone that one of them would have is another's.
        """

        async def once(session: Any) -> Rewrite | None:
            documents = [await self._document(contact, session) for contact in (kept, gone)]
            rewrite = work(stored_from(documents[0], self._seal), stored_from(documents[1], self._seal))
            if rewrite is not None:
                await self._write(rewrite, documents, session)
                line = audit_document(rewrite.audit, self._seal)
                line["before"] = self._sealed(documents, rewrite.audit)
                await self._audit.insert_one(line, session=session)
            return rewrite

        return await self._in_one(once)

    async def undo(self, line: str, work: Callable[[Undoing], Rewrite]) -> Rewrite:
        """Undo a line of the audit log, as `work` says; like `change`. Raises `SealInvalid`, too."""

        async def once(session: Any) -> Rewrite:
            found = await self._audit.find_one({"_id": line}, session=session)
            if found is None or "before" not in found:
                raise RewriteTargetMissing(line)
            row = audit_row(found, self._seal)
            before = self._opened(found["before"], row)
            documents = [await self._document(contact["_id"], session) for contact in before]
            kept, gone = (stored_from(document, self._seal) for document in documents)
            kept_before, gone_before = (contact_from(document, self._seal) for document in before)
            rewrite = work(Undoing(row, kept, gone, kept_before, gone_before))
            await self._write(rewrite, documents, session)
            if rewrite.gone is not None and gone.to is not None:
                await self._give_back(kept, rewrite.gone, session)
            await self._audit.insert_one(audit_document(rewrite.audit, self._seal), session=session)
            undone = {"$set": {"undone": rewrite.audit.id}}
            await self._audit.update_one({"_id": line}, undone, session=session)
            return rewrite

        return await self._in_one(once)

    async def _in_one(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        return await self._database.transaction(work)

    async def _document(self, contact: str, session: Any) -> Document:
        where = {"_id": contact, "part": part_of(contact), "rev": {"$exists": True}}
        found = await self._contacts.find_one(where, session=session)
        if found is None:
            raise RewriteTargetMissing(contact)
        return found

    async def append(self, entry: InboxEntry, line: AuditRow) -> None:
        """Store an event of ours for one contact together with its line of the audit log.

        Raises `RewriteTargetMissing` where the contact was erased meanwhile. Of one who is erased afterwards
        the event makes nobody either (`is_of_known_contact`).
        """

        async def once(session: Any) -> None:
            await self._entries.insert_one(self._inbox.document(entry, foreign=True), session=session)
            where = {"_id": entry.contact, "part": entry.part}
            waiting = {"$addToSet": {"waiting": entry.id}}
            if not (await self._contacts.update_one(where, waiting, session=session)).matched_count:
                raise RewriteTargetMissing(entry.contact)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        await self._in_one(once)

    async def amend(self, contact: str, work: Callable[[Contact], Contact], line: AuditRow) -> bool:
        """Change somebody without LINE, who has no turns, with the line of the audit log that says so.

        `False`, and nothing is done, for a contact that has turns: those get an event. Raises
        `RewriteTargetMissing`.
        """

        async def once(session: Any) -> bool:
            document = await self._document(contact, session)
            stored = stored_from(document, self._seal)
            if stored.to is not None or stored.contact.has_line:
                return False
            await self._replace(document, work(stored.contact), (), session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)
            return True

        return await self._in_one(once)

    async def append_once(self, entry: InboxEntry, line: AuditRow) -> bool:
        """As `append`; `False`: this event was stored already, or the contact was erased."""
        try:
            await self.append(entry, line)
        except (DuplicateKeyError, RewriteTargetMissing):
            return False
        return True

    # -- one, as a simulator does

    async def become(self, contact: Contact, entry: InboxEntry) -> None:
        """Replace a stored contact by this one, with its phones, and store this event for it: for a
        simulator.

        Raises `RewriteTargetMissing` and `PhoneTaken`. No line of the audit log: nobody of flesh and blood
        is meant.
        """

        async def once(session: Any) -> None:
            document = await self._document(contact.id, session)
            await self._replace(document, contact, (entry,), session)
            await self._phones.follow([contact_from(document, self._seal)], [contact], session)
            await self._entries.insert_one(self._inbox.document(entry, foreign=True), session=session)

        await self._in_one(once)

    async def forget(self, contact: str) -> None:
        """Remove this id: its next event is that of a new contact. Raises
        `RewriteTargetMissing`.
        """

        async def once(session: Any) -> None:
            document = await self._document(contact, session)
            await self._phones.follow([contact_from(document, self._seal)], [], session)
            await self._codes.delete_many({"part": document["part"], "contact": contact}, session=session)
            await self._contacts.delete_one(_at(document), session=session)

        await self._in_one(once)

    # -- writing

    async def _write(self, rewrite: Rewrite, documents: Sequence[Document], session: Any) -> None:
        kept, gone = documents
        entries = [one.entry for one in rewrite.events]
        await self._replace(kept, rewrite.kept, entries, session)
        if rewrite.gone is not None:
            await self._replace(gone, rewrite.gone, entries, session)
        else:
            lost = {name: "" for name in gone if name not in LEFT_OF_A_STUB}
            stub = {"$set": {"to": rewrite.kept.id}, "$unset": lost, "$inc": {"rev": 1}}
            await self._contacts.update_one(_at(gone), stub, session=session)
            theirs = {"part": gone["part"], "contact": gone["_id"]}
            codes = {"$set": {"part": kept["part"], "contact": kept["_id"]}}
            await self._codes.update_many(theirs, codes, session=session)
        before = [contact_from(document, self._seal) for document in documents]
        after = [contact for contact in (rewrite.kept, rewrite.gone) if contact is not None]
        await self._phones.follow(before, after, session)
        new = [self._inbox.document(entry, foreign=True) for entry in entries]
        if new:
            await self._entries.insert_many(new, session=session)

    async def _replace(
        self, old: Document, contact: Contact, entries: Sequence[InboxEntry], session: Any
    ) -> None:
        is_stub = "to" in old
        fields, gone = changes(contact_from(old, self._seal), contact, self._seal, born=is_stub)
        mine = [entry.id for entry in entries if entry.contact == contact.id]
        update: Document = {"$inc": {"rev": 1}, "$addToSet": {"waiting": {"$each": mine}}}
        if fields:
            update["$set"] = fields
        if gone or is_stub:
            update["$unset"] = {**gone, "to": ""}
        await self._contacts.update_one(_at(old), update, session=session)

    async def _give_back(self, kept: Stored, gone: Contact, session: Any) -> None:
        """After an undone merge: reassign the inbox entries of `gone`'s channels from `kept` to it."""
        theirs = {
            "part": part_of(kept.contact.id),
            "contact": kept.contact.id,
            "state": "open",
            "ch": {"$in": [identity.channel for identity in gone.identities]},
            "_id": {"$nin": list(kept.open)},
        }
        await pass_on(self._entries, self._contacts, theirs, gone.id, session)

    # -- the two as they were, sealed as one

    def _sealed(self, documents: Sequence[Document], line: AuditRow) -> bytes:
        lasting = [{k: v for k, v in one.items() if k not in UNDER_WAY} for one in documents]
        return self._seal.seal(bson.encode({"before": lasting}), _place(line))

    def _opened(self, sealed: bytes, line: AuditRow) -> list[Mapping[str, Any]]:
        plain = self._seal.open(bytes(sealed), _place(line))
        before: list[Mapping[str, Any]] = bson.decode(plain, _READING)["before"]
        return before


def _at(document: Document) -> Document:
    return {"_id": document["_id"], "part": document["part"]}


def _place(line: AuditRow) -> bytes:
    return f"audit\0{line.id}\0before".encode()
