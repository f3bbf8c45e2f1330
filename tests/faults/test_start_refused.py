"""What cannot work is refused at the start: the right exit code, one line that helps, no traceback."""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
from functools import partial

import pytest

from bot.store.sealing.keyring import generate
from tests.faults.bot_process import environment
from tests.faults.world import World
from tests.started import started

PATIENCE = 120.0
"""Seconds for seven starts side by side; the thirty of interface.md are measured on a quiet machine."""


async def refused(world: World, *options: str, **more: str) -> tuple[int, list[str]]:
    """Exit code and lines of a start that does not get far."""
    words = ("run", str(world.folder), "--port", "0", *options)
    process = await started(*words, env=environment(world.data, world.line.url) | more)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert out == b"", "errors go to stderr"
    return await process.wait(), err.decode().splitlines()


async def refused_in_a_line(world: World, code: int, *options: str, **more: str) -> str:
    """The one line of a start that ends with this exit code."""
    ended_with, lines = await refused(world, *options, **more)
    assert (ended_with, len(lines)) == (code, 1), lines
    return lines[0]


UNREACHABLE = (
    "mongodb://127.0.0.1:1/",
    "mongodb://127.0.0.1:1/?replicaSet=rs0",
    "mongodb://no-such-host.invalid/",
    "mongodb+srv://no-such-host.invalid/",
    "mongodb://shop:geheim77@127.0.0.1:port/",
    "mongodb://shop:geheim77@127.0.0.1:1/?authSource=admin",
    "mongodb://127.0.0.1:1/?noSuchOption=1&replicaSet",
)


async def test_databases_that_cannot_be_reached(world: World) -> None:
    """interface.md: exit 2 within 30 s, one line, no traceback; and the password is not shown."""
    world.playbook("database: ${SHOP_DATABASE}", "keys: ${OAFLOW_KEYS}")
    keys = generate()
    told = await asyncio.gather(
        *(refused(world, SHOP_DATABASE=address, OAFLOW_KEYS=keys) for address in UNREACHABLE)
    )
    wrong = {
        a: (code, lines[:3])
        for a, (code, lines) in zip(UNREACHABLE, told, strict=True)
        if not _plain(code, lines)
    }
    assert wrong == {}


def _plain(code: int, lines: list[str]) -> bool:
    return (
        code == 2 and len(lines) == 1 and "oaflow ends (exit 2): " in lines[0] and "geheim77" not in lines[0]
    )


async def test_a_database_that_hangs(world: World) -> None:
    """interface.md: something listens and never answers: the same."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        world.playbook(f"database: mongodb://127.0.0.1:{port}/", "keys: ${OAFLOW_KEYS}")
        await refused_in_a_line(world, 2, OAFLOW_KEYS=generate())


@pytest.mark.ring("soak", "waits long for a database that cannot start")
async def test_a_server_that_is_no_database(world: World) -> None:
    """interface.md: LINE's port instead of MongoDB's: the same."""
    address = world.line.url.replace("http://", "mongodb://")
    world.playbook(f"database: {address}/", "keys: ${OAFLOW_KEYS}")
    await refused_in_a_line(world, 2, OAFLOW_KEYS=generate())


async def test_a_database_of_its_own_without_keys(world: World) -> None:
    """design.md: refused, with the command that makes keys."""
    world.playbook("database: mongodb://127.0.0.1:1/")
    code, lines = await refused(world)
    assert code == 1
    assert any("oaflow keys new" in line for line in lines)
    assert not any("Traceback" in line for line in lines)


async def test_keys_that_are_none(world: World) -> None:
    """Refused without showing them."""
    world.playbook("database: mongodb://127.0.0.1:1/", "keys: ${OAFLOW_KEYS}")
    line = await refused_in_a_line(world, 1, OAFLOW_KEYS="not-a-key-but-a-secret")
    assert "not-a-key-but-a-secret" not in line


async def test_the_port_is_taken(world: World) -> None:
    """interface.md: exit 2; the database is not even started."""
    port = world.line.url.rpartition(":")[2]
    line = await refused_in_a_line(world, 2, "--port", port)
    assert port in line
    assert world.mongod is None


async def test_other_keys_than_those_that_sealed_the_database(world: World) -> None:
    """design.md: a process without the current key does not start; nothing is left running."""
    bot = await world.bot().start()
    assert await bot.stop() == 0
    (world.data / "keys").write_text(generate() + "\n")
    line = await refused_in_a_line(world, 1)
    assert "key" in line
    assert world.mongod is None


async def test_a_data_folder_that_is_a_file(world: World) -> None:
    """interface.md: the database is not to be had: exit 2, and the file's name."""
    place = world.folder / "data-file"
    place.write_text("")
    line = await refused_in_a_line(world, 2, OAFLOW_DATA=str(place))
    assert str(place) in line


@pytest.mark.ring("soak", "waits long for a database that cannot start")
async def test_a_full_disk_at_the_start(world: World) -> None:
    """interface.md: mongod cannot write a byte: exit 2 within 30 s, one line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", str(world.folder), "--port", "0"),
        stderr=asyncio.subprocess.PIPE,
        env=world.environment,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (0, 0)),
    )
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, len(err.splitlines())) == (2, 1), err
    assert world.mongod is None
