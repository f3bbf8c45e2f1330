"""Writes turns together with the places that they take of rules with `first` (as the first 100 people): both
or neither."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from bot.model.decision import Claim
from bot.model.stored import Claimed
from bot.store.counters.contended import LONGEST_PAUSE, contended
from bot.store.database.bulk_commands import Update, known_already
from bot.store.database.mongo import TRANSIENT, Collection
from bot.store.repository import Repository, rows_of

LOST = Claimed(won=False)
BUSY = Claimed(won=False, busy=True)
HELD = Claimed(won=False, held=True)
AFTER = ReturnDocument.AFTER
MAJORITY = ReadConcern("majority")
"""Reads what no failover takes back."""


class _Overtaken(Exception):
    """Raised within the transaction, to abort it: a contact was changed by another write first."""


class _Held(Exception):
    """Raised within the transaction, to abort it: another transaction has a contact. Which, MongoDB does not
    say, so it is not tried again."""


class _Full(Exception):
    """Raised within the transaction, to abort it: `rule` has not enough places left."""

    def __init__(self, rule: str) -> None:
        self.rule = rule


async def claim(
    contacts: Collection, places: Collection, turns: Sequence[Update], claims: Sequence[Claim], session: Any
) -> Claimed:
    """Write turns that take the same places, all or none: if nobody was faster with any of the contacts, and
    each rule has a place for each of them.

    A contact remembers its own place, and its revision says that it had none: so nobody is counted twice.
    """
    for one in claims:  # outside: who makes it in the same moment must cost nobody a transaction
        with suppress(DuplicateKeyError):
            await places.update_one({"_id": one.rule}, {"$setOnInsert": {"n": 0}}, upsert=True)
    writes = [UpdateOne(where, update, upsert=upsert) for where, update, upsert in turns]
    more = {"$inc": {"n": len(writes)}}

    async def both() -> Mapping[str, int]:
        """The contacts first: the count, which everybody wants, is held for one command and the commit."""
        try:
            written = await contacts.bulk_write(writes, session=session)
        except OperationFailure as error:
            if error.has_error_label(TRANSIENT):
                raise _Held from error
            raise
        if written.matched_count + written.upserted_count != len(writes):
            raise _Overtaken
        taken: dict[str, int] = {}
        for one in sorted(claims):  # in one order: two transactions never wait for each other
            room = {"_id": one.rule, "n": {"$lte": one.most - len(writes)}}
            counted = await places.find_one_and_update(room, more, return_document=AFTER, session=session)
            if counted is None:
                raise _Full(one.rule)
            taken[one.rule] = counted["n"]
        return taken

    try:
        taken = await contended(session, both)
        return BUSY if taken is None else Claimed(won=True, taken=taken)
    except _Full as full:
        return await _left(places, full.rule, {one.rule: one.most for one in claims}[full.rule] - len(writes))
    except _Held:
        return HELD
    except _Overtaken:
        return LOST
    except BulkWriteError as error:
        known_already(error)
        return LOST  # a stranger whose first turn somebody else has written


async def _left(places: Collection, rule: str, most: int) -> Claimed:
    """The refusal for a rule that has more than `most` places taken, as acknowledged by a majority.

    Where the majority has fewer yet, `BUSY`, after a pause: the caller tries again.
    """
    found = await places.with_options(read_concern=MAJORITY).find_one({"_id": rule}) or {"n": 0}
    if found["n"] > most:
        return Claimed(won=False, taken={rule: found["n"]})
    await asyncio.sleep(LONGEST_PAUSE)
    return BUSY


class Places(Repository):
    """The collection `places`: by rule, how many are taken (`n`). May raise `DatabaseUnavailable`."""

    _places = rows_of("places")
    _contacts = rows_of("contacts")

    async def taken(self, rules: Iterable[str]) -> Mapping[str, int]:
        """How many places of these rules are taken; one of which none is may be missing."""
        found = self._places.find({"_id": {"$in": list(rules)}})
        return {document["_id"]: document["n"] async for document in found}

    # -- as a simulator does: else places are only ever taken

    async def give_back(self, rules: Iterable[str]) -> None:
        """Free one place of each of these rules; the contact does not have it any more."""
        for rule in rules:
            await self._places.update_one({"_id": rule, "n": {"$gt": 0}}, {"$inc": {"n": -1}})

    async def clear(self, rule: str, kept: str) -> None:
        """Free all places of a rule, also in the contacts, which have it under the name `kept` in `used`.

        Their revisions grow: a turn that was decided on what they were is decided anew.
        """
        forgotten = {"$pull": {"used": {"k": kept}}, "$inc": {"rev": 1}}
        await self._contacts.update_many({"used.k": kept}, forgotten)
        await self._places.delete_one({"_id": rule})
