"""What the other side may say instead of an answer, by malice or mistake: within time and bounds (F3)."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from bot.hooks.answer import ANSWER_LIMIT, HookFailure, HookReply, HookTrouble
from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from tests.fakes.crm import Crm, says


@pytest.mark.parametrize("body", [b"<html>", b'{"a": ', b"\xff\xfe", b'{"a": NaN}', b"[" * 2_000])
async def test_what_is_no_json_is_no_answer(
    crm: Crm, caller: HookCaller, hook: HookSettings, body: bytes
) -> None:
    crm.answers = [says(body)]
    assert await caller.call(hook, "c1", {}) == HookFailure("not json", 200)


@pytest.mark.parametrize("body", [b"", b" ", b"[1]", b"null", b'"ok"', b"3"])
async def test_what_has_no_fields_is_an_answer_without_any(
    crm: Crm, caller: HookCaller, hook: HookSettings, body: bytes
) -> None:
    crm.answers = [says(body)]
    assert await caller.call(hook, "c1", {}) == HookReply({})


async def test_an_answer_that_does_not_end_is_not_read_to_its_end(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65_536)

    crm.answers = [endless]
    assert await caller.call(hook, "c1", {}) == HookFailure("too long", 200)


async def test_an_answer_that_is_small_only_on_the_way(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    async def packed(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b" " * (50 * ANSWER_LIMIT))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    crm.answers = [packed]
    assert await caller.call(hook, "c1", {}) == HookFailure("not json", 200), "nothing is unpacked"
    assert crm.seen[0][0]["Accept-Encoding"] == "identity"


BYTES: dict[str, tuple[bytes, HookTrouble]] = {
    "what is no HTTP": (b"\x00\xff nothing of the kind\r\n\r\n", "broken off"),
    "nothing at all": (b"", "broken off"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", "broken off"),
    "half a body": (b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"a": 1', "broken off"),
    "a length that is none": (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}", "broken off"),
    "chunks that are none": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broken off"),
    "a header of a megabyte": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2**20 + b"\r\n\r\n{}", "broken off"),
}


@pytest.mark.parametrize("what", BYTES)
async def test_whatever_comes_instead_of_an_answer(caller: HookCaller, hook: HookSettings, what: str) -> None:
    sent, why = BYTES[what]
    async with raw_server(lambda _, writer: writer.write(sent)) as port:
        odd = replace(hook, url=f"http://127.0.0.1:{port}/", tries=2)
        assert await caller.call(odd, "c1", {}) == HookFailure(why, None, 2)


async def test_a_refusal_counts_even_if_the_rest_of_it_breaks_off(
    caller: HookCaller, hook: HookSettings
) -> None:
    half = b'HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\n\r\n{"a": 1'
    async with raw_server(lambda _, writer: writer.write(half)) as port:
        odd = replace(hook, url=f"http://127.0.0.1:{port}/", tries=2)
        assert await caller.call(odd, "c1", {}) == HookFailure("status", 404)


async def test_a_connection_that_is_reset(caller: HookCaller, hook: HookSettings) -> None:
    def reset(_: int, writer: asyncio.StreamWriter) -> None:
        there: socket.socket = writer.get_extra_info("socket")
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with raw_server(reset) as port:
        odd = replace(hook, url=f"http://127.0.0.1:{port}/", tries=2)
        assert await caller.call(odd, "c1", {}) == HookFailure("broken off", None, 2)


async def test_headers_that_come_a_letter_at_a_time(caller: HookCaller, hook: HookSettings) -> None:
    """Its time is that of the whole answer, not of each piece."""
    async with raw_server(dripping(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10**6)) as port:
        slow = replace(hook, url=f"http://127.0.0.1:{port}/", timeout=0.1, tries=1)
        assert await caller.call(slow, "c1", {}) == HookFailure("late")


async def test_headers_that_do_not_end(caller: HookCaller, hook: HookSettings) -> None:
    """They end with the time, and take no more memory than that lets through."""

    def endless(_: int, writer: asyncio.StreamWriter) -> Awaitable[None]:
        async def go_on() -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            for number in itertools.count():
                writer.write(b"".join(b"X-%d-%d: a\r\n" % (number, n) for n in range(1_000)))
                await writer.drain()

        return go_on()

    async with raw_server(endless) as port:
        odd = replace(hook, url=f"http://127.0.0.1:{port}/", timeout=0.3, tries=1)
        found = await caller.call(odd, "c1", {})
        assert isinstance(found, HookFailure)
        assert found.why in ("late", "broken off")


@asynccontextmanager
async def raw_server(
    does: Callable[[int, asyncio.StreamWriter], Awaitable[None] | None],
) -> AsyncIterator[int]:
    """A server of bytes: hears a request, does this, and hangs up. Its port."""
    busy = set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            if (work := does(len(busy), writer)) is not None:
                await work
            await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for task in busy:
            task.cancel()
        server.close()


def dripping(sent: bytes) -> Callable[[int, asyncio.StreamWriter], Awaitable[None]]:
    """A letter each time that the loop comes round, and some milliseconds between them."""

    async def drip(_: int, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        for letter in sent:
            writer.write(bytes([letter]))
            passed = loop.create_future()
            loop.call_later(0.002, passed.set_result, None)
            await passed

    return drip
