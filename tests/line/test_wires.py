"""Calls share a few connections: who waits is let in in turn, and no answer comes to somebody else (F1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from bot.line.authorised import AuthorisedCalls
from bot.line.outcome import HttpAnswer, NotSent
from bot.line.wire import WireCall, WireResult, Wires
from tests.eventually import PATIENCE, eventually

LONG = 3600.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"


class Server:
    """Hears requests, each of one word in its path, and answers when it is told to."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[str, asyncio.StreamWriter]] = asyncio.Queue()
        self.connections: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def running(
        cls, limit: int, place: float = LONG, connect: float = LONG
    ) -> AsyncIterator[tuple[Server, Wires]]:
        """With as many connections to it as may be used."""
        server = cls()
        async with await asyncio.start_server(server._connected, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            wires = Wires(f"http://127.0.0.1:{port}", connect=connect, total=LONG, limit=limit, place=place)
            yield server, wires
            wires.close()
            await asyncio.gather(*server.connections)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.create_task(self._hear(reader, writer)))

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heard.put_nowait((head.split()[1].decode(), writer))
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def answers(self, rest: bytes = b"") -> str:
        """The next request is answered with its own word; which one that was."""
        async with asyncio.timeout(PATIENCE):
            word, writer = await self.heard.get()
        writer.write(OK + word.encode() + rest)
        return word


def asked(wires: Wires, word: str, *, yields: bool = False) -> WireCall[WireResult]:
    call: WireCall[WireResult] = WireCall(f"GET {word} HTTP/1.1\r\n\r\n".encode(), lambda heard: heard)
    wires.make(call, yields=yields)
    return call


async def told(call: WireCall[WireResult]) -> str:
    async with asyncio.timeout(PATIENCE):
        heard = await call
    assert isinstance(heard, HttpAnswer)
    return heard.body.decode()


async def test_who_waits_for_a_place_comes_in_turn() -> None:
    async with Server.running(limit=1) as (server, wires):
        calls = [asked(wires, word) for word in "abcd"]
        assert [await server.answers() for _ in calls] == list("abcd")
        assert [await told(call) for call in calls] == list("abcd")
        assert len(server.connections) == 1


async def test_no_free_place_in_time_is_not_sent() -> None:
    """All connections are busy with a LINE that hangs: what still waits for one was certainly not sent."""
    async with Server.running(limit=1, place=0.05) as (server, wires):
        first, late = asked(wires, "a"), asked(wires, "b")
        async with asyncio.timeout(PATIENCE):
            assert await late == NotSent("no free connection in time")
        assert await server.answers() == "a"
        assert await told(first) == "a"


async def test_what_yields_comes_when_nothing_else_waits() -> None:
    async with Server.running(limit=1) as (server, wires):
        calls = [asked(wires, "a"), asked(wires, "B", yields=True), asked(wires, "C", yields=True)]
        calls += [asked(wires, "d"), asked(wires, "e")]
        assert [await server.answers() for _ in calls] == list("adeBC")
        assert [await told(call) for call in calls] == list("aBCde")


@pytest.mark.ring("all", "hundreds of calls")
async def test_what_yields_waits_no_longer_than_for_a_connection() -> None:
    async with Server.running(limit=1, connect=1.0) as (server, wires):
        first = asked(wires, "a")
        assert await server.answers() == "a"
        assert await told(first) == "a"
        held, late = asked(wires, "b"), asked(wires, "C", yields=True)
        async with asyncio.timeout(PATIENCE):
            assert await late == NotSent("no free connection in time")
        assert await server.answers() == "b"
        assert await told(held) == "b"


async def test_side_by_side_each_hears_its_own_answer() -> None:
    async with Server.running(limit=3) as (server, wires):
        calls = [asked(wires, word) for word in "abcdefgh"]
        order = [await server.answers() for _ in calls]
        assert [await told(call) for call in calls] == list("abcdefgh")
        assert (set(order[:3]), len(server.connections)) == ({"a", "b", "c"}, 3)


async def test_who_is_not_waited_for_any_more_is_not_asked_and_keeps_no_place() -> None:
    async with Server.running(limit=1) as (server, wires):
        first, gone, last = (asked(wires, word) for word in "abc")
        gone.cancel()
        assert [await server.answers(), await server.answers()] == ["a", "c"]
        assert (await told(first), await told(last)) == ("a", "c")


async def test_an_answer_that_nobody_waits_for_goes_to_nobody_else() -> None:
    async with Server.running(limit=1) as (server, wires):
        gone = asked(wires, "a")
        async with asyncio.timeout(PATIENCE):
            word, writer = await server.heard.get()
        gone.cancel()
        other = asked(wires, "b")
        writer.write(OK + word.encode())
        await server.answers()
        assert await told(other) == "b"


@pytest.mark.parametrize("rest", [OK + b"x", b"HTTP/1.1 20", b"garbage"])
async def test_more_than_was_asked_for_answers_nobody(rest: bytes) -> None:
    """The next call waits already, and goes on another connection."""
    async with Server.running(limit=1) as (server, wires):
        first, second = asked(wires, "a"), asked(wires, "b")
        await server.answers(rest)
        await server.answers()
        assert (await told(first), await told(second)) == ("a", "b")
        assert len(server.connections) == 2


async def test_what_was_heard_in_time_counts_whatever_comes_before_it_is_told() -> None:
    """The time for it ends, and the connection; the next call goes on another one."""
    async with Server.running(limit=1) as (server, wires):
        first, second = asked(wires, "a"), asked(wires, "b")
        async with asyncio.timeout(PATIENCE):
            await server.heard.get()
        (wire,) = wires._under_way._until
        wire.data_received(OK + b"a")
        wire.late()
        wire.connection_lost(None)
        assert not first.done()
        assert await told(first) == "a"
        await server.answers()
        assert (await told(second), len(server.connections)) == ("b", 2)


async def test_a_fault_in_reading_an_answer_is_the_callers() -> None:
    async with Server.running(limit=1) as (server, wires):

        def read(heard: WireResult) -> int:
            raise ValueError("no number")

        call = WireCall(b"GET a HTTP/1.1\r\n\r\n", read)
        wires.make(call)
        await server.answers()
        with pytest.raises(ValueError, match="no number"):
            await call
        other = asked(wires, "b")
        assert (await server.answers(), await told(other)) == ("b", "b")
        assert len(server.connections) == 1


async def test_places_are_given_back_where_nobody_can_be_reached() -> None:
    wires = Wires("http://127.0.0.1:1", limit=1)
    calls = [asked(wires, word) for word in "abc"]
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*calls) == [NotSent("could not connect")] * 3


class AnotherToken:
    """Each is another one."""

    number = 1

    def at_hand(self) -> str:
        return f"token-{self.number}"

    async def get(self) -> str:
        return self.at_hand()

    def refused(self, token: str) -> bool:
        self.number += 1
        return True


async def test_a_refused_call_that_nobody_wants_any_more_is_not_made_once_more(
    session: aiohttp.ClientSession,
) -> None:
    async with Server.running(limit=1) as (server, wires):

        async def unused() -> int:
            return len(wires._idle)

        calls = AuthorisedCalls(session, wires, AnotherToken())
        call = calls.begin(b"GET a", None, None, lambda heard: heard)
        async with asyncio.timeout(PATIENCE):
            _, writer = await server.heard.get()
        call.cancel()
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        await eventually(unused, lambda number: number == 1)
        later = asked(wires, "b")
        assert await server.answers() == "b"
        assert await told(later) == "b"
