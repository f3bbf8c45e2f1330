"""Stored answers of `/admin/api` to requests with an `Idempotency-Key`.

A client that repeats a request with its key gets the first answer: the request is carried out once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from pymongo.errors import DuplicateKeyError

from bot.store.repository import SealedRepository

LIFE = timedelta(hours=24)
"""How long an answer is stored; after it the key may be used anew."""
UNDER_WAY = timedelta(minutes=2)
"""A request that began longer ago than this and has no answer is carried out anew: its process has died."""


@dataclass(frozen=True, slots=True)
class CallMark:
    """A request that is carried out now: the id of its row, and when that began."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that this request got before: HTTP status, and JSON content."""

    status: int
    content: Any = field(repr=False)


CallKnown: TypeAlias = Literal[
    "under_way",  # this request is being carried out
    "another",  # the key belongs to another request
]
"""Why a request is neither carried out nor answered from the store."""


class ApiAnswers(SealedRepository, collection="api_answers"):
    """The collection `api_answers`: `{_id, at, until, answered, contact, s}`.

    `_id` is a hash of the API token's name and of the request's key. `at` is when the request began, `until`
    when the row expires, `contact` the contact that the request is about. `s` is sealed: a hash of the
    request, with status and content once it is `answered`.
    """

    async def begin(
        self, token: str, key: str, call: bytes, contact: str | None, now: datetime
    ) -> CallMark | StoredAnswer | CallKnown:
        """Begin a request (`call`: all bytes of it that count) of `token` with `key`.

        A `CallMark`: the caller carries it out, then calls `end` or `forget`. Else the stored answer, or why
        there is none.
        """
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
        """Store the answer; nothing is stored where the row was erased, or the request begun anew,
        meanwhile."""
        said = {"call": sha256(call).hexdigest(), "status": status, "content": content}
        change = {"$set": {"answered": True, "s": self._sealed_json(mark.id, said)}}
        await self._rows.update_one({"_id": mark.id, "at": mark.at, "answered": False}, change)

    async def forget(self, mark: CallMark) -> None:
        """Remove a request that was not carried out, or perhaps not: repeated, it is carried out anew."""
        await self._rows.delete_one({"_id": mark.id, "at": mark.at, "answered": False})
