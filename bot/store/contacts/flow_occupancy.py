"""How many people stand where in flows, and have which tags, attributes, links: so that publishing an edit
strands nobody. Counted by MongoDB."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.engine.types.table import BY_SLOT
from bot.model.flow_occupancy import (
    CountedUsage,
    FollowedLink,
    Standing,
)
from bot.model.value import PRIVATE_SLOT
from bot.store.database.mongo import Document
from bot.store.database.scans import by_parts
from bot.store.promotions import promotion_labels, promotion_usage
from bot.store.repository import Repository

_TAG, _USE, _LINK = "tag", "use", "link"
_LETTERS = (*BY_SLOT, PRIVATE_SLOT)
_IN_ANY: Document = {"flows.f": {"$exists": True}}

_OF_THIS_VISIT = {
    "$and": [
        {"$eq": ["$$this.f", "$flows.f"]},
        {"$eq": ["$$this.ch", "$flows.ch"]},
        {"$eq": ["$$this.v", "$flows.visit"]},
    ]
}
_WITH_STAFF = {
    "$and": [
        {"$eq": ["$$this.ch", "$flows.ch"]},
        {"$eq": ["$$this.staff", True]},
    ]
}
_ARMED = {"$filter": {"input": {"$ifNull": ["$timers", []]}, "cond": _OF_THIS_VISIT}}
_STAFFED = {"$filter": {"input": {"$ifNull": ["$ids", []]}, "cond": _WITH_STAFF}}
_NO_TIMERS = {"$or": [{"$gt": ["$flows.held", None]}, {"$gt": [{"$size": _STAFFED}, 0]}]}
_BY_STATE_AND_TIMERS = {
    "f": "$flows.f",
    "ch": "$flows.ch",
    "s": "$flows.s",
    "armed": {"$map": {"input": _ARMED, "in": "$$this.t"}},
    "fired": {"$ifNull": ["$flows.fired", []]},
    "timers_run": {"$not": [_NO_TIMERS]},
}
"""A group of people: flow, channel and state, with the timers of this visit as in `Standing`."""

_OPENED = {
    "$cond": [
        {"$eq": ["$k", {"$concat": [f"{_LINK} ", "$came_last.code"]}]},
        "$came_last.at",
        "$came_first.at",
    ]
}
"""When a person last opened the link that the label `k` names, as far as is stored; without meaning for other
labels."""


def in_flow(flow: str, where: Document) -> list[Mapping[str, Any]]:
    """A pipeline that counts those of `where` who are in a flow, by state and timers (index `in_flow`)."""
    return [
        {"$match": {"flows.f": flow, **where}},
        {"$unwind": "$flows"},
        {"$match": {"flows.f": flow}},
        {"$group": {"_id": _BY_STATE_AND_TIMERS, "n": {"$sum": 1}}},
    ]


class StandingPeople(Repository, collection="contacts"):
    """The collection `contacts`, counted."""

    async def in_flows(self) -> Sequence[Standing]:
        """Everybody who is in a flow, by state and timers; nobody else is read."""
        found: Counter[Standing] = Counter()
        for flow in await self._rows.distinct("flows.f", _IN_ANY):
            for some in by_parts():
                async for row in self._rows.aggregate(in_flow(flow, some)):
                    found[_standing(row["_id"])] += row["n"]
        return [replace(where, number=number) for where, number in found.items()]

    async def how_many_in(self, flow: str, most: int) -> int:
        """How many people are in a flow, counted up to so many."""
        return await self._rows.count_documents({"flows.f": flow}, limit=most, hint="in_flow")

    async def in_any_of(self, flows: Sequence[str], parts: Sequence[int], most: int) -> dict[str, str]:
        """Up to so many contacts of these parts who are in one of these flows, each with a channel of it."""
        where = {"flows.f": {"$in": list(flows)}, "part": {"$in": list(parts)}}
        found: dict[str, str] = {}
        async for row in self._rows.find(where, {"flows.f": 1, "flows.ch": 1}).limit(most):
            found[row["_id"]] = next(one["ch"] for one in row["flows"] if one["f"] in flows)
        return found

    async def usage(self, now: datetime) -> CountedUsage:
        """How many people have what. Every contact is read once: for a person who asks, not for each edit."""
        counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        links = dict[str, FollowedLink]()
        for some in by_parts():
            async for row in self._rows.aggregate(_usage(now, some)):
                kind, _, name = row["_id"].partition(" ")
                if kind == _LINK:
                    links[name] = _followed(links.get(name), row["n"], row["opened"])
                else:
                    counted[kind][name] += row["n"]
        slots = {f"{letter}.{name}": n for letter in _LETTERS for name, n in counted[letter].items()}
        return CountedUsage(counted[_TAG], slots, counted[_USE], links, promotion_usage(counted))


def _standing(group: Document) -> Standing:
    """A group, its timers as a set: the same ones may be stored in another order."""
    armed, fired = frozenset(group["armed"]), frozenset(group["fired"])
    return Standing(group["f"], group["ch"], group["s"], 0, armed, fired, group["timers_run"])


def _followed(before: FollowedLink | None, number: int, last: datetime) -> FollowedLink:
    if before is None:
        return FollowedLink(number, last)
    return FollowedLink(before.number + number, max(before.last, last))


def _usage(now: datetime, where: Document) -> list[Mapping[str, Any]]:
    """A pipeline that counts people by label, `KIND NAME`: `tag VIP`, `use RULE`, `link CODE`, or a slot by
    its letter (`n points`). Who was merged into somebody else (`to`) is left out."""
    on = {"$filter": {"input": {"$ifNull": ["$tags", []]}, "cond": {"$gt": ["$$this.exp", now]}}}
    used = {"$map": {"input": {"$ifNull": ["$used", []]}, "in": {"$concat": [f"{_USE} ", "$$this.k"]}}}
    codes = {"$setDifference": [["$came_first.code", "$came_last.code"], [None]]}
    came = {"$map": {"input": codes, "in": {"$concat": [f"{_LINK} ", "$$this"]}}}
    named = [{"$map": {"input": on, "in": {"$concat": [f"{_TAG} ", "$$this.n"]}}}, used, came]
    named += promotion_labels(now)
    for letter in _LETTERS:
        values = {"$objectToArray": {"$ifNull": [f"${letter}", {}]}}
        named.append({"$map": {"input": values, "in": {"$concat": [f"{letter} ", "$$this.k"]}}})
    return [
        {"$match": {**where, "to": {"$exists": False}}},
        {"$project": {"_id": 0, "came_first": 1, "came_last": 1, "k": {"$concatArrays": named}}},
        {"$unwind": "$k"},
        {"$group": {"_id": "$k", "n": {"$sum": 1}, "opened": {"$max": _OPENED}}},
    ]
