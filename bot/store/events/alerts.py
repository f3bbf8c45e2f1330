"""Stores alerts until they are sent, a row for each receiver, and the troubles that are going on.

Every call may raise `DatabaseUnavailable`; what was perhaps written is written again, and counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from pymongo import ASCENDING
from pymongo.errors import BulkWriteError, DuplicateKeyError

from bot.model.alert import AlertNote, AlertReason
from bot.store.database.bulk_commands import insert_all, known_already
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.seal import SealInvalid


@dataclass(frozen=True, slots=True)
class AlertBatch:
    """The alerts that one receiver is sent in one go: the `rows`, by which process, begun when.

    `id` is the same when it is sent again, so that the receiver can recognize it.
    """

    id: str
    by: str
    at: datetime
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """When a receiver was last sent alerts, and the batch that is being sent now."""

    last: datetime | None = None
    batch: AlertBatch | None = None


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert for one receiver that is not sent yet; `row` is the id of its row."""

    row: str
    note: AlertNote


GROWN = 10
"""A trouble is reported again once it is so many times as large as when it was last reported."""
SHRUNK_FOR = timedelta(hours=6)
"""So long after a report a trouble that went up and down may be reported as grown from its lower size."""


@dataclass(frozen=True, slots=True)
class OngoingTrouble:
    """An open trouble that was reported. Each occurrence has its own `id`. `kept`: its alerts are stored;
    `size` is how much of it was reported last, at `sized`."""

    id: str
    since: datetime
    kept: bool = False
    size: int = 1
    sized: datetime | None = None

    def has_grown(self, size: int) -> bool:
        """Whether it is so much more by now that it is reported again."""
        return size >= self.size * GROWN

    def is_resized(self, size: int, now: datetime) -> bool:
        """Whether its size is to be stored anew: it has grown, or shrunk so far that its growth is news."""
        shrunk = size * GROWN <= self.size and now - (self.sized or self.since) >= SHRUNK_FOR
        return shrunk or self.has_grown(size)


