"""Writes what happened and why, many rows at once, and reads it: timeline, trace, dead letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.model.counts import indexed_as
from bot.model.hours import BROADCAST
from bot.model.journal import CODE_SENT, CallEnd, TimelineRow, TraceRow
from bot.model.outgoing import DeadLetter, Handled
from bot.store.codec.contact_fields import counted_from, marks_document
from bot.store.codec.outgoing_document import outgoing_document, outgoing_from
from bot.store.database.bulk_commands import update_all
from bot.store.database.bulk_operations import insert_in_between, some_at_a_time
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.seal import SealInvalid


class Journal(SealedRepository):
    """The collections `timeline`, `trace` and `deadletters`. Writing a row twice keeps the first."""

    _timeline = rows_of("timeline")
    _trace = rows_of("trace")
    _dead = rows_of("deadletters")

    async def timeline(self, rows: Sequence[TimelineRow]) -> None:
        """Add what happened to contacts."""
        await insert_in_between(self._database, "timeline", rows, self._timeline_rows)

    def _timeline_rows(self, rows: Sequence[TimelineRow]) -> list[Document]:
        return [self._timeline_row(row) for row in rows]

    def _timeline_row(self, row: TimelineRow) -> Document:
        document: Document = {
            "_id": row.id,
            "contact": row.contact,
            "part": row.part,
            "at": row.at,
            "what": row.what,
            "more": row.details,
        }
        if row.text is not None:
            document["text"] = self._seal.seal(row.text.encode("utf-8", "replace"), row.id.encode())
        if row.counted is not None:
            document |= {**marks_document(row.counted), "u": True}  # until it is added to the counts
            names = map(indexed_as, row.counted.marks)
            if found := dict.fromkeys(name for name in names if name is not None):
                document["g"] = list(found)
        if row.calls:
            document["calls"] = row.calls
        if row.ends:
            document["ends"] = {str(number): _end_document(end) for number, end in row.ends.items()}
        if row.results:
            document["r"] = row.results
        return document

    async def ends(self, ends: Sequence[tuple[str, int, CallEnd]]) -> None:
        """Store in existing rows how calls ended: the event's id, the number of its call, the end."""
        updates = [
            ({"_id": event}, {"$set": {f"ends.{number}": _end_document(end)}}, False)
            for event, number, end in ends
        ]
        for some in some_at_a_time(self._database, updates):
            await self._database.visit_for_many(
                partial(update_all, self._database.synchronous("timeline"), some)
            )

    async def results(self, results: Sequence[tuple[str, int, TimelineRow]]) -> None:
        """Add what became of journeys' pushes, but for those that stand in the row of their event already.

        Each comes with its event and the number of its call.
        """
        new = list[TimelineRow]()
        for some in some_at_a_time(self._database, results):
            new += await self._database.visit_for_many(partial(self._new, some))
        await self.timeline(new)

    def _new(self, results: Sequence[tuple[str, int, TimelineRow]]) -> list[TimelineRow]:
        events = {"_id": {"$in": [event for event, _, _ in results]}, "r": {"$exists": True}}
        stored = {
            row["_id"]: row["r"] for row in self._database.synchronous("timeline").find(events, {"r": 1})
        }
        return [row for event, number, row in results if number not in stored.get(event, ())]

    async def trace(self, rows: Sequence[TraceRow]) -> None:
        """Add why the bot did what it did, sealed."""
        await insert_in_between(self._database, "trace", rows, self._trace_rows)

    def _trace_rows(self, rows: Sequence[TraceRow]) -> list[Document]:
        steps = self._seal.seal_all([(row.steps, row.id.encode()) for row in rows])
        return [_trace_row(row, sealed) for row, sealed in zip(rows, steps, strict=True)]

    async def dead(self, letters: Sequence[DeadLetter]) -> None:
        """Keep calls that were given up, with their sealed messages."""
        await insert_in_between(self._database, "deadletters", letters, self._dead_rows)

    def _dead_rows(self, letters: Sequence[DeadLetter]) -> list[Document]:
        return [self._dead_row(letter) for letter in letters]

    def _dead_row(self, letter: DeadLetter) -> Document:
        row: Document = {
            "_id": letter.outgoing.id,
            "contact": letter.contact,
            "part": letter.part,
            "at": letter.at,
            "reason": letter.reason,
            "detail": letter.detail,
            "request": letter.request_id,
            "name": letter.name,
            "tries": letter.tries,
            "call": outgoing_document(letter.outgoing, self._seal),
        }
        if letter.elsewhere:
            row["elsewhere"] = letter.elsewhere
        return row

    async def steps_of(self, event: str) -> bytes | None:
        """The trace of one event's turn as JSON; `None` where there is none (any more)."""
        document = await self._trace.find_one({"_id": event})
        return None if document is None else self._seal.open(bytes(document["steps"]), event.encode())

    async def trace_of(self, event: str) -> TraceRow | None:
        """Why one event's turn came out as it did; `None` where there is no trace (any more)."""
        return (await self.traces_of([event])).get(event)

    async def traces_of(self, events: Sequence[str]) -> dict[str, TraceRow]:
        """The traces of these events, by id; missing where there is none (any more)."""
        documents = await self._trace.find({"_id": {"$in": list(events)}}).to_list(None)
        return {document["_id"]: self._traced(document) for document in documents}

    def _traced(self, found: Document) -> TraceRow:
        steps = self._seal.open(bytes(found["steps"]), found["_id"].encode())
        return TraceRow(found["_id"], found["contact"], found["part"], found["at"], found["by"], steps)

    async def row_of(self, event: str) -> TimelineRow | None:
        """What is on the timeline of one event; `None` where nothing is (any more)."""
        found = await self._timeline.find_one({"_id": event})
        return None if found is None else self._row(found)

    async def rows_of(self, events: Sequence[str]) -> dict[str, TimelineRow]:
        """What is on the timeline of these events, those of which something is."""
        documents = await self._timeline.find({"_id": {"$in": list(events)}}).to_list(None)
        return {document["_id"]: self._row(document) for document in documents}

    async def timeline_of(self, contact: str, part: int) -> list[TimelineRow]:
        """What happened to a contact, oldest first."""
        found = self._timeline.find({"part": part, "contact": contact}).sort("at", 1)
        documents = await found.to_list(None)
        return [self._row(document) for document in documents]

    async def latest_of(
        self, contact: str, part: int, most: int, before: datetime | None = None
    ) -> list[TimelineRow]:
        """The last things that happened to a contact, or the last before a moment, newest first."""
        where: Document = {"part": part, "contact": contact}
        if before is not None:
            where["at"] = {"$lt": before}
        documents = await self._timeline.find(where).sort("at", -1).limit(most).to_list(most)
        return [self._row(document) for document in documents]

    async def of_moment(self, contact: str, part: int, at: datetime) -> list[TimelineRow]:
        """What happened to a contact at one moment."""
        documents = await self._timeline.find({"part": part, "contact": contact, "at": at}).to_list(None)
        return [self._row(document) for document in documents]

    async def broadcasts_of(
        self, contact: str, part: int, since: datetime | None, before: datetime | None, most: int
    ) -> list[TimelineRow]:
        """The last broadcasts that a contact got, since a moment and before another, newest first.

        More than `most` where the last ones have one moment: who goes on before that misses none.
        """
        where: Document = {"part": part, "contact": contact, "what": {"$regex": f"^{BROADCAST}: "}}
        span = {"$gte": since, "$lt": before}
        if moments := {how: at for how, at in span.items() if at is not None}:
            where["at"] = moments
        documents = await self._timeline.find(where).sort("at", -1).limit(most).to_list(most)
        if len(documents) == most:
            last = documents[-1]["at"]
            together = await self._timeline.find({**where, "at": last}).to_list(None)
            documents = [*(one for one in documents if one["at"] != last), *together]
        return [self._row(document) for document in documents]

    async def paid_of(self, contact: str, part: int, since: datetime, most: int) -> list[TimelineRow]:
        """What was perhaps paid for a contact since a moment: pushes, broadcasts, SMS; newest first."""
        paid = [
            {"calls": {"$regex": "^push"}},
            {"what": {"$regex": f"^{BROADCAST}: "}},
            {"what": CODE_SENT},
        ]
        where: Document = {"part": part, "contact": contact, "at": {"$gte": since}, "$or": paid}
        found = self._timeline.find(where, {"text": 0}).sort("at", -1).limit(most)
        documents = await found.to_list(most)
        return [self._row(document) for document in documents]

    def _row(self, document: Mapping[str, Any]) -> TimelineRow:
        text = None
        if "text" in document:
            text = self._seal.open(bytes(document["text"]), document["_id"].encode()).decode()
        return TimelineRow(
            document["_id"],
            document["contact"],
            document["part"],
            document["at"],
            document["what"],
            tuple(document["more"]),
            text,
            counted_from(document["_id"], document),
            tuple(document.get("calls", ())),
            {int(number): end_from(end) for number, end in document.get("ends", {}).items()},
            list(document.get("r", ())),
        )

    async def dead_letters(self) -> list[DeadLetter]:
        """The calls that were given up, oldest first."""
        documents = await self._dead.find({}).sort("at", 1).to_list(None)
        return [self._letter(document) for document in documents]

    async def letters_of(self, calls: Sequence[str]) -> dict[str, DeadLetter]:
        """Those of these calls (ids) that were given up."""
        documents = await self._dead.find({"_id": {"$in": list(calls)}}).to_list(None)
        return {document["_id"]: self._letter(document) for document in documents}

    async def letter_called(self, name: str) -> DeadLetter | None:
        """The dead letter that the log calls by this name. Raises `SealInvalid`."""
        found = await self._dead.find_one({"name": name})
        return None if found is None else self._letter(found)

    async def letters_called(self, names: Sequence[str]) -> dict[str, DeadLetter | None]:
        """Those that the log calls by these names. `None`: it does not open."""
        documents = await self._dead.find({"name": {"$in": list(names)}}).to_list(None)
        return {document["name"]: self._if_it_opens(document) for document in documents}

    def _if_it_opens(self, document: Mapping[str, Any]) -> DeadLetter | None:
        try:
            return self._letter(document)
        except SealInvalid:
            return None

    def _letter(self, document: Mapping[str, Any]) -> DeadLetter:
        return DeadLetter(
            outgoing_from(document["call"], self._seal),
            document["contact"],
            document["part"],
            document["at"],
            document["reason"],
            document["detail"],
            document.get("request"),
            document.get("tries", 1),
            document.get("elsewhere", 0),
            handled_from(document.get("handled")),
        )


def _trace_row(row: TraceRow, sealed: bytes) -> Document:
    return {
        "_id": row.id,
        "contact": row.contact,
        "part": row.part,
        "at": row.at,
        "by": row.version,
        "steps": sealed,
    }


def handled_from(document: Mapping[str, Any] | None) -> Handled | None:
    """What was done about a dead letter, as `dead_letter_orders` writes it; `None`: nothing."""
    if document is None:
        return None
    return Handled(document["how"], document["who"], document["at"], document.get("event"))


def _end_document(end: CallEnd) -> Document:
    document: Document = {"how": end.how, "at": end.at}
    if end.lost:
        document["lost"] = True
    if end.request_id is not None:
        document["request"] = end.request_id
    if end.messages:
        document["messages"] = end.messages
    if end.asked:
        document["asked"] = end.asked
    return document


def end_from(document: Mapping[str, Any]) -> CallEnd:
    """How a call ended, as a row of the timeline has it."""
    messages = tuple(document.get("messages", ()))
    asked, lost = document.get("asked", ""), document.get("lost", False)
    return CallEnd(document["how"], document["at"], lost, document.get("request"), messages, asked)
