"""Finds, counts and removes people who are friends of no account, and have been inactive since a moment.

Every call raises `DatabaseUnavailable` when MongoDB is away, and may be made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.erasure import Erasure, KnownBy
from bot.model.processes import part_of
from bot.model.retention import PEOPLE
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.contacts.erasures import Erasures, PendingErasure
from bot.store.counters.retention import RetentionRecord
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.database.scans import page

_THERE = {"$exists": True}
_SIGNS = ("seen", "since", "talked", "staffed", "pushed")
"""The moments of an identity: `seen` is also that of leaving."""
_STAY: Sequence[Document] = (
    {"ids": {"$elemMatch": {"friend": {"$ne": False}}}},
    *({f"b.{kind}": _THERE} for kind in ("phone", "shop", "clerk")),
    {"p.member_no": _THERE},
    {"timers": {"$elemMatch": {"f": {"$ne": ""}}}},
    {"flows.held": _THERE},
    *({f"{name}.0": _THERE} for name in ("out", "open", "waiting", "carried")),
)
"""Filters for people who stay, however long ago they left: friends of an account, bound people and members,
those whose journey goes on by itself, and those with work under way."""


class _Changed(Exception):
    """A contact is not as it was read, so the transaction is given up."""


class LeftPeople:
    """The collection `contacts`. Being in a flow that only waits for an answer does not make a person
    stay."""

    def __init__(self, database: Database, erasures: Erasures, record: RetentionRecord) -> None:
        self._contacts = database.collection("contacts")
        self._database = database
        self._erasures = erasures
        self._record = record

    async def page(self, before: datetime, after: str, most: int) -> list[tuple[str, int]]:
        """Contacts after this id that left before a moment: their ids, and the revisions that were read."""
        found = await page(self._contacts, _left(before), {"rev": 1}, after, most)
        return [(one["_id"], one["rev"]) for one in found]

    async def number(self, before: datetime) -> int:
        """How many left before a moment."""
        async with looking_at_all():
            return int(await self._contacts.count_documents(_left(before)))

    async def everybody(self) -> int:
        """About how many contacts there are."""
        return int(await self._contacts.estimated_document_count())

    async def remove(self, person: ErasedPerson, erasure: Erasure, day: str) -> bool:
        """Remove the contacts of a person if they all are as they were read, and begin the erasure, which is
        to be seen through; whether it was done. One transaction: who has come back stays whole.

        Lists know the person by LINE ids alone: what a shop has of its member has a time of its own.
        """
        await self._database.give_way()
        await self._erasures.ready(erasure)
        known = KnownBy(person.known.contacts)
        revisions = person.contacts.items()
        where = {"$or": [{"_id": id, "part": part_of(id), "rev": revision} for id, revision in revisions]}
        at = erasure.at

        async def once(session: Any) -> None:
            gone = await self._contacts.delete_many(where, session=session)
            if gone.deleted_count != len(person.contacts):
                raise _Changed
            await self._erasures.begin_within(
                PendingErasure(erasure, person.keys, person.menus), known, session
            )
            await self._record.add_within(day, at, PEOPLE, 1, session)

        try:
            await self._database.transaction(once)
        except _Changed:
            return False
        return True


def _left(before: datetime) -> Document:
    """The filter for people who are friends of no account, with all moments of their accounts before this
    one.

    Where no account has the moment `seen`, the last turn counts; a person who never had one stays.
    """
    signs: list[Document] = [{f"ids.{name}": {"$gte": before}} for name in _SIGNS]
    return {
        "to": {"$exists": False},
        "rev": _THERE,
        "ids.0": _THERE,
        "$nor": [*_STAY, *signs],
        "$or": [{"ids.seen": _THERE}, {"turned": {"$lt": before}}],
    }
