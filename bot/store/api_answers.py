"""Answers of `/admin/api` to calls with a key, so that the same call is carried out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from pymongo.errors import DuplicateKeyError

from bot.store.repository import SealedRepository

LIFE = timedelta(hours=24)
UNDER_WAY = timedelta(minutes=2)
"""After so long whoever carried a call out has died: it is carried out anew."""


@dataclass(frozen=True, slots=True)
class CallMark:
    """A call that is carried out now: its row, and since when."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the same call was answered with: a status, and JSON."""

    status: int
    content: Any = field(repr=False)


CallKnown: TypeAlias = Literal["under_way", "another"]
"""The same call is being carried out; the key was another call's."""


class ApiAnswers(SealedRepository, collection="api_answers"):
    """The collection `api_answers`: `{_id, at, until, answered, contact, s}`.

    A row is named by a hash of the token and its key, a random one; `contact` is whom the call is about.
    """

    async def begin(
        self, token: str, key: str, call: bytes, contact: str | None, now: datetime
    ) -> CallMark | StoredAnswer | CallKnown:
        """A mark for this call, unless one with this key has begun. `call` is all of it that was sent."""
        name = sha256(f"{token}\0{key}".encode()).hexdigest()
        content = {"call": sha256(call).hexdigest()}
        row = {"at": now, "until": now + LIFE, "answered": False, "s": self._sealed_json(name, content)}
        if contact is not None:
            row["contact"] = contact
        while True:
            try:
                await self._rows.insert_one({"_id": name, **row})
                return CallMark(name, now)
            except DuplicateKeyError:
                found = await self._rows.find_one({"_id": name})
            if found is None:
                continue
            if found["until"] <= now:
                await self._rows.delete_one({"_id": name, "at": found["at"]})
                continue
            known = self._opened_json(found)
            if known["call"] != content["call"]:
                return "another"
            if found["answered"]:
                return StoredAnswer(known["status"], known["content"])
            if found["at"] + UNDER_WAY > now:
                return "under_way"
            where = {"_id": name, "at": found["at"], "answered": False}
            if (await self._rows.update_one(where, {"$set": {"at": now}})).modified_count:
                return CallMark(name, now)

    async def end(self, mark: CallMark, call: bytes, status: int, content: Any) -> None:
        """It was answered so; a row that was erased meanwhile, or is somebody else's by now, stays so."""
        said = {"call": sha256(call).hexdigest(), "status": status, "content": content}
        change = {"$set": {"answered": True, "s": self._sealed_json(mark.id, said)}}
        await self._rows.update_one({"_id": mark.id, "at": mark.at, "answered": False}, change)

    async def forget(self, mark: CallMark) -> None:
        """It was not carried out, or nobody knows: the same call is to be made anew."""
        await self._rows.delete_one({"_id": mark.id, "at": mark.at, "answered": False})
