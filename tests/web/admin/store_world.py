"""Two groups, three stores, clerks and their people, and the staff's pages over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.clerk import StoreClerk
from bot.model.contact import Binding, Clerk, Contact, Identity
from bot.model.counts import BOUND, JOINED, OF_CLERKS
from bot.model.mark import Mark
from bot.model.settings import Settings
from bot.operations.bulk_work import BulkWork
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_handlers import contact_handlers
from bot.web.admin.search_pages import SearchPages
from bot.web.admin.store_context import StoreContext
from bot.web.admin.store_overview_pages import StoreOverviewPages, recent_store_figures
from bot.web.admin.store_pages import recent_store_counts, store_pages
from bot.web.promotions import console_handlers
from bot.web.sealed_parts import SealedParts
from tests.conftest import NOW
from tests.operations.test_store_people import AN, BO, HEAD, LEFT, NING, PLAYBOOK, ZUO
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

ACCOUNTS = {"main": Channel("main", "@forest", "1", "s", "t", app_name="森活選品")}
GROUP = StoreClerk("G01", "小北", "group", group="north")
EVERYBODY = (AN, NING, BO, ZUO, LEFT, HEAD, GROUP)
OWN: Mapping[str, frozenset[str]] = {
    "A01": frozenset("1"),
    "A02": frozenset("125"),
    "G01": frozenset("1235"),
    "H01": frozenset("12345"),
    "B01": frozenset("3"),
    "Z01": frozenset("4"),
}
"""The people (by number) whom the account of each clerk sees."""
CLERKS: Mapping[str, frozenset[str]] = {
    "A01": frozenset({"A01"}),
    "A02": frozenset({"A01", "A02", "A09"}),
    "G01": frozenset({"A01", "A02", "A09", "B01"}),
    "H01": frozenset({"A01", "A02", "A09", "B01", "Z01"}),
    "B01": frozenset({"B01"}),
    "Z01": frozenset({"Z01"}),
}
"""The clerks with codes whom they see."""


def person(number: int, clerk: StoreClerk, name: str = "") -> Contact:
    """Called `person-NUMBER`, with a phone that ends with the number."""
    return Contact(
        f"main:U{number}",
        name=name or f"person-{number}",
        phone=f"+8869{number:08d}",
        identities=(Identity("main", f"U{number}", friend=True, since=NOW),),
        bindings={"phone": Binding(NOW)},
        clerk=Clerk("x", clerk.name, clerk.store, NOW - timedelta(minutes=number), clerk.number),
    )


PEOPLE = {1: AN, 2: NING, 3: BO, 4: ZUO, 5: LEFT}


@dataclass
class StoreWorld:
    """The pages, and what they show. `playbook` may be another one by the next request."""

    staff: StaffWorld
    database: Database
    seal: Seal
    parts: SealedParts
    playbook: Playbook

    async def signed_in(self, number: str) -> Staff:
        """A browser of this clerk."""
        role = next(one.role for one in EVERYBODY if one.number == number)
        return await self.staff.signed_in(await self.staff.account(role, number.lower(), clerk=number))

    async def change(self, clerk: StoreClerk) -> None:
        kept = (await self.staff.stores.clerks.of([clerk.number]))[clerk.number]
        assert not await self.staff.stores.clerks.write([(clerk, kept.rev)])

    async def bind(self, *people: Contact) -> None:
        await store(self.database, self.seal, *people)

    async def count(self, clerk: StoreClerk, bound: int, joined: int) -> None:
        for what, times in ((BOUND, bound), (JOINED, joined)):
            for _ in range(times):
                mark = Mark("main", OF_CLERKS, what, (clerk.number, clerk.store))
                await self.staff.stores.counts.add("2026-11-20", mark)

    def part(self, account: str, what: str, *content: str) -> str:
        """A part of an address as the pages make it for this account."""
        return self.parts.sealed(account, what, *content)


async def store_world(worlds: StaffWorlds, *, at_once: float = 30.0) -> StoreWorld:
    """One that has begun, and ends with the test. `at_once`: seconds that pages wait for numbers."""
    console = worlds.console(lambda: world.playbook, Settings(ACCOUNTS))
    bulk = BulkWork(worlds.stores, lambda: world.playbook, lambda: None)
    contacts = ContactContext(**console.fields_by_name(), bulk=bulk)
    desk = StoreContext(**console.fields_by_name(), staff=worlds.accounts)
    handlers = {
        **store_pages(desk, recent_store_counts(desk, at_once)),
        **console_handlers(desk),
        **SearchPages(desk).handlers(),
        **contact_handlers(contacts),
        **StoreOverviewPages(desk, recent_store_figures(desk, at_once)).handlers(),
    }
    world = StoreWorld(await worlds(handlers), worlds.database, worlds.seal, worlds.parts, PLAYBOOK)
    assert not await worlds.stores.clerks.write([(one, None) for one in EVERYBODY])
    await world.bind(*(person(number, clerk) for number, clerk in PEOPLE.items()))
    return world
