"""J2: exactly those who were ticked get the tag, whatever has become of them, and lose it again."""

from __future__ import annotations

import pytest

from bot.model.bulk_run import CHOSEN_MOST, BulkFigures, SoughtPeople
from bot.operations.audiences import AudienceCount
from bot.operations.bulk_runs import BulkRefused, chosen_people, number_sought, search_terms, undoing
from bot.operations.erasing import PersonalMenus, erase
from bot.store.stores import Stores
from tests.operations.test_bulk_work import BOOK, World, listed, on_line
from tests.runtime.bots import Bots


@pytest.fixture
async def world(bots: Bots, stores: Stores) -> World:
    world = World(bots.make(BOOK), stores)
    await world.add(*map(on_line, range(4)), *map(listed, range(4)))
    return world


def ticked(*ids: str) -> SoughtPeople:
    return chosen_people(ids)


@pytest.mark.ring("all", "several processes of a bot")
async def test_these_and_nobody_else(world: World) -> None:
    world.takes(1)
    people = ticked("M:003", "M:001", "M:003")
    assert await number_sought(world.stores, BOOK, search_terms(people, None)) == AudienceCount(
        2, about=False
    )
    over = await world.work.carry_on(await world.ordered(world.tag(people)))
    assert (over.state, over.figures) == ("done", BulkFigures(done=2))
    assert await world.with_tag("VIP") == {"M:001", "M:003"}
    back = await world.work.carry_on(await world.ordered(undoing(over, "console:mei", world.clock.now())))
    assert back.figures.done == 2
    assert await world.with_tag("VIP") == set()


async def test_who_was_merged_is_done_once_and_who_is_gone_is_counted(world: World) -> None:
    contacts = world.database.collection("contacts")
    people = ticked("M:000", "M:001", "M:002", "main:U001", "main:U404")
    run = await world.ordered(world.tag(people))
    await contacts.update_one({"_id": "M:000"}, {"$set": {"to": "main:U001"}})
    await contacts.update_one({"_id": "M:001"}, {"$set": {"to": "M:003"}})
    over = await world.work.carry_on(run)
    assert (over.state, over.figures) == ("done", BulkFigures(done=3, gone=2))
    assert await world.with_tag("VIP") == {"M:002", "M:003"}
    waiting = world.database.collection("inbox").find({"state": "open"})
    assert [one["contact"] async for one in waiting] == ["main:U001"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_an_erased_person_stands_in_no_list_that_waits(world: World) -> None:
    run = await world.ordered(world.tag(ticked("M:001", "M:002")))
    await erase(world.stores, {"M:001": ()}, "console:mei", PersonalMenus({}, "http://x", "http://x"))
    rows = world.database.collection("bulk_runs")
    assert await rows.distinct("chosen.contact", {"_id": run.id}) == ["M:002"]
    over = await world.work.carry_on(await world.now(run))
    assert over.figures == BulkFigures(done=1, gone=1)
    assert await rows.count_documents({"_id": run.id, "chosen": {"$exists": True}}) == 0


async def test_a_list_of_whom_all_are_erased_is_nobody(world: World) -> None:
    """Not everybody."""
    run = await world.ordered(world.tag(ticked("M:001")))
    await erase(world.stores, {"M:001": ()}, "console:mei", PersonalMenus({}, "http://x", "http://x"))
    over = await world.work.carry_on(await world.now(run))
    assert (over.state, over.figures) == ("done", BulkFigures(gone=1))
    assert await world.with_tag("VIP") == set()


def test_nobody_or_too_many_are_refused() -> None:
    for ids in ([], [f"M:{number}" for number in range(CHOSEN_MOST + 1)]):
        with pytest.raises(BulkRefused):
            chosen_people(ids)
