"""Loads contacts from MongoDB, many at once, and writes each turn's changes, if no other write was first.

Here is also which contacts have work left: calls to send, marks to count, events, timers that are due.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from bot.model.contact import Contact
from bot.model.contact_kind import CROWDS
from bot.model.instance import Timer
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import Claimed, Settled, Stored, TurnWrite
from bot.store.codec.contact_changes import changes
from bot.store.codec.documents import counted_item, stored_from, timers_from
from bot.store.codec.outgoing_document import carried_items, outgoing_document, outgoing_documents
from bot.store.contacts.due import Waiting, due_after
from bot.store.contacts.filter import PERSONS
from bot.store.counters.claiming import claim
from bot.store.database.bulk_commands import Update, known_already, update_all
from bot.store.database.bulk_operations import SameTermWrite, update_in_between
from bot.store.database.fast_operations import find, update
from bot.store.database.mongo import Database, Document
from bot.store.events import fallbacks
from bot.store.events.passed_on import pass_on
from bot.store.sealing.seal import Seal

_NOT_THERE = {"$exists": False}
A = TypeVar("A")
B = TypeVar("B")

FEW = 8
"""Contacts up to which reads and writes have priority; with more they give way to others."""
SLICE = 6
"""Contacts that are encoded or decoded in one go, before the event loop may do other work."""
MANY = 100
"""Contacts beyond which work is done in a thread: a batch of people whose timers are due has fewer."""
SETTLED = 100
"""Contacts from which finished work is removed by one command, at most."""
AT_A_TIME = 100
"""Documents that are read in one go where there may be thousands, before the event loop may do other work."""


class Contacts:
    """The collection `contacts`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._collection = database.collection("contacts")
        self._inbox = database.collection("inbox")
        self._places = database.collection("places")
        self._database = database
        self._now = database.synchronous("contacts")
        self._database = database
        self._visit_for_many = database.visit_for_many
        self._seal = seal

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        """The contacts of these ids that exist, by id."""
        wanted = _these(ids)

        def work() -> dict[str, Stored]:
            return {found["_id"]: stored_from(found, self._seal) for found in self._now.find(wanted)}

        number = len(wanted["_id"]["$in"])
        if number > MANY:
            return await self._visit_for_many(work)
        way = self._database.bulk() if number > FEW else nullcontext()
        async with way:
            documents = await find(self._database, "contacts", wanted, for_many=number > FEW)
        stored = await _in_between(documents, lambda found: stored_from(found, self._seal))
        return {one.contact.id: one for one in stored}

    async def person(self, contact: str) -> Stored | None:
        """The contact of this id, or the one that it was merged into; `None`: there is none."""
        found = (await self.load([contact])).get(contact)
        while found is not None and found.to is not None:
            found = (await self.load([found.to])).get(found.to)
        return found

    async def people_of(self, ids: Iterable[str]) -> dict[str, Contact]:
        """For each of these ids the contact, or the one that it was merged into; missing where there is
        none."""
        return {id_: one.contact for id_, one in (await self.persons(ids)).items()}

    async def persons(self, ids: Iterable[str]) -> dict[str, Stored]:
        """As `people_of`, with the stored state of each; missing also where there was no turn yet."""
        wanted = {id_: id_ for id_ in ids}
        found: dict[str, Stored] = {}
        while wanted:
            there = await self.load(set(wanted.values()))
            stored = {id_: there[at] for id_, at in wanted.items() if at in there}
            found |= {id_: one for id_, one in stored.items() if one.to is None and one.revision}
            wanted = {id_: one.to for id_, one in stored.items() if one.to is not None}
        return found

    async def pass_on(self, contact: str, events: Sequence[str], waiting: Sequence[str]) -> bool:
        """Reassign these open events of a contact that was merged away to the one it was merged into.

        `waiting` are removed from its field of that name. `False`, and nothing is done: the merge was undone.
        """

        async def once(session: Any) -> bool:
            where = {"_id": contact, "part": part_of(contact)}
            stub = await self._collection.find_one(where, {"to": 1}, session=session) or {}
            if "to" not in stub:
                return False
            theirs = {"part": part_of(contact), "contact": contact, "state": "open"}
            which = {**theirs, "_id": {"$in": list(events)}}
            await pass_on(self._inbox, self._collection, which, stub["to"], session)
            # the revision grows for an undo to collide with: all else may change nothing, where the events
            # were passed on by an earlier merge
            change = {"$inc": {"rev": 1}, "$pull": {"waiting": {"$in": list(waiting)}}}
            await self._collection.update_one(where, change, session=session)
            return True

        return await self._database.transaction(once)

    async def save(self, writes: Sequence[TurnWrite]) -> set[str]:
        """Write all turns; returns the ids of those contacts whose turn was not written.

        A turn loses if the contact has had another turn since, if a newer fence has written, or if another
        process has stored an event for it that was not looked at.
        """
        if len(writes) <= FEW:
            return await self.save_now(writes)
        if len(writes) <= MANY:
            operations = await _in_between(writes, lambda write: self._operations([write])[0])
            async with self._database.bulk():
                some = update(self._database, "contacts", operations, for_many=True)
                return await self._losers_of(writes, some)
        many = self._visit_for_many(lambda: update_all(self._now, self._operations(writes)))
        return await self._losers_of(writes, many)

    async def save_now(self, writes: Sequence[TurnWrite], log: SameTermWrite | None = None) -> set[str]:
        """As `save`, with priority, however many turns there are.

        `log`: they are written after its insertion, over the same connection.
        """
        updates = self._operations(writes)
        save = partial(update, self._database) if log is None else log.update
        return await self._losers_of(writes, save("contacts", updates))

    async def _losers_of(self, writes: Sequence[TurnWrite], written: Awaitable[int]) -> set[str]:
        try:
            won = await written
        except BulkWriteError as error:
            known_already(error)
            won = 0
        return set() if won == len(writes) else await self._losers(writes)

    async def claim(self, writes: Sequence[TurnWrite]) -> Claimed:
        """Write turns and the places that each of them takes, all or none (`claiming.claim`)."""
        turns = self._operations(writes)
        async with self._database.session() as session:
            return await claim(self._collection, self._places, turns, writes[0].claims, session)

    def _operations(self, writes: Sequence[TurnWrite]) -> list[Update]:
        # step by step, as turns are decided ahead
        changed = [changes(write.before, write.after, self._seal, born=write.born) for write in writes]
        calls = iter(outgoing_documents([call for write in writes for call in write.outgoing], self._seal))
        return [
            _operation(write, fields, gone, list(islice(calls, len(write.outgoing))), self._seal)
            for write, (fields, gone) in zip(writes, changed, strict=True)
        ]

    async def _losers(self, writes: Sequence[TurnWrite]) -> set[str]:
        """The ids of contacts whose turn is perhaps not written; compares revision, fence and opened
        events."""
        wanted = {"rev": 1, "fence": 1, "open": 1}
        these = _these(w.after.id for w in writes)
        # by the driver, which asks the primary of now
        documents = await self._database.visit(lambda: list(self._now.find(these, wanted)))
        found = {d["_id"]: d for d in documents}
        return {w.after.id for w in writes if not _is_last_write(w, found.get(w.after.id, {}))}

    async def poke(self, events: Sequence[tuple[str, str]]) -> set[str]:
        """Have the processes that own these contacts read the inbox first: pairs of contact id and event id.

        Returns the ids of contacts that did not exist: each has a stub (a document without `rev`) now.
        """
        operations = [
            UpdateOne(
                {"_id": contact, "part": part_of(contact)}, {"$addToSet": {"waiting": event}}, upsert=True
            )
            for contact, event in events
        ]
        try:
            made = await self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            known_already(error)
            # another process made the stub at the same moment: now it is there
            await self._collection.bulk_write(operations, ordered=False)
            return {contact for contact, _ in events}
        return set((made.upserted_ids or {}).values())

    async def delete_if_empty(self, contact: str, events: Sequence[str]) -> None:
        """Remove these events from a stub that `poke` has made, and the stub, if no other event waits
        there."""
        where: Document = {"_id": contact, "part": part_of(contact), "rev": {"$exists": False}}
        of_others = {"waiting": {"$elemMatch": {"$nin": list(events)}}}
        # at once: another process may wake us for one of them between what is pulled and what is deleted
        if (await self._collection.delete_one({**where, "$nor": [of_others]})).deleted_count:
            return
        await self._collection.update_one(where, {"$pull": {"waiting": {"$in": list(events)}}})
        await self._collection.delete_one({**where, "waiting": []})

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Remove finished work from contacts: ids of events that are marked done, calls that were made."""
        await update_in_between(self._database, "contacts", settled, _forgotten, SETTLED)

    async def push_instead(self, contact: str, reply: str, push: Outgoing) -> Mapping[str, str]:
        """See `fallbacks.push_instead`."""
        document = outgoing_document(push, self._seal)
        return await fallbacks.push_instead(self._collection, contact, reply, document)

    async def withdraw(self, contact: str, reply: str, fallback: str) -> Mapping[str, str]:
        """See `fallbacks.withdraw`."""
        return await fallbacks.withdraw(self._collection, contact, reply, fallback)

    async def unsent(self, parts: Sequence[int]) -> AsyncIterator[Stored]:
        """The contacts of these parts that have something to send."""
        query: Document = {"part": {"$in": list(parts)}, "out.0": {"$exists": True}}
        async for document in self._collection.find(query).batch_size(AT_A_TIME):
            yield stored_from(document, self._seal)

    async def unsent_before(
        self, parts: Sequence[int], before: datetime
    ) -> AsyncIterator[tuple[str, list[str]]]:
        """Those with a call from before then: the contact's id, and the ids of all its calls."""
        query = {"part": {"$in": list(parts)}, "out.0": {"$exists": True}, "out.at": {"$lt": before}}
        async for document in self._collection.find(query, {"out.id": 1}).batch_size(AT_A_TIME):
            yield document["_id"], [call["id"] for call in document["out"]]

    async def stuck(self, before: datetime, most: int) -> Mapping[str, tuple[int, datetime]]:
        """Replies and pushes from before a moment that are not sent: by channel their number, counted on
        `most` contacts at most, and the moment of the oldest."""
        query = {"part": {"$gte": 0}, "out.0": {"$exists": True}, "out.at": {"$lt": before}}
        late = {"out.at": {"$lt": before}, "out.kind": {"$in": ["reply", "push"]}}
        found = self._collection.aggregate(
            [
                {"$match": query},
                {"$limit": most},
                {"$project": {"out.at": 1, "out.kind": 1, "out.ch": 1}},
                {"$unwind": "$out"},
                {"$match": late},
                {"$group": {"_id": "$out.ch", "number": {"$sum": 1}, "since": {"$min": "$out.at"}}},
            ]
        )
        return {one["_id"]: (one["number"], one["since"]) for one in await found.to_list(None)}

    async def uncounted(self, parts: Sequence[int]) -> AsyncIterator[Stored]:
        """The contacts of these parts with marks (what is counted) that may not be on the timeline yet."""
        query = {"part": {"$in": list(parts)}, "counted.0": {"$exists": True}}
        async for document in self._collection.find(query):
            yield stored_from(document, self._seal)

    async def carrying(self, parts: Sequence[int], before: datetime | None) -> dict[str, list[str]]:
        """By contact of these parts: the ids of events stored with their turn (`carried`), some from before
        `before`."""
        query: Document = {"part": {"$in": list(parts)}, "carried.0": {"$exists": True}}
        if before is not None:
            query["carried.at"] = {"$lt": before}
        documents = await self._collection.find(query, {"carried.id": 1}).to_list(None)
        return {found["_id"]: [one["id"] for one in found["carried"]] for found in documents}

    async def carries_for_good(self, contact: str, events: Sequence[str]) -> bool:
        """Whether a contact carries these events, acknowledged by the majority, so that no failover loses
        them."""
        where: Document = {"_id": contact, "part": part_of(contact), "carried.id": {"$all": list(events)}}
        # it changes nothing, but is acknowledged by the majority, as all before it is
        found = await self._collection.update_one(where, {"$set": {"part": where["part"]}})
        return found.matched_count > 0

    async def timers(self, parts: Sequence[int], until: datetime) -> list[tuple[str, Timer]]:
        """The timers of these parts that are due by `until` and not braked, with their contacts' ids."""
        query = {"part": {"$in": list(parts)}, "due": {"$lte": until}}
        documents = await self._collection.find(query, {"timers": 1, "turned": 1}).to_list(None)
        return [
            (document["_id"], timer)
            for document in documents
            for timer in timers_from(document)
            if timer.due <= until and not timer.braked
        ]

    async def people(self) -> list[Contact]:
        """Everybody, all at once: for a simulator, where they are few. Groups and rooms are left out."""
        documents = await self._collection.find({"ids.0": {"$exists": True}, **PERSONS}).to_list(None)
        found = [stored_from(document, self._seal).contact for document in documents]
        return [contact for contact in found if contact.kind not in CROWDS]

    async def due(
        self, parts: Sequence[int], after: Waiting | None, until: datetime, limit: int
    ) -> list[Waiting]:
        """Who of these parts is woken next: see `due_after`."""
        return await due_after(self._collection, parts, after, until, limit)


