"""Fingerprints of the keys of sealed fields: a process with the wrong keys must not start."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from bot.model.said import Quoted, Refusal, say
from bot.store.database.mongo import Database, reaching


class WrongKeys(Refusal):
    """The database was sealed with keys that this process does not have, or has under another name."""


class KeyRegister:
    """The collection `keys`: id and fingerprint of every key that has sealed something here."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection("keys")

    async def check(self, fingerprints: Mapping[str, str]) -> None:
        """Enter the keys of this process; raise `WrongKeys` if the database knows others that it lacks."""
        await self._compare(fingerprints)
        await self._enter(fingerprints)
        await self._compare(fingerprints)  # another process may have entered its own meanwhile

    async def _compare(self, fingerprints: Mapping[str, str]) -> None:
        async with reaching():
            known = {d["_id"]: d["print"] for d in await self._collection.find({}).to_list(None)}
        for key, fingerprint in known.items():
            if key not in fingerprints:
                raise WrongKeys(
                    say(
                        "the key {key} is missing; this database holds fields sealed with it", key=Quoted(key)
                    )
                )
            if fingerprints[key] != fingerprint:
                raise WrongKeys(
                    say("the key {key} is not the one that sealed this database", key=Quoted(key))
                )

    async def _enter(self, fingerprints: Mapping[str, str]) -> None:
        """Add the keys that nobody has entered yet; of two processes at once, the first decides."""
        for key, fingerprint in fingerprints.items():
            with suppress(DuplicateKeyError):
                async with reaching():
                    await self._collection.update_one(
                        {"_id": key}, {"$setOnInsert": {"print": fingerprint}}, upsert=True
                    )
