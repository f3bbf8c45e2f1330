"""Every repository of a database, each built once: who needs one is given it, or asks here."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.pace import PRODUCTION, Pace
from bot.store.arrivals import Arrivals
from bot.store.attempts import Attempts
from bot.store.audience_people import AudiencePeople
from bot.store.audit import AuditLog
from bot.store.claiming import Places
from bot.store.codes import Codes
from bot.store.contacts import Contacts
from bot.store.counts import Counts
from bot.store.embedded import EmbeddedDatabase
from bot.store.given_up import GivenUpList
from bot.store.held import HeldPeople
from bot.store.inbox import Inbox
from bot.store.journal import Journal
from bot.store.leases import Leases
from bot.store.menu_people import MenuPeople
from bot.store.mongo import Database
from bot.store.page_changes import PageChanges
from bot.store.people import People
from bot.store.phones import Phones
from bot.store.playbooks import Playbooks
from bot.store.processes import Processes
from bot.store.quotas import QuotaFigures
from bot.store.rewriting import Rewriter
from bot.store.rich_menus import RichMenuMappings
from bot.store.seal import Seal
from bot.store.standing import StandingPeople
from bot.store.totals import Totals


class DatabaseHealth:
    """Whether MongoDB is there, and how it is brought back (the embedded one is started again)."""

    def __init__(self, database: Database, embedded: EmbeddedDatabase | None = None) -> None:
        self._database = database
        self._embedded = embedded

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless it answers."""
        await self._database.ping()

    async def repair(self) -> None:
        """Start an embedded one again."""
        if self._embedded is not None:
            await self._embedded.ensure()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Everything that MongoDB does for us."""

    database: Database
    arrivals: Arrivals
    attempts: Attempts
    audience_people: AudiencePeople
    audit: AuditLog
    codes: Codes
    contacts: Contacts
    counts: Counts
    given_up: GivenUpList
    health: DatabaseHealth
    held: HeldPeople
    inbox: Inbox
    journal: Journal
    leases: Leases
    menu_people: MenuPeople
    page_changes: PageChanges
    people: People
    phones: Phones
    places: Places
    playbooks: Playbooks
    processes: Processes
    quotas: QuotaFigures
    rewriter: Rewriter
    rich_menus: RichMenuMappings
    standing: StandingPeople
    totals: Totals


def stores_of(
    database: Database,
    seal: Seal,
    process: str = "",
    embedded: EmbeddedDatabase | None = None,
    pace: Pace = PRODUCTION,
) -> Stores:
    """All of a database. `process` is this process's own id in it, where it wants a lease."""

    def gone(other: str) -> bool:
        return embedded is not None and not embedded.is_alive(other)

    inbox, contacts, phones = Inbox(database, seal), Contacts(database, seal), Phones(database, seal)
    return Stores(
        database=database,
        arrivals=Arrivals(database, inbox, contacts),
        attempts=Attempts(database, seal),
        audience_people=AudiencePeople(database, seal),
        audit=AuditLog(database, seal),
        codes=Codes(database, seal),
        contacts=contacts,
        counts=Counts(database),
        given_up=GivenUpList(database),
        health=DatabaseHealth(database, embedded),
        held=HeldPeople(database),
        inbox=inbox,
        journal=Journal(database, seal),
        leases=Leases(database, process, pace),
        menu_people=MenuPeople(database, seal),
        page_changes=PageChanges(database),
        people=People(database, seal),
        phones=phones,
        places=Places(database),
        playbooks=Playbooks(database),
        processes=Processes(database, gone),
        quotas=QuotaFigures(database),
        rewriter=Rewriter(database, seal, inbox, phones),
        rich_menus=RichMenuMappings(database),
        standing=StandingPeople(database),
        totals=Totals(database),
    )
