"""J2: a process that is killed in the middle of a batch: who goes on has the right figures."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from bot.model.bulk_run import BulkFigures, SoughtPeople
from bot.operations.bulk_runs import new_run, stop
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.depth import one_of
from tests.operations.test_bulk_work import BOOK, MEI, KilledError, World, kill, listed, on_line
from tests.runtime.bots import Bots


@pytest.fixture
def world(bots: Bots, stores: Stores) -> World:
    """A bot that begins to serve once somebody is killed."""
    return World(bots.make(BOOK), stores, together=10)


DEATHS = ("plan", "store_bulk", "poke", "write", "keep")


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize(
    ("where", "off", "turns_taken"), one_of(3, product(DEATHS, (True, False), (False, True)))
)
async def test_the_figures_are_right(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, *, off: bool, turns_taken: bool
) -> None:
    """Found by the very tag that goes, nobody who has lost it is found again."""
    tags = ("VIP", "咖啡") if off else ("咖啡",)
    await world.add(*(on_line(n, *tags) for n in range(7)), *(listed(n, *tags) for n in range(6)))
    await world.add(listed(100, "咖啡") if off else listed(100, "咖啡", "VIP"), listed(101))
    sought = SoughtPeople(tag="VIP" if off else "咖啡")
    run = await world.ordered(world.tag(sought, off=off))
    stores = world.stores
    parts = {
        "plan": stores.bulk_runs,
        "store_bulk": stores.inbox_commit,
        "poke": stores.contacts,
        "write": stores.friends,
        "keep": stores.bulk_runs,
    }
    kill(monkeypatch, parts[where], where)
    with pytest.raises(KilledError):
        await world.work.carry_on(run)
    assert await stores.bulk_runs.claim("other", world.clock.now()) is None, "it is still held"
    await world.bot.start()
    if turns_taken:
        await world.bot.settle()
    other = world.process()
    over = await other.carry_on(await world.claimed(other))
    await world.bot.settle()
    assert (over.state, over.figures) == ("done", BulkFigures(done=13, same=0 if off else 1))
    assert len(await world.with_tag("VIP")) == (0 if off else 14)
    async for one in world.database.collection("contacts").find({}):
        given = [tag for tag in one.get("tags", ()) if tag["n"] == "VIP"]
        assert not any(tag.get("again") for tag in given), "nobody gets it twice"


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_run_of_a_kind_that_is_unknown_here_is_left_to_who_knows_it(world: World) -> None:
    """Of a newer version, during an update: it is no tag that is put on."""
    await world.add(listed(1, "咖啡"))
    run = await world.ordered(world.tag(SoughtPeople(tag="咖啡")))
    rows = world.database.collection("bulk_runs")
    await rows.update_one({"_id": run.id}, {"$set": {"kind": "newer"}})
    later = world.clock.now() + HELD_FOR + timedelta(seconds=1)
    assert await world.stores.bulk_runs.claim("other", later) is None
    await rows.update_one({"_id": run.id}, {"$set": {"kind": "tag"}})
    assert await world.stores.bulk_runs.claim("other", later) is not None


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("asked", [False, True], ids=["goes on", "is to stop"])
async def test_who_is_meant_does_not_open(world: World, *, asked: bool) -> None:
    """A process without the key does it to nobody, and ends it at once; everybody is never meant by that."""
    await world.add(on_line(1, "咖啡"), listed(1, "咖啡"), on_line(2), listed(2))
    run = await world.ordered(world.tag(SoughtPeople(tag="咖啡")))
    other = world.process()
    other.stores = stores_of(world.database, Seal(parse(generate())))
    now = world.clock.now() + HELD_FOR + timedelta(seconds=1)
    if asked:
        assert await stop(other.stores, run.id, MEI, now)
    claimed = await other.stores.bulk_runs.claim(other.holder, now)
    assert claimed is not None
    assert (claimed.sought, claimed.is_over) == (None, False)
    over = await other.carry_on(claimed)
    assert (over.state, over.trouble, over.figures) == ("failed", "broken", BulkFigures())
    assert await world.with_tag("VIP") == set()
    assert await world.database.collection("inbox").count_documents({}) == 0
    assert await other.stores.bulk_runs.claim(other.holder, now + 2 * HELD_FOR) is None
    over = await world.done(world.tag(SoughtPeople(tag="咖啡")))
    assert over.state == "done", "the next one is not held up"


async def test_a_table_that_waits_and_does_not_open_is_stopped(world: World) -> None:
    run = await world.ordered(
        new_run("export", "csv", SoughtPeople(tag="咖啡"), None, MEI, world.clock.now())
    )
    other = stores_of(world.database, Seal(parse(generate())))
    one = await other.bulk_runs.one(run.id)
    assert one is not None
    assert (one.sought, one.state) == (None, "ready")
    assert await stop(other, run.id, MEI, world.clock.now())
    assert (await world.now(run)).state == "stopped"