async def _in_between(items: Sequence[A], make: Callable[[A], B]) -> list[B]:
    """The result of `make` for each item; after every `SLICE` of them the event loop may do other work."""
    made: list[B] = []
    for start in range(0, len(items), SLICE):
        if start:
            await asyncio.sleep(0)
        made += map(make, items[start : start + SLICE])
    return made


def _operation(
    write: TurnWrite, fields: Document, gone: Document, calls: list[Document], seal: Seal
) -> Update:
    """The one update of a turn: what it sets, what it takes away, its calls, and what it carries."""
    where: Document = {"_id": write.after.id, "part": write.part}
    if write.base == 0:
        where["rev"] = _NOT_THERE  # matches a stub that a poke has made; else it is inserted
    else:
        where["rev"], where["fence"] = write.base, {"$lte": write.fence}
    if not write.reread:
        where["waiting.0"] = _NOT_THERE
    fields["rev"], fields["fence"] = write.base + 1, write.fence
    added: Document = {"open": {"$each": write.opened}}
    update: Document = {"$set": fields, "$push": added}
    if gone:
        update["$unset"] = gone
    if calls:
        added["out"] = {"$each": calls}
    if write.counted:
        added["counted"] = {"$each": [counted_item(counted) for counted in write.counted]}
    if write.carried:
        added["carried"] = {"$each": carried_items(write.carried, seal)}
    if write.handled:
        update["$pull"] = {"waiting": {"$in": list(write.handled)}}
    return where, update, write.base == 0


def _forgotten(settled: Sequence[Settled]) -> tuple[Document, Document]:
    """One filter and one `$pull` for several contacts: each loses all ids of all, as ids are unique."""
    gone: Document = {"open": {"$in": [event for one in settled for event in one.events]}}
    if sent := [call for one in settled for call in one.sent]:
        gone["out"] = {"id": {"$in": sent}}
    if counted := [event for one in settled for event in one.counted]:
        gone["counted"] = {"e": {"$in": counted}}
    if carried := [event for one in settled for event in one.carried]:
        gone["carried"] = {"id": {"$in": carried}}
    return _these(one.contact for one in settled), {"$pull": gone}


def _is_last_write(write: TurnWrite, document: Document) -> bool:
    """Whether this turn was the last to be written to the contact."""
    ours = (write.base + 1, write.fence) == (document.get("rev"), document.get("fence"))
    return ours and set(document.get("open", ())).issuperset(write.opened)


def _these(ids: Iterable[str]) -> dict[str, Any]:
    """The filter for contacts by id and part (the shard key)."""
    wanted = list(ids)
    return {"_id": {"$in": wanted}, "part": {"$in": sorted({part_of(i) for i in wanted})}}
