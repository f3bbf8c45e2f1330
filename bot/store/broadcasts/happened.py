"""What people did within some time, whoever they are: for reports, which know of whom they ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.mark import BEGUN, OF_GOALS
from bot.store.database.mongo import Database, Document, looking_at_all

AT_A_TIME = 5_000
"""Rows that are read from the network at a time."""


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A row of the timeline: of which contact, what (as it is called there), when; goals it reached."""

    id: str
    contact: str
    what: str
    at: datetime
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BegunRow:
    """Somebody began a flow: which contact, when, and their group of each split that it asks for."""

    contact: str
    at: datetime
    groups: Mapping[str, str]


class DoneRows:
    """The collection `timeline`, read by time. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._timeline = database.collection("timeline")

    async def of(self, what: Sequence[str], since: datetime, until: datetime) -> AsyncIterator[DoneRow]:
        """What is called so, from one moment to another (both included)."""
        where: Document = {"at": {"$gte": since, "$lte": until}, "what": {"$in": list(what)}}
        async for one in self._found(where, "life"):
            yield one

    async def reached(self, goals: Sequence[str], since: datetime, until: datetime) -> AsyncIterator[DoneRow]:
        """What reached one of these goals."""
        where: Document = {"g": {"$in": list(goals)}, "at": {"$gte": since, "$lte": until}}
        async for one in self._found(where, "of_goal"):
            yield one

    async def begun(self, name: str, since: datetime, until: datetime) -> AsyncIterator[BegunRow]:
        """What began a flow, counted by this name; the first before the others."""
        where: Document = {"g": name, "at": {"$gte": since, "$lte": until}}
        fields = {"contact": 1, "at": 1, "c": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME).sort("at", 1)
        async for one in _each(rows):
            yield BegunRow(one["contact"], one["at"], _groups(name, one.get("c")))

    async def _found(self, where: Document, index: str) -> AsyncIterator[DoneRow]:
        fields = {"contact": 1, "what": 1, "at": 1, "g": 1}
        rows = self._timeline.find(where, fields, hint=index, batch_size=AT_A_TIME)
        async for one in _each(rows):
            yield DoneRow(one["_id"], one["contact"], one["what"], one["at"], tuple(one.get("g", ())))


async def _each(rows: Any) -> AsyncIterator[Document]:
    while True:
        async with looking_at_all():  # whoever is given a row is not held to how long this may take
            some = await rows.to_list(AT_A_TIME)
        if not some:
            return
        for one in some:
            yield one


def _groups(name: str, marks: object) -> Mapping[str, str]:
    """What is said of groups beside the beginning of this flow: marks as `marks_document` writes them.

    No `Mark` is made of them: there is one of these rows for each person of a report.
    """
    found: dict[str, str] = {}
    for mark in marks if isinstance(marks, list) else ():
        match mark:
            case [_, str(flow), str(what), str(of), str(split), str(group)] if of == name:
                if flow == OF_GOALS and what == BEGUN:
                    found[split] = group
            case _:
                pass
    return found
