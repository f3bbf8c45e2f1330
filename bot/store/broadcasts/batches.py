"""The people of a sending, up to 500 in a batch: who has claimed it, how far it is, what came of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import ReturnDocument

from bot.model.broadcast import (
    BatchState,
    GroupFigures,
    LeftOut,
    Recipient,
    Sending,
    SendingBatch,
    SendingFigures,
)
from bot.store.codec.record import texts
from bot.store.database.mongo import Document
from bot.store.repository import Repository, rows_of

_UNFINISHED = ["new", "calling", "called"]
"""The states (`BatchState`) of a batch that is not at its end."""


class BatchContacts(NamedTuple):
    """The contacts of a batch, its group, and when LINE took it."""

    group: str
    at: datetime | None
    contacts: Sequence[str]


class SendingBatches(Repository):
    """The collection `sending_batches`. Every call raises `DatabaseUnavailable`.

    A batch is changed only by who has claimed it, as long as nobody has claimed it since.
    """

    _batches = rows_of("sending_batches")
    _sendings = rows_of("sendings")

    async def claim(self, sending: str, seconds: float, owner: str) -> SendingBatch | None:
        """Claim the first batch that is not at its end and that no process has claimed; `None`: there is
        none.

        The claim lasts `seconds`, by the server's clock; then another process may claim the batch.
        """
        free = {"$expr": {"$lt": [{"$ifNull": ["$until", None]}, "$$NOW"]}}
        found = await self._batches.find_one_and_update(
            {"sending": sending, "state": {"$in": _UNFINISHED}, **free},
            [{"$set": {"until": _in(seconds), "owner": owner, "turn": {"$add": ["$turn", 1]}}}],
            sort=[("n", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _batch(found)

    async def write(self, batch: SendingBatch, *, release: bool = False, people: bool = False) -> bool:
        """Store the progress of a claimed batch; `False`: another process has claimed it since.

        `release`: give up the claim. `people`: its people have changed, so they are stored, too.
        """
        change: Document = {"$set": {**_progress(batch), **(_people(batch) if people else {})}}
        if release:
            change["$unset"] = {"until": ""}
        found = await self._batches.update_one(_ours(batch), change)
        return bool(found.matched_count)

    async def free_of_the_dead(self, sending: str, alive: Collection[str]) -> None:
        """End the claims of processes that are not `alive`, before their time."""
        theirs = {"sending": sending, "state": {"$in": _UNFINISHED}, "until": {"$exists": True}}
        await self._batches.update_many({**theirs, "owner": {"$nin": list(alive)}}, {"$unset": {"until": ""}})

    async def drop_new(self, sending: str, why: LeftOut = "cancelled") -> None:
        """Drop the batches for which no call was made. A process that has claimed such a batch loses it.

        `why` is counted for all of their people, who are listed in `left_out`, too, unless it is `cancelled`.
        """
        untried = {"sending": sending, "state": "new", "got": []}
        change: Document = {
            "state": "dropped",
            "turn": {"$add": ["$turn", 1]},
            "why": [{"k": why, "n": "$size"}],
        }
        if why != "cancelled":
            row = {"contact": "$$one.contact", "why": why, "said": None}
            change["left_out"] = {"$map": {"input": "$people", "as": "one", "in": row}}
        await self._batches.update_many(untried, [{"$set": change}])

    async def limit_to_first(self, of: Sending, most: int) -> bool:
        """Leave out all but the first `most` people (`quota`), while the sending is gathered.

        Done again with the same `most` it changes nothing. `False`: another process has begun this later, or
        the sending begins anew, and goes on with it.
        """
        sending = of.id  # `keeping` names this call: one that begins later takes over
        room, new = most, {"sending": sending, "state": {"$in": ["new", "dropped"]}}
        ours = {"_id": sending, "state": "gathering", "keeping": uuid.uuid4().hex}
        begun = {"_id": sending, "state": "gathering", "agreed": of.agreed}
        if not (await self._sendings.update_one(begun, {"$set": ours})).matched_count:
            return False
        async for one in self._batches.find(new).sort("n", 1):
            batch = _batch(one)
            before = {recipient: why for recipient, why in batch.left_out.items() if why != "quota"}
            waiting = [p.contact for p in batch.people if p.contact not in before]
            over: dict[str, LeftOut] = dict.fromkeys(waiting[room:], "quota")
            room = max(0, room - len(waiting))
            if over:
                state: BatchState = "new" if len(over) < len(waiting) else "dropped"
                left = replace(batch, state=state, left_out={**before, **over})
                if not await self._write_if(ours, left):
                    return False
        return True

    async def _write_if(self, ours: Document, batch: SendingBatch) -> bool:
        """Write a batch while the sending is as in `ours`: a process that was suspended in between, and has
        lost the sending, changes nothing. `kept` is written so that two such transactions conflict."""

        async def once(session: Any) -> bool:
            found = await self._sendings.update_one(ours, {"$inc": {"kept": 1}}, session=session)
            if found.matched_count:
                await self._batches.update_one(_ours(batch), {"$set": _progress(batch)}, session=session)
            return bool(found.matched_count)

        return await self._database.transaction(once)

    async def of_people(
        self, sending: str, contacts: Collection[str], users: Collection[str]
    ) -> list[SendingBatch]:
        """The batches that have any of these contacts or LINE users, in their order."""
        some = [{"people.contact": {"$in": list(contacts)}}, {"people.user": {"$in": list(users)}}]
        found = await self._batches.find({"sending": sending, "$or": some}).sort("n", 1).to_list(None)
        return [_batch(one) for one in found]

    async def figures(self, sending: str) -> SendingFigures:
        """The numbers of people of a sending by group, and of its unfinished batches; reads no people."""
        fields = {"_id": 0, "group": 1, "state": 1, "size": 1, "reached": 1, "why": 1}
        found = await self._batches.find({"sending": sending}, fields).to_list(None)
        people: Counter[str] = Counter()
        got: Counter[str] = Counter()
        left_out: dict[str, Counter[LeftOut]] = {}
        for one in found:
            group = one["group"]
            people[group] += one["size"]
            got[group] += one["reached"]
            counted = left_out.setdefault(group, Counter())
            for why in one["why"]:
                counted[why["k"]] += why["n"]
        groups = {
            group: GroupFigures(size, got[group], dict(left_out[group])) for group, size in people.items()
        }
        return SendingFigures(groups, sum(one["state"] in _UNFINISHED for one in found))

    async def unfinished(self, sending: str) -> bool:
        """Whether a batch of it is not at its end."""
        where = {"sending": sending, "state": {"$in": _UNFINISHED}}
        return await self._batches.find_one(where, {"_id": 1}) is not None

    async def each(self, sending: str) -> AsyncIterator[SendingBatch]:
        """All batches of a sending, in their order."""
        async for one in self._batches.find({"sending": sending}).sort("n", 1).batch_size(20):
            yield _batch(one)

    async def contacts(self, sending: str) -> AsyncIterator[BatchContacts]:
        """The contacts of each batch, in the order of batches, without the rest of it: for reports, of many
        people."""
        fields = {
            "_id": 0,
            "group": 1,
            "at": 1,
            "contacts": "$people.contact",
        }  # a list of texts is decoded faster than one of documents
        found = self._batches.find({"sending": sending}, fields).sort("n", 1).batch_size(20)
        async for one in found:
            yield BatchContacts(one["group"], one["at"], one["contacts"])

    async def recipients(self, sending: str) -> AsyncIterator[tuple[datetime, Sequence[str]]]:
        """When LINE took each batch, and the contacts for whom it did: for reports, of many people."""
        took = {"$setDifference": ["$people.contact", {"$ifNull": ["$left_out.contact", []]}]}
        found = self._batches.find(
            {"sending": sending, "at": {"$ne": None}}, {"_id": 0, "at": 1, "took": took}
        )
        async for one in found.sort("n", 1).batch_size(20):
            yield one["at"], one["took"]

    async def refused(self, sending: str) -> Mapping[str, int]:
        """For how many people LINE refused a sending, by LINE's message."""
        where = {"left_out": {"$elemMatch": {"said": {"$ne": None}}}}
        messages: Counter[str] = Counter()
        async for one in self._batches.find({"sending": sending, **where}, {"left_out.said": 1}).sort("n", 1):
            messages.update(each["said"] for each in one["left_out"] if each["said"] is not None)
        return messages

    async def left_out(self, sending: str, why: LeftOut, most: int) -> list[tuple[str, str | None]]:
        """The first contacts that were left out for this reason, and LINE's message about each."""
        pipeline: list[Document] = [
            {"$match": {"sending": sending, "why.k": why}},
            {"$sort": {"n": 1}},
            {"$limit": most},
            {"$unwind": "$left_out"},
            {"$match": {"left_out.why": why}},
            {"$limit": most},
            {"$project": {"_id": 0, "contact": "$left_out.contact", "said": "$left_out.said"}},
        ]
        found = await self._batches.aggregate(pipeline).to_list(None)
        return [(one["contact"], one.get("said")) for one in found]


