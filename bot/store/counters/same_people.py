"""Finds which contacts are the same person, by the merges that are stored on contacts (`to`)."""

from __future__ import annotations

from collections.abc import Mapping, Set

from bot.store.database.mongo import Collection


async def same_people(contacts: Collection, wanted: Set[str]) -> Mapping[str, frozenset[str]]:
    """For each of these contact ids all ids of the same person: itself, and all merged with it, in any number
    of steps."""
    ids, new, pairs = set[str](), set(wanted), list[tuple[str, str]]()
    while new:
        ids |= new
        these = {"$in": sorted(new)}
        where = {"$or": [{"_id": these, "to": {"$exists": True}}, {"to": these}]}
        merged = [(row["_id"], row["to"]) async for row in contacts.find(where, {"to": 1})]
        pairs += merged
        new = {id_ for pair in merged for id_ in pair} - ids
    same = {id_: {id_} for id_ in ids}
    for gone, into in pairs:
        joined = same[gone] | same[into]
        same |= dict.fromkeys(joined, joined)
    return {id_: frozenset(same[id_]) for id_ in wanted}
