"""How many people are in an audience: about, from some of all contacts, and exactly."""

from __future__ import annotations

from collections.abc import Collection

from bot.engine.conditions.people import Unreachable, lists_asked
from bot.model.part import PARTS
from bot.model.sample import Sample
from bot.store.collections import SAMPLED
from bot.store.contacts.audience_question import IN_A_ROW, AudienceAsked, AudienceQuestion, groups_of
from bot.store.contacts.reachable import reachable, unreachable
from bot.store.database.mongo import Database, Document, looking_at_all, reaching

ENOUGH = 4_000
"""Contacts of a sample: of half of them it tells within 1.6 points in a hundred, 19 times of 20."""
FEW = 50_000
"""Contacts who are counted as soon as a sample of them."""


class AudienceNumbers:
    """The collection `contacts`, counted. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, question: AudienceQuestion) -> None:
        self._contacts = database.collection("contacts")
        self._question = question

    async def sample(self, asked: AudienceAsked) -> Sample | None:
        """How many of some contacts are in it: always the same ones, as long as about as many are there.

        `None`: it is counted as soon; or it asks for a list, which takes as long as counting.
        """
        async with reaching():
            everybody = await self._contacts.estimated_document_count()
        if everybody < FEW or lists_asked(asked.condition):
            return None
        parts = min(SAMPLED, -(-ENOUGH * PARTS // everybody))
        some = {"part": {"$lt": parts}}
        where = self._question.where(asked, {**some, **reachable(asked.channel, asked.consent_from)})
        async with reaching():
            looked_at = await self._contacts.count_documents(some, hint="sampled")
            found = await self._contacts.count_documents(where, hint="sampled")
        return Sample(found, looked_at, everybody)

    async def exact(self, asked: AudienceAsked, without: Unreachable | None = None) -> int:
        """How many people are in it; `without`: who would be, were it not for this."""
        among = (
            reachable(asked.channel, asked.consent_from)
            if without is None
            else unreachable(without, asked.channel, asked.consent_from)
        )
        if asked.fits:
            return await self._of_all(self._question.where(asked, among))
        number = 0
        if not asked.of_listed_alone:
            number = await self._of_all(self._question.where_on(asked, (), among))
        standing = await self._question.standing(asked)
        for lists, ids in groups_of(standing, sorted(standing)):
            of_these = {**among, "_id": {"$in": ids}}
            number += await self._of_some(asked, lists, of_these) - await self._of_some(asked, (), of_these)
        return number

    async def _of_all(self, where: Document) -> int:
        async with looking_at_all():
            return int(await self._contacts.count_documents(where, hint=IN_A_ROW))

    async def _of_some(self, asked: AudienceAsked, lists: Collection[str], some: Document) -> int:
        async with reaching():
            return int(await self._contacts.count_documents(self._question.where_on(asked, lists, some)))
