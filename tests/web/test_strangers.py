"""What strangers send costs little: packed bodies, heads without end, answers that nobody reads."""

from __future__ import annotations

import asyncio
import re
import socket

import pytest
from aiohttp import web

from bot.web import webhook_connections, webhook_head
from bot.web.request_head_timeout import MOST_HEAD
from bot.web.webhook import BODY_LIMIT
from bot.web.webhook_connections import A_TURN, WebhookConnection
from bot.web.webhook_head import LONGEST
from tests.eventually import PATIENCE
from tests.web.test_webhook_connections import OK, REFUSED
from tests.web.webhook_gate import LAST, all_read, answers, comes, door, event, on_each_loop, webhook

ADDRESSES = {
    "known": webhook(b"garbage!"),
    "an unknown channel": webhook(b"garbage!", path="/webhook/nobody"),
    "no address": webhook(b"garbage!", path="/nothing"),
    "another method": webhook(b"garbage!").replace(b"POST /webhook/main", b"GET /healthz"),
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("packed", ["gzip", "Deflate", "br", "zstd", "identity, gzip"])
async def test_nothing_is_unpacked(caplog: pytest.LogCaptureFixture, address: str, packed: str) -> None:
    """Neither for a handler nor while aiohttp reads for nothing what it was refused; and nobody is told."""
    told = ADDRESSES[address].replace(b"\r\n", f"\r\nContent-Encoding: {packed}\r\n".encode(), 1)
    async with door() as inside:
        said = await inside.said(told[:-4], told[-4:] + webhook(event(1)), LAST)
        assert [status for status, _ in answers(said)] == [415, 200, 200]
        assert b"\r\nAccept-Encoding: identity\r\n" in said
        assert len(inside.store.begun) == 1
    assert not caplog.records


async def test_what_is_packed_as_nothing_is_taken() -> None:
    async with door() as inside:
        assert answers(await inside.said(webhook(event(1), "Content-Encoding: Identity ") + LAST))[0] == OK


def patterns() -> dict[str, bytes]:
    """The expressions by which a head is read, without what only names a set of bytes."""
    found = {name: one for name, one in vars(webhook_head).items() if isinstance(one, re.Pattern)}
    return {name: re.sub(rb"\\.|\[[^\]]*\]|\(\?:", b"x", one.pattern) for name, one in found.items()}


@pytest.mark.parametrize("name", patterns())
def test_a_head_is_read_once(name: str) -> None:
    """A repetition that gives back what it has taken, or takes more and more, may read each blank of a line
    a thousand times."""
    repeated = re.findall(rb"(?:[*+?]|\{[\d,]+\})[+?]?", patterns()[name])
    assert [one for one in repeated if not one.endswith(b"+") or one == b"+"] == []


def test_the_expressions_are_seen() -> None:
    assert len(patterns()) == 4


HALVES = {
    "of a webhook": webhook()[:60],
    "of another": LAST[:-2],
    "one byte": b"G",
    "behind blank lines": b"\r\n\r\n\r\n" + LAST[:-2],
    "no head at all": bytes.fromhex("16030100c8010000c40303"),
    "behind a webhook": webhook() + webhook()[:60],
    "behind what was refused": REFUSED + LAST[:-2],
}


@on_each_loop
@pytest.mark.parametrize("half", HALVES)
async def test_half_a_head_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, half: str) -> None:
    monkeypatch.setattr(webhook_connections, "BODY_SECONDS", 0.05)
    async with door() as inside:
        said = await inside.said(HALVES[half])
        assert b"HTTP/1.1 408 Request Timeout\r\n" in said
        assert b"\r\nConnection: close\r\n" in said
        assert "408" not in inside.counted(), "nobody knows that it was a webhook"


