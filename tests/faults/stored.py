"""What lies in the database, looked at from outside: turns as they were really written, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from pymongo import MongoClient

from bot.model.contact import Contact
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.outgoing import DeadLetter
from bot.model.processes import part_of
from bot.store.cluster.leases import Leases
from bot.store.contacts.contacts import Contacts
from bot.store.counters.counts import Counts
from bot.store.database.mongo import DATABASE, Database, Document, initiate, reaching
from bot.store.events.audit import AuditLog
from bot.store.events.conversations import Conversations
from bot.store.events.journal import Journal
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.schema import ROW
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from tests.turns_written import turns_written


def empty(data: Path) -> None:
    """Remove everybody and everything from this database, which runs, but its keys and its number."""
    with MongoClient[Document](EmbeddedDatabase(data, initiate).uri) as client:
        for name in client[DATABASE].list_collection_names():
            if name != "keys":
                client[DATABASE][name].delete_many({"_id": {"$ne": ROW["_id"]}})


class Stored:
    """The database of one data folder, seen by somebody who only reads."""

    def __init__(self, uri: str, data: Path) -> None:
        seal = Seal(parse((data / "keys").read_text()))
        self._database = Database(uri)
        self.contacts = Contacts(self._database, seal)
        self.journal = Journal(self._database, seal)
        self.leases = Leases(self._database, "nobody")
        self.audit = AuditLog(self._database, seal)
        self.conversations = Conversations(self._database, seal)
        self._counts = Counts(self._database)

    def close(self) -> None:
        self._database.close()

    async def everybody(self) -> set[str]:
        """The ids of all contacts of whom something is known, those left out that are part of another."""
        rows = self._database.collection("contacts").find({"rev": {"$exists": True}}, {"to": 1})
        async with reaching():
            return {row["_id"] for row in await rows.to_list(None) if "to" not in row}

    async def imported_lines(self) -> int | None:
        """Up to which line an import has come that is under way."""
        async with reaching():
            found = await self._database.collection("import_marks").find_one({})
        return None if found is None else int(found["line"])

    async def erasures(self) -> list[Document]:
        """The rows of all erasures."""
        async with reaching():
            return await self._database.collection("erasures").find({}).to_list(None)

    async def events(self) -> Counter[str]:
        """How many events lie in the inbox in which state."""
        async with reaching():
            found = self._database.collection("inbox").aggregate(
                [{"$group": {"_id": "$state", "n": {"$sum": 1}}}]
            )
            return Counter({row["_id"]: row["n"] for row in await found.to_list(None)})

    async def nothing_is_left(self, contacts: Collection[str] = ()) -> bool:
        """Whether every event (of these contacts) is done and every call to LINE is settled.

        A contact may remember events that are done: a death between the two leaves that to its next turn.
        What is asked becomes an event before it is settled, so both are looked at in one state of the people.
        """
        people: Document = {"contact": {"$in": list(contacts)}} if contacts else {}
        theirs: Document = {"_id": {"$in": list(contacts)}} if contacts else {}
        inbox, found = self._database.collection("inbox"), self._database.collection("contacts")
        async with reaching():
            if await found.find_one(theirs | {"out.0": {"$exists": True}}):
                return False
            before = await self._turns_and_calls(theirs)
            if any(row.get("out") for row in before) or await inbox.find_one({"state": "open"} | people):
                return False
            remembered = [event for row in before for event in row.get("open", ())]
            done: Document = {"_id": {"$in": remembered}, "state": "done"}
            if await inbox.count_documents(done) != len(set(remembered)):
                return False
            return before == await self._turns_and_calls(theirs)

    async def _turns_and_calls(self, theirs: Document) -> list[Document]:
        """Of each of these people how many turns they had, and which events and calls they remember."""
        asked = {"rev": 1, "open": 1, "out.id": 1}
        rows = self._database.collection("contacts").find(theirs, asked).sort("_id", 1)
        return await rows.to_list(None)

    async def shop_news_left(self) -> int:
        """How many webhooks of shops were stored and not told yet."""
        async with reaching():
            return await self._database.collection("shop_news").count_documents({"state": "open"})

    async def what_is_left(self) -> str:
        """For a failure's message: counts, never contents."""
        async with reaching():
            contacts = await self._database.collection("contacts").find({}).to_list(None)
        left = [(len(c.get("open", ())), len(c.get("out", ()))) for c in contacts]
        return f"events {dict(await self.events())}; ids and calls on contacts: {[n for n in left if any(n)]}"

    async def turns(self) -> dict[str, list[str]]:
        """The ids of the events of each contact in the order in which their turns were written.

        An id stands here once for each time that a turn was written for it, whatever was forgotten since.
        """
        written = await turns_written(self._database.client)
        return {contact: of.events for contact, of in written.items() if of.events}

    async def contact(self, contact: str) -> Contact:
        """One contact."""
        return (await self.contacts.load([contact]))[contact].contact

    async def timeline(self, contact: str) -> list[TimelineRow]:
        """What happened to a contact."""
        return await self.journal.timeline_of(contact, part_of(contact))

    async def dead_letters(self) -> list[DeadLetter]:
        """The calls that were given up."""
        return await self.journal.dead_letters()

    async def counts(self, flow: str) -> Counter[Mark]:
        """What was counted of a flow, over all days, when all that waits is counted."""
        await self._counts.fold_all()
        counted: Counter[Mark] = Counter()
        for one in await self._counts.since("", flow):
            counted[one.mark] += one.number
        return counted

    async def recounted(self, flow: str) -> Counter[Mark]:
        """The same of the timeline itself: of every row that says what it adds."""
        async with reaching():
            found = await self._database.collection("timeline").find({"c": {"$exists": True}}).to_list(None)
        marks = [
            Mark(channel, of, what, tuple(about)) for row in found for channel, of, what, *about in row["c"]
        ]
        return Counter(mark for mark in marks if mark.flow == flow)

    async def turns_kept(self) -> int:
        """How many rows conversations have."""
        async with reaching():
            return await self._database.collection("conversations").estimated_document_count()

    async def owners(self) -> set[str]:
        """The processes that own parts."""
        shares = await self.leases.look()
        return set() if shares is None else set(shares.owners)


@asynccontextmanager
async def looking(data: Path) -> AsyncIterator[Stored]:
    """Look at the database of a bot that runs, without becoming one of its clients."""
    stored = Stored(EmbeddedDatabase(data, initiate).uri, data)
    try:
        yield stored
    finally:
        stored.close()


@asynccontextmanager
async def reopened(data: Path) -> AsyncIterator[Stored]:
    """Look at the database of a bot that has ended; mongod runs only until the end of the block."""
    embedded = EmbeddedDatabase(data, initiate)
    await embedded.start_or_join()
    stored = Stored(embedded.uri, data)
    try:
        yield stored
    finally:
        stored.close()
        await embedded.leave()
