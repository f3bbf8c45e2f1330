"""Reads what was touched in a period, after a leak or a break-in: from the audit log and of stored people.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import LIFE, NEEDS, ROLES, TEAM, AdminRole, StoreScope, account_name
from bot.model.audit import AuditEntry
from bot.model.clerk import OfEverybody, SeenPeople
from bot.model.contact import Contact
from bot.model.contact_kind import crowd_kind
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.actors import COMMAND, CONSOLE
from bot.operations.audiences import NoSuchAudience, in_audience, target_audience
from bot.operations.audit_trail import MOST, entries
from bot.operations.concerned_person import (
    AUDIENCE_COLUMNS,
    EXPORT_COLUMNS,
    ConcernedPerson,
    DataKind,
    Exposure,
    Touch,
    exposure,
    person_of,
)
from bot.operations.conversation import chats_of
from bot.operations.incident import DataExit, Incident, IncidentFigures, IncidentPeriod
from bot.operations.store_people.visibility import NoVisiblePeople, seen_people
from bot.playbook.similar import quoted
from bot.store.events.concerned_people import STORED, ConcernedId
from bot.store.people_collections import TIMELINE_LIFE
from bot.store.stores import Stores


class UnknownActor(Refusal):
    """No account has this name, and nobody of this name has done anything in the period."""


async def read_incident(
    stores: Stores,
    playbook: Playbook,
    period: IncidentPeriod,
    now: datetime,
    tell: Callable[[IncidentFigures], None] = lambda so_far: None,
) -> Incident:
    """What was done in the period, whose data it was, in numbers. Raises `UnknownActor`."""
    found = Incident(period, [] if period.all_data else None)
    if not period.all_data:
        await _read_entries(stores, playbook, found)
    async for some in concerned(stores, playbook, found):
        for person in some:
            found.figures.add(person)
        tell(found.figures)
    found.unknown += [one async for one in _unknown(stores, found, now)]
    return found


async def _read_entries(stores: Stores, playbook: Playbook, found: Incident) -> None:
    """What the audit log has of the period, and of the sessions that went on in it."""
    period, since = found.period, found.period.since
    if period.by is not None:
        found.actors = await _actors(stores, period, period.by)
    read = await entries(stores, since=since - LIFE, until=period.until)
    if len(read) == MOST:
        found.unknown.append(
            tr(
                "only the last {number} deeds are told: take a shorter period for the rest",
                number=f"{MOST:,}",
            )
        )
    mine = [one for one in read if found.actors is None or one.by in found.actors]
    found.entries = [one for one in mine if (one.last or one.at) >= since]
    for done in found.entries:
        found.changes[done.kind] += done.times
    found.exits = [one for entry in found.entries if (one := _exit(entry, playbook)) is not None]
    if period.by is not None:
        name = account_name(period.by.removeprefix(CONSOLE))
        found.sign_ins = sum(one.kind == "admin_signed_in" for one in mine)
        tries = [one for one in read if one.kind in _WRONG and one.about == name]
        found.wrong_tries = sum(one.times for one in tries if (one.last or one.at) >= since)
        if found.sign_ins:
            found.seen = await _seen(stores, playbook, name, since)


_WRONG = ("admin_password_wrong", "admin_code_wrong")
"""Entries of the audit log about a sign-in that failed."""


async def _actors(stores: Stores, period: IncidentPeriod, by: str) -> list[str]:
    """Who is meant by a name, as the audit log calls them."""
    account = account_name(by.removeprefix(CONSOLE))
    there = await stores.concerned_people.actors(period.since - LIFE, period.until)
    meant = {by, f"{CONSOLE}{account}"}
    found = [one for one in there if one in meant or _commands_by(one, by)]
    if not found and (not account or await stores.admins.of(account) is None):
        raise UnknownActor(
            tr(
                "no account is called {name}, and nobody of that name has done anything then;"
                "  oaflow admin list  and  oaflow audit  say who there is",
                name=quoted(by),
            )
        )
    return found or [f"{CONSOLE}{account}"]


def _commands_by(actor: str, by: str) -> bool:
    """Whether a machine's user is meant, or who is said to have given a command there."""
    user, _, said = actor.removeprefix(COMMAND).partition(" (")
    return actor.startswith(COMMAND) and by.removeprefix(COMMAND) in (user, said.removesuffix(")"))


async def _seen(
    stores: Stores, playbook: Playbook, name: str, since: datetime
) -> list[SeenPeople | OfEverybody]:
    """Whose people this account sees, or has seen in the period: also if it is suspended by now."""
    places = list[tuple[AdminRole, StoreScope]]()
    account = await stores.admins.of(name)
    if account is not None:
        role, scope = account.role, StoreScope(account.group, account.store, account.clerk)
        if account.clerk:
            stored = (await stores.clerks.of([account.clerk])).get(account.clerk)
            if stored is not None:
                clerk = stored.clerk
                role, scope = clerk.role, StoreScope(clerk.group, clerk.store, clerk.number)
        places.append((role, scope))
    for entry in await entries(stores, kinds=("admin_role",), since=since):
        if entry.about == name and (before := _place(entry.before)) is not None:
            places.append(before)
    found = list[SeenPeople | OfEverybody]()
    for role, scope in places:
        try:
            seen = OfEverybody() if role in TEAM else seen_people(role, scope, playbook)
        except NoVisiblePeople:
            continue
        if seen not in found:
            found.append(seen)
    return found