@pytest.mark.parametrize("blank", [b"\r\n", b"\n", b"\r\n\r\n", b"\r\n" * 5_000, b"\r\n" * 40_000])
async def test_blank_lines_are_nothing(blank: bytes) -> None:
    """Some write one behind a body; that is no head that has begun, and the connection stays open."""
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook() + blank)
        await asyncio.wait_for(reader.readuntil(b"{}"), PATIENCE)
        [one] = inside.connections.open
        await comes(lambda: not one._came and one._turn is None)
        assert one._late is None
        writer.write(blank + webhook() + blank + LAST)
        assert answers(await all_read(reader)) == [OK, answers(await inside.said(LAST))[0]]
        writer.close()


async def test_a_long_head_is_aiohttps_and_one_without_end_nobodys() -> None:
    def long(size: int) -> bytes:
        rest = size - len(LAST)
        lines = [b"A: %s\r\n" % (b"x" * 4_995)] * (rest // 5_000)
        return LAST[:-2] + b"".join(lines) + b"B: ".ljust(rest % 5_000 - 2, b"x") + b"\r\n\r\n"

    async with door() as inside:
        for size in (LONGEST + 1, MOST_HEAD):
            assert len(long(size)) == size
            assert [status for status, _ in answers(await inside.said(long(size)))] == [200]
        [(status, _)] = answers(await inside.said(long(MOST_HEAD + 1)))
        assert status == 431


@on_each_loop
async def test_who_is_still_sending_hears_why_it_was_refused() -> None:
    """Closing at once would reset the connection, and the answer with it."""
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(b"A" * (MOST_HEAD + 1))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
        for _ in range(100):
            writer.write(b"A" * 65_536)
            await writer.drain()
        assert head == b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
        assert await all_read(reader)
        writer.close()
        await comes(lambda: not inside.connections.open)


@pytest.mark.ring("all", "page after page")
async def test_who_does_not_stop_sending_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_connections, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(webhook_connections, "CUT_SECONDS", 0.05)
    async with door() as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(webhook(b" " * BODY_LIMIT)[:-1_000_000])
        assert b" 400 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
        await comes(lambda: not inside.connections.open)
        assert inside.counted() == {"400": 1}
        writer.transport.abort()


@on_each_loop
async def test_who_reads_no_answers_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_connections, "UNREAD_SECONDS", 0.05)
    async with door() as inside:
        reader, writer = await inside.narrow()
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(REFUSED * 5_000)
        await comes(inside.counted)
        await comes(lambda: not inside.connections.open)
        assert inside.counted()["401"] < 5_000
        writer.transport.abort()


class Wire(asyncio.Transport):
    """What a connection writes to, in the hands of a test."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = self.aborted = False
        self.socket = socket.socket()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.socket if name == "socket" else default

    def write(self, data: object) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        pass

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.aborted = True


async def test_who_reads_again_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    async with door() as inside:
        monkeypatch.setattr(webhook_connections, "UNREAD_SECONDS", 0.0)
        for reads_again in (True, False):
            one, wire = WebhookConnection(inside.connections), Wire()
            one.connection_made(wire)
            one.pause_writing()
            if reads_again:
                one.resume_writing()
            for _ in range(3):
                await asyncio.sleep(0)
            assert wire.aborted is not reads_again
            one.connection_lost(None)
            wire.socket.close()


@pytest.mark.parametrize("hung_up", [True, False])
async def test_a_connection_that_is_closing_is_nobody_elses(hung_up: bool) -> None:
    """Who hangs up before its turn: aiohttp would begin to read what is gone."""
    made: list[web.RequestHandler] = []
    async with door() as inside:
        makes = inside.connections.by_aiohttp.new_reader

        def other() -> web.RequestHandler:
            made.append(makes())
            return made[-1]

        inside.connections.by_aiohttp.new_reader = other
        one, wire = WebhookConnection(inside.connections), Wire()
        one.connection_made(wire)
        one.data_received(REFUSED * A_TURN + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not made
        wire.closing = hung_up
        await asyncio.sleep(0)
        assert (len(made), len(inside.connections.open)) == ((0, 1) if hung_up else (1, 0))
        one.connection_lost(None)
        wire.socket.close()
