"""What strangers leave behind who are cut off: it does not fill the memory. D1."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from aiohttp.web import Request

from bot.web import connections
from bot.web.connections import EVERY, OLDER, ConnectionGc
from bot.web.server import listen
from tests.eventually import eventually
from tests.web.webhook_gate import Passage, door

pytestmark = pytest.mark.ring("all", "page after page")

CUT = b"POST /webhook/main HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + b"a" * 40_000
"""Without a signature, so aiohttp reads it; and its body never ends."""


@pytest.fixture
def by_number_alone() -> Iterator[None]:
    """Nothing is found because of how many objects there are."""
    usual = gc.get_threshold()
    gc.collect()
    gc.set_threshold(1_000_000_000, 1_000, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@pytest.mark.usefixtures("by_number_alone")
def test_looks_come_by_the_number_of_connections(looked: list[int]) -> None:
    counted = ConnectionGc()
    for _ in range(EVERY * OLDER - 1):
        counted.one_more()
    assert looked == [0] * (OLDER - 1)
    counted.one_more()
    assert looked == [0] * (OLDER - 1) + [1], "also those who had waited with being cut"


@pytest.mark.usefixtures("by_number_alone")
def test_in_the_end_all_is_looked_through(monkeypatch: pytest.MonkeyPatch, looked: list[int]) -> None:
    monkeypatch.setattr(connections, "EVERY", 1)
    monkeypatch.setattr(connections, "OLDER", 2)
    counted = ConnectionGc()
    for _ in range(8):
        counted.one_more()
    assert looked == [0, 1, 0, 2, 0, 1, 0, 2]


async def requests() -> int:
    """Requests of aiohttp's that are in memory, also those that nobody can reach any more."""
    return sum(type(one) is Request for one in gc.get_objects())  # some are proxies of what is gone


async def tasks() -> int:
    return len(asyncio.all_tasks())


@pytest.mark.usefixtures("by_number_alone")
async def test_who_is_cut_off_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each leaves its request behind with all that was read of it; a few of them, not all, are there."""
    few, many = 5, 40
    monkeypatch.setattr(connections, "EVERY", few)
    last = list[Passage]()
    async with door() as inside:

        def made() -> Passage:
            last[:] = [Passage(inside.connections())]
            return last[0]

        listening = await asyncio.get_running_loop().create_server(made, sock=listen("127.0.0.1", 0))
        async with listening:
            before, usual = await requests(), await tasks()
            for _ in range(many):
                _, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
                writer.write(CUT)
                await eventually(tasks, lambda there: there > usual)  # aiohttp's, which reads the body
                await last[0].has_read(len(CUT))
                writer.transport.abort()
                await eventually(tasks, lambda there: there <= usual)
            last.clear()
            # one that is being read during a look is found by a later one
            assert await requests() <= before + many // 2
