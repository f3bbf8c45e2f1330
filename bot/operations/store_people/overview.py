"""The stores by group, each with its clerks, people and counts, and the search for a store or a clerk.

Counting reads everybody who has a clerk, so pages do it by `RecentFigures`. All of it may raise
`DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.clerk import OfEveryStore, OfStores, SeenPeople
from bot.model.counts import BOUND, JOINED
from bot.model.plain_text import cleaned
from bot.operations.store_people.codes import VisibleClerk, visible_clerk
from bot.store.stores import Stores

FOUND = 50
"""Clerks of one search."""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Of a store: clerks who work there, those who are suspended, its people now; who was bound in some days,
    and who of them had just become a friend."""

    clerks: int = 0
    suspended: int = 0
    people: int = 0
    bound: int = 0
    joined: int = 0

    def __add__(self, other: StoreFigures) -> StoreFigures:
        return StoreFigures(
            self.clerks + other.clerks,
            self.suspended + other.suspended,
            self.people + other.people,
            self.bound + other.bound,
            self.joined + other.joined,
        )


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A store of the playbook, by name and title."""

    name: str
    title: str
    figures: StoreFigures


@dataclass(frozen=True, slots=True)
class StoreGroupLines:
    """The stores of a group, in the playbook's order; `title` is empty for those that are in none."""

    title: str
    stores: Sequence[StoreLine]

    @property
    def total(self) -> StoreFigures:
        """Of all its stores."""
        return sum((one.figures for one in self.stores), StoreFigures())


@dataclass(frozen=True, slots=True)
class StoreSearch:
    """What a search has found: names of stores, and clerks, `FOUND` of them at most."""

    stores: Collection[str]
    clerks: Sequence[VisibleClerk] = field(repr=False)
    is_more: bool


async def store_figures(
    people: Stores, playbook: Playbook, days: int, now: datetime
) -> Mapping[str, StoreFigures]:
    """Of every store where there is something to count, by name, also of those that have left the playbook;
    counts are of the last days (the team's), today among them."""
    first = now.astimezone(playbook.zone).date() - timedelta(days=days - 1)
    theirs, clerks, counted = await asyncio.gather(
        people.store_people.by_store(),
        people.clerks.by_store(),
        people.counts.by_store(first.isoformat()),
    )
    return {
        name: StoreFigures(
            *clerks.get(name, (0, 0)),
            theirs.get(name, 0),
            counted.get((BOUND, name), 0),
            counted.get((JOINED, name), 0),
        )
        for name in {*theirs, *clerks, *(store for _, store in counted)}
    }


def stores_by_group(
    playbook: Playbook, seen: SeenPeople, figures: Mapping[str, StoreFigures]
) -> Sequence[StoreGroupLines]:
    """The stores that are seen, by group in the playbook's order, then those that are in none."""
    names = seen.names if isinstance(seen, OfStores) else tuple(playbook.stores)
    found: dict[str, list[StoreLine]] = {group: [] for group in (*playbook.store_groups, "")}
    for name, store in playbook.stores.items():
        if name in names:
            group = store.group if store.group in playbook.store_groups else ""
            found[group or ""].append(StoreLine(name, store.title, figures.get(name, StoreFigures())))
    groups = ((playbook.store_groups.get(group, ""), stores) for group, stores in found.items())
    return [StoreGroupLines(title, stores) for title, stores in groups if stores]


def left_stores(
    playbook: Playbook, seen: SeenPeople, figures: Mapping[str, StoreFigures]
) -> Mapping[str, int]:
    """Stores that the playbook has no more, with how many people are still theirs: for who sees all."""
    if not isinstance(seen, OfEveryStore):
        return {}
    left = {name: one.people for name, one in figures.items() if name and name not in playbook.stores}
    return {name: number for name, number in sorted(left.items()) if number}


async def search_stores(people: Stores, playbook: Playbook, seen: SeenPeople, text: str) -> StoreSearch:
    """Stores by a part of title, name or group; clerks by number or a part of the name."""
    part = _folded(text)
    titles = {
        name: (name, store.title, playbook.store_groups.get(store.group or "", ""))
        for name, store in playbook.stores.items()
    }
    names = seen.names if isinstance(seen, OfStores) else tuple(playbook.stores)
    stores = [name for name in names if any(part in _folded(one) for one in titles[name])]
    clerks: list[VisibleClerk] = []
    async for clerk in people.clerks.all(names if isinstance(seen, OfStores) else None):
        is_meant = _folded(clerk.number) == part or part in _folded(clerk.name)
        if is_meant and (clerk.has_code or isinstance(seen, OfEveryStore)):
            clerks.append(visible_clerk(clerk, playbook))
            if len(clerks) > FOUND:
                break
    return StoreSearch(stores, clerks[:FOUND], len(clerks) > FOUND)


def _folded(text: str) -> str:
    return cleaned(text).casefold()
