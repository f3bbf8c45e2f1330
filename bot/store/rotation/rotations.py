"""Stores how far a rotation of keys is, in one document, so that another process goes on after a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pymongo import ReturnDocument

from bot.model.answer_fields import Internal
from bot.store.database.fast_operations import find_one
from bot.store.repository import Repository

RotationStep: TypeAlias = Literal[
    "announced",  # all processes are to load the new keys
    "used",  # the new keys are used to write; rows are found by old and new hashes
    "alone",  # no process writes with an old key any more; all values are sealed anew
    "named",  # every row has a new hash, so old ones are written no more
    "done",
]
"""The steps of a rotation, in order."""
STEPS: tuple[RotationStep, ...] = get_args(RotationStep)
"""All steps, in order."""

NAMED = STEPS.index("named")
"""The number of the step from which every row has a new hash, and old ones are written no more."""
HELD = 15
"""Seconds for which a process has claimed the rotation; renewed with each batch."""
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
        """The last rotation, done or not; `None`: there was none."""
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
        """Claim the rotation for `HELD` seconds; `None`: none is under way, or another process has it."""
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
        """Store how far it is; `False`: another process has it by now, or it has moved on."""
        where = {"_id": _ID, "by": me, "stage": before.step, "collection": before.collection}
        done = await self._rows.update_one(where, {"$set": dict(changes)})
        return bool(done.matched_count)

    async def leave(self, me: str) -> None:
        """Give the claim up, so that another process may go on at once."""
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
