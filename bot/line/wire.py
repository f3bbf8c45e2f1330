"""How do calls to LINE travel? On kept-alive HTTP/1.1 connections, each carrying one call at a time.

aiohttp's client costs 63 µs of processor a call, this 18: of all that a turn does, the reply was the dearest.
httptools (the parser of Node.js) reads the answers.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TypeAlias, cast

import httptools
from yarl import URL

from bot.line.outcome import HttpAnswer, NotSent, Unknown
from bot.line.turnstile import Turnstile

ANSWER_LIMIT = 65_536
"""Bytes of an answer that are kept; LINE's own answers stay far below."""

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0

KEPT_SECONDS = 15.0
"""How long an unused connection is trusted: a server may close it just as we write."""

WireResult: TypeAlias = HttpAnswer | Unknown | NotSent


class Wire(asyncio.Protocol):
    """One connection. `call` may be used again when it has returned, unless `closed`."""

    def __init__(self) -> None:
        self.closed = False
        self.idle_since = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._heard: asyncio.Future[WireResult] | None = None
        self._status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._size = 0

    async def call(self, request: bytes, seconds: float) -> WireResult:
        """Send one request; what came of it, after `seconds` at the latest. Never raises for the network."""
        if self._transport is None or self.closed:
            return NotSent("the connection was closed")
        self._status, self._headers, self._body, self._size = 0, {}, [], 0
        heard: asyncio.Future[WireResult] = self._loop.create_future()
        self._heard = heard
        late = self._loop.call_later(seconds, self._end, Unknown("no answer in time"))
        self._transport.write(request)
        try:
            return await heard
        finally:
            late.cancel()
            if not heard.done() or heard.cancelled():
                self.close()  # given up by the caller: whatever still comes belongs to nobody

    def close(self) -> None:
        """End this connection."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._heard is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(self._answer() if self._status else Unknown("the answer is not HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._end(self._answer() if self._status else Unknown("the connection was closed"))

    # What the parser tells

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._status = status if status >= 200 else 0

    def on_body(self, body: bytes) -> None:
        if self._size < ANSWER_LIMIT:
            self._body.append(body[: ANSWER_LIMIT - self._size])
        self._size += len(body)
        if self._size > 16 * ANSWER_LIMIT:
            self._end(self._answer())

    def on_message_complete(self) -> None:
        if self._status == 0:
            return  # 100 Continue and its kind: the answer is still to come
        heard, self._heard = self._heard, None
        if not self._parser.should_keep_alive():
            self.close()
        if heard is not None and not heard.done():
            heard.set_result(self._answer())

    def _end(self, result: WireResult) -> None:
        """Nothing more is to be heard here: answer with `result`, and never use the connection again."""
        heard, self._heard = self._heard, None
        if heard is not None and not heard.done():
            heard.set_result(result)
        self.close()

    def _answer(self) -> HttpAnswer:
        headers = self._headers
        body = b"".join(self._body)
        if self._status < 400:
            return HttpAnswer(self._status, body, _id(headers.get(b"x-line-request-id")))
        return HttpAnswer(
            self._status,
            body,
            _id(headers.get(b"x-line-request-id")),
            _id(headers.get(b"x-line-accepted-request-id")),
            _seconds(headers.get(b"retry-after", b"")),
        )


class Wires:
    """A pool of connections to the origin of `base`; `limit` calls go side by side.

    Time-outs in seconds: `connect` until there is a connection (a free place included), `total` for a call.
    """

    def __init__(
        self, base: str, connect: float = CONNECT_SECONDS, total: float = TOTAL_SECONDS, limit: int = 200
    ) -> None:
        url = URL(base)
        self.host = url.raw_authority if url.host else ""
        self._address = (url.host or "", url.port or 443)
        self._tls = ssl.create_default_context() if url.scheme == "https" else None
        self._connect = connect
        self._total = total
        self._idle: list[Wire] = []
        self._places = Turnstile(limit)

    async def ask(self, request: bytes) -> WireResult:
        """Make one call, and repeat nothing. `NotSent` where it was certainly not heard."""
        if not self._places.enter() and not await self._places.entered(self._connect):
            return NotSent("could not connect in time")
        try:
            wire = self._kept() or await self._new()
            if isinstance(wire, NotSent):
                return wire
            heard = await wire.call(request, self._total)
            if not wire.closed:
                wire.idle_since = asyncio.get_running_loop().time()
                self._idle.append(wire)
            return heard
        finally:
            self._places.leave()

    def close(self) -> None:
        """End the connections that are not in use."""
        for wire in self._idle:
            wire.close()
        self._idle.clear()

    def _kept(self) -> Wire | None:
        oldest = asyncio.get_running_loop().time() - KEPT_SECONDS
        while self._idle:
            wire = self._idle.pop()
            if not wire.closed and wire.idle_since >= oldest:
                return wire
            wire.close()
        return None

    async def _new(self) -> Wire | NotSent:
        host, port = self._address
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect):
                _, wire = await loop.create_connection(Wire, host, port, ssl=self._tls)
        except TimeoutError:
            return NotSent("could not connect in time")
        except ssl.SSLError:
            return NotSent("could not connect: TLS failed")
        except socket.gaierror:
            return NotSent("could not connect: no address for this name")
        except OSError:
            return NotSent("could not connect")
        return wire


def _id(value: bytes | None) -> str | None:
    if not value or len(value) > 100:
        return None
    text = value.decode("latin-1")
    return text if text.isascii() and text.isprintable() else None


def _seconds(value: bytes) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); LINE documents none, and a date is not waited for."""
    return float(value) if len(value) <= 6 and value.isdigit() else None
