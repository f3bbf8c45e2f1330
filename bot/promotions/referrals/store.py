"""Who has brought whom, looked up by the codes of links: no contact holds the other's id (N4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.contact import Contact
from bot.model.flow_occupancy import LATELY
from bot.promotions.referrals.model import INVITATIONS, OPEN_STATES, Invitation, ReferralState
from bot.promotions.referrals.rows import INVITATION
from bot.store.codec.documents import stored_from
from bot.store.database.mongo import Document
from bot.store.promotions import StorePart
from bot.store.repository import SealedRepository


class ReferralPeople(SealedRepository, collection="contacts"):
    """The collection `contacts`, by what it holds of referrals (`rows` names the fields).

    Of `invitations`: `n` campaign, `c` codes, `f` friends who came, `d` of them done. Of `referrals`:
    `n` campaign, `by` the inviter's code, `s` state.
    """

    async def inviters(self, campaign: str, most: int) -> Sequence[tuple[str, Invitation]]:
        """The ids of those who have brought somebody, with their links; who has brought most comes first."""
        one = {"n": campaign, "f": {"$gt": 0}}
        asked: list[Mapping[str, Any]] = [
            {"$match": {"invitations.f": {"$exists": True}, "invitations": {"$elemMatch": one}}},
            {"$project": {"invitations": 1}},
            {"$unwind": "$invitations"},
            {"$match": {"invitations.n": campaign}},
            {"$sort": {"invitations.f": -1, "invitations.d": -1, "_id": 1}},
            {"$limit": most},
        ]
        rows = [row async for row in self._rows.aggregate(asked)]
        read = [(row["_id"], INVITATION.read(row["invitations"])) for row in rows]
        return [(id_, held) for id_, held in read if held is not None]

    async def brought_by(self, codes: Collection[str], most: int) -> Sequence[Contact]:
        """Up to so many of those who came by a link with one of these codes."""
        where: Document = {"referrals.by": {"$in": list(codes)}}
        found = await self._rows.find(where).limit(most).to_list(None)
        return [stored_from(document, self._seal).contact for document in found]

    async def everybody(self, campaign: str) -> AsyncIterator[Contact]:
        """All who were brought in a campaign, or have opened a link of it."""
        where: Document = {"referrals.n": campaign, "referrals.s": {"$exists": True}}
        async for document in self._rows.find(where):
            yield stored_from(document, self._seal).contact

    async def holders(self, codes: Collection[str]) -> Mapping[str, Contact]:
        """By code of a link, whose it is; of whoever is not here any more there is none."""
        where: Document = {"invitations.c": {"$in": list(codes)}, "rev": {"$exists": True}}
        found = [stored_from(one, self._seal).contact async for one in self._rows.find(where)]
        return {code: one for one in found for link in INVITATIONS.of(one) for code in link.codes}

    async def waiting(self, campaigns: Collection[str]) -> Mapping[tuple[str, ReferralState], int]:
        """How many friends of each campaign may still count, by how far they are."""
        one = {"n": {"$in": list(campaigns)}, "s": {"$in": list(OPEN_STATES)}}
        asked: list[Mapping[str, Any]] = [
            {"$match": {"referrals.s": {"$exists": True}, "referrals": {"$elemMatch": one}}},
            {"$project": {"_id": 0, "referrals": 1}},
            {"$unwind": "$referrals"},
            {"$match": {f"referrals.{field}": among for field, among in one.items()}},
            {"$group": {"_id": {"n": "$referrals.n", "s": "$referrals.s"}, "number": {"$sum": 1}}},
        ]
        found = Counter[tuple[str, ReferralState]]()
        async for row in self._rows.aggregate(asked):
            found[row["_id"]["n"], row["_id"]["s"]] = row["number"]
        return found


def _labels(now: datetime) -> Sequence[Document]:
    """A MongoDB expression: of a contact each campaign in which it may still count."""
    open_ = {"$and": [{"$gt": ["$$this.at", now - LATELY]}, {"$in": ["$$this.s", list(OPEN_STATES)]}]}
    may_count = {"$filter": {"input": {"$ifNull": ["$referrals", []]}, "cond": open_}}
    return ({"$map": {"input": may_count, "in": "$$this.n"}},)


PART = StorePart(_labels)
