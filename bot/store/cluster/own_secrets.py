"""Stores secrets that oaflow makes or gets itself, such as access tokens and keys of hashes, sealed in
MongoDB.

One row by name, changed by compare-and-set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.own_secret import OwnSecret
from bot.store.codec.record import moment, number, text
from bot.store.database.compare_and_set import put_in_place
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository


class OwnSecrets(SealedRepository, collection="secrets"):
    """The collection `secrets`: `{_id: name, rev, by, at, until, renewing, value}`; `value` is sealed.

    `renewing` is until when a process has claimed to renew it. The other fields are those of `OwnSecret`.
    """

    async def read(self, name: str) -> OwnSecret | None:
        """The secret of this name; `None`: there is none. Raises `SealInvalid` where it does not open."""
        row = await self._rows.find_one({"_id": name})
        return None if row is None else self._secret(row)

    async def names(self) -> list[str]:
        """The names of all secrets, sorted."""
        return sorted([row["_id"] async for row in self._rows.find({}, {"_id": 1})])

    async def put(self, secret: OwnSecret, before: OwnSecret | None) -> bool:
        """Store `secret` in place of `before`, as that was read (`None`: there was none); `False`: it has
        changed.

        Revision and moment are compared, as revisions begin anew after a `drop`.
        """
        fields: Document = {
            "rev": secret.revision,
            "by": secret.by,
            "at": secret.at,
            "value": self._sealed(secret.name, secret.value.encode()),
        }
        if secret.until is not None:
            fields["until"] = secret.until
        read = None if before is None else {"rev": before.revision, "at": before.at}
        return await put_in_place(self._rows, {"_id": secret.name, **fields}, read)

    async def claim(self, secret: OwnSecret, seconds: int) -> bool:
        """Claim the renewal of a secret for so many seconds, by the server's clock; `False`: another has
        it."""
        free = {"$expr": {"$lt": [{"$ifNull": ["$renewing", None]}, "$$NOW"]}}
        where: Document = {"_id": secret.name, "rev": secret.revision, "at": secret.at, **free}
        claimed = {"$add": ["$$NOW", seconds * 1000]}
        found = await self._rows.update_one(where, [{"$set": {"renewing": claimed}}])
        return found.matched_count == 1

    async def drop(self, name: str) -> bool:
        """Delete the secret of this name; `False`: there was none."""
        return (await self._rows.delete_one({"_id": name})).deleted_count == 1

    def _secret(self, row: Mapping[str, Any]) -> OwnSecret:
        value = self._opened(row, "value").decode()
        revision, by, at = number(row.get("rev")) or 0, text(row.get("by")) or "", row["at"]
        return OwnSecret(row["_id"], value, revision, by, at, moment(row.get("until")))
