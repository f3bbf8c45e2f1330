"""A page whose person is merged with another contact while it is open: it goes on as if nothing had been."""

from __future__ import annotations

import asyncio

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Contact, Identity
from bot.model.stored import Stored
from bot.runtime.effects.merging import Merging
from bot.store.contacts.contacts import Contacts
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.people import come
from tests.runtime.page_world import CODE, HELD, Pages, Served, goes_on, in_time, pages, viewer

__all__ = ["pages"]

KEPT = "outlet:U9"


@pytest.fixture
async def served(pages: Pages) -> Served:
    return await pages.opens()


async def merges(pages: Pages) -> None:
    """Staff make the person before the page one with somebody whom another channel knows."""
    stores = stores_of(pages.database, pages.seal)
    await come(stores.contacts, Contact(KEPT, identities=(Identity("outlet", "U9"),), turned=NOW))
    merging = Merging(stores.rewriter, stores.contacts, stores.audit, pages.clock, OfShop)
    await merging.merge(KEPT, "main:U1", "command:test")


async def test_the_next_answer_is_the_merged_persons(pages: Pages, served: Served) -> None:
    screen = await goes_on(served.desk, await served.desk.opened(viewer(), {}), "小美")
    await merges(pages)
    async with asyncio.timeout(PATIENCE):
        screen = await goes_on(served.desk, screen, "0912345678", CODE)
    assert (screen.kind, screen.say) == ("done", "我加入了")
    kept = await Contacts(pages.database, pages.seal).person("main:U1")
    assert kept is not None
    assert kept.contact.id == KEPT
    assert [one.result for one in kept.contact.results] != []


async def test_what_changes_while_the_merged_person_is_looked_up_is_seen(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody follows that contact before the first look: what its turns write meanwhile is not lost."""
    people = Contacts(pages.database, pages.seal)
    served = await pages.opens(people=people)
    screen = await goes_on(served.desk, await served.desk.opened(viewer(), {}), "小美")
    await merges(pages)

    person = people.person

    async def read_long_ago(contact: str) -> Stored | None:
        monkeypatch.setattr(people, "person", person)
        found = await person(contact)
        await goes_on(served.desk, screen, "0912345678")
        return found

    monkeypatch.setattr(people, "person", read_long_ago)
    async with asyncio.timeout(PATIENCE):
        assert (await served.desk.screen(viewer(), screen.step, HELD)).step > screen.step


async def test_a_held_request_goes_on_with_the_merged_person(pages: Pages, served: Served) -> None:
    """It is found again within two seconds, also where nobody tells that there was a merge."""
    screen = await served.desk.opened(viewer(), {})
    held = asyncio.ensure_future(served.desk.screen(viewer(), screen.step, HELD))
    await served.desk._held.wanted()
    await merges(pages)
    found = await in_time(pages, held, 0.1)
    assert (found.state, found.visit) == ("ask_name", screen.visit)
    async with asyncio.timeout(PATIENCE):
        assert (await goes_on(served.desk, screen, "小美")).state == "ask_phone"
