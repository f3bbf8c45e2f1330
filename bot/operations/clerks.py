"""The clerks of the stores: who they are, what was counted of them, who has left, and who takes over.

All of it may raise `DatabaseUnavailable`, and `NoClerk` where somebody is meant who is not there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from bot.connectors.sms.phone import masked
from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Column, Help
from bot.model.audit import AuditEntry, AuditEntryKind, AuditRow
from bot.model.clerk import ClerkRole, StoreClerk
from bot.model.contact import Clerk
from bot.model.counts import BOUND, OF_CLERKS
from bot.model.staff_order import StaffHandsOver
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.audit_trail import audited
from bot.operations.clerk_file import number_of
from bot.operations.import_report import LineRefused
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.services.rewrites import RewriteJob, event_for
from bot.store.stores import Stores

TOGETHER = 16
"""People who are handed over side by side."""
PAGE = 500
"""People who are looked for at a time."""


class NoClerk(Refusal):
    """No clerk, or no store, is called so, or cannot be what is asked; the text says why."""


@dataclass(frozen=True, slots=True)
class ClerkView:
    """A clerk, how many people are theirs now, and were bound to them in the days that were asked for."""

    number: Annotated[str, Column(tr("number"))]
    name: Annotated[str, Column(tr("name"))]
    store: Annotated[str, Column(tr("store")), Help("The title of the store, or of the group.")]
    role: ClerkRole
    role_name: Annotated[Translatable, Column(tr("role"))]
    phone: Annotated[str | None, Column(tr("phone")), Help("Masked.")]
    code: Annotated[str | None, Column(tr("code"))]
    people: Annotated[int, Column(tr("people"))]
    bound: Annotated[int, Column(tr("bound lately")), Help("In these days.")]
    suspended: Annotated[datetime | None, Column(tr("suspended"))]


@dataclass(frozen=True, slots=True)
class ClerkCount:
    """How many were bound to a clerk of a store on a day (`YYYY-MM-DD`, the team's), on a channel."""

    day: Annotated[str, Column(tr("day"))]
    store: Annotated[str, Column(tr("store")), Help("Its title.")]
    number: Annotated[str, Column(tr("number"))]
    name: Annotated[str, Column(tr("name"))]
    channel: Annotated[str, Column(tr("channel"))]
    bound: Annotated[int, Column(tr("bound"))]


def stores_named(playbook: Playbook, named: str | None) -> Collection[str] | None:
    """The stores that are meant by a store's or a group's name or title; `None`: all. Raises `NoClerk`."""
    if named is None:
        return None
    for name, store in playbook.stores.items():
        if named in (name, store.title):
            return (name,)
    for group, title in playbook.store_groups.items():
        if named in (group, title):
            return tuple(name for name, store in playbook.stores.items() if store.group == group)
    titles = (one.title for one in playbook.stores.values())
    known = [*playbook.stores, *titles, *playbook.store_groups, *playbook.store_groups.values()]
    stores = playbook.stores
    there = tr("its stores are {names}", names=row(stores)) if stores else tr("the playbook has no stores")
    near = hint_for(named, known) or there
    raise NoClerk(tr("no store is called {name}; {hint}", name=quoted(named), hint=near))


def store_named(playbook: Playbook, named: str | None) -> str:
    """The one store of this name or title, as the playbook names it; empty where none is named.

    Raises `NoClerk`.
    """
    meant = stores_named(playbook, named)
    if meant is not None and len(meant) != 1:
        raise NoClerk(tr("{name} is a group of stores: name one store", name=quoted(named or "")))
    return next(iter(meant or ()), "")


async def all_clerks(people: Stores, playbook: Playbook, store: str | None, days: int) -> list[ClerkView]:
    """The clerks of a store or group, or all, by store and number. Raises `NoClerk`."""
    stores = stores_named(playbook, store)
    theirs, counted = await people.clerks.how_many_people(), Counter[str]()
    for one in await counts(people, playbook, None, days):
        counted[one.number] += one.bound
    return [
        _view(clerk, playbook, theirs.get(clerk.number, 0), counted[clerk.number])
        async for clerk in people.clerks.all(stores)
    ]


def _view(clerk: StoreClerk, playbook: Playbook, people: int, bound: int) -> ClerkView:
    return ClerkView(
        *(clerk.number, clerk.name),
        playbook.store_title(clerk.store) or playbook.store_groups.get(clerk.group, clerk.group),
        *(clerk.role, ROLE_NAMES[clerk.role]),
        None if clerk.phone is None else masked(clerk.phone),
        clerk.code,
        people,
        bound,
        clerk.suspended,
    )


async def counts(people: Stores, playbook: Playbook, store: str | None, days: int) -> list[ClerkCount]:
    """What was counted in the last days, today among them, by day, store and clerk. Raises `NoClerk`."""
    only = stores_named(playbook, store)
    today = (await now_among(people)).astimezone(playbook.zone).date()
    await people.counts.fold_all()
    counted = await people.counts.since((today - timedelta(days=days - 1)).isoformat(), OF_CLERKS)
    found = [
        (one.day, of_store, number, one.mark.channel, one.number)
        for one in counted
        if one.mark.what == BOUND and len(one.mark.about) == 2
        for number, of_store in [one.mark.about]
        if only is None or of_store in only
    ]
    known = await people.clerks.of({number for _, _, number, _, _ in found})
    names = {number: stored.clerk.name for number, stored in known.items()}
    return [
        ClerkCount(day, playbook.store_title(of_store), number, names.get(number, ""), channel, bound)
        for day, of_store, number, channel, bound in sorted(found)
    ]


async def those(people: Stores, numbers: Sequence[str]) -> list[StoreClerk]:
    """The clerks of these numbers, in this order. Raises `NoClerk`."""
    wanted = [_number(number) for number in numbers]
    known = await people.clerks.of(wanted)
    missing = next((number for number in wanted if number not in known), None)
    if missing is not None:
        raise NoClerk(tr("no clerk has the number {number}", number=quoted(missing)))
    return [known[number].clerk for number in dict.fromkeys(wanted)]


async def suspend(people: Stores, numbers: Sequence[str], actor: str, *, lift: bool = False) -> list[str]:
    """Have the codes of these clerks bind nobody from now on, or again; whom that has changed.

    Their accounts are signed out, and can sign in again when it is lifted.
    """
    now = await now_among(people)
    off = None if lift else now
    what: AuditEntryKind = "clerk_resumed" if lift else "clerk_suspended"
    changed = []
    for one in await those(people, numbers):
        if (one.suspended is None) == lift:
            continue
        async with audited(people, AuditEntry(what, actor, now, one.number)):
            if lift:  # sessions of before that are not ended by then do not come back
                await _sign_out(people, one.number)
            before = await change(
                people,
                one.number,
                lambda clerk: clerk if (clerk.suspended is None) == lift else replace(clerk, suspended=off),
            )
            await _sign_out(people, one.number)
        if (before.suspended is None) != lift:
            changed.append(one.number)
    return changed


async def _sign_out(people: Stores, number: str) -> None:
    """End what is signed in of this clerk's accounts, which nobody lets in while the clerk is suspended."""
    for account in await people.admins.of_clerk(number):
        await people.admin_sessions.end_all(account)


async def change(people: Stores, number: str, how: Callable[[StoreClerk], StoreClerk]) -> StoreClerk:
    """Change a clerk, also while others change it; the clerk before. Raises `NoClerk`."""
    while True:
        stored = (await people.clerks.of([number])).get(number)
        if stored is None:
            raise NoClerk(tr("no clerk has the number {number}", number=quoted(number)))
        after = how(stored.clerk)
        if after == stored.clerk or not await people.clerks.write([(after, stored.rev)]):
            return stored.clerk


# -- handing over


@dataclass(frozen=True, slots=True)
class HandingOver:
    """From whom to whom, and how many people there are."""

    was: StoreClerk
    to: StoreClerk
    people: int


async def handing_over(people: Stores, was: str, to: str) -> HandingOver:
    """What is to be handed over; to the same clerk: their people come along to their store of today.

    Raises `NoClerk`: also where who is to take over has no store, or is suspended.
    """
    former, heir = _number(was), _number(to)
    for clerk in await those(people, [former, heir]):
        if clerk.number != heir:
            continue
        if not clerk.has_code or not clerk.store:
            raise NoClerk(tr("{number} works in no store: nobody can be theirs", number=quoted(heir)))
        if clerk.suspended is not None:
            raise NoClerk(tr("{number} is suspended: nobody can be theirs", number=quoted(heir)))
    known = await people.clerks.of([former, heir])
    number = (await people.clerks.how_many_people([former])).get(former, 0)
    return HandingOver(known[former].clerk, known[heir].clerk, number)


async def hand_over(
    people: Stores, handing: HandingOver, actor: str, tell: Callable[[int], None] = lambda done: None
) -> int:
    """Give the people of a clerk to another one, each by an event of ours that a running bot carries out.

    Returns how many. It may be repeated after an interruption: nobody gets the event twice.
    """
    now, done = await now_among(people), 0
    async for some in _people_of(people, handing.was.number):
        for begin in range(0, len(some), TOGETHER):
            together = some[begin : begin + TOGETHER]
            appended = await asyncio.gather(
                *(_append_handover(people, one, handing, actor, now) for one in together)
            )
            done += sum(appended)
            tell(done)
    return done


async def _people_of(people: Stores, number: str) -> AsyncIterator[list[str]]:
    after = ""
    while some := await people.clerks.people_of(number, after, PAGE):
        yield some
        after = some[-1]


async def _append_handover(
    people: Stores, contact: str, handing: HandingOver, actor: str, now: datetime
) -> bool:
    stored, to = await people.contacts.person(contact), handing.to
    has = None if stored is None else stored.contact.clerk
    if stored is None or has is None or not _is_to_move(has, handing):
        return False
    person, clerk = stored.contact, Clerk(to.code or to.number, to.name, to.store, has.at, to.number)
    words = ["handed over", has.known_by, clerk.number, clerk.store, clerk.name, str(stored.revision)]
    doing = RewriteJob(actor, now, "\0".join(words))  # appended again before a turn was taken, it is known
    entry = event_for(person, StaffHandsOver(has.known_by, clerk), doing).entry
    details = (handing.was.number, to.number)
    line = AuditRow(f"clerk:{entry.id}", now, actor, "clerk_handed_over", person.id, details=details)
    return await people.rewriter.append_once(entry, line)


def _is_to_move(has: Clerk, handing: HandingOver) -> bool:
    to = handing.to
    is_so = (has.known_by, has.store, has.name) == (to.number, to.store, to.name)
    return has.known_by == handing.was.number and not is_so


def _number(written: str) -> str:
    try:
        return number_of(written)
    except LineRefused as error:
        raise NoClerk(tr("{number} is no number of a clerk", number=quoted(written))) from error
