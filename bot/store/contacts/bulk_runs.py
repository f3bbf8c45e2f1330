"""Stores bulk runs, which staff order for many people: which process does each, how far it is, its
outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from pymongo import DESCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditEntry
from bot.model.bulk_run import BulkAhead, BulkFigures, BulkKind, BulkRun, BulkState, BulkTrouble, SoughtPeople
from bot.store.codec.record import flag, inner, moment, number, text
from bot.store.database.mongo import Document
from bot.store.events.audit import entry_document, entry_end
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.seal import SealInvalid

HELD_FOR = timedelta(seconds=30)
"""How long a process has a run; it renews that more often, else another process takes the run over."""
UNDER_WAY = ("runs", "stopping")
"""The states of a run that a process works on."""


class BulkRuns(SealedRepository, collection="bulk_runs"):
    """The collection `bulk_runs`. Every call raises `DatabaseUnavailable`.

    A row has the fields of `BulkRun`. While it is under way it has `holds`, its kind: by a unique index there
    is one of each kind at most; and `holder`, the process that does it, `until` when. `s`, `place` and
    `ahead` are sealed.
    """

    _audit = rows_of("audit")

    async def add(self, run: BulkRun, entry: AuditEntry, holder: str, now: datetime) -> bool:
        """Begin a run, with its line of the audit log; `False`: another of its kind is under way.

        `run.undoes` is recorded on the run that is undone; `False`, too, where that was undone already.
        """

        async def once(session: Any) -> None:
            await self._rows.insert_one(self._document(run, holder, now), session=session)
            await self._audit.insert_one(entry_document(entry, self._seal), session=session)
            if run.undoes:
                where: Document = {"_id": run.undoes, "undone": ""}
                noted = await self._rows.update_one(where, {"$set": {"undone": run.id}}, session=session)
                if not noted.matched_count:
                    raise DuplicateKeyError("undone already")

        try:
            await self._database.transaction(once)
        except DuplicateKeyError:
            return False
        return True

    async def one(self, run: str) -> BulkRun | None:
        """The run of this id; `None`: there is none."""
        found = await self._rows.find_one({"_id": run})
        return None if found is None else self._run(found)

    async def last(self, most: int) -> list[BulkRun]:
        """The last runs, newest first, `most` of them."""
        found = self._rows.find({}, hint="by_time").sort([("at", DESCENDING), ("_id", DESCENDING)])
        return [self._run(one) for one in await found.limit(most).to_list(None)]

    async def claim(self, holder: str, now: datetime, run: str | None = None) -> BulkRun | None:
        """Give a run whose process has died to `holder`; `run`: only this one. `None`: there is none.

        Those of a kind that only a newer version knows are left to it.
        """
        under_way = {"state": {"$in": list(UNDER_WAY)}, "until": {"$lt": now}}
        where: Document = {**under_way, "kind": {"$in": list(_KINDS)}}
        if run is not None:
            where["_id"] = run
        held = {"$set": {"holder": holder, "until": now + HELD_FOR}}
        found = await self._rows.find_one_and_update(where, held, return_document=ReturnDocument.AFTER)
        return None if found is None else self._run(found)

    async def fetch(self, run: str, holder: str, now: datetime) -> BulkRun | None:
        """Have `holder` write the table of an export that is ready; `None`: it is not, or another export
        runs."""
        held: Document = {"state": "runs", "holder": holder, "until": now + HELD_FOR, "holds": "export"}
        try:
            found = await self._rows.find_one_and_update(
                {"_id": run, "state": "ready"}, {"$set": held}, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            return None
        return None if found is None else self._run(found)

    async def keep(
        self, run: BulkRun, holder: str, place: str, figures: BulkFigures, now: datetime
    ) -> BulkRun | None:
        """Store the progress of a run, and renew it; the run as stored, `None`: another process does it."""
        change = {"place": self._sealed_words(run.id, "place", place), "figures": asdict(figures)}
        return await self._mine(run.id, holder, {**change, "until": now + HELD_FOR}, over="ahead")

    async def plan(self, run: BulkRun, holder: str, ahead: BulkAhead, now: datetime) -> BulkRun | None:
        """Store what the progress will be after the next batch (`ahead`), so that a process that goes on
        after a crash knows it. Returns as `keep`."""
        words = orjson.dumps([ahead.place, asdict(ahead.figures)]).decode()
        change = {"ahead": self._sealed_words(run.id, "ahead", words), "until": now + HELD_FOR}
        return await self._mine(run.id, holder, change)

    async def hold(self, run: str, holder: str, now: datetime) -> BulkRun | None:
        """Renew a run without progress. Returns as `keep`."""
        return await self._mine(run, holder, {"until": now + HELD_FOR})

    async def _mine(self, run: str, holder: str, change: Document, over: str = "") -> BulkRun | None:
        where = {"_id": run, "holder": holder, "state": {"$in": list(UNDER_WAY)}}
        changes: Document = {"$set": change, **({"$unset": {over: ""}} if over else {})}
        found = await self._rows.find_one_and_update(where, changes, return_document=ReturnDocument.AFTER)
        return None if found is None else self._run(found)

    async def stop(self, run: BulkRun, entry: AuditEntry, over: AuditEntry) -> bool:
        """Ask the process that does a run to stop; a run that is `ready` ends at once. `False`: it was over.

        `entry` is added to the audit log; `over` completes the run's own line there, where it ends at once.
        """

        async def once(session: Any) -> bool:
            asking: Document = {"$set": {"state": "stopping"}}
            where = {"_id": run.id}
            asked = await self._rows.update_one({**where, "state": "runs"}, asking, session=session)
            if not asked.matched_count:
                change = {"$set": {"state": "stopped"}, "$unset": {"s": "", "place": "", "chosen": ""}}
                stopped = await self._rows.update_one({**where, "state": "ready"}, change, session=session)
                if not stopped.matched_count:
                    return False
                await self._audit.update_one({"_id": over.id}, entry_end(over, self._seal), session=session)
            await self._audit.insert_one(entry_document(entry, self._seal), session=session)
            return True

        return await self._database.transaction(once)

    async def end(self, run: BulkRun, entry: AuditEntry, holder: str, now: datetime) -> bool:
        """End a run, with its state, and complete its line of the audit log; whom it was for is deleted.

        A run that it was to undo, and did not fully, can be undone again. `False`, and nothing is changed:
        another process does it.
        """
        where = {"_id": run.id, "holder": holder, "state": {"$in": list(UNDER_WAY)}}
        change: Document = {
            "$set": {
                "state": run.state,
                "trouble": run.trouble,
                "figures": asdict(run.figures),
                "ended": now,
            },
            "$unset": dict.fromkeys(("s", "place", "ahead", "chosen", "holds", "holder", "until"), ""),
        }

        async def once(session: Any) -> bool:
            ended = await self._rows.update_one(where, change, session=session)
            if ended.matched_count:
                await self._audit.update_one({"_id": entry.id}, entry_end(entry, self._seal), session=session)
                if run.undoes and run.state != "done":
                    undone = {"_id": run.undoes, "undone": run.id}
                    await self._rows.update_one(undone, {"$set": {"undone": ""}}, session=session)
            return ended.matched_count > 0

        return await self._database.transaction(once)

    def _document(self, run: BulkRun, holder: str, now: datetime) -> Document:
        document: Document = {
            "_id": run.id,
            "kind": run.kind,
            "about": run.about,
            "by": run.by,
            "at": run.at,
            "state": run.state,
            "people": run.people,
            "is_estimate": run.is_estimate,
            "figures": asdict(run.figures),
            "trouble": run.trouble,
            "undoes": run.undoes,
            "undone": "",
            "reveals": run.reveals,
        }
        if run.sought is not None:
            document["s"] = self._sealed_words(run.id, "s", _written(run.sought))
            if run.sought.chosen is not None:  # as they stand in other rows, so that an erasure finds them
                document["chosen"] = [{"contact": one} for one in run.sought.chosen]
        if run.state == "runs":
            document |= {"holds": run.kind, "holder": holder, "until": now + HELD_FOR}
        return document

    def _sealed_words(self, run: str, field: str, words: str) -> bytes:
        return self._seal.seal(words.encode(), _place(run, field))

    def _opened_words(self, document: Mapping[str, Any], field: str) -> str:
        sealed = document.get(field)
        if sealed is None:
            return ""
        try:
            return self._seal.open(bytes(sealed), _place(document["_id"], field)).decode()
        except SealInvalid:
            return ""

    def _run(self, document: Mapping[str, Any]) -> BulkRun:
        sought, ahead = self._opened_words(document, "s"), self._opened_words(document, "ahead")
        return BulkRun(
            document["_id"],
            _KINDS.get(text(document.get("kind")) or "", "tag"),
            text(document.get("about")) or "",
            text(document.get("by")) or "",
            document["at"],
            _sought(sought, document) if sought else None,
            _STATES.get(text(document.get("state")) or "", "failed"),
            number(document.get("people")),
            flag(document.get("is_estimate")) or False,
            self._opened_words(document, "place"),
            _figures(inner(document, "figures")),
            moment(document.get("ended")),
            _TROUBLES.get(text(document.get("trouble")) or "", ""),
            text(document.get("undoes")) or "",
            text(document.get("undone")) or "",
            flag(document.get("reveals")) or False,
            _ahead(ahead) if ahead else None,
        )


def _written(sought: SoughtPeople) -> str:
    return orjson.dumps({name: value for name, value in asdict(sought).items() if name != "chosen"}).decode()


def _sought(written: str, document: Mapping[str, Any]) -> SoughtPeople:
    sought = SoughtPeople(**orjson.loads(written))
    if "chosen" not in document:
        return sought
    return replace(sought, chosen=tuple(one["contact"] for one in document["chosen"]))


def _figures(there: Mapping[str, Any]) -> BulkFigures:
    return BulkFigures(*(number(there.get(name)) or 0 for name in _FIGURES))


def _ahead(written: str) -> BulkAhead:
    place, figures = orjson.loads(written)
    return BulkAhead(place, _figures(figures))


_FIGURES = ("done", "same", "left_out", "gone")
_KINDS: Mapping[str, BulkKind] = {"tag": "tag", "untag": "untag", "export": "export"}
_STATES: Mapping[str, BulkState] = {
    "ready": "ready",
    "runs": "runs",
    "stopping": "stopping",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
}
_TROUBLES: Mapping[str, BulkTrouble] = {
    "names": "names",
    "condition": "condition",
    "left": "left",
    "broken": "broken",
}


def _place(run: str, field: str) -> bytes:
    return f"bulk_runs\0{run}\0{field}".encode()