def _in(seconds: float) -> Document:
    """The moment in so many seconds, by the server's clock."""
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": round(seconds * 1000)}}


def _ours(batch: SendingBatch) -> Document:
    """The filter for a batch while its claim is this one: each new claim has a higher `turn`."""
    return {"_id": batch.id, "sending": batch.sending, "turn": batch.turn}


def batch_document(batch: SendingBatch, stored: datetime) -> Document:
    """The document of a new batch; `stored` is the moment of its sending, by which it expires."""
    return {
        "_id": batch.id,
        "sending": batch.sending,
        "n": batch.number,
        "channel": batch.channel,
        "group": batch.group,
        "size": len(batch.people),
        "stored": stored,
        "turn": batch.turn,
        **_people(batch),
        **_progress(batch),
    }


def _people(batch: SendingBatch) -> Document:
    return {"people": [{"contact": one.contact, "user": one.user} for one in batch.people]}


def _progress(batch: SendingBatch) -> Document:
    """The fields that change while a batch is sent; `reached` and `why` are its numbers, for `figures`."""
    why = Counter(batch.left_out.values())
    return {
        "state": batch.state,
        "key": batch.key,
        "since": batch.since,
        "at": batch.at,
        "left_out": [
            {"contact": contact, "why": reason, "said": batch.refusals.get(contact)}
            for contact, reason in batch.left_out.items()
        ],
        "got": list(batch.got),
        "halved": list(batch.halved),
        "reached": len(batch.people_reached),
        "why": [{"k": reason, "n": number} for reason, number in why.items()],
    }


def _batch(document: Mapping[str, Any]) -> SendingBatch:
    left_out = document["left_out"]
    return SendingBatch(
        id=document["_id"],
        sending=document["sending"],
        number=document["n"],
        channel=document["channel"],
        group=document["group"],
        people=tuple(Recipient(one["contact"], one["user"]) for one in document["people"]),
        state=document["state"],
        key=document["key"],
        since=document["since"],
        at=document["at"],
        left_out={one["contact"]: one["why"] for one in left_out},
        refusals={one["contact"]: one["said"] for one in left_out if one["said"] is not None},
        got=tuple(document["got"]),
        halved=texts(document.get("halved")),
        turn=document["turn"],
    )
