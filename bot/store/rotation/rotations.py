"""How far the rotation to new keys is: one document, by which processes that may die go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pymongo import ReturnDocument

from bot.model.answer_fields import Internal
from bot.store.database.fast_operations import find_one
from bot.store.repository import Repository

RotationStep: TypeAlias = Literal["announced", "used", "alone", "named", "done"]
"""Everybody is to know the new keys; they are used for what is written, and things are looked up by old and
new hashes; nobody uses an old key any more, and all is sealed anew; every row has a new hash, so that nobody
writes old ones; it is done."""
STEPS: tuple[RotationStep, ...] = get_args(RotationStep)

NAMED = STEPS.index("named")
"""From this stage on no row is without a new hash, and nobody writes old ones beside them."""
HELD = 15
"""Seconds for which a process has it to itself, renewed with each batch."""
_ID = "keys"


@dataclass(frozen=True, slots=True)
class RotationState:
    """The last rotation. `to` is the new keys' id; `collection` and `after` say where to go on sealing anew.

    `looked` documents were looked at so far, `changed` of them changed.
    """

    to: str
    step: RotationStep
    by: str
    begun: datetime
    collection: str = ""
    after: Annotated[Any, Internal()] = None
    looked: int = 0
    changed: int = 0
    ended: datetime | None = None

    @property
    def number(self) -> int:
        """Its stage as a number: what a process says that it has seen."""
        return STEPS.index(self.step)


class Rotations(Repository, collection="rotations"):
    """The collection `rotations`."""

    async def state(self) -> RotationState | None:
        """The last one, done or not."""
        found = await find_one(self._database, "rotations", {"_id": _ID})
        return None if found is None else _state(found)

    async def begin(
        self, to: str, actor: str, now: datetime, enter: Callable[[Any], Awaitable[object]]
    ) -> bool:
        """Begin, unless one is under way. `enter` makes the keys known within the same transaction."""
        new = {"to": to, "stage": "announced", "who": actor, "begun": now, "looked": 0, "changed": 0}
        new |= {"collection": "", "after": None}

        async def once(session: Any) -> bool:
            found = await self._rows.find_one({"_id": _ID}, session=session)
            if found is not None and found["stage"] != "done":
                return False
            await self._rows.replace_one({"_id": _ID}, new, upsert=True, session=session)
            await enter(session)
            return True

        return await self._database.transaction(once)

    async def claim(self, me: str) -> RotationState | None:
        """Have it to ourselves for a while; `None` where there is nothing to do, or another has it."""
        free = {"$or": [{"by": me}, {"$expr": {"$lt": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}}]}
        never = {"until": {"$exists": False}}
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": HELD}}
        found = await self._rows.find_one_and_update(
            {"_id": _ID, "stage": {"$ne": "done"}, "$or": [free, never]},
            [{"$set": {"by": {"$literal": me}, "until": until}}],
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _state(found)

    async def keep(self, me: str, before: RotationState, changes: Mapping[str, Any]) -> bool:
        """Write down how far it is; `False`: it is another's by now, or further."""
        where = {"_id": _ID, "by": me, "stage": before.step, "collection": before.collection}
        done = await self._rows.update_one(where, {"$set": dict(changes)})
        return bool(done.matched_count)

    async def leave(self, me: str) -> None:
        """Somebody else may go on at once."""
        await self._rows.update_one({"_id": _ID, "by": me}, {"$unset": {"until": "", "by": ""}})


def _state(found: Mapping[str, Any]) -> RotationState:
    return RotationState(
        found["to"],
        found["stage"],
        found["who"],
        found["begun"],
        found["collection"],
        found["after"],
        found["looked"],
        found["changed"],
        found.get("ended"),
    )
