"""Webhooks on real sockets, read by us and, from the first other request on, by aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import cast

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.store.unavailable import DatabaseUnavailable
from bot.web import request_head_timeout, server, webhook_connections
from bot.web.server import listen
from bot.web.webhook_connections import A_TURN, READ_AHEAD
from tests.eventually import AGAIN, PATIENCE
from tests.web.test_webhook_head import ODD
from tests.web.webhook_gate import (
    EACH_LOOP,
    LAST,
    Door,
    Passages,
    Store,
    all_read,
    answers,
    comes,
    door,
    event,
    on_each_loop,
    webhook,
)

OK = (200, b"{}")


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """A busy machine takes longer than two seconds to read some hundred bytes, each by itself."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (webhook_connections, request_head_timeout):
            patched.setattr(module, "BODY_SECONDS", float(PATIENCE))
        yield


async def passing(chunks: Sequence[bytes]) -> bytes:
    """What is answered to these bytes when each chunk is read by itself."""
    async with door() as inside:
        made = Passages(inside.connections)
        listening = await asyncio.get_running_loop().create_server(made, sock=listen("127.0.0.1", 0))
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        count = 0
        for chunk in chunks:
            writer.write(chunk)
            count += len(chunk)
            await made.has_read(count)
        said = await all_read(reader)
        writer.close()
        listening.close()
        await listening.wait_closed()
        return said


async def alone(stream: bytes) -> bytes:
    async with door(alone=True) as inside:
        return await inside.said(stream)


STREAMS = {
    "one": [webhook()],
    "several": [webhook(event(1)), webhook(event(2), path="/webhook/other"), webhook()],
    "refused ones": [webhook(b"[]"), webhook(b"{}", "!X-Line-Signature", "X-Line-Signature: x"), webhook()],
    "an unknown channel": [webhook(), webhook(path="/webhook/nobody"), webhook()],
    "another path between": [webhook(), b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", webhook(event(1))],
    "without a signature": [webhook(b"{}", "!X-Line-Signature"), webhook()],
    "a whole body of zero bytes": [webhook(b""), webhook()],
}


@cache
def by_aiohttp(name: str) -> list[tuple[int, bytes]]:
    return answers(asyncio.run(alone(b"".join(STREAMS[name]) + LAST)))


@EACH_LOOP
@given(name=st.sampled_from(sorted(STREAMS)), cuts=st.sets(st.integers(1, 700), max_size=6))
def test_however_the_bytes_come(
    loop: Callable[[], asyncio.AbstractEventLoop], name: str, cuts: set[int]
) -> None:
    """Any split into chunks is answered as aiohttp answers the whole."""
    stream = b"".join(STREAMS[name]) + LAST
    at = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    with asyncio.Runner(loop_factory=loop) as runner:
        said = runner.run(passing([stream[a:b] for a, b in pairwise(at)]))
    assert answers(said) == by_aiohttp(name)


@pytest.mark.parametrize("name", STREAMS)
async def test_aiohttp_reads_all_of_them_where_that_is_wanted(name: str) -> None:
    async with door(plain=True) as inside:
        assert inside.served is not None
        assert inside.served.webhooks is None
        stream = b"".join(STREAMS[name]) + LAST
        assert answers(await inside.said(stream)) == answers(await alone(stream))


@pytest.mark.parametrize("name", STREAMS)
async def test_byte_by_byte(name: str) -> None:
    stream = b"".join(STREAMS[name]) + LAST
    said = await passing([bytes([one]) for one in stream])
    assert answers(said) == answers(await alone(stream))


COMPARED = {name: odd for name, odd in ODD.items() if name not in ("an upgrade", "more behind the end")}
"""aiohttp waits for what comes behind an upgrade; the other is no head, but one and a bit of another."""


@pytest.mark.parametrize("odd", COMPARED.values(), ids=COMPARED)
async def test_what_is_odd_is_answered_as_by_aiohttp_alone(odd: bytes) -> None:
    """Nobody sees another request in the same bytes than aiohttp does; nor where a plain one came before."""
    stream = odd + webhook(event(1)) + LAST
    async with door() as inside, door() as behind, door(alone=True) as other:
        by_aiohttp = answers(await other.said(stream))
        assert answers(await inside.said(stream)) == by_aiohttp
        assert answers(await behind.said(webhook() + stream)) == [OK, *by_aiohttp]
        assert inside.counted() == other.counted()
        assert len(inside.store.begun) == len(other.store.begun) == len(behind.store.begun) - 1


async def test_an_upgrade_is_answered_by_aiohttp() -> None:
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(event(1), "Upgrade: h2c", "Connection: upgrade"))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert b" 200 " in head
        assert not inside.connections.open, "it is no longer one that we read ourselves"
        writer.close()


