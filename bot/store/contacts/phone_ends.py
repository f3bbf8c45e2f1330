"""Whose phone ends with some digits: found by a keyed hash of its last four.

**What leaks.** Of 10,000 values a keyed hash hides little from whoever has the key of the indexes: with it
and the database all ends are read in a moment. So are whole mobile numbers, in minutes, by the hashes of the
phones beside them; the sealing key opens all of it. Without a key one sees which people have equal ends (one
in 10,000 has the same by chance), that an end is frequent (8888), and, who knows the phone of one of them,
the end of the others. Nothing of a phone's other digits is in it. So only roles that may see a phone in full
search by an end, and each such search is counted in the audit log.

**What it costs.** Two entries of an index for each phone, and for a search as many seals opened as people
have these four digits: 10 of 100,000, 100 of a million. Weighed: an index for each number of digits (four
more hashes, and of eight digits nearly the phone), pieces of it as of names (positions and neighbours give
the whole number away), opening all phones (seconds for a million).

The end stands with the phone on the contact's document, so it is changed, merged, erased, backed up and
hashed anew with it. Contacts of an older version have none, nor have those of an older backup:
`PhoneEnds.fill` gives it to them (`runtime/sweeps/phone_ends`), and needs no number of the schema (decision
066). An older process beside this one leaves the end of a phone that it changes as it was: that person is
not found by the new end until the phone changes once more, and by the old one never, as the phone itself is
read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.model.processes import part_of
from bot.store.codec.documents import ENDS
from bot.store.database.bulk_commands import Update, update_all
from bot.store.database.mongo import looking_at_all
from bot.store.repository import SealedRepository
from bot.store.sealing.private import PrivateFields, end_hashes

MOST = 2_000
"""Phones of each kind that are opened for one search."""
TOGETHER = 500
"""Contacts that are given an end at a time."""


class PhoneEnds(SealedRepository, collection="contacts"):
    """The collection `contacts`, asked by the last digits of phones."""

    async def ending(self, digits: str) -> list[str]:
        """The ids of those who have a phone that ends so, or have written one in a form; at least four
        digits."""
        hashes = end_hashes(digits, self._seal.blind_indexes)
        found = set[str]()
        for name, end in ENDS.items():
            where = {f"p.{name}": {"$exists": True}, f"p.{end}": {"$in": hashes}}
            asked = self._rows.find(where, {f"s.p.{name}": 1}, hint=f"by_{end}").limit(MOST)
            for document in await asked.to_list(None):
                if self._phone(document, name).endswith(digits):
                    found.add(document["_id"])
        return sorted(found)

    async def fill(self) -> int:
        """Give all phones that have none their end; how many were given one."""
        return sum([await self._fill(name, end) for name, end in ENDS.items()])

    async def _fill(self, name: str, end: str) -> int:
        now, after, number = self._database.synchronous(self._name), "", 0
        while True:
            without = {f"p.{name}": {"$exists": True}, f"p.{end}": None, "_id": {"$gt": after}}
            async with looking_at_all():
                asked = self._rows.find(without, {f"p.{name}": 1, f"s.p.{name}": 1}, hint=f"by_{end}")
                found = await asked.sort("_id", 1).limit(TOGETHER).to_list(None)
            updates = [self._given(one, name, end) for one in found if self._phone(one, name)]
            if updates:
                number += await self._database.visit_for_many(partial(update_all, now, updates))
            if len(found) < TOGETHER:
                return number
            after = found[-1]["_id"]

    def _given(self, document: Mapping[str, Any], name: str, end: str) -> Update:
        """The update that adds an end, if the phone is still this one."""
        id = document["_id"]
        where = {"_id": id, "part": part_of(id), f"p.{name}": document["p"][name], f"p.{end}": None}
        hashed = PrivateFields(self._seal, id).hashed_end(self._phone(document, name))
        return where, {"$set": {f"p.{end}": hashed}}, False

    def _phone(self, document: Mapping[str, Any], name: str) -> str:
        """The phone in a document; empty where it does not open."""
        sealed = document.get("s", {}).get("p", {}).get(name)
        phone = PrivateFields(self._seal, document["_id"]).open(sealed, f"p.{name}").get("v")
        return phone if isinstance(phone, str) else ""
