"""Each head on a connection of aiohttp's has to come in time, not the first alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.web import connections, request_head_timeout
from bot.web.health import HealthPages
from bot.web.request_head_timeout import MOST_HEAD, body_of
from tests.eventually import PATIENCE
from tests.web.test_webhook_connections import OK
from tests.web.test_webhook_head import head
from tests.web.webhook_gate import LAST, all_read, answers, comes, door, event, on_each_loop, webhook

pytestmark = pytest.mark.both_ways

FIRST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
WITH_BODY = b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789"

HALVES = {
    "of the same": FIRST + FIRST[:-2],
    "one byte": FIRST + b"G",
    "behind blank lines": FIRST + b"\r\n\r\n" + FIRST[:-2],
    "of a webhook": FIRST + webhook()[:60],
    "behind a webhook": FIRST + webhook() + webhook()[:60],
    "behind a body": WITH_BODY + FIRST[:-2],
    "behind many": FIRST * 5 + WITH_BODY * 5 + FIRST[:-2],
    "no head at all": FIRST + bytes.fromhex("16030100c8010000c40303"),
}


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_head_timeout, "BODY_SECONDS", 0.05)


@on_each_loop
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "after the answer"])
@pytest.mark.parametrize("half", HALVES)
async def test_half_a_later_head_is_not_waited_for(
    half: str,
    at_once: bool,
    plain: bool,
) -> None:
    """Else a stranger holds a connection for an hour with one request and a byte."""
    whole = HALVES[half].count(b" HTTP/1.1\r\n") - (half not in WITHOUT_LINE)
    async with door(plain=plain) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        begun = b""
        if not at_once:
            writer.write(FIRST)
            begun = await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
        writer.write(HALVES[half])
        begun += await answered(reader, whole)
        [one] = inside.by_aiohttp.by_reader.values()
        await comes(lambda: one._late)
        one._too_late()
        told = [status for status, _ in answers(begun + await all_read(reader))]
        writer.close()
        assert told == [200] * (whole + (not at_once)) + [408]
        await comes(lambda: not inside.by_aiohttp.by_reader)


async def answered(reader: asyncio.StreamReader, count: int) -> bytes:
    """What is read until so many requests are answered."""
    said = b""
    async with asyncio.timeout(PATIENCE):
        while said.count(b"HTTP/1.1 200 ") < count:
            said += await reader.read(65_536)
    return said


WITHOUT_LINE = ("one byte", "no head at all")
"""Of these halves no first line is there."""


async def test_a_later_head_without_end_is_refused(plain: bool) -> None:
    async with door(plain=plain) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(FIRST)
        await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
        writer.write(b"A" * (MOST_HEAD + 1))
        assert [status for status, _ in answers(await all_read(reader))] == [431]
        writer.close()


async def test_behind_one_that_is_being_answered_it_is_not_read(plain: bool) -> None:
    async with door(plain=plain) as inside:
        [(status, _)] = answers(await inside.said(FIRST + b"A" * (MOST_HEAD + 1)))
        assert status == 200


async def test_who_does_not_stop_sending_is_cut(monkeypatch: pytest.MonkeyPatch, plain: bool) -> None:
    monkeypatch.setattr(connections, "CUT_SECONDS", 0.05)
    async with door(plain=plain) as inside:
        _, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(FIRST)
        await comes(lambda: inside.by_aiohttp.by_reader)
        [one] = inside.by_aiohttp.by_reader.values()
        await comes(one.is_idle)
        writer.write(b"A" * (MOST_HEAD + 1))
        await comes(lambda: not inside.by_aiohttp.by_reader)
        writer.transport.abort()


@dataclass
class Slow:
    """`/healthz` answers when a test says so."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def answers_healthz(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def healthz(_: HealthPages, __: web.Request) -> web.Response:
            self.asked.set()
            await self.told.wait()
            return web.json_response({"status": "ok"})

        monkeypatch.setattr(HealthPages, "healthz", healthz)


