"""Connections that have their TLS, read and written by either event loop, to a server that is real."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database.command_wire import CommandWire
from bot.store.database.direct import RECORD, TlsTransport
from tests.depth import examples
from tests.eventually import PATIENCE
from tests.fakes.certificates import contexts

OURS, THEIRS = contexts()
Test = Callable[["Heard", TlsTransport, ssl.SSLSocket], Coroutine[Any, Any, None]]


class Heard(asyncio.Protocol):
    """What has come, and how it ended."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.transport: asyncio.BaseTransport | None = None
        self.ends: list[Exception | None] = []
        self._changed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ends.append(exc)
        self._changed.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not reached():
                self._changed.clear()
                await self._changed.wait()


@contextmanager
def both_ends() -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """A connection whose two ends have shaken hands: a client's, and a server's that blocks."""
    far: Future[ssl.SSLSocket] = Future()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                far.set_result(OURS.wrap_socket(server.accept()[0], server_side=True))
            except OSError as error:
                far.set_exception(error)

        threading.Thread(target=accept).start()
        near = socket.create_connection(server.getsockname())
        near.settimeout(PATIENCE)
        client = THEIRS.wrap_socket(near, server_hostname="127.0.0.1")
        peer = far.result(PATIENCE)
    peer.settimeout(PATIENCE)
    with client, peer:
        yield client, peer


class HeardEnough(Heard):
    """Ends the connection at the first that it hears."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        assert isinstance(self.transport, TlsTransport)
        self.transport.abort()


class HeardBadly(Heard):
    """Fails at the first that it hears."""

    def data_received(self, data: bytes) -> None:
        raise ValueError("of no use")


def played(
    test: Test, loop: Callable[[], asyncio.AbstractEventLoop], made: Callable[[], Heard] = Heard
) -> None:
    with both_ends() as (client, peer), asyncio.Runner(loop_factory=loop) as runner:

        async def play() -> None:
            heard = made()
            transport = TlsTransport(client, heard)
            assert heard.transport is transport
            try:
                await test(heard, transport, peer)
            finally:
                transport.abort()
                await asyncio.sleep(0)

        runner.run(play())


@pytest.fixture(params=[asyncio.SelectorEventLoop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Any:
    return request.param


def from_peer(peer: ssl.SSLSocket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        some = peer.recv(size - len(data))
        assert some, f"it ended after {len(data)} of {size} bytes"
        data += some
    return bytes(data)


SIZES = st.lists(st.sampled_from([1, 20, RECORD - 1, RECORD, RECORD + 1, 3 * RECORD, 200_001]), max_size=8)


@settings(max_examples=examples(40), deadline=None)
@given(said=SIZES, told=SIZES)
@pytest.mark.parametrize(
    "make", [asyncio.SelectorEventLoop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)
def test_all_arrives_in_its_order(
    make: Callable[[], asyncio.AbstractEventLoop], said: list[int], told: list[int]
) -> None:
    there, back = (b"".join(os.urandom(size) for size in sizes) for sizes in (said, told))

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        at = 0
        for size in said:
            transport.write(there[at : at + size])
            at += size
        assert await asyncio.to_thread(from_peer, peer, len(there)) == there
        await asyncio.to_thread(peer.sendall, back)
        await heard.until(lambda: len(heard.data) >= len(back))
        assert heard.data == back
        assert heard.ends == []

    played(test, make)


def test_whoever_reads_slowly_is_waited_for(loop: Any) -> None:
    """Meanwhile the loop goes on, what comes is heard, and more may be said."""
    there = os.urandom(8_000_000)

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        transport.write(there)
        await asyncio.to_thread(peer.sendall, b"not yet")
        await heard.until(lambda: heard.data == b"not yet")
        transport.write(b"the end")
        assert await asyncio.to_thread(from_peer, peer, len(there) + 7) == there + b"the end"

    played(test, loop)


def test_they_end_it(loop: Any) -> None:
    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        await asyncio.to_thread(peer.sendall, b"good bye")
        peer.close()
        await heard.until(lambda: bool(heard.ends))
        assert heard.data == b"good bye"
        assert heard.ends == [None]
        assert transport.is_closing()
        transport.write(b"too late")

    played(test, loop)


def test_what_is_no_tls_ends_it(loop: Any) -> None:
    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        os.write(peer.fileno(), b"this is no record of TLS")
        await heard.until(lambda: bool(heard.ends))
        assert [type(why) for why in heard.ends] == [ssl.SSLError]
        assert not heard.data

    played(test, loop)


def test_they_are_gone_while_something_is_said(loop: Any) -> None:
    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        transport.write(os.urandom(8_000_000))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not an end
        peer.close()
        await heard.until(lambda: bool(heard.ends))
        assert len(heard.ends) == 1
        assert transport.is_closing()

    played(test, loop)


def test_we_end_it(loop: Any) -> None:
    """Once, however often; what comes afterwards is not heard."""

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        peer.sendall(b"too late")
        transport.abort()
        transport.close()
        transport.write(b"too late")
        await heard.until(lambda: bool(heard.ends))
        assert await asyncio.to_thread(peer.recv, 1) == b""
        assert heard.ends == [None]
        assert heard.data == b""

    played(test, loop)


def test_who_hears_may_end_it(loop: Any) -> None:
    """Whatever else has come is not heard any more."""

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        peer.sendall(bytes(3 * RECORD))
        await heard.until(lambda: bool(heard.ends))
        assert len(heard.data) == RECORD

    played(test, loop, HeardEnough)


def test_who_hears_fails(loop: Any) -> None:
    """The loop is told, once; nothing more is heard."""

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        told: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: told.append(context["exception"])
        )
        peer.sendall(bytes(3 * RECORD))
        await heard.until(lambda: bool(heard.ends))
        assert [str(why) for why in told] == ["of no use"]
        assert heard.ends == told

    played(test, loop, HeardBadly)


@pytest.mark.parametrize("is_sending", [False, True], ids=["at rest", "sending"])
def test_a_number_that_is_somebody_elses_by_now(loop: Any, *, is_sending: bool) -> None:
    """The system gives a descriptor's number to the next one: what happens there is not for us."""

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        with both_ends() as (client, _):
            number, theirs = client.fileno(), Heard()
            ended = TlsTransport(client, theirs)
            if is_sending:
                ended.write(os.urandom(8_000_000))
            first, far = socket.socketpair()
            ended.abort()
            near = socket.socket(fileno=os.dup2(first.fileno(), number))
            first.close()
            near.setblocking(False)
            hears = Heard()
            there, _ = await asyncio.get_running_loop().create_connection(lambda: hears, sock=near)
            with far:
                far.sendall(b"for the next one")
                await hears.until(lambda: hears.data == b"for the next one")
                there.abort()
        assert (theirs.ends, bytes(theirs.data)) == ([None], b"")

    played(test, loop)


