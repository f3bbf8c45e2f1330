"""B8, K5: `kill -9` between the writes of a pause; and two processes that know of one within a second."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.model.admin import AdminAccount
from bot.model.audit import AuditKind
from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from bot.operations.binding import pause_binding, resume_binding
from bot.operations.brake import StopScope, resume_pushes, stop_pushes
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.web.admin.cookies import NAME, proof
from tests.faults.bot_process import LOOK_SECONDS
from tests.faults.members import BINDING, Member
from tests.faults.pausing_process import CHANNEL, PLAYBOOK, POINTS
from tests.faults.world import World

MORE = pytest.mark.ring("soak", "more of the same")
LIFETIME = "transactionLifetimeLimitSeconds"
KINDS: Sequence[AuditKind] = ("binding_paused", "binding_resumed", "pushes_stopped", "pushes_resumed")


async def do(stores: Stores, what: str) -> None:
    match what:
        case "pause binding":
            await pause_binding(stores, PLAYBOOK, CHANNEL, "command:other")
        case "resume binding":
            await resume_binding(stores, PLAYBOOK, CHANNEL, "command:other")
        case "pause pushes":
            await stop_pushes(stores, StopScope(), "command:other", [CHANNEL], PLAYBOOK)
        case _:
            await resume_pushes(stores, StopScope(), "command:other")


async def killed(uri: str, what: str, point: str, keys: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.pausing_process", uri, what, point),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{keys}\n".encode())
    assert (await process.stdout.readline()).decode() == "held\n"
    process.kill()
    assert await process.wait() == -9


@pytest.fixture
async def quickly(database: Database) -> AsyncIterator[None]:
    """What a dead process has begun is rolled back after a second: in production after 5, or 60."""
    admin = database.client.admin
    before = (admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1))[LIFETIME]
    admin.command("setParameter", 1, transactionLifetimeLimitSeconds=1)
    yield
    admin.command("setParameter", 1, transactionLifetimeLimitSeconds=before)


@pytest.mark.ring("all", "dear set-up")
@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("what", ["pushes", pytest.param("binding", marks=MORE)])
@pytest.mark.parametrize("deed", ["pause", pytest.param("resume", marks=MORE)])
@pytest.mark.parametrize(
    "point",
    [one if one == "stops after" else pytest.param(one, marks=MORE) for one in POINTS],
)
async def test_killed_between_its_writes_it_holds_or_not_and_the_log_says_the_same(
    database: Database, mongod: str, what: str, deed: str, point: str
) -> None:
    keys = generate()
    stores = stores_of(database, Seal(parse(keys)), "test")
    if deed == "resume":
        await do(stores, f"pause {what}")
    before = await stores.brakes.read(), len(await stores.audit.entries(KINDS, 10))
    await killed(mongod, f"{deed} {what}", point, keys)
    assert (await stores.brakes.read(), len(await stores.audit.entries(KINDS, 10))) == before
    await do(stores, f"{deed} {what}")
    brake = await stores.brakes.read()
    assert bool(brake.stops or brake.bindings) == (deed == "pause")
    assert len(await stores.audit.entries(KINDS, 10)) == before[1] + 1


async def test_paused_on_one_server_it_holds_on_the_other_within_a_second(started_world: World) -> None:
    """Two real processes: pressed in the console of one, a page that is asked of the other a second later, or
    sooner, takes no phone; resumed, it does."""
    world = started_world
    (world.folder / "bot.yaml").write_text(BINDING, "utf-8")
    one, two = [await world.bot().start(), await world.bot().start()]
    seal = Seal(parse((world.data / "keys").read_text()))
    database = Database(EmbeddedDatabase(world.data, initiate).uri)
    stores = stores_of(database, seal, "test")
    clock = SystemClock()
    account = AdminAccount("mei", "supervisor", clock.now(), "e")
    await stores.admins.add(account)
    secret = await SignedSessions(stores, clock).begin(account, "signed_in", "test")

    async def press(deed: str) -> None:
        form = {"proof": proof(secret), "channel": CHANNEL}
        async with world.session.post(
            f"{one.address}/admin/binding/{deed}",
            data=form,
            cookies={NAME: secret},
            allow_redirects=False,
        ) as answer:
            assert answer.status == 303, await answer.text()

    member = Member(world.session, lambda: [two.address])
    await member.sign_in()
    await member.open()
    for deed in ("pause", "resume", "pause"):
        await press(deed)
        pressed = asked = time.monotonic()
        while (member.screen["kind"] == "closed") != (deed == "pause"):
            await asyncio.sleep(LOOK_SECONDS)
            asked = time.monotonic()
            await member.open()
        assert asked - pressed < 1.0, deed
    database.close()
