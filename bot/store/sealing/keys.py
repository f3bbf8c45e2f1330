"""Stores which keys a database is sealed with: a process with wrong ones must not start, and all use the
same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from pymongo.errors import DuplicateKeyError

from bot.model.translatable import Quoted, Refusal, tr
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import Repository, rows_of
from bot.store.sealing.keyring import KeyRing, index_name
from bot.store.sealing.seal import KeyUse

ReportedKeys: TypeAlias = Callable[[Sequence[str]], Document]
"""Makes the document of the line of the audit log about keys of these names."""


class WrongKeys(Refusal):
    """The database was sealed with keys that this process does not have, or has under another name."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as the database knows it. Of its kind, that with the highest `turn` is used to write.

    Of equals it is the first of the ring. 0: it was never rotated to. `retired`: nothing is sealed with it.
    """

    fingerprint: str
    turn: int = 0
    retired: bool = False


def key_use(keyring: KeyRing, known: Mapping[str, StoredKey], *, alone: bool = False) -> KeyUse:
    """Which keys of a ring are used, by what the database says of them."""
    unknown = StoredKey("")

    def turn(name: str) -> int:
        key = known.get(name, unknown)
        return -1 if key.retired else key.turn

    seals = list(keyring.seal)
    indexes = list(keyring.index)
    living = [one for one in indexes if turn(index_name(one)) >= 0] or indexes
    return KeyUse(
        max(seals, key=turn),  # of equals the first
        max(indexes, key=lambda one: turn(index_name(one))),
        living[0],  # a ring grows at its end: never a spare one that stands behind the one in use
        alone,
    )


def without_retired(keyring: KeyRing, known: Mapping[str, StoredKey]) -> KeyRing:
    """The ring without the keys that are retired: nobody is believed by them. The same, where it has none."""
    gone = {name for name, key in known.items() if key.retired} & keyring.fingerprints().keys()
    return keyring.without(gone) if gone else keyring


class KeyRegister(Repository, collection="keys"):
    """The collection `keys`: id and fingerprint of every key that seals something here, or is about to."""

    _audit = rows_of("audit")

    async def known(self) -> dict[str, StoredKey]:
        """All keys that the database knows, by name."""
        found = await find(self._database, "keys", {})
        return {
            one["_id"]: StoredKey(one["print"], one.get("turn", 0), one.get("retired", False))
            for one in found
        }

    async def check(self, keyring: KeyRing, audit_row: ReportedKeys | None = None) -> None:
        """Enter the keys that this process writes with; raise `WrongKeys` if it lacks one that is known.

        Keys that only open are not required of others: a rotation to them enters them. `audit_row` makes the
        line of the audit log about keys that are new here: both are one write.
        """
        known, fingerprints = await self.known(), keyring.fingerprints()
        _compare(known, fingerprints)
        use = key_use(keyring, known)
        used = dict.fromkeys((use.sealing, index_name(use.indexing), index_name(use.eldest)))
        if new := {name: fingerprints[name] for name in used if name not in known}:
            await self._enter(new, audit_row)
        _compare(await self.known(), fingerprints)  # another process may have entered its own meanwhile

    async def enter(self, fingerprints: Mapping[str, str], session: Any) -> list[str]:
        """Within a transaction: add these keys; the names of those that nobody had added before."""
        return [
            name
            for name, fingerprint in fingerprints.items()
            if await self._is_entered(name, fingerprint, session)
        ]

    async def use(self, names: Collection[str]) -> None:
        """Make these the keys that are used to write, from now on."""
        turn = 1 + max((key.turn for key in (await self.known()).values()), default=0)
        await self._rows.update_many(
            {"_id": {"$in": list(names)}, "turn": {"$exists": False}}, {"$set": {"turn": turn}}
        )

    async def retire(self, names: Collection[str]) -> None:
        """Mark these keys as retired: nothing is sealed with them any more."""
        await self._rows.update_many({"_id": {"$in": list(names)}}, {"$set": {"retired": True}})

    async def _enter(self, fingerprints: Mapping[str, str], audit_row: ReportedKeys | None) -> None:
        """Add the keys that nobody has entered yet; of two processes at once, the first decides."""

        async def once(session: Any) -> None:
            entered = await self.enter(fingerprints, session)
            if entered and audit_row is not None:
                await self._audit.insert_one(audit_row(entered), session=session)

        with suppress(DuplicateKeyError):
            await self._database.transaction(once)

    async def _is_entered(self, name: str, fingerprint: str, session: Any) -> bool:
        """Add a key; `False` where somebody has added one of this name before."""
        found = await self._rows.update_one(
            {"_id": name}, {"$setOnInsert": {"print": fingerprint}}, upsert=True, session=session
        )
        return found.upserted_id is not None


def _compare(known: Mapping[str, StoredKey], fingerprints: Mapping[str, str]) -> None:
    for name, key in known.items():
        if name not in fingerprints and not key.retired:
            raise WrongKeys(
                tr("the key {key} is missing; this database holds fields sealed with it", key=Quoted(name))
            )
        if fingerprints.get(name, key.fingerprint) != key.fingerprint:
            raise WrongKeys(tr("the key {key} is not the one that sealed this database", key=Quoted(name)))
