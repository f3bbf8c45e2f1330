"""Stores erasures in MongoDB: certificates, and keyed hashes by which imports recognize people who were
erased."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import bson
from pymongo import UpdateOne

from bot.model.contact import Consent
from bot.model.erasure import Erasure, KnownBy, MenuAtLine
from bot.model.own_secret import OwnSecret
from bot.store.cluster.own_secrets import OwnSecrets
from bot.store.collection_spec import PersonKeys
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal, SealInvalid

log = logging.getLogger("oaflow.erasures")

PEPPER = "erasures"
"""The name of the secret that keys these hashes: sealed, it outlives each key of the key ring."""


DECODED = 200
"""Rows that are decoded in one go: there may be thousands, and webhooks wait for each go."""


@dataclass(frozen=True, slots=True)
class BegunErasure:
    """An erasure that has begun, and when its contacts were removed, if they are."""

    number: str
    at: datetime
    gone: datetime | None


@dataclass(frozen=True, slots=True)
class PendingErasure:
    """An erasure that has begun, what the person's rows are found by (`keys`), and the LINE accounts (channel
    and user) with a rich menu of their own (`menus`). Keys and menus are dropped once it is done.
    """

    erasure: Erasure
    keys: PersonKeys
    menus: Sequence[tuple[str, str]] = field(default=(), repr=False)


class Erasures:
    """The collection `erasures`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    def __init__(self, database: Database, seal: Seal, own: OwnSecrets) -> None:
        self._rows = database.collection("erasures")
        self._seal = seal
        self._own = own
        self._key: bytes | None = None

    async def begin(self, new: Sequence[PendingErasure], known: Sequence[KnownBy]) -> None:
        """Write down that these begin: before anything is erased."""
        key = await self._pepper(new[0].erasure) if new else b""
        rows = [self._document(one, by, key) for one, by in zip(new, known, strict=True)]
        if rows:
            await self._rows.insert_many(rows, ordered=False)

    async def ready(self, by: Erasure) -> None:
        """Make the key of the hashes, if there is none: within a transaction that is not possible."""
        await self._pepper(by)

    async def begin_within(self, one: PendingErasure, known: KnownBy, session: Any) -> None:
        """Write down that this one begins whose contacts go in the same transaction; after `ready`."""
        document = self._document(one, known, await self._pepper(one.erasure))
        await self._rows.insert_one({**document, "gone": one.erasure.gone}, session=session)

    async def amend(self, one: PendingErasure, known: KnownBy) -> None:
        """More is known of the person: what was merged meanwhile."""
        key = await self._pepper(one.erasure)
        change: Document = {
            "$addToSet": {"h": {"$each": _hashes(known, key)}, "shops": {"$each": _shops(known)}}
        }
        change["$set"] = {"s": self._sealed(one), **({"menu": "failed"} if one.menus else {})}
        await self._rows.update_one({"_id": one.erasure.number, "state": "began"}, change)

    async def add(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Add to the numbers of erased rows: by number of the erasure and collection."""
        changes = [
            UpdateOne({"_id": number}, {"$inc": more})
            for number, of_each in counts.items()
            if (more := {f"counts.{name}": rows for name, rows in of_each.items() if rows})
        ]
        if changes:
            await self._rows.bulk_write(changes, ordered=False)

    async def note_menu(self, numbers: Collection[str], menu: MenuAtLine) -> None:
        """Store what has become of these people's own rich menus at LINE."""
        await self._rows.update_many({"_id": {"$in": list(numbers)}}, {"$set": {"menu": menu}})

    async def end(self, numbers: Collection[str], at: datetime) -> None:
        """Complete these erasures: nothing of the people is left, and what they were found by is dropped."""
        done = {"$set": {"state": "done", "over": at}, "$unset": {"s": ""}}
        await self._rows.update_many({"_id": {"$in": list(numbers)}, "state": "began"}, done)

    async def one(self, number: str) -> Erasure | None:
        """The erasure of this number."""
        row = await self._rows.find_one({"_id": number})
        return None if row is None else _erasure(row)

    async def begun(self, most: int) -> list[BegunErasure]:
        """The erasures that are not complete, the oldest first, `most` of them."""
        rows = self._rows.find({"state": "began"}, {"at": 1, "gone": 1}, batch_size=DECODED)
        return [
            BegunErasure(row["_id"], row["at"], row.get("gone"))
            async for row in rows.sort("at", 1).limit(most)
        ]

    async def pending(self, numbers: Sequence[str]) -> list[PendingErasure]:
        """Those of these erasures that are not complete; one that does not open is logged and left out."""
        found = list[PendingErasure]()
        rows = self._rows.find({"_id": {"$in": list(numbers)}, "state": "began"}, batch_size=DECODED)
        async for row in rows:
            try:
                found.append(self._pending(row))
            except SealInvalid:
                number = row["_id"]
                log.error("an erasure does not open: its key is missing, or it is damaged: %s", number)
        return found

    async def erased(self, known: Mapping[int, KnownBy]) -> set[int]:
        """Which of these people were erased. One with a member number is not known by the phone of another
        member of the same shop."""
        secret = self._key or await self._kept()
        if secret is None or not known:
            return set()
        asked = {
            number: (_hashed(_own(one), secret), _hashed(_shared(one), secret))
            for number, one in known.items()
        }
        hashes = [one for some in asked.values() for part in some for one in part]
        rows = await self._rows.find({"h": {"$in": hashes}}, {"h": 1, "shops": 1}).to_list(None)
        by_hash: dict[str, list[Document]] = {}
        for row in rows:
            for one in row["h"]:
                by_hash.setdefault(one, []).append(row)

        def is_erased(number: int) -> bool:
            own, shared = asked[number]
            shops = {shop or "" for shop, _ in known[number].members}
            others = (row for one in shared for row in by_hash.get(one, ()))
            return any(one in by_hash for one in own) or any(shops.isdisjoint(row["shops"]) for row in others)

        return {number for number in known if is_erased(number)}

    async def gone(self, contacts: Collection[str]) -> dict[str, datetime]:
        """By those of these contact ids that were erased: when they were removed last, or the erasure began.

        Empty where the key of the hashes does not open, which is logged.
        """
        try:
            secret = self._key or await self._kept()
        except SealInvalid:
            log.error("who was erased cannot be said: the key of the hashes is missing, or it is damaged")
            return {}
        if secret is None:
            return {}
        ids = {_hash(_line(one), secret): one for one in contacts}
        gone: dict[str, datetime] = {}
        async for row in self._rows.find({"h": {"$in": [*ids]}}, {"h": 1, "at": 1, "gone": 1}):
            moment = row.get("gone") or row["at"]
            for one in ids.keys() & set(row["h"]):
                gone[ids[one]] = max(moment, gone.get(ids[one], moment))
        return gone

    # -- the key

    async def _kept(self) -> bytes | None:
        found = await self._own.read(PEPPER)
        self._key = None if found is None else bytes.fromhex(found.value)
        return self._key

    async def _pepper(self, first: Erasure) -> bytes:
        """The key; made with the first erasure."""
        while (key := self._key or await self._kept()) is None:
            await self._own.put(OwnSecret(PEPPER, secrets.token_hex(32), 1, first.by, first.at), None)
        return key

    # -- rows

    def _document(self, one: PendingErasure, known: KnownBy, key: bytes) -> Document:
        erasure = one.erasure
        return {
            "_id": erasure.number,
            "at": erasure.at,
            "by": erasure.by,
            "state": "began",
            "counts": dict(erasure.counts),
            "consents": [
                {"v": each.version, "at": each.at, "ch": each.channel, "page": each.on_page}
                for each in erasure.consents
            ],
            "menu": erasure.menu,
            "lists": list(erasure.on_lists),
            "h": _hashes(known, key),
            "shops": _shops(known),
            "s": self._sealed(one),
        }

    def _sealed(self, one: PendingErasure) -> bytes:
        keys = one.keys
        content = {"contacts": list(keys.contacts), "users": list(keys.users), "phones": list(keys.phones)}
        content["menus"] = [f"{channel}:{user}" for channel, user in one.menus]
        return self._seal.seal(bson.encode(content), _place(one.erasure.number))

    def _pending(self, row: Mapping[str, Any]) -> PendingErasure:
        content = bson.decode(self._seal.open(bytes(row["s"]), _place(row["_id"])))
        keys = PersonKeys(content["contacts"], content["users"], content["phones"])
        menus = [
            (channel, user) for channel, _, user in (one.partition(":") for one in content.get("menus", ()))
        ]
        return PendingErasure(_erasure(row), keys, menus)


def _erasure(row: Mapping[str, Any]) -> Erasure:
    consents = [Consent(one["v"], one["at"], one["ch"], one["page"]) for one in row["consents"]]
    return Erasure(
        row["_id"],
        row["at"],
        row["by"],
        row["state"],
        row.get("gone"),
        row.get("over"),
        row["counts"],
        consents,
        row["menu"],
        row.get("lists", ()),
    )


def _shops(known: KnownBy) -> list[str]:
    return sorted({shop or "" for shop, _ in known.members})


def _hashes(known: KnownBy, key: bytes) -> list[str]:
    return _hashed([*_own(known), *_shared(known)], key)


def _hashed(texts: Iterable[str], key: bytes) -> list[str]:
    return [_hash(text, key) for text in texts]


def _hash(text: str, key: bytes) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _line(contact: str) -> str:
    return f"line\0{contact}"


def _own(known: KnownBy) -> Iterator[str]:
    """The texts to hash that identify one person: contact ids and member numbers."""
    yield from map(_line, known.contacts)
    yield from (f"member\0{shop or ''}\0{number}" for shop, number in known.members)


def _shared(known: KnownBy) -> Iterator[str]:
    """The texts to hash that several people may share: phones and email addresses."""
    yield from (f"phone\0{one}" for one in known.phones)
    yield from (f"mail\0{one.casefold()}" for one in known.emails)


def _place(number: str) -> bytes:
    return f"erasures\0{number}".encode()
