"""Keys are rotated under load by two processes, of which one is killed in the middle. A11, J2"""

from __future__ import annotations

import asyncio
import json
from contextlib import closing

import pytest

from bot.model.contact import AttributeValue, Binding, Contact, Identity
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.faults.bot_process import PATIENCE, BotProcess, comes_to
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, OFFER, Occurrence, person, says
from tests.faults.world import World, check_replies, check_turns
from tests.people import come
from tests.started import started

PEOPLE = 1_200


def somebody(number: int) -> Contact:
    name = f"U{number:032x}"
    return Contact(
        f"main:{name}",
        name="Amy",
        identities=(Identity("main", name, friend=True),),
        phone=f"+8869{number:08}",
        bindings={"phone": Binding(NOW)},
        attributes={"x.allergy": AttributeValue(f"花生 {number}", NOW)},
        turned=NOW,
    )


async def crowd(world: World) -> None:
    """Many people with something sealed and something hashed."""
    database = Database(EmbeddedDatabase(world.data, initiate).uri)
    stores = stores_of(database, Seal(parse((world.data / "keys").read_text())))
    for begin in range(0, PEOPLE, 300):
        batch = [somebody(n) for n in range(begin, begin + 300)]
        await come(stores.contacts, *batch)
    database.close()


async def rotating(world: World, *words: str) -> tuple[int, str, str]:
    order = ("keys", "rotate", str(world.folder), *words, "--language", "en")
    process = await started(*order, env=world.environment)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("killed", ["bot", "command"])
async def test_killed_in_the_middle_under_load(started_world: World, killed: str) -> None:
    """Everybody is answered meanwhile, once and in order; at the end nothing needs the old keys."""
    world = started_world
    bots = [await world.bot().start(), await world.bot().start()]
    await crowd(world)
    before = (world.data / "keys").read_text()
    users = [person() for _ in range(6)]
    asked: dict[str, list[Occurrence]] = {user: [] for user in users}
    over = asyncio.Event()

    async def talk(user: str, bot: BotProcess) -> None:
        while not over.is_set():
            event = says(user, HOURS if len(asked[user]) % 2 else OFFER)
            asked[user].append(event)
            await world.courier.deliver_until_taken(lambda: bots[-1].address, [event])
            # who does not wait for the answer is heard sooner than answered, until a reply token is too old
            await world.line.was_asked(event.token)

    world.line.takes = 0.4  # as much is said as people say, not as much as this machine can answer
    talking = [asyncio.create_task(talk(user, bots[0])) for user in users]
    try:
        if killed == "command":
            order = ("keys", "rotate", str(world.folder))
            process = await started(*order, env=world.environment)
            await seen(world, "alone")
            process.kill()
            await process.wait()
        else:
            command = asyncio.create_task(rotating(world))
            await seen(world, "alone")
            await bots[0].kill()
            assert (await command)[0] == 0
        await seen(world, "done")
    finally:
        over.set()
        await asyncio.gather(*talking)
    await world.all_done(*users)
    only = parse((world.data / "keys").read_text()).without(set(parse(before).fingerprints()))
    with closing(Database(EmbeddedDatabase(world.data, initiate).uri)) as database:
        stores = stores_of(database, Seal(only))
        *_, left = [found async for found in stores.resealer.count(NOW)]
        assert set(left.sealed) == set(only.seal)
        assert set(left.hashed) == set(only.index)
        for number in (0, PEOPLE // 2, PEOPLE - 1):
            one = somebody(number)
            assert await stores.people.with_phone(one.phone or "") == [one.id]
            found = (await stores.contacts.load([one.id]))[one.id].contact
            assert (found.phone, found.attributes) == (one.phone, one.attributes)
    events = [event for said in asked.values() for event in said]
    assert len(events) > 20
    async with looking(world.data) as stored:
        await check_turns(stored, events)
    check_replies(world.line, events)
    assert not [line for bot in bots for line in bot.complaints()]


async def seen(world: World, stage: str) -> None:
    """Wait until the rotation is there, or further."""
    database = Database(EmbeddedDatabase(world.data, initiate).uri)
    order = ["announced", "used", "alone", "named", "done"]

    async def is_there() -> bool:
        found = await database.collection("rotations").find_one({}) or {"stage": "announced"}
        return order.index(found["stage"]) >= order.index(stage)

    try:
        await comes_to(is_there)
    finally:
        database.close()


async def test_a_process_without_the_new_key(started_world: World) -> None:
    """Its ring is of the environment: nothing is rotated before it was started again with the new one."""
    world = started_world
    ring = (world.data / "keys").read_text().strip()
    world.playbook("keys: ${OAFLOW_KEYS}")
    bot = await world.bot(OAFLOW_KEYS=ring).start()
    user = person()
    await world.delivered(bot, says(user, HOURS))
    wide, to = parse(ring).with_new()
    order = ("keys", "rotate", str(world.folder), "--to", to)
    command = await started(*order, env=world.environment | {"OAFLOW_KEYS": wide.text()})
    try:

        async def stands_aside() -> bool:
            status, why = await bot.readyz(world.session)
            return status == 503 and "does not have" in why

        await comes_to(stands_aside)
        assert command.returncode is None
        await world.delivered(bot, says(user, OFFER))  # it stores all the same
        await bot.stop()
        again = await world.bot(OAFLOW_KEYS=wide.text()).start()
        assert await asyncio.wait_for(command.wait(), PATIENCE) == 0
        await world.all_done(user)
        assert world.line.taken[-1].texts == ("本週全館 85 折",)
        assert wide.text() not in json.dumps(again.log)
    finally:
        if command.returncode is None:
            command.kill()
    (world.data / "keys").write_text(wide.text())
