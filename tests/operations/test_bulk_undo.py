"""J2: a mass tag is taken back while its turns are not all taken.

Afterwards nobody has it by that run, and everybody who had it before has it still.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.bulk_run import BulkFigures, BulkRun
from bot.operations.bulk_runs import stop, undoing
from bot.store.stores import Stores
from tests.depth import one_of
from tests.operations.test_bulk_work import BOOK, MEI, KilledError, World, kill, listed, on_line
from tests.runtime.bots import Bots

pytestmark = pytest.mark.ring("all", "several processes of a bot")

BEFORE = {"main:U007", "main:U008", "M:004"}


@pytest.fixture
async def world(bots: Bots, stores: Stores) -> World:
    """Nobody serves; a mass tag is ordered, and no turn is taken."""
    world = World(bots.make(BOOK), stores, together=5)
    await world.add(*map(on_line, range(7)), on_line(7, "VIP"), on_line(8, "VIP"))
    await world.add(*map(listed, range(4)), listed(4, "VIP"))
    return world


async def tagged(world: World) -> BulkRun:
    over = await world.work.carry_on(await world.ordered(world.tag()))
    assert over.figures == BulkFigures(done=11, same=3)
    return over


async def taken_back(world: World, run: BulkRun) -> BulkRun:
    return await world.work.carry_on(await world.ordered(undoing(run, MEI, world.clock.now())))


async def law(world: World) -> None:
    await world.bot.settle()
    assert await world.with_tag("VIP") == BEFORE
    async for one in world.database.collection("contacts").find({}):
        assert not any(tag["by"].startswith("many:") for tag in one.get("tags", ()) if tag["n"] == "VIP")


async def test_no_turn_is_taken_yet(world: World) -> None:
    run = await tagged(world)
    back = await taken_back(world, run)
    assert (back.state, back.figures) == ("done", BulkFigures(done=11, same=3))
    await world.bot.start()
    await law(world)


async def test_some_turns_are_taken(world: World) -> None:
    """The others in the middle of the undo."""
    run = await tagged(world)
    inbox = world.database.collection("inbox")
    late = {one["_id"] async for one in inbox.find({"contact": {"$in": ["main:U001", "main:U005"]}})}
    await inbox.update_many({"_id": {"$in": list(late)}}, {"$set": {"state": "late"}})
    contacts = world.database.collection("contacts")
    waiting = {one["_id"]: one["waiting"] async for one in contacts.find({"waiting": {"$in": list(late)}})}
    await contacts.update_many({}, {"$unset": {"waiting": ""}})
    await world.bot.start()
    await world.bot.settle()
    assert len(await world.with_tag("VIP")) == len(BEFORE) + 9
    await inbox.update_many({"state": "late"}, {"$set": {"state": "open"}})
    for contact, events in waiting.items():
        await contacts.update_one({"_id": contact}, {"$set": {"waiting": events}})
    back = await taken_back(world, run)
    assert (back.state, back.figures) == ("done", BulkFigures(done=11, same=3))
    await law(world)


@pytest.mark.parametrize("where", ["plan", "store_bulk", "poke", "keep"])
@pytest.mark.parametrize(("together", "serves"), one_of(2, [(6, False), (6, True), (15, True), (15, False)]))
async def test_killed_among_the_orders(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, together: int, *, serves: bool
) -> None:
    """Whoever goes on takes more of them at a time, or fewer."""
    run = await tagged(world)
    back = await world.ordered(undoing(run, "console:ben", world.clock.now()))
    stores = world.stores
    parts = {"plan": stores.bulk_runs, "store_bulk": stores.inbox_commit, "poke": stores.contacts}
    kill(monkeypatch, {**parts, "keep": stores.bulk_runs}[where], where)
    with pytest.raises(KilledError):
        await world.work.carry_on(back)
    world.takes(together)
    if serves:
        await world.bot.start()
    world.work.holder = "other"
    over = await world.work.carry_on(await world.claimed(world.work))
    assert (over.state, over.figures.done) == ("done", 11)
    if not serves:
        await world.bot.start()
    await law(world)


async def test_a_bot_serves(world: World) -> None:
    """Some turns are taken, others are just being taken."""
    await world.bot.start()
    run = await tagged(world)
    back = await taken_back(world, run)
    assert back.state == "done"
    await law(world)


async def test_an_undo_that_was_stopped_is_ordered_again(world: World) -> None:
    """And then it is whole."""
    run = await tagged(world)
    first = await world.ordered(undoing(run, "console:ben", world.clock.now()))
    assert await stop(world.stores, first.id, "console:ben", world.clock.now())

    assert not (await world.now(run)).can_be_undone, "as long as it goes on"
    assert (await world.work.carry_on(await world.now(first))).state == "stopped"
    again = await world.ordered(undoing(await world.now(run), "console:ben", world.clock.now()))
    assert (await world.work.carry_on(again)).state == "done"
    assert not (await world.now(run)).can_be_undone
    await world.bot.start()
    await law(world)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_who_was_given_it_by_something_else_since_keeps_it(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """A rule has put it on again, before the undo or between its look and their turn."""
    await world.bot.start()
    run = await tagged(world)
    await world.bot.settle()
    contacts, orders = world.database.collection("contacts"), world.stores.inbox_commit
    renewed, store = {"main:U001", "M:001"}, orders.store_bulk

    async def renew() -> None:
        for one in renewed:
            await contacts.update_one({"_id": one, "tags.n": "VIP"}, {"$inc": {"tags.$.again": 1, "rev": 1}})

    async def renew_and_store(*args: Any) -> None:
        monkeypatch.setattr(orders, "store_bulk", store)
        await renew()
        await store(*args)

    if when == "before":
        await renew()
    else:
        renewed.remove("M:001")  # without LINE: the first batch, with no orders
        monkeypatch.setattr(orders, "store_bulk", renew_and_store)
    back = await taken_back(world, run)
    assert back.state == "done"
    if when == "before":
        assert back.figures == BulkFigures(done=9, same=5)
    await world.bot.settle()
    assert await world.with_tag("VIP") == BEFORE | renewed
