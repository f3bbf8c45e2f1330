"""The clerks and codes that whoever is signed in may see (D6): their own, their store's, their group's, all.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.clerk import ClerkRole, StoreClerk
from bot.model.plain_text import readable_name
from bot.model.store_people import OfClerk, OfEveryStore, OfStores, SeenPeople
from bot.operations.clerk_codes import ReferralWay, accounts_with_codes
from bot.operations.store_people.people import store_title
from bot.operations.store_people.whose import is_seen
from bot.store.stores import Stores

MOST = 500
"""Clerks of one page: a shop with more chooses a store."""


@dataclass(frozen=True, slots=True)
class ClerkSeen:
    """A clerk as the people of the stores see them: without a phone. `store` is a title."""

    number: str
    name: str = field(repr=False)
    role: ClerkRole
    store: str
    suspended: bool
    works_in_store: bool
    code: str | None
    """What their QR code holds; `None`: they have none, or it binds nobody, for they are suspended."""


@dataclass(frozen=True, slots=True)
class CodePlace:
    """An account where a clerk's code is good: by name, as it is called, and what the QR code holds there."""

    channel: str
    title: str
    link: str = field(repr=False)


async def clerks_seen(people: Stores, playbook: Playbook, seen: SeenPeople) -> list[ClerkSeen]:
    """The clerks by store and number, `MOST` and one; who works in no store only for who sees all."""
    if isinstance(seen, OfClerk):
        return list((await clerks_of(people, playbook, seen, [seen.number])).values())
    found: list[ClerkSeen] = []
    async for clerk in people.clerks.all(seen.names if isinstance(seen, OfStores) else None):
        if clerk.has_code or isinstance(seen, OfEveryStore):
            found.append(_seen(clerk, playbook))
            if len(found) > MOST:
                break
    return found


async def clerks_of(
    people: Stores, playbook: Playbook, seen: SeenPeople, numbers: Collection[str]
) -> Mapping[str, ClerkSeen]:
    """Those of these numbers who are theirs to see: another store's are nobody."""
    found = await people.clerks.of(numbers)
    return {
        number: _seen(kept.clerk, playbook) for number, kept in found.items() if is_seen(seen, kept.clerk)
    }


def code_places(playbook: Playbook, accounts: Mapping[str, Channel], clerk: ClerkSeen) -> Sequence[CodePlace]:
    """Where this clerk's code is good, one for each account that takes codes; nowhere if they have none."""
    if clerk.code is None:
        return ()
    ways = accounts_with_codes(playbook, list(accounts.values()))
    return [CodePlace(way.account.name, _title(way, playbook), way.link(clerk.code)) for way in ways]


def _title(way: ReferralWay, playbook: Playbook) -> str:
    return way.account.app_name or playbook.bot


def _seen(clerk: StoreClerk, playbook: Playbook) -> ClerkSeen:
    is_off = clerk.suspended is not None
    return ClerkSeen(
        clerk.number,
        readable_name(clerk.name),
        clerk.role,
        store_title(playbook, clerk.store) if clerk.store else "",
        is_off,
        clerk.has_code,
        None if is_off or not clerk.has_code else clerk.code,
    )
