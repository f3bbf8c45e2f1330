"""The clerks whom somebody of the stores sees: their codes, and their accounts (seed 003).

Role and place of an account are always the clerk's, so it may do no more than its clerk. All of it may raise
`DatabaseUnavailable`; what is done to accounts raises `AccountRefused` as well.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole, Signed
from bot.model.channel import Channel
from bot.model.clerk import ClerkRole, OfClerk, OfEveryStore, OfStores, SeenPeople, StoreClerk
from bot.model.counts import BOUND, JOINED, Count
from bot.model.plain_text import readable_name
from bot.model.translatable import tr
from bot.operations.admins.account_view import StartPassword
from bot.operations.admins.accounts import AccountRefused, RoleRequest, StaffAccounts
from bot.operations.clerk_codes import ReferralMethod, accounts_with_codes
from bot.operations.clerk_file import ROLES
from bot.operations.store_people.visibility import is_seen
from bot.store.stores import Stores

MOST = 500
"""Clerks of one page: a shop with more chooses a store."""


@dataclass(frozen=True, slots=True)
class VisibleClerk:
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
class CodeAccount:
    """An account where a clerk's code is good: by name, as it is called, and what the QR code holds there."""

    channel: str
    title: str
    link: str = field(repr=False)


async def clerks_seen(
    people: Stores, playbook: Playbook, seen: SeenPeople, *, suspended_only: bool = False
) -> list[VisibleClerk]:
    """The clerks by store and number, `MOST` and one; who works in no store only for who sees all."""
    if isinstance(seen, OfClerk):
        return list((await clerks_of(people, playbook, seen, [seen.number])).values())
    found: list[VisibleClerk] = []
    async for clerk in people.clerks.all(seen.names if isinstance(seen, OfStores) else None):
        if suspended_only and clerk.suspended is None:
            continue
        if clerk.has_code or isinstance(seen, OfEveryStore):
            found.append(visible_clerk(clerk, playbook))
            if len(found) > MOST:
                break
    return found


async def clerks_of(
    people: Stores, playbook: Playbook, seen: SeenPeople, numbers: Collection[str]
) -> Mapping[str, VisibleClerk]:
    """Those of these numbers who are theirs to see: another store's are nobody."""
    found = await people.clerks.of(numbers)
    return {
        number: visible_clerk(stored.clerk, playbook)
        for number, stored in found.items()
        if is_seen(seen, stored.clerk)
    }


def code_places(
    playbook: Playbook, accounts: Mapping[str, Channel], clerk: VisibleClerk
) -> Sequence[CodeAccount]:
    """Where this clerk's code is good, one for each account that takes codes; nowhere if they have none."""
    if clerk.code is None:
        return ()
    ways = accounts_with_codes(playbook, list(accounts.values()))
    return [CodeAccount(way.account.name, _title(way, playbook), way.link(clerk.code)) for way in ways]


def _title(way: ReferralMethod, playbook: Playbook) -> str:
    return way.account.app_name or playbook.bot


def visible_clerk(clerk: StoreClerk, playbook: Playbook) -> VisibleClerk:
    is_off = clerk.suspended is not None
    return VisibleClerk(
        clerk.number,
        readable_name(clerk.name),
        clerk.role,
        playbook.store_title(clerk.store) if clerk.store else "",
        is_off,
        clerk.has_code,
        None if is_off or not clerk.has_code else clerk.code,
    )


SPANS = (7, 30, 90)
"""Days that can be asked for."""


@dataclass(frozen=True, slots=True)
class StoreDay:
    """A day (the team's): how many were bound, and how many of them had just become friends."""

    day: date
    joined: int
    bound: int