async def test_the_answer_says_what_it_is() -> None:
    async with door() as inside:
        said = await inside.said(webhook(b"{}", "Connection: close"))
    head, _, body = said.decode().partition("\r\n\r\n")
    status, *fields = head.split("\r\n")
    named = dict(field.split(": ") for field in fields)
    assert (status, body) == ("HTTP/1.1 400 Bad Request", '{"message": "the body holds no list of events"}')
    assert named.pop("Date").endswith(" GMT")
    assert named == {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(("version", "more"), [("1.0", ()), ("1.1", ("Connection: close",))])
async def test_the_connection_ends_where_the_sender_says_so(version: str, more: tuple[str, ...]) -> None:
    async with door() as inside:
        said = await inside.said(webhook(b'{"events":[]}', *more, version=version) + webhook())
        assert answers(said) == [OK]
        assert inside.counted() == {"200": 1}


async def test_answers_come_in_order_one_request_at_a_time() -> None:
    store = Store(holds=True)
    async with door(store) as inside:
        said = asyncio.create_task(inside.said(webhook(event(1)), webhook(event(2)), webhook(b"[]"), LAST))
        await store.asked.wait()
        store.asked.clear()
        assert len(store.begun) == 1
        store.pending[0].set_exception(DatabaseUnavailable("away"))
        await store.asked.wait()
        store.pending[1].set_result(frozenset())
        assert [status for status, _ in answers(await said)] == [503, 200, 400, 200]


async def test_a_bug_is_503_and_told(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(holds=True)
    async with door(store) as inside:
        said = asyncio.create_task(inside.said(webhook(event(1)), LAST))
        await store.asked.wait()
        store.pending[0].set_exception(RuntimeError("a bug"))
        assert answers(await said)[0][0] == 503
    assert [record.message for record in caplog.records] == ["a webhook could not be stored"]


async def test_head_and_body_may_come_apart() -> None:
    """A proxy may send them so; the connection stays ours."""
    head, body = webhook(event(1))[: -len(event(1))], event(1)
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        for _ in range(3):
            for chunk in (head[:20], head[20:], body[:10], body[10:]):
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0)
            assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"{}"), PATIENCE)
        assert len(inside.connections.open) == 1
        writer.close()


async def test_a_sender_who_goes_away_before_the_end_of_the_body() -> None:
    async with door() as inside:
        _, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(event(1))[:-1])
        await writer.drain()
        writer.close()
        await comes(inside.counted)
        assert inside.counted() == {"400": 1}
        assert not inside.store.begun


async def test_a_sender_who_goes_away_while_we_store(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(holds=True)
    async with door(store) as inside:
        _, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(event(1)) + webhook(event(2)))
        await store.asked.wait()
        writer.transport.abort()
        await comes(lambda: not inside.connections.open)
        store.pending[0].set_result(frozenset())
        assert answers(await inside.said(webhook(b"[]"), LAST))[0][0] == 400
        assert inside.counted() == {"200": 1, "400": 1}
        assert len(store.begun) == 1
    assert not caplog.records


REFUSED = webhook(b"{}", "!X-Line-Signature", "X-Line-Signature: x", f"A: {'x' * 1_000}")
A_READ = 262_144
"""Bytes that a loop reads at once, at most."""


@on_each_loop
async def test_who_sends_thousands_ahead_takes_turns_with_all_others() -> None:
    """Whatever else waits for the loop waits for a few of them; and what is read ahead is bounded."""
    many = 3_000
    async with door() as inside:
        made = Passages(inside.connections)
        listening = await asyncio.get_running_loop().create_server(made, sock=listen("127.0.0.1", 0))
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        writer.write(REFUSED * many + LAST)
        said = asyncio.create_task(all_read(reader))
        taken = ahead = most = 0
        while not said.done():
            await asyncio.sleep(0)
            before, taken = taken, int(inside.counted().get("401", 0))
            most = max(most, taken - before)
            ahead = max(ahead, made.bytes - taken * len(REFUSED))
        assert [status for status, _ in answers(said.result())] == [401] * many + [200]
        assert most <= 2 * A_TURN, "one for what waited, one for what was read"
        assert ahead <= READ_AHEAD + A_READ
        writer.close()
        listening.close()
        await listening.wait_closed()


async def test_who_goes_away_before_its_turn_is_not_answered(caplog: pytest.LogCaptureFixture) -> None:
    async with door() as inside:
        _, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(REFUSED * 100)
        await comes(lambda: inside.counted())
        writer.transport.abort()
        await comes(lambda: not inside.connections.open)
        assert answers(await inside.said(webhook(), LAST))[0] == OK
    assert not caplog.records


async def test_a_stop_tells_who_waits_for_its_turn_that_it_is_the_last() -> None:
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(REFUSED * 100)
        while not inside.counted():  # noqa: ASYNC110 - not later than that
            await asyncio.sleep(0)
        inside.connections.close()
        said = await all_read(reader)
        assert said.count(b"Connection: close") == 1
        assert [status for status, _ in answers(said)] == [401] * (A_TURN + 1)
        writer.close()