class Alerts(SealedRepository, collection="alerts"):
    """The collections `alerts`, `alert_receivers` and `alert_troubles`."""

    _receivers = rows_of("alert_receivers")
    _troubles = rows_of("alert_troubles")

    async def add(self, notes: Iterable[AlertNote], receivers: Sequence[str]) -> None:
        """Store these until each receiver has been sent them. Rows that are stored already stay unchanged."""
        rows = [self._document(note, receiver) for note in notes for receiver in receivers]
        if not rows:
            return
        try:
            await self._database.visit(lambda: insert_all(self._database.synchronous("alerts"), rows))
        except BulkWriteError as error:
            known_already(error)

    async def waiting(
        self, receiver: str, most: int, rows: Sequence[str] | None = None
    ) -> list[WaitingAlert]:
        """What this receiver has not been sent, oldest first, of these rows only, without unreadable rows."""
        query: Document = {"to": receiver, "state": "waits"}
        if rows is not None:
            query["_id"] = {"$in": list(rows)}
        documents = await find(self._database, "alerts", query, sort={"at": ASCENDING}, limit=most)
        return [one for document in documents if (one := self._read(document)) is not None]

    async def so_far(self, receiver: str) -> AlertHistory:
        """The last sending to a receiver, and the one under way."""
        found = await self._receivers.find_one({"_id": receiver})
        if found is None:
            return AlertHistory()
        batch = found.get("batch")
        sending = (
            None if batch is None else AlertBatch(batch["id"], batch["by"], batch["at"], tuple(batch["rows"]))
        )
        return AlertHistory(found.get("last"), sending)

    async def begin(self, receiver: str, batch: AlertBatch, before: AlertBatch | None) -> bool:
        """Note that these are being sent now; `False` where another process has begun since `before`."""
        change = {
            "$set": {"batch": {"id": batch.id, "by": batch.by, "at": batch.at, "rows": list(batch.rows)}}
        }
        was: Document = {"batch": None}
        if before is not None:
            was = {"batch.id": before.id, "batch.by": before.by, "batch.at": before.at}
        try:
            update = await self._receivers.update_one({"_id": receiver, **was}, change, upsert=before is None)
        except DuplicateKeyError:
            return False
        return bool(update.matched_count or update.upserted_id)

    async def mark_delivered(self, receiver: str, batch: AlertBatch, at: datetime) -> None:
        """Record that all alerts of a batch were sent at this moment."""
        done = {"$set": {"state": "told", "told": at}}
        await self._rows.update_many({"_id": {"$in": list(batch.rows)}}, done)
        await self._end(receiver, batch, {"$set": {"last": at}, "$unset": {"batch": ""}})

    async def mark_undelivered(self, receiver: str, batch: AlertBatch) -> None:
        """Record that no alert of a batch was sent: they wait, and may be sent with later ones."""
        await self._end(receiver, batch, {"$unset": {"batch": ""}})

    async def give_up(self, receiver: str, batch: AlertBatch) -> None:
        """Record that no alert of a batch will ever be sent: they wait no more."""
        where = {"_id": {"$in": list(batch.rows)}, "state": "waits"}
        await self._rows.update_many(where, {"$set": {"state": "lapsed"}})
        await self._end(receiver, batch, {"$unset": {"batch": ""}})

    async def _end(self, receiver: str, batch: AlertBatch, change: Document) -> None:
        where = {"_id": receiver, "batch.id": batch.id, "batch.by": batch.by, "batch.at": batch.at}
        await self._receivers.update_one(where, change)

    async def stored_for(self, note: str, receivers: Collection[str]) -> set[str]:
        """Those of these receivers who have this alert (`AlertNote.id`), sent or not."""
        names = {f"{note}/{receiver}": receiver for receiver in receivers}
        found = await self._rows.find({"_id": {"$in": list(names)}}, {"_id": 1}).to_list(None)
        return {names[one["_id"]] for one in found}

    async def lapse(self, receiver: str, before: datetime, reason: AlertReason | None = None) -> int:
        """Give up on what has waited since before then, of one `reason` or all; how many these are."""
        where: Document = {"to": receiver, "state": "waits", "at": {"$lt": before}}
        if reason is not None:
            where["reason"] = reason
        update = await self._rows.update_many(where, {"$set": {"state": "lapsed"}})
        return int(update.modified_count)

    # -- what lasts, and is over one day

    async def lasts(self, reason: AlertReason, subject: str, now: OngoingTrouble) -> OngoingTrouble:
        """Store a trouble that was found; the stored one, where it was known before."""
        name = f"{reason} {subject}"
        try:
            row = {"_id": name, "id": now.id, "since": now.since, "kept": now.kept, "size": now.size}
            await self._troubles.insert_one(row)
        except DuplicateKeyError:
            if (known := await self.lasting(reason, subject)) is not None:
                return known
        return now

    async def lasting(self, reason: AlertReason, subject: str) -> OngoingTrouble | None:
        """The trouble for this reason and subject; `None`: there is none now."""
        found = await self._troubles.find_one({"_id": f"{reason} {subject}"})
        return None if found is None else _ongoing(found)

    async def keep(self, reason: AlertReason, subject: str, trouble: OngoingTrouble) -> None:
        """Record that the alerts of a trouble's beginning are stored; after a crash before that they are
        stored again."""
        which = {"_id": f"{reason} {subject}", "id": trouble.id}
        await self._troubles.update_one(which, {"$set": {"kept": True}})

    async def resize(
        self, reason: AlertReason, subject: str, trouble: OngoingTrouble, size: int, now: datetime
    ) -> None:
        """Store the size of a trouble, unless another process has stored one since it was read."""
        which = {"_id": f"{reason} {subject}", "id": trouble.id, "sized": trouble.sized}
        await self._troubles.update_one(which, {"$set": {"size": size, "sized": now}})

    async def lasting_all(self) -> Mapping[tuple[str, str], OngoingTrouble]:
        """The troubles whose alerts are stored and that are not over, by reason and subject."""
        found = await self._troubles.find({"kept": {"$ne": False}}).sort("_id", ASCENDING).to_list(None)
        return {tuple(one["_id"].split(" ", 1)): _ongoing(one) for one in found}

    async def all_lasting(self) -> Sequence[tuple[str, str, datetime]]:
        """The troubles of `lasting_all` as reason, subject and beginning."""
        return [(*key, one.since) for key, one in (await self.lasting_all()).items()]

    async def over(self, reason: AlertReason, subject: str, trouble: OngoingTrouble) -> None:
        """Delete a trouble that is over; alerts about it that wait are still sent."""
        await self._troubles.delete_one({"_id": f"{reason} {subject}", "id": trouble.id})

    # -- rows

    def _document(self, note: AlertNote, receiver: str) -> Document:
        row = f"{note.id}/{receiver}"
        content = orjson.dumps({"name": note.name, "text": note.text})
        document: Document = {
            "_id": row,
            "to": receiver,
            "note": note.id,
            "reason": note.reason,
            "at": note.at,
            "ch": note.channel,
            "said": self._seal.seal(content, row.encode()),
            "state": "waits",
        }
        if note.contact is not None:
            document["contact"] = note.contact
        if note.over:
            document["over"] = True
        return document

    def _read(self, document: Document) -> WaitingAlert | None:
        row = document["_id"]
        try:
            content = orjson.loads(self._seal.open(bytes(document["said"]), row.encode()))
        except SealInvalid:
            return None
        note = AlertNote(
            document["note"],
            document["reason"],
            document["at"],
            document["ch"],
            document.get("contact"),
            content["name"],
            content["text"],
            document.get("over", False),
        )
        return WaitingAlert(row, note)


def _ongoing(found: Document) -> OngoingTrouble:
    return OngoingTrouble(
        found["id"], found["since"], found.get("kept", True), found.get("size", 1), found.get("sized")
    )