@dataclass(frozen=True, slots=True)
class ClerkCounts:
    """The same of a clerk, and how many people are theirs now, whenever they were bound.

    `clerk` is `None` for one who is not theirs to see any more: they work in another store by now.
    """

    clerk: VisibleClerk | None = field(repr=False)
    number: str
    people: int
    joined: int
    bound: int


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What there is to count, of the last days, today among them: every day, and each clerk."""

    days: Sequence[StoreDay]
    clerks: Sequence[ClerkCounts]

    @property
    def people(self) -> int:
        """How many people there are by now."""
        return sum(one.people for one in self.clerks)

    @property
    def joined(self) -> int:
        return sum(one.joined for one in self.days)

    @property
    def bound(self) -> int:
        return sum(one.bound for one in self.days)


async def store_counts(
    people: Stores, playbook: Playbook, seen: SeenPeople, days: int, now: datetime
) -> StoreCounts:
    """What was counted of those who are seen; a store's counts are of what happened in that store."""
    today = now.astimezone(playbook.zone).date()
    first = today - timedelta(days=days - 1)
    counted, everybody, theirs = await asyncio.gather(
        people.counts.of_clerks(first.isoformat(), seen),
        clerks_seen(people, playbook, seen),
        people.store_people.by_clerk(seen),
    )
    clerks = {clerk.number: clerk for clerk in everybody if clerk.works_in_store}
    by_day = _by(counted, lambda one: one.day)
    by_clerk = _by(counted, lambda one: one.mark.about[0])
    others = sorted(({number for _, number in by_clerk} | theirs.keys()) - clerks.keys())
    clerks |= await clerks_of(people, playbook, seen, others)
    all_days = [first + timedelta(days=n) for n in range(days)]
    return StoreCounts(
        [StoreDay(day, by_day[JOINED, day.isoformat()], by_day[BOUND, day.isoformat()]) for day in all_days],
        [
            ClerkCounts(
                clerks.get(number),
                number,
                theirs.get(number, 0),
                by_clerk[JOINED, number],
                by_clerk[BOUND, number],
            )
            for number in [*clerks, *(number for number in others if number not in clerks)]
        ],
    )


def _by(counted: Sequence[Count], of: Callable[[Count], str]) -> Counter[tuple[str, str]]:
    """The counts by what was counted, and by this."""
    found: Counter[tuple[str, str]] = Counter()
    for one in counted:
        if len(one.mark.about) == 2:
            found[one.mark.what, of(one)] += one.number
    return found


@dataclass(frozen=True, slots=True)
class ClerkAccount:
    """An account of a clerk. `is_new`: its owner has not chosen a password of their own yet."""

    name: str
    suspended: bool
    is_new: bool


def may_manage(role: AdminRole, clerk: VisibleClerk | StoreClerk) -> bool:
    """Whether somebody of this role looks after this clerk and their accounts: nobody after their like."""
    match role:
        case "admin" | "supervisor":
            return True
        case "head_office":
            return clerk.role != "head_office"
        case _:
            return False


_BELOW: Mapping[AdminRole, frozenset[ClerkRole]] = {
    "group": frozenset({"store_manager", "clerk"}),
    "store_manager": frozenset({"clerk"}),
}
"""Whose name, store and phone people of the stores write, of those whom they see."""


def may_write(role: AdminRole, seen: SeenPeople, clerk: StoreClerk) -> bool:
    """Whether somebody of this role, who sees these, adds and changes this clerk."""
    return may_manage(role, clerk) or (clerk.role in _BELOW.get(role, ()) and is_seen(seen, clerk))


def roles_written(role: AdminRole) -> Sequence[ClerkRole]:
    """The roles that somebody of this role gives to a new clerk."""
    return [one for one in ROLES if may_manage(role, StoreClerk("", "", one)) or one in _BELOW.get(role, ())]


async def accounts_of(people: Stores, clerk: VisibleClerk) -> Sequence[ClerkAccount]:
    """The accounts of this clerk, by name."""
    names = await people.admins.of_clerk(clerk.number)
    found = [account for name in sorted(names) if (account := await people.admins.of(name)) is not None]
    return [ClerkAccount(one.name, one.suspended is not None, one.start_until is not None) for one in found]


async def manage_account(
    accounts: StaffAccounts,
    people: Stores,
    playbook: Playbook,
    signed: Signed,
    clerk: VisibleClerk,
    action: str,
    name: str,
) -> StartPassword | None:
    """Do this with an account of a clerk whom `signed` sees; the start password, where one was given."""
    if not may_manage(signed.role, clerk):
        raise AccountRefused(tr("somebody else looks after the accounts of this clerk"))
    if action == "add":
        return await accounts.add(playbook, name, RoleRequest(clerk=clerk.number), signed.by)
    if name not in await people.admins.of_clerk(clerk.number):
        raise AccountRefused(tr("this clerk has no such account"))
    match action:
        case "reset":
            return await accounts.reset(name, signed.by)
        case "suspend" | "resume":
            await accounts.suspend([name], signed.by, lift=action == "resume")
        case _:
            raise AccountRefused(tr("this clerk has no such account"))
    return None