async def test_half_a_head_behind_one_that_is_being_answered_ends_with_that_answer(
    monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    """A page waits for 25 s: half a head behind it costs neither its answer nor an hour."""
    impatient(monkeypatch)
    slow = Slow()
    slow.answers_healthz(monkeypatch)
    async with door(plain=plain) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(FIRST + FIRST[:-2])
        await slow.asked.wait()
        [one] = inside.by_aiohttp.by_reader.values()
        await comes(lambda: one._refused)
        writer.write(FIRST)
        slow.told.set()
        assert [status for status, _ in answers(await all_read(reader))] == [200]
        writer.close()


async def test_a_slow_body_is_no_half_head(monkeypatch: pytest.MonkeyPatch, plain: bool) -> None:
    """Its time is its handler's."""
    impatient(monkeypatch)
    body = event(1)
    whole = webhook(body, path="/webhook/main?x")
    async with door(plain=plain) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(whole[:-10])
        await comes(lambda: inside.by_aiohttp.by_reader)
        [one] = inside.by_aiohttp.by_reader.values()
        assert one._late is None
        writer.write(whole[-10:] + LAST)
        assert [status for status, _ in answers(await all_read(reader))] == [200, 200]
        writer.close()


async def test_whole_heads_byte_by_byte_are_taken(plain: bool) -> None:
    stream = FIRST + b"\r\n" + WITH_BODY + webhook(event(1)) + LAST
    async with door(plain=plain) as inside:
        said = await inside.said(FIRST, *(bytes([one]) for one in stream))
        assert [status for status, _ in answers(said)] == [200] * 5
        assert len(inside.store.begun) == 1


PIECES = webhook(b'{"events":[]}', "!Content-Length", "Transfer-Encoding: chunked").replace(
    b'{"events":[]}', b'd\r\n{"events":[]}\r\n0\r\n\r\n'
)


@pytest.mark.parametrize(
    ("odd", "status"),
    [(PIECES, 200), (webhook(b"{}", "Content-Length: 2"), 400)],
    ids=["pieces", "two lengths"],
)
async def test_a_request_of_which_the_end_is_not_plain_is_the_last(
    odd: bytes, status: int, plain: bool
) -> None:
    """Nobody knows where the next head would begin, so there is none to wait for."""
    async with door(plain=plain) as inside:
        reader, writer = await asyncio.open_connection("127.0.0.1", inside.port)
        writer.write(FIRST)
        begun = await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
        writer.write(odd + FIRST[:-2])
        said = begun + await all_read(reader)
        writer.close()
        assert [status for status, _ in answers(said)] == [200, status]


async def test_pieces_behind_others_are_answered_however_they_come(plain: bool) -> None:
    stream = FIRST + webhook(event(1)) + PIECES
    async with door(plain=plain) as inside:
        for chunks in ([stream], [bytes([one]) for one in stream]):
            said = await inside.said(*chunks)
            assert [status for status, _ in answers(said)] == [200] * 3
            assert said.count(b"\r\nConnection: close\r\n") == 1


@pytest.mark.parametrize(
    ("told", "size"),
    [
        (head(), 0),
        (webhook(b"{}")[:-2], 2),
        (head("!Content-Length"), 0),
        (head("!Content-Length", "CONTENT-length:\t7 "), 7),
        (head("!Content-Length", "X-Content-Length: 7"), 0),
        (head("Content-Length: 2"), None),
        (head("!Content-Length", "Content-Length: +1"), None),
        (head("!Content-Length", "Content-Length:"), None),
        (head("!Content-Length", "Content-Length: " + "9" * 30), None),
        (head("Transfer-Encoding: chunked"), None),
        (head("transfer-encoding : chunked"), None),
        (head("Upgrade: h2c"), None),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", None),
    ],
)
def test_the_length_that_a_head_says(told: bytes, size: int | None) -> None:
    assert body_of(told) == size


async def test_an_answer_is_whole_where_a_webhook_came_first(plain: bool) -> None:
    async with door(plain=plain) as inside:
        assert answers(await inside.said(webhook() + FIRST + webhook(event(1)), LAST))[0] == OK