def test_the_loop_rests_when_nothing_is_to_be_done(loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither while the other side takes nothing, nor when it has taken all, is it asked again and again."""
    tries: list[None] = []
    writable = TlsTransport._writable

    def counted(transport: TlsTransport) -> None:
        tries.append(None)
        writable(transport)

    monkeypatch.setattr(TlsTransport, "_writable", counted)
    there = os.urandom(8_000_000)

    async def asked_in_vain() -> int:
        before = len(tries)
        for _ in range(1_000):
            await asyncio.sleep(0)
        return len(tries) - before

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        transport.write(there)
        assert await asked_in_vain() < 10
        assert await asyncio.to_thread(from_peer, peer, len(there)) == there
        assert tries
        assert await asked_in_vain() < 10

    played(test, loop)


def test_it_is_told_after_who_has_ended_it(loop: Any) -> None:
    """As by the loop's own: not in the midst of what they are doing."""

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        transport.abort()
        assert heard.ends == []
        await heard.until(lambda: heard.ends == [None])

    played(test, loop)


def test_nothing_is_left_behind(loop: Any) -> None:
    """Garbage is looked for seldom: what is over goes by itself."""
    gone: list[weakref.ref[TlsTransport]] = []

    async def test(heard: Heard, transport: TlsTransport, peer: ssl.SSLSocket) -> None:
        with both_ends() as (client, _):
            wire = CommandWire()
            gone.append(weakref.ref(TlsTransport(client, wire)))
            wire.close()
            del wire
            await asyncio.sleep(0)
            assert gone[0]() is None

    gc.disable()
    try:
        played(test, loop)
    finally:
        gc.enable()
