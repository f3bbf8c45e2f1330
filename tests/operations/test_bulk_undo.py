"""J2: a mass tag is taken back while its turns are not all taken.

Afterwards nobody has it by that run, and everybody who had it before has it still.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.model.bulk_run import BulkFigures, BulkRun
from bot.operations.bulk_runs import stop, undoing
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.operations.test_bulk_work import MEI, KilledError, World, kill, listed, on_line

BEFORE = {"main:U007", "main:U008", "M:004"}


@pytest_asyncio.fixture
async def world(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[World]:
    """Nobody serves; a mass tag is ordered, and no turn is taken."""
    world = World(database, seal, clock, together=5)
    await world.add(*map(on_line, range(7)), on_line(7, "VIP"), on_line(8, "VIP"))
    await world.add(*map(listed, range(4)), listed(4, "VIP"))
    yield world
    await world.bot.crash()


async def tagged(world: World) -> BulkRun:
    over = await world.work.carry_on(await world.ordered(world.tag()))
    assert over.figures == BulkFigures(done=11, same=3)
    return over


async def law(world: World) -> None:
    await world.bot.settle()
    assert await world.with_tag("VIP") == BEFORE
    async for one in world.database.collection("contacts").find({}):
        assert not any(tag["by"].startswith("many:") for tag in one.get("tags", ()) if tag["n"] == "VIP")


async def test_no_turn_is_taken_yet(world: World) -> None:
    run = await tagged(world)
    back = await world.work.carry_on(await world.ordered(undoing(run, "console:ben", world.clock.now())))
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
    back = await world.work.carry_on(await world.ordered(undoing(run, "console:ben", world.clock.now())))
    assert (back.state, back.figures) == ("done", BulkFigures(done=11, same=3))
    await law(world)


@pytest.mark.parametrize("where", ["plan", "store", "poke", "keep"])
@pytest.mark.parametrize("together", [6, 15])
@pytest.mark.parametrize("serves", [False, True], ids=["nobody serves", "somebody does"])
async def test_killed_among_the_orders(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, together: int, *, serves: bool
) -> None:
    """Whoever goes on takes more of them at a time, or fewer."""
    run = await tagged(world)
    back = await world.ordered(undoing(run, "console:ben", world.clock.now()))
    stores = world.stores
    parts = {"plan": stores.bulk_runs, "store": stores.inbox_commit, "poke": stores.contacts}
    kill(monkeypatch, {**parts, "keep": stores.bulk_runs}[where], where)
    with pytest.raises(KilledError):
        await world.work.carry_on(back)
    world.takes(together)
    if serves:
        await world.bot.start()
    world.clock.advance((HELD_FOR + timedelta(seconds=1)).total_seconds())
    claimed = await stores.bulk_runs.claim("other", world.clock.now())
    assert claimed is not None
    world.work.holder = "other"
    over = await world.work.carry_on(claimed)
    assert (over.state, over.figures.done) == ("done", 11)
    if not serves:
        await world.bot.start()
    await law(world)


async def test_a_bot_serves(world: World) -> None:
    """Some turns are taken, others are just being taken."""
    await world.bot.start()
    run = await tagged(world)
    back = await world.work.carry_on(await world.ordered(undoing(run, "console:ben", world.clock.now())))
    assert back.state == "done"
    await law(world)


async def test_an_undo_that_was_stopped_is_ordered_again(world: World) -> None:
    """And then it is whole."""
    run = await tagged(world)
    first = await world.ordered(undoing(run, "console:ben", world.clock.now()))
    assert await stop(world.stores, first.id, "console:ben", world.clock.now())

    async def as_it_is() -> BulkRun:
        there = await world.stores.bulk_runs.one(run.id)
        assert there is not None
        return there

    assert not (await as_it_is()).can_be_undone, "as long as it goes on"
    there = await world.stores.bulk_runs.one(first.id)
    assert there is not None
    assert (await world.work.carry_on(there)).state == "stopped"
    again = await world.ordered(undoing(await as_it_is(), "console:ben", world.clock.now()))
    assert (await world.work.carry_on(again)).state == "done"
    assert not (await as_it_is()).can_be_undone
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
    renewed, store = {"main:U001", "M:001"}, orders.store

    async def renew() -> None:
        for one in renewed:
            await contacts.update_one({"_id": one, "tags.n": "VIP"}, {"$inc": {"tags.$.again": 1, "rev": 1}})

    async def renew_and_store(*args: Any) -> object:
        monkeypatch.setattr(orders, "store", store)
        await renew()
        return await store(*args)

    if when == "before":
        await renew()
    else:
        renewed.remove("M:001")  # without LINE: the first batch, with no orders
        monkeypatch.setattr(orders, "store", renew_and_store)
    back = await world.work.carry_on(await world.ordered(undoing(run, MEI, world.clock.now())))
    assert back.state == "done"
    if when == "before":
        assert back.figures == BulkFigures(done=9, same=5)
    await world.bot.settle()
    assert await world.with_tag("VIP") == BEFORE | renewed
