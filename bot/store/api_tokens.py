"""Tokens of `/admin/api`, in MongoDB."""

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

    The hash of the secret is sealed: no copy of the database makes or tries a token, and a turn of the keys
    renews it.
    """

    async def add(self, token: ApiToken) -> bool:
        """Store a new one; `False`: the name was given to one before."""
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
        """The token that this key finds."""
        row = await self._rows.find_one({"key": key})
        return None if row is None else self._read(row)

    async def named(self, name: str) -> ApiToken | None:
        """The token of this name."""
        row = await self._rows.find_one({"_id": name})
        return None if row is None else self._read(row)

    async def all(self) -> list[ApiToken]:
        """All of them by name, also those that are over."""
        found = await self._rows.find({}).sort("_id", ASCENDING).to_list(None)
        return [token for row in found if (token := self._read(row)) is not None]

    async def revoke(self, name: str, now: datetime) -> bool:
        """Nobody takes it any more; `False`: that was so already."""
        where = {"_id": name, "revoked": {"$exists": False}}
        done = await self._rows.update_one(where, {"$set": {"revoked": now}})
        return done.modified_count == 1

    async def touch(self, name: str, now: datetime) -> None:
        """It was used just now."""
        await self._rows.update_one({"_id": name}, {"$max": {"used": now}})

    def _read(self, row: Mapping[str, Any]) -> ApiToken | None:
        """What is stored; `None` where its role is one of a later oaflow: then it may do nothing here."""
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