class PausesAtOnce(asyncio.Protocol):
    """Who has enough with what it is given first, as aiohttp may."""

    def __init__(self) -> None:
        self.reads = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.reads += 1
        self.transport.pause_reading()


@on_each_loop
async def test_who_takes_over_a_connection_that_was_paused_may_pause_it() -> None:
    """What was handed over is read no further than its new reader wants it."""
    store, other = Store(holds=True), PausesAtOnce()
    async with door(store) as inside:
        inside.connections.by_aiohttp.new_reader = lambda: cast("web.RequestHandler", other)
        _, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(event(1)) + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 500_000)
        await store.asked.wait()
        await stalls(writer)
        store.pending[0].set_result(frozenset())
        await comes(lambda: other.reads)
        await stalls(writer)
        assert other.reads == 1
        assert not other.transport.is_reading()
        writer.transport.abort()
        other.transport.abort()


async def deaf(inside: Door) -> asyncio.StreamWriter:
    """Somebody who asks and asks, and reads no answer, once we wait for that."""
    reader, writer = await inside.narrow()
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(REFUSED * 5_000)
    await stalls(writer)
    return writer


@on_each_loop
async def test_who_reads_no_answers_is_cut_when_the_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_connections, "CUT_SECONDS", 0.05)
    async with door() as inside:
        writer = await deaf(inside)
        inside.connections.close()
        await comes(lambda: not inside.connections.open)
        writer.transport.abort()


async def stalls(writer: asyncio.StreamWriter) -> None:
    """Return when the other side has not read any more for a while; fails where it reads everything."""
    before, same = -1, 0
    while same < 10:
        await asyncio.sleep(AGAIN)
        left = writer.transport.get_write_buffer_size()
        assert left, "all of it was read"
        before, same = left, same + 1 if left == before else 0


@pytest.mark.ring("all", "page after page")
@on_each_loop
async def test_what_comes_ahead_waits_at_the_sender() -> None:
    """While one is being stored, what is read of those behind it is bounded."""
    store = Store(holds=True)
    large = webhook(b'{"events":[]}'.ljust(200_000))
    async with door(store) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(event(1)) + large * 200 + LAST)
        await store.asked.wait()
        await stalls(writer)
        store.holds = False
        store.pending[0].set_result(frozenset())
        assert answers(await all_read(reader))[:-1] == [OK] * 201
        writer.close()


@on_each_loop
async def test_who_reads_no_answers_is_not_read() -> None:
    """More than all buffers on the way hold, both of requests and of answers."""
    many, refused = 5_000, webhook(b"{}", "!X-Line-Signature", "X-Line-Signature: x", f"A: {'x' * 1_000}")
    async with door() as inside:
        reader, writer = await inside.narrow()
        writer.write(refused * many + LAST)
        await stalls(writer)
        assert [status for status, _ in answers(await all_read(reader))] == [401] * many + [200]
        writer.close()


@pytest.mark.ring("all", "page after page")
async def test_an_unused_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(holds=True)
    async with door(store) as inside:
        said = asyncio.create_task(inside.said(webhook(event(1))))
        await store.asked.wait()
        [in_use] = inside.connections.open
        monkeypatch.setattr(webhook_connections, "KEPT_SECONDS", 0.0)
        assert await inside.said() == b""
        in_use._close_unused()  # its time is over, too, and it stays open
        store.pending[0].set_result(frozenset())
        assert answers(await said) == [OK]


async def test_a_stop_answers_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle ones are closed, a body that is on its way is waited for, new ones are refused."""
    store = Store(holds=True)
    async with door(store) as inside:
        idle, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        stored = asyncio.create_task(inside.said(webhook(event(1)) + webhook(event(2))))
        await store.asked.wait()
        coming, half = await asyncio.open_connection("127.0.0.1", inside.port)
        half.write(webhook(b"[]")[:-1])
        await comes(lambda: len(inside.connections.open) == 3)
        assert inside.served is not None
        stop = asyncio.create_task(inside.served.cleanup())
        assert await all_read(idle) == b""
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", inside.port)
        half.write(b"]")
        [(status, _)] = answers(said := await all_read(coming))
        assert status == 400
        assert b"\r\nConnection: close\r\n" in said
        assert not stop.done()
        store.pending[0].set_result(frozenset())
        assert answers(await stored) == [OK]
        await stop
        assert len(store.begun) == 1
        writer.close()
        half.close()


async def test_a_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SHUTDOWN_SECONDS", 0.05)
    store = Store(holds=True)
    async with door(store) as inside:
        said = asyncio.create_task(inside.said(webhook(event(1))))
        await store.asked.wait()
        assert inside.served is not None
        await inside.served.cleanup()
        assert await said == b""
