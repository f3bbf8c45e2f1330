"""Reads the contacts of a batch of a broadcast just before it is sent, and records on them that it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo.collection import Collection as Contacts
from pymongo.errors import BulkWriteError

from bot.model.broadcast import Recipient
from bot.model.contact import Contact, contact_id
from bot.model.processes import part_of
from bot.store.codec.documents import NEVER, contact_from
from bot.store.database.bulk_commands import insert_all, known_already
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal


def holders(
    contacts: Contacts[Document], channel: str, people: Collection[Recipient], fields: Document | None
) -> Mapping[str, Document]:
    """By `Recipient.contact`: the document of the contact that has this LINE account now; missing where none
    has.

    One query for all, and a few more for accounts that are another contact's by now. `fields` (the
    projection, `None`: all) must have `ids` and `to`. Blocks.
    """
    found: dict[str, Document] = {}
    wanted = {one.contact: one for one in people}
    look_at = {one.contact: one.contact for one in people}  # under which id each may be found next
    seen: set[tuple[str, str]] = set()
    while look_at:
        there = {one["_id"]: one for one in contacts.find({"_id": {"$in": [*look_at.values()]}}, fields)}
        following: dict[str, str] = {}
        for name, where in look_at.items():
            document, own = there.get(where), contact_id(channel, wanted[name].user)
            if document is not None and _has(document, channel, wanted[name].user):
                found[name] = document
                continue
            to = None if document is None else document.get("to")
            # of who does not have it: where its first contact has gone; a circle ends where it began
            step = to if to is not None else own
            if (name, step) not in seen:
                seen.add((name, step))
                following[name] = step
        look_at = following
    return found


def _has(document: Document, channel: str, user: str) -> bool:
    accounts = document.get("ids")
    if document.get("to") is not None or not isinstance(accounts, list):
        return False
    return any(one.get("ch") == channel and one.get("uid") == user for one in accounts)


ASKED = ("ids", "kind", "marketing", "marketing_shop", "pushes", "to")
"""The fields that decide whether a contact may get a broadcast; filling a card takes all fields."""


class RecipientsNow:
    """The collection `contacts`, read only. Raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._seal = seal

    async def read(
        self, channel: str, people: Collection[Recipient], *, whole: bool
    ) -> Mapping[str, Contact]:
        """By `Recipient.contact`: the contact that has this LINE account now; missing where none has.

        Not `whole`: only the fields that decide whether a contact may get it.
        """
        fields = None if whole else dict.fromkeys(ASKED, 1)

        def work() -> dict[str, Contact]:
            found = holders(self._contacts, channel, people, fields)
            return {name: contact_from(document, self._seal) for name, document in found.items()}

        return await self._visit(work)


SENT = "broadcast"
"""How a row of the timeline (`what`) begins that a broadcast has left; the broadcast's name follows."""
TRIED = "broadcast test"
"""How such a row begins where the broadcast was sent to a tester."""


@dataclass(frozen=True, slots=True)
class SentMark:
    """What is recorded on the people of a batch: which broadcast and sending, to which `group`, and when.

    `limited`: the playbook limits pushes per person, so the moment is stored among their pushes. `tags` are
    put on them, by `tagged_by`.
    """

    sending: str
    broadcast: str
    channel: str
    group: str
    at: datetime
    limited: bool
    tags: Sequence[str] = ()
    tagged_by: str = ""


class SentMarks:
    """The collections `contacts` and `timeline`. After `DatabaseUnavailable` the call is to be made again.

    Each change of a contact increments its `rev`, so that a turn decided meanwhile is decided anew.
    """

    def __init__(self, database: Database) -> None:
        self._contacts = database.synchronous("contacts")
        self._timeline = database.synchronous("timeline")
        self._visit = database.visit_for_many

    async def leave(self, mark: SentMark, people: Sequence[Recipient]) -> Sequence[Recipient]:
        """Record it on these people; the same people, each with the contact that has their account now."""
        return await self._visit(lambda: self._leave(mark, people)) if people else ()

    def _leave(self, mark: SentMark, people: Sequence[Recipient]) -> Sequence[Recipient]:
        now = people
        if self._mark_all(mark, [one.contact for one in people]) < len(people):
            found = holders(self._contacts, mark.channel, people, {"ids": 1, "to": 1})
            now = [
                replace(one, contact=found[one.contact]["_id"]) if one.contact in found else one
                for one in people
            ]
            self._mark(mark, [one.contact for one in now])
        self._insert_rows(mark, now)
        return now

    def _mark_all(self, mark: SentMark, contacts: list[str]) -> int:
        """Mark and tag those who have neither yet (nearly always all) with one update of each; how many these
        are."""
        where, change = _marking(mark, contacts)
        if mark.tags:
            where["tags.n"] = {"$nin": list(mark.tags)}
            new = [_new_tag(mark, tag) for tag in mark.tags]
            change["$push"] = {**change.get("$push", {}), "tags": {"$each": new}}
        found = self._contacts.update_many(where, change, array_filters=[{"here.ch": mark.channel}])
        return int(found.matched_count)

    def _mark(self, mark: SentMark, contacts: list[str]) -> None:
        where, change = _marking(mark, contacts)
        self._contacts.update_many(where, change, array_filters=[{"here.ch": mark.channel}])
        for tag in mark.tags:
            self._tag(mark, tag, contacts)

    def _tag(self, mark: SentMark, tag: str, contacts: list[str]) -> None:
        """Put a tag on contacts, or renew it; where it has the moment of this mark already, nothing is
        done."""
        having = {"n": tag, "at": {"$lt": mark.at}, "last": {"$not": {"$gte": mark.at}}}
        self._contacts.update_many(
            {"_id": {"$in": contacts}, "tags": {"$elemMatch": having}},
            {
                "$set": {"tags.$.last": mark.at, "tags.$.exp": NEVER},
                "$inc": {"tags.$.again": 1, "rev": 1},
            },
        )
        self._contacts.update_many(
            {"_id": {"$in": contacts}, "ids.ch": mark.channel, "tags.n": {"$ne": tag}},
            {"$push": {"tags": _new_tag(mark, tag)}, "$inc": {"rev": 1}},
        )

    def _insert_rows(self, mark: SentMark, people: Sequence[Recipient]) -> None:
        details = [f"sending {mark.sending}", *([f"group {mark.group}"] if mark.group else [])]
        rows: list[Document] = [
            {
                "_id": f"{mark.sending}:{contact_id(mark.channel, one.user)}",
                "contact": one.contact,
                "part": part_of(one.contact),
                "at": mark.at,
                "what": f"{SENT}: {mark.broadcast}",
                "more": details,
            }
            for one in people
        ]
        try:
            insert_all(self._timeline, rows)
        except BulkWriteError as error:
            known_already(error)


def _marking(mark: SentMark, contacts: list[str]) -> tuple[Document, Document]:
    """The filter for contacts without a mark of this moment, and the update that makes one."""
    channel, at = mark.channel, mark.at
    change: Document = {"$max": {"ids.$[here].pushed": at, "ids.$[here].talked": at}, "$inc": {"rev": 1}}
    before: Document = {"ids": {"$elemMatch": {"ch": channel, "pushed": {"$not": {"$gte": at}}}}}
    if mark.limited:
        before = {"ids.ch": channel, "pushes": {"$ne": at}}
        change["$push"] = {"pushes": at}
    return {"_id": {"$in": contacts}, **before}, change


def _new_tag(mark: SentMark, tag: str) -> Document:
    return {"n": tag, "at": mark.at, "by": mark.tagged_by, "exp": NEVER}
