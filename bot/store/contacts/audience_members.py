"""Who is in an audience, found by MongoDB: each of them, in the order of their ids."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Collection, Sequence

from bot.model.audience import AudienceMember
from bot.store.codec.fitting import moments
from bot.store.contacts.audience_question import (
    IN_A_ROW,
    MOST,
    AudienceAsked,
    AudienceQuestion,
    groups_of,
)
from bot.store.contacts.reachable import reachable
from bot.store.database import one_by_one
from bot.store.database.mongo import Database, Document, looking_at_all, reaching
from bot.store.database.one_by_one import windows

SPAN = 120_000
"""Contacts between whose ids is looked at a time: their members are in memory, 25 MB of them."""
SPANS = 15
"""Where there are more of them, each contact is found by its place in the index: that is sooner then."""
DECODED = 5_000
"""Documents that are read from the network at a time."""


class AudienceMembers:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, question: AudienceQuestion) -> None:
        self._contacts = database.collection("contacts")
        self._question = question

    async def recipients(
        self, asked: AudienceAsked, after: str = "", limit: int = MOST
    ) -> AsyncIterator[list[AudienceMember]]:
        """All of them behind this id, in the order of their ids: pages of `limit`, but for the last.

        Whoever was broken off goes on behind the last one that was taken.
        """
        over: list[AudienceMember] = []
        spans = self._in_a_row(asked, after) if asked.fits else self._looked_up(asked, after)
        async for some in spans:
            some.sort(key=lambda one: one.contact)
            found = over + some
            whole = len(found) // limit * limit
            for first in range(0, whole, limit):
                yield found[first : first + limit]
            over = found[whole:]
            found.clear()  # while the next ones are read these are not in memory, too
            some.clear()
        if over:
            yield over

    async def among(self, asked: AudienceAsked, ids: Collection[str]) -> list[AudienceMember]:
        """Those of these contacts who are in it."""
        found: list[AudienceMember] = []
        here, some = reachable(asked.channel, asked.consent_from), sorted(ids)
        standing = {} if asked.fits else await self._question.standing(asked)
        for start in range(0, len(some), DECODED):
            these = some[start : start + DECODED]
            if asked.fits:
                found += await self._found(
                    asked, self._question.where(asked, {**here, "_id": {"$in": these}})
                )
                continue
            others = [one for one in these if one not in standing]
            groups = groups_of(standing, [one for one in these if one in standing])
            for lists, contacts in (*groups, (frozenset[str](), others)):
                of_these = {**here, "_id": {"$in": contacts}}
                found += await self._found(asked, self._question.where_on(asked, lists, of_these))
        return found

    async def _in_a_row(self, asked: AudienceAsked, after: str) -> AsyncIterator[list[AudienceMember]]:
        """Span after span, each found among all contacts."""
        here = reachable(asked.channel, asked.consent_from)
        where = self._question.where(asked, here)
        if asked.of_listed_alone:  # who stands on the lists fits into memory
            yield await self._found(asked, {"$and": [{"_id": {"$gt": after}}, where]}, IN_A_ROW)
            return
        async with reaching():
            everybody = await self._contacts.estimated_document_count()
        way = IN_A_ROW if everybody <= SPANS * SPAN else "_id_"
        async for ids in windows(self._contacts, after, SPAN):
            yield await self._found(asked, {"$and": [{"_id": ids}, where]}, way)

    async def _looked_up(self, asked: AudienceAsked, after: str) -> AsyncIterator[list[AudienceMember]]:
        """As `_in_a_row`, where what stands on the lists is more than one question holds."""
        standing = await self._question.standing(asked)
        here = reachable(asked.channel, asked.consent_from)
        async for ids, of_lists in self._windows(asked, sorted(standing), after):
            found = list[AudienceMember]()
            if ids is not None:
                others = self._question.where_on(asked, (), {**here, "_id": ids})
                found = [one for one in await self._found(asked, others) if one.contact not in standing]
            for lists, contacts in groups_of(standing, of_lists):
                of_these = {**here, "_id": {"$in": contacts}}
                found += await self._found(asked, self._question.where_on(asked, lists, of_these))
            yield found

    async def _windows(
        self, asked: AudienceAsked, standing: Sequence[str], after: str
    ) -> AsyncIterator[tuple[Document | None, Sequence[str]]]:
        """Where to look next: between which ids for those on no list, and who of the others comes there."""
        first = bisect_right(standing, after)
        if asked.of_listed_alone:
            for start in range(first, len(standing), one_by_one.WINDOW):
                yield None, standing[start : start + one_by_one.WINDOW]
            return
        async for ids in windows(self._contacts, after):
            end = bisect_right(standing, ids["$lte"]) if "$lte" in ids else len(standing)
            yield ids, standing[first:end]
            first = end

    async def _found(
        self, asked: AudienceAsked, where: Document, way: Document | str | None = None
    ) -> list[AudienceMember]:
        fields = {"ids.ch": 1, "ids.uid": 1, "seed": 1, "rev": 1, **({"pushes": 1} if asked.limited else {})}
        async with looking_at_all():
            documents = self._contacts.find(where, fields, hint=way, batch_size=DECODED)
            return [_member(document, asked.channel) async for document in documents]


def _member(document: Document, channel: str) -> AudienceMember:
    user = next(one["uid"] for one in document["ids"] if one.get("ch") == channel and "uid" in one)
    pushes = moments(document.get("pushes", ()))
    return AudienceMember(document["_id"], user, document.get("seed", 0), document["rev"], pushes)
