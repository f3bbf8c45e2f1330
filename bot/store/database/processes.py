"""Stores the heartbeat of each process, and what it says of itself, as the playbook it runs; also of standby
ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from bot.model.processes import OwnTrouble, RefusedCalls, Serving
from bot.store.database.mongo import Database, Document

LIFE = 15
"""Seconds after its last heartbeat for which a process counts as alive."""


class Processes:
    """The collection `processes`, a document for each. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, gone: Callable[[str], bool] = lambda process: False) -> None:
        """`gone(process)`: this machine knows that the process has ended, despite its heartbeat."""
        self._collection = database.collection("processes")
        self._gone = gone

    async def heartbeat(self, one: Serving) -> None:
        """This process lives, and for the next 15 s; by the server's clock."""
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        where = {"$literal": one.where}
        fields: Document = {
            "where": where,
            "runs": one.runs,
            "holds": one.holds,
            "until": until,
            "ahead": one.ahead,
        }
        fields |= {"keys": {"$literal": list(one.keys)}, "stage": one.step, "secrets": one.secrets}
        fields |= {"ready": one.ready, "unready": one.unready, "line": {"$literal": one.line}}
        fields |= {"filled": {"$literal": dict(one.filled)}}
        fields |= {"published": one.published, "program": {"$literal": one.program}}
        troubles = [asdict(of) for of in one.troubles]
        fields |= {"troubles": {"$literal": troubles}}
        fields |= {"well": {"$literal": list(one.well)}, "near": {"$literal": list(one.near)}}
        fields |= {"refused": {"$literal": [asdict(of) for of in one.refused]}}
        fields |= {"taken": {"$literal": [{"of": of, "at": at} for of, at in one.taken.items()]}}
        await self._collection.update_one({"_id": one.process}, [{"$set": fields}], upsert=True)

    async def leave(self, process: str) -> None:
        """Remove a process that ends."""
        await self._collection.delete_one({"_id": process})

    async def alive(self) -> list[Serving]:
        """The processes that are alive, sorted by machine and folder."""
        found = self._collection.find({"$expr": {"$gt": ["$until", "$$NOW"]}}).sort(
            [("where", 1), ("_id", 1)]
        )
        return [
            Serving(
                document["_id"],
                document["where"],
                document["runs"],
                document["holds"],
                document.get("ahead", 0.0),
                tuple(document.get("keys", ())),
                document.get("stage", -1),
                document.get("secrets", ""),
                document.get("ready"),
                document.get("unready", ""),
                document.get("line", ""),
                document.get("filled", {}),
                document.get("published", False),
                document.get("program", ""),
                tuple(OwnTrouble(**one) for one in document.get("troubles", ())),
                tuple(document.get("well", ())),
                tuple(document.get("near", ())),
                tuple(RefusedCalls(**of) for of in document.get("refused", ())),
                {of["of"]: of["at"] for of in document.get("taken", ())},
            )
            for document in await found.to_list(None)
            if not self._gone(document["_id"])
        ]
