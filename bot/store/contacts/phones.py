"""Stores which contact has bound or reserved a phone: two cannot bind one, however many processes try at
once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from bot.model.contact import Contact
from bot.model.effects import RESERVED
from bot.model.processes import part_of
from bot.services.phone_rows import followed, has_lapsed, phones_of, settled
from bot.store.database.bulk_commands import known_already
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository, rows_of
from bot.store.sealing.private import all_hashed

ATTEMPTS = 3
"""Tries to reserve a phone whose row other processes change."""


class Phones(SealedRepository):
    """The collection `phones`: `{_id: blind index, h: [blind indexes], contact, state, claimed, until}`.

    While keys are rotated a phone has several hashes, and `h` all of those by which somebody may look for it:
    no two rows share one (a unique index), so that nobody makes a second row of a phone.

    `contact` has bound the phone (state `confirmed`), `claimed` is about to, until then; both may be there at
    once, where a phone moves. A contact's own document says what it has bound, and `settle` makes this one
    agree: in any order and as often as one likes. Every call raises `DatabaseUnavailable`.
    """

    _phones = rows_of("phones")
    _contacts = rows_of("contacts")

    async def holder(self, phone: str) -> str | None:
        """The contact that has bound this phone (E.164)."""
        document = await self._phones.find_one(self._row(phone), {"contact": 1})
        return None if document is None else document.get("contact")

    async def reserve(
        self, phone: str, contact: str, now: datetime, over: str | None = None, lasts: timedelta = RESERVED
    ) -> datetime | None:
        """Reserve a phone for a contact; until when, `None`: another contact has reserved it, or bound it.

        `over`: a contact that may have bound it, and that loses it when this one binds it.
        """
        until = now + lasts
        for _ in range(ATTEMPTS):
            if await self._claim(phone, contact, until, over):
                return until
            found = await self._phones.find_one(self._row(phone)) or {}
            claimed = found.get("claimed", contact)
            if found.get("contact", contact) not in (contact, over):
                return None
            if claimed != contact and not has_lapsed(found, now):
                return None
            await self._settle(phone, claimed, now)  # it may have bound the phone in the very last moment
        return None

    async def reserve_all(
        self, wanted: Mapping[str, str], now: datetime, lasts: timedelta
    ) -> Mapping[str, datetime]:
        """`reserve` for many phones (contact by phone), by one command; until when each is, missing where
        refused."""
        if not wanted:
            return {}
        until, pairs = now + lasts, list(wanted.items())
        claims = [UpdateOne(*self._claiming(phone, contact, until), upsert=True) for phone, contact in pairs]
        others = list[int]()
        try:
            await self._phones.bulk_write(claims, ordered=False)
        except BulkWriteError as error:
            others = known_already(error)
        refused = set[str]()
        for phone, contact in (pairs[at] for at in others):  # a reservation may have lapsed
            if await self.reserve(phone, contact, now, lasts=lasts) is None:
                refused.add(phone)
        return {phone: until for phone in wanted if phone not in refused}

    async def is_free_for(self, phone: str, contact: str, now: datetime) -> bool:
        """Whether `reserve` would reserve the phone for this contact; nothing is written."""
        found = await self._phones.find_one(self._row(phone)) or {}
        if found.get("contact", contact) != contact:
            return False
        claimed = found.get("claimed", contact)
        if claimed == contact:
            return True
        return has_lapsed(found, now) and not await self._has_bound(phone, claimed, None)

    async def shorten(self, phone: str, contact: str, until: datetime, now: datetime) -> None:
        """End a reservation that bound nothing, as soon as one for a code would: the same contact may just
        be binding by one. A later reservation than `until` stays.
        """
        soon = now + RESERVED
        where = {**self._row(phone), "claimed": contact, "until": {"$gt": soon, "$lte": until}}
        await self._phones.update_one(where, {"$set": {"until": soon}})

    async def reserve_number(self, shop: str | None, number: str, contact: str, now: datetime) -> bool:
        """Reserve a member number for the LINE account that is shown it; `False`: another one just did.

        A row like that of a phone, under a hash that no phone has: until the account's turn has come, nobody
        can see in its document that the number is taken. It lapses by itself.
        """
        return await self.reserve(f"member {shop or ''}\0{number}", contact, now) is not None

    async def _claim(self, phone: str, contact: str, until: datetime, over: str | None) -> bool:
        try:
            await self._phones.update_one(*self._claiming(phone, contact, until, over), upsert=True)
        except DuplicateKeyError:  # it is there, and not free
            return False
        return True

    def _claiming(
        self, phone: str, contact: str, until: datetime, over: str | None = None
    ) -> tuple[Document, Document]:
        """What to look for, and what to change there; a longer reservation of the same contact stays."""
        free: Document = {
            **self._row(phone),
            "claimed": {"$in": [None, contact]},
            "contact": {"$in": [None, contact, over]},
        }
        new = {"state": "reserved", **self._names(phone)}
        claim = {"$set": {"claimed": contact}, "$max": {"until": until}, "$setOnInsert": new}
        return free, claim

    async def settle(self, phone: str, contact: str, now: datetime) -> bool:
        """Confirm or free the phone, as this contact's own document says; whether it is bound by it.

        Raises `PhoneTaken` where another contact has bound it.
        """
        return await self._settle(phone, contact, now)

    async def _settle(self, phone: str, contact: str, now: datetime) -> bool:
        async def agree(session: Any) -> bool:
            found = await self._phones.find_one(self._row(phone), session=session) or {}
            bound = await self._has_bound(phone, contact, session)
            await self._put(phone, found, settled(found, contact, now, bound=bound), session)
            return bound

        return await self._database.transaction(agree)

    async def follow(self, before: Iterable[Contact], after: Sequence[Contact], session: Any) -> None:
        """Within a transaction that changes contacts: store which of them has which phone from then on.

        Raises `PhoneTaken` where one of them is to have what another contact has, or is about to have.
        """
        ours = {contact.id for contact in before}
        for phone in {phone for contact in (*before, *after) for phone in phones_of(contact)}:
            found = await self._phones.find_one(self._row(phone), session=session) or {}
            await self._put(phone, found, followed(found, phone, ours, after), session)

    async def _put(self, phone: str, found: Document, wanted: Document, session: Any) -> None:
        """Within a transaction: replace the row `found` by `wanted`; empty: delete it."""
        if not wanted:
            await self._phones.delete_one({"_id": found.get("_id")}, session=session)
        elif not found:
            await self._phones.insert_one({**wanted, **self._names(phone)}, session=session)
        elif wanted != found:
            await self._phones.replace_one({"_id": found["_id"]}, wanted, session=session)

    async def _has_bound(self, phone: str, contact: str, session: Any) -> bool:
        hashes = {"$in": all_hashed(phone, self._seal.blind_indexes)}
        where = {"_id": contact, "part": part_of(contact), "p.phone": hashes, "b.phone": {"$exists": True}}
        return await self._contacts.find_one(where, {"_id": 1}, session=session) is not None

    def _row(self, phone: str) -> Document:
        """The filter for a phone's row, by its hashes with all keys."""
        hashes = {"$in": all_hashed(phone, self._seal.blind_indexes)}
        return {"h": hashes}

    def _names(self, phone: str) -> Document:
        """The fields of a new row that identify its phone."""
        hashes = all_hashed(phone, self._seal.written_indexes)
        return {"_id": hashes[0], "h": hashes}