def _place(recorded: str) -> tuple[AdminRole, StoreScope] | None:
    """A role, and whose people it saw, as `admin_role` has them: `group north`."""
    first, _, whose = recorded.partition(" ")
    role = next((one for one in ROLES if one == first), None)
    if role is None:
        return None
    match NEEDS.get(role):
        case "group":
            return role, StoreScope(group=whose)
        case "store":
            return role, StoreScope(store=whose)
        case _:
            return role, StoreScope(clerk=whose)


def _exit(entry: AuditEntry, playbook: Playbook) -> DataExit | None:
    if entry.kind not in ("data_exported", "audience_listed", "many_exported"):
        return None
    number, _, said = entry.after.partition(" ")
    kinds = EXPORT_COLUMNS if entry.kind == "data_exported" else AUDIENCE_COLUMNS
    if said:
        kinds |= {DataKind.CONVERSATION}
    target = None
    if entry.about and entry.kind != "many_exported":  # who was searched for is not known any more
        try:
            target = target_audience(playbook, entry.about)
        except NoSuchAudience:
            target = None
    return DataExit(entry.at, entry.by, entry.about, number, kinds, target)


# -- the people


async def concerned(
    stores: Stores, playbook: Playbook, incident: Incident
) -> AsyncIterator[list[ConcernedPerson]]:
    """Everybody who is concerned, some at a time, by id; groups are counted and left out."""
    crowds = 0
    async for some in stores.concerned_people.of(incident.source):
        people = [one for one in some if one.is_erased or crowd_kind(one.id) is None]
        crowds += len(some) - len(people)
        yield await _people(stores, playbook, incident, people)
    incident.figures.crowds = crowds


async def _people(
    stores: Stores, playbook: Playbook, incident: Incident, some: Sequence[ConcernedId]
) -> list[ConcernedPerson]:
    stored = await stores.contacts.load([one.id for one in some if not one.is_erased])
    contacts = {id: one.contact for id, one in stored.items() if one.to is None}
    chained = [id for id, one in stored.items() if one.to is not None]  # merged oftener than was followed
    contacts |= await stores.contacts.people_of(chained)
    exported = [await _in_exit(stores, playbook, one, contacts) for one in incident.exits]
    chats = [chat for contact in contacts.values() for chat in chats_of(contact)]
    said = await stores.concerned_people.having("conversations", chats)
    files = await stores.concerned_people.having("conversation_files", chats)
    found = []
    for one in some:
        touches = [exposure(act) for act in one.acts if act != STORED]
        touches += [
            _exit_touch(way) for way, ids in zip(incident.exits, exported, strict=True) if one.id in ids
        ]
        if incident.period.all_data and STORED in one.acts:
            touches.append(exposure(STORED))
        if touches:
            found.append(person_of(one, contacts.get(one.id), touches, said, files))
    return found


def _exit_touch(way: DataExit) -> Exposure:
    return (Touch.VISIBLE if way.audience else Touch.EXPORTED), way.kinds


async def _in_exit(
    stores: Stores, playbook: Playbook, way: DataExit, contacts: Mapping[str, Contact]
) -> set[str]:
    """Who of these was in it: of an audience who is in it now, or everybody where nobody can say."""
    if way.target is None:
        return set(contacts)
    return await in_audience(stores, playbook, way.target, contacts)


# -- what nobody knows


async def _unknown(stores: Stores, incident: Incident, now: datetime) -> AsyncIterator[Translatable]:
    period, figures = incident.period, incident.figures
    if period.all_data:
        yield tr("who was erased after a copy was made is in that copy still")
        yield tr("what is sealed (phones, e-mail, what was said) opens only if the keys got out, too")
    else:
        yield tr(
            "copies of the database, a backup or a disk leave no line anywhere: if there may be one,"
            " everybody is concerned"
        )
    if any(one.startswith(COMMAND) for one in incident.actors or ()):
        yield tr("who may run commands on this machine may read the database and its keys beside oaflow, too")
    if incident.source.processed and period.since < now - TIMELINE_LIFE.after:
        yield tr(
            "what the bot did is stored for {days} days: of before nobody knows",
            days=TIMELINE_LIFE.after.days,
        )
    for sentence in _of_entries(incident):
        yield sentence
    if figures.crowds:
        yield tr(
            "{number} groups and rooms: who has written in them is not known", number=f"{figures.crowds:,}"
        )
    if gone := await stores.concerned_people.erased_since(period.since):
        yield tr(
            "{number} people were erased since: of who is not named by a certificate here, nobody can say"
            " whether they are concerned",
            number=f"{gone:,}",
        )
    yield tr("kinds are those that are stored of a person now: what was removed meanwhile is not told")


def _of_entries(incident: Incident) -> Iterator[Translatable]:
    kinds = {one.kind for one in incident.entries}
    if "people_searched" in kinds or incident.seen:
        yield tr("who stood on lists, or was found, is not recorded: all whom the account may see are named")
    if audiences := sorted({one.audience for one in incident.exits if one.audience}):
        yield tr(
            "of exports of {names} it is not recorded who was in them: those are named who are in them now",
            names=row(audiences),
        )
    if kinds & {"members_imported", "friends_imported"}:
        yield tr("whose lines an import had is not recorded: look into its file")
    if kinds & {"shop_synced"}:
        yield tr("which members were read from a shop is not recorded")
