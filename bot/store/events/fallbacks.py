"""Decides between a reply and its fallback, the push that is sent where the reply surely was not.

Both are on the contact until one write removes one of them. Each write requires both to be there, so of two
processes, the owner and the one that has taken over, only one decides, however late a write arrives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.processes import part_of
from bot.store.database.mongo import Collection, Document


async def push_instead(contacts: Collection, contact: str, reply: str, push: Document) -> Mapping[str, str]:
    """Remove the reply, and replace its fallback, which has the id of `push`, by this push.

    Returns which of the two is on the contact afterwards: its kind by its id.
    """
    fallback = push["id"]
    others = {"$filter": {"input": "$out", "as": "one", "cond": {"$ne": ["$$one.id", reply]}}}
    pushed = {"$cond": [{"$eq": ["$$one.id", fallback]}, {"$literal": push}, "$$one"]}
    change = [{"$set": {"out": {"$map": {"input": others, "as": "one", "in": pushed}}}}]
    return await _decided(contacts, contact, (reply, fallback), change)


async def withdraw(contacts: Collection, contact: str, reply: str, fallback: str) -> Mapping[str, str]:
    """Remove the fallback: the reply is tried again. Returns the kind, by id, of the one left on the
    contact."""
    return await _decided(contacts, contact, (reply, fallback), {"$pull": {"out": {"id": fallback}}})


async def _decided(
    contacts: Collection, contact: str, both: tuple[str, str], change: Document | Sequence[Document]
) -> Mapping[str, str]:
    where: Document = {"_id": contact, "part": part_of(contact)}
    undecided = [{"$elemMatch": {"id": both[0]}}, {"$elemMatch": {"id": both[1], "kind": "fallback"}}]
    await contacts.update_one({**where, "out": {"$all": undecided}}, change)
    found = await contacts.find_one(where, {"out.id": 1, "out.kind": 1}) or {}
    return {one["id"]: one["kind"] for one in found.get("out", ()) if one["id"] in both}
