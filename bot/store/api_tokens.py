"""Stores the tokens by which other systems use `/admin/api`, in MongoDB."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from bot.model.api_token import TOKEN_ROLES, ApiToken
from bot.store.codec.record import moment
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid

log = logging.getLogger("oaflow.store")


class ApiTokens(SealedRepository, collection="api_tokens"):
    """The collection `api_tokens`: `{_id: name, key, role, by, made, until, revoked, used, s}`.

    `key` is the part of a token that finds its row, `s` the sealed hash of its secret: with a copy of the
    database alone nobody can make a token or test one. A rotation of keys seals `s` anew.
    """

    async def add(self, token: ApiToken) -> bool:
        """Store a new token; `False`: a token of this name exists, or has existed."""
        document: Document = {
            "_id": token.name,
            "key": token.key,
            "role": token.role,
            "by": token.by,
            "made": token.made,
            "until": token.until,
            "s": self._sealed(token.name, token.digest),
        }
        return await self._rows.added(document)

    async def of_key(self, key: str) -> ApiToken | None:
        """The token with this key (`ApiToken.key`); `None`: there is none that this version can use."""
        row = await self._rows.find_one({"key": key})
        return None if row is None else self._read(row)

    async def named(self, name: str) -> ApiToken | None:
        """The token of this name; `None`: there is none that this version can use."""
        row = await self._rows.find_one({"_id": name})
        return None if row is None else self._read(row)

    async def all(self) -> list[ApiToken]:
        """All tokens, sorted by name, also expired and revoked ones."""
        found = await self._rows.find({}).sort("_id", ASCENDING).to_list(None)
        return [token for row in found if (token := self._read(row)) is not None]

    async def revoke(self, name: str, now: datetime) -> bool:
        """Revoke the token; `False`: there is none of this name, or it is revoked already."""
        where = {"_id": name, "revoked": {"$exists": False}}
        done = await self._rows.update_one(where, {"$set": {"revoked": now}})
        return done.modified_count == 1

    async def touch(self, name: str, now: datetime) -> None:
        """Record that the token is used at `now`."""
        await self._rows.update_one({"_id": name}, {"$max": {"used": now}})

    def _read(self, row: Mapping[str, Any]) -> ApiToken | None:
        """The token in a row; `None` where this version does not know its role: it may do nothing here then.

        A token whose secret's hash does not open has an empty `digest`.
        """
        role = next((one for one in TOKEN_ROLES if one == row["role"]), None)
        if role is None:
            return None
        try:
            digest = self._opened(row)
        except SealInvalid:
            log.error("the API token %s does not open: its key is missing, or it is damaged", row["_id"])
            digest = b""
        given = (row["by"], row["made"], row["until"], row["key"])
        return ApiToken(row["_id"], role, *given, digest, moment(row.get("revoked")), moment(row.get("used")))
