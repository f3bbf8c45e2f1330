"""The connection to MongoDB breaks at each kind of operation, before it is carried out and after.

With a database of its own (`mongodb://…`), so that the connection can be broken at a chosen operation.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from tests.eventually import PATIENCE
from tests.fakes.certificates import certificates
from tests.faults.bot_process import BotProcess
from tests.faults.mongo_proxy import MongoProxy, command
from tests.faults.webhooks import HOURS, NOTHING, OFFER, person, says
from tests.faults.world import World, new_world

OPERATIONS = {
    "storing the event": (command("insert", "inbox"),),
    "reading the contact": (command("find", "contacts"),),
    "writing the turn": (command("update", "contacts"), b"fence"),
    "writing the timeline": (command("insert", "timeline"),),
    "writing the trace": (command("insert", "trace"),),
    "marking it done": (command("update", "inbox"), b"done"),
    "settling the contact": (command("update", "contacts"), b"$pull"),
}


TRIES = {
    **dict.fromkeys(
        ("storing the event", "writing the turn", "writing the timeline", "writing the trace"), 4
    ),
    **dict.fromkeys(("marking it done", "settling the contact"), 3),
}
"""How often these are cut: once without the driver, and as often as it tries itself. Others: twice."""


@dataclass
class Cuttable:
    world: World
    bot: BotProcess
    proxy: MongoProxy
    address: str
    plain: bool


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        pytest.param((False, "0"), marks=pytest.mark.ring("soak", "more of the same")),
        (True, "0"),
        pytest.param((True, "1"), marks=pytest.mark.ring("soak", "more of the same")),
    ],
    ids=["without TLS", "TLS", "driver"],
)
async def cuttable(
    request: pytest.FixtureRequest, fresh_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Cuttable]:
    """A bot that runs all through this module, with a database that it has not started itself."""
    place = tmp_path_factory.mktemp("c")
    with_tls, plain = request.param
    made = certificates(place) if with_tls else None
    data = place / "data"
    shutil.copytree(fresh_data, data)
    embedded = EmbeddedDatabase(data, initiate)
    await embedded.start_or_join()
    socket = data / "sockets" / "mongod.sock"
    tls, seen = (
        (None, "") if made is None else (made.of_the_server(), f"&tls=true&tlsCAFile={made.authority}")
    )
    async with MongoProxy.running(socket, tls) as proxy, new_world(place) as world:
        address = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true{seen}"
        world.playbook(f"database: {address}", "keys: ${OAFLOW_KEYS}")
        bot = await world.bot(OAFLOW_KEYS=(data / "keys").read_text(), OAFLOW_PLAIN=plain).start()
        yield Cuttable(world, bot, proxy, address, plain == "1")
    await embedded.leave()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "heard",
    [pytest.param(False, marks=pytest.mark.ring("soak", "more of the same")), True],
    ids=["request lost", "answer lost"],
)
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(
            one, marks=pytest.mark.ring("soak", "as the trace") if one == "writing the timeline" else ()
        )
        for one in OPERATIONS
    ],
)
async def test_cut_at(cuttable: Cuttable, operation: str, heard: bool) -> None:
    """A8: whatever operation breaks, each event has one turn and one reply; a known person and a new one."""
    world, bot = cuttable.world, cuttable.bot
    known, new = person(), person()
    said = [says(known, HOURS)]
    await world.delivered(bot, *said)
    async with asyncio.timeout(PATIENCE):  # until what is cut goes over connections of our own
        while not cuttable.plain and not await bot.figure(world.session, "oaflow_database_connections"):
            said.append(says(known, HOURS))
            await world.delivered(bot, said[-1])
    await world.all_done(known)
    cut = cuttable.proxy.cut(OPERATIONS[operation], heard=heard)
    cut.times = tries = TRIES.get(operation, cut.times)
    refused = world.courier.answers.count(503)
    for user in (known, new):
        webhook = [says(user, HOURS), says(user, f"有{OFFER}嗎"), says(user, NOTHING)]
        said += webhook
        await world.courier.deliver_until_taken(lambda: bot.address, webhook)
    await world.all_done(known, new)
    assert cut.times < tries, "the connection was never cut"
    if operation == "storing the event":
        assert world.courier.answers.count(503) > refused, "LINE never had to deliver once more"
    await world.check(said)
    assert set(world.courier.answers) <= {200, 503}
    assert not bot.complaints()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "heard",
    [pytest.param(False, marks=pytest.mark.ring("soak", "more of the same")), True],
    ids=["request lost", "answer lost"],
)
async def test_cut_while_more_is_due_than_one_contact_may_hold(cuttable: Cuttable, heard: bool) -> None:
    """A8: a turn's write fails that fills the contact's outbox to the brim: the rest is still taken."""
    world, bot = cuttable.world, cuttable.bot
    user = person()
    said = [says(user, HOURS)]
    await world.delivered(bot, *said)
    await world.all_done(user)
    cut = cuttable.proxy.cut(OPERATIONS["writing the turn"], heard=heard)
    webhook = [says(user, HOURS) for _ in range(45)]
    await world.delivered(bot, *webhook)
    await world.all_done(user)
    assert cut.times < 2, "the connection was never cut"
    await world.check(said + webhook)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_start_asks_again_where_mongodb_does_not_answer(cuttable: Cuttable) -> None:
    """A start does not end because MongoDB was too busy to say that an index is there."""
    database = Database(cuttable.address, "started")
    cut = cuttable.proxy.cut((command("createIndexes", "contacts"),), heard=True)
    await database.prepare()
    assert cut.times == 0
    assert "in_flow" in await database.collection("contacts").index_information()
    await asyncio.to_thread(database.close)  # it waits for answers, which come through this loop
