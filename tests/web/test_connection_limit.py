"""A process has so many connections open at most; who is using one keeps it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.app.environment import RESERVED_FILES, SettingsWrong, connection_limit_from
from bot.model.variables import CONNECTIONS
from bot.runtime.metrics import Metrics
from bot.web import connections
from bot.web.connections import ConnectionLimit
from tests.eventually import PATIENCE
from tests.web.test_request_head_timeout import FIRST, Slow
from tests.web.webhook_gate import LAST, Store, all_read, answers, comes, door, event, on_each_loop, webhook

pytestmark = pytest.mark.both_ways

FEW = 8


@on_each_loop
@pytest.mark.parametrize("first", [b"", FIRST, webhook(), FIRST + b"G"], ids=["no", "page", "hook", "half"])
async def test_who_holds_connections_keeps_nobody_out(first: bytes, plain: bool) -> None:
    """Unused ones give way, the oldest first, whatever came on them."""
    limit = ConnectionLimit(FEW)
    async with door(limit=limit, plain=plain) as inside:
        held = []
        for _ in range(3 * FEW):
            reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
            held.append(writer)
            writer.write(first)
            if first:
                await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
        for _ in range(FEW):
            assert [status for status, _ in answers(await inside.said(LAST))] == [200]
        assert limit.count() <= FEW
        assert limit.closed.counts["idle",] >= 2 * FEW
        assert ("new",) not in limit.closed.counts
        for writer in held:
            writer.transport.abort()
        await comes(lambda: not limit.count())


async def test_those_in_use_are_not_closed_and_a_new_one_is_turned_away(
    monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    slow, store, limit = Slow(), Store(holds=True), ConnectionLimit(2)
    slow.answers_healthz(monkeypatch)
    async with door(store, limit=limit, plain=plain) as inside:
        page = asyncio.create_task(inside.said(LAST))
        await slow.asked.wait()
        hook = asyncio.create_task(inside.said(webhook(event(1), "Connection: close")))
        await store.asked.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        said = await all_read(reader)
        writer.close()
        assert [status for status, _ in answers(said)] == [503]
        assert b"\r\nConnection: close\r\n" in said
        slow.told.set()
        store.pending[0].set_result(frozenset())
        assert [answers(await one)[0][0] for one in (page, hook)] == [200, 200]
        await comes(lambda: not limit.count())
        assert limit.closed.counts == {("new",): 1}


@dataclass(eq=False)
class One:
    """A connection in the hands of a test."""

    last_used: float
    idle: bool = True
    closed: list[float] = field(default_factory=list)

    def is_idle(self) -> bool:
        return self.idle

    def abort(self) -> None:
        self.closed.append(self.last_used)


def test_some_give_way_at_a_time_those_that_are_unused_for_longest() -> None:
    """Looking for each one anew would cost the more the more there are."""
    limit, closed = ConnectionLimit(100), list[float]()
    for used in range(100):
        assert limit.admit(One(float(used), idle=used % 2 == 0, closed=closed))
    assert limit.admit(One(100.0))
    assert closed == [0.0, 2.0, 4.0, 6.0], "a sixteenth of fifty"
    assert limit.count() == 97


def test_the_figures_are_told() -> None:
    limit, metrics = ConnectionLimit(1), Metrics()
    metrics.add(limit.closed)
    limit.admit(One(1.0, idle=False))
    limit.admit(One(2.0))
    assert b'oaflow_connections_closed_total{which="new"} 1.0' in metrics.text()


def test_as_many_as_open_files_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for soft, most in (
        (1024, 1024 - RESERVED_FILES),
        (100, 16),
        (65_536, connections.DEFAULT_LIMIT),
        (resource.RLIM_INFINITY, connections.DEFAULT_LIMIT),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda which, soft=soft: (soft, soft))
        assert connection_limit_from({}) == most
    assert connection_limit_from({CONNECTIONS: "20000"}) == 20_000


@pytest.mark.parametrize("told", ["0", "15", "-1", "1000001", "many", "１００", " 20", "9" * 40])
def test_what_is_no_number_of_connections(told: str) -> None:
    with pytest.raises(SettingsWrong, match=CONNECTIONS):
        connection_limit_from({CONNECTIONS: told})


HALF_BODIES = {
    "of a length": webhook(event(1), path="/webhook/main?x")[:-10],
    "in pieces": b"POST /webhook/main HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@on_each_loop
@pytest.mark.parametrize("half", HALF_BODIES)
async def test_half_bodies_keep_nobody_out(half: str, plain: bool) -> None:
    """They are waited for, seconds each: so many new ones a second would take all connections."""
    limit = ConnectionLimit(FEW)
    async with door(limit=limit, plain=plain) as inside:
        held = [(await asyncio.open_connection("127.0.0.1", inside.port))[1] for _ in range(FEW)]
        for writer in held:
            writer.write(HALF_BODIES[half])
        readers = inside.by_aiohttp.by_reader
        await comes(lambda: sum(one._content is not None for one in readers.values()) == FEW)
        assert [status for status, _ in answers(await inside.said(LAST))] == [200]
        assert limit.closed.counts == {("idle",): 1}
        for writer in held:
            writer.transport.abort()
