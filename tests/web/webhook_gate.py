"""The server that reads webhooks itself, with a store that tests hold, and aiohttp's alone beside it."""

from __future__ import annotations

import asyncio
import base64
import hmac
import inspect
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

import orjson
import pytest
from aiohttp import web

from bot.model.inbox import InboxEntry, Received
from bot.runtime.intake.receive import Storing
from bot.runtime.metrics import Metrics
from bot.web.connections import ConnectionLimit
from bot.web.health import HealthPages
from bot.web.request_head_timeout import AiohttpConnections
from bot.web.server import WebServer, application, listen, serve
from bot.web.webhook import WebhookHandler
from bot.web.webhook_connections import WebhookConnections
from tests.conftest import ManualClock
from tests.eventually import PATIENCE, eventually
from tests.playbooks import SECRET

LAST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
"""After this the server closes the connection."""


def loops() -> list[Callable[[], asyncio.AbstractEventLoop]]:
    """Those that `oaflow run` may run on."""
    if sys.platform == "win32":
        return [asyncio.new_event_loop]
    import uvloop

    return [asyncio.new_event_loop, uvloop.new_event_loop]


EACH_LOOP = pytest.mark.parametrize("loop", loops(), ids=lambda loop: str(loop.__module__))


def on_each_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Plays a test on each of them, and not on that of the other tests."""

    @wraps(test)
    def played(loop: Callable[[], asyncio.AbstractEventLoop], **given: Any) -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(test(**given))

    taken = inspect.signature(test)
    loop = inspect.Parameter("loop", inspect.Parameter.KEYWORD_ONLY)
    played.__signature__ = taken.replace(  # type: ignore[attr-defined]
        parameters=[*taken.parameters.values(), loop]
    )
    return cast("Callable[..., None]", EACH_LOOP(played))


@dataclass
class Store:
    """Is asked to store: does so at once, unless `holds`; then tests do it by `pending`."""

    holds: bool = False
    begun: list[Sequence[Received]] = field(default_factory=list)
    pending: list[Storing] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    unheard: list[InboxEntry] = field(default_factory=list)

    def begin(self, received: Sequence[Received], seconds: float) -> Storing:
        done: asyncio.Future[Set[str]] = asyncio.get_running_loop().create_future()
        self.begun.append(received)
        self.asked.set()
        if self.holds:
            self.pending.append(done)
        else:
            done.set_result(frozenset())
        return done

    async def aside(self, entries: Sequence[InboxEntry], seconds: float) -> int:
        self.unheard += entries
        return len(entries)


@dataclass
class Door:
    """A server, what it has counted, and what it was asked to store."""

    port: int
    store: Store
    metrics: Metrics
    served: WebServer | None = None

    @property
    def connections(self) -> WebhookConnections:
        """Those that we read ourselves."""
        assert self.served is not None
        assert self.served.webhooks is not None
        return self.served.webhooks

    @property
    def by_aiohttp(self) -> AiohttpConnections:
        """Those that aiohttp reads."""
        assert self.served is not None
        assert self.served.by_aiohttp is not None
        return self.served.by_aiohttp

    async def said(self, *chunks: bytes) -> bytes:
        """All that is answered to these bytes until the server closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for chunk in chunks:
            writer.write(chunk)
        answered = await all_read(reader)
        writer.close()
        return answered

    async def narrow(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection whose buffers on this side are full soon."""
        here = narrow(socket.socket())
        here.setblocking(False)
        await asyncio.get_running_loop().sock_connect(here, ("127.0.0.1", self.port))
        return await asyncio.open_connection(sock=here)

    def counted(self) -> dict[str, float]:
        """How many webhooks had which answer."""
        samples = [sample for family in self.metrics.webhooks.collect() for sample in family.samples]
        return {sample.labels["status"]: sample.value for sample in samples if sample.labels}


async def comes(holds: Callable[[], object]) -> None:
    """Return when this holds."""

    async def read() -> object:
        return holds()

    await eventually(read, bool)


async def all_read(reader: asyncio.StreamReader) -> bytes:
    """Everything until the end, also where that is a reset."""
    answered = bytearray()
    async with asyncio.timeout(PATIENCE):
        try:
            while more := await reader.read(65_536):
                answered += more
        except ConnectionResetError:
            pass
    return bytes(answered)


@asynccontextmanager
async def door(
    store: Store | None = None,
    *,
    alone: bool = False,
    limit: ConnectionLimit | None = None,
    plain: bool = False,
) -> AsyncIterator[Door]:
    """A server on a free port; `limit` bounds its connections; `plain`: aiohttp reads all of them; `alone`:
    that is aiohttp's server as it is, without anything of ours."""
    kept, metrics = store or Store(), Metrics()

    async def trouble() -> str | None:
        return None

    webhook = WebhookHandler(
        {"main": [SECRET], "other": [SECRET]}.get, kept.begin, kept.aside, ManualClock(), metrics
    )
    app = application(webhook, HealthPages(trouble, metrics), limit=limit, plain=plain)
    if not alone:
        served = await serve(app, narrow(listen("127.0.0.1", 0)))
        try:
            yield Door(served.port, kept, metrics, served)
        finally:
            await served.cleanup()
        return
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0, auto_decompress=False)
    await runner.setup()
    await web.SockSite(runner, listen("127.0.0.1", 0)).start()
    try:
        yield Door(runner.addresses[0][1], kept, metrics)
    finally:
        await runner.cleanup()


def narrow(one: socket.socket) -> socket.socket:
    """This socket, and those that it accepts, with buffers that are full soon."""
    for which in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        one.setsockopt(socket.SOL_SOCKET, which, 65_536)
    return one


def webhook(
    body: bytes = b'{"events":[]}', *more: str, path: str = "/webhook/main", version: str = "1.1"
) -> bytes:
    """A signed request, its head with more lines; one that begins with `!` goes without the named line."""
    signed = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    usual = {"Host": "x", "X-Line-Signature": signed, "Content-Length": str(len(body))}
    left_out = {line[1:] for line in more if line.startswith("!")}
    lines = [f"{name}: {value}" for name, value in usual.items() if name not in left_out]
    lines += [line for line in more if not line.startswith("!")]
    return "\r\n".join([f"POST {path} HTTP/{version}", *lines, "", ""]).encode("latin-1") + body


def event(number: int) -> bytes:
    """The body of a webhook with one event."""
    source = {"type": "user", "userId": "U1"}
    return orjson.dumps({"events": [{"type": "follow", "webhookEventId": f"e{number}", "source": source}]})


def answers(said: bytes) -> list[tuple[int, bytes]]:
    """The status and body of each answer."""
    found, start = [], 0
    while start < len(said):
        end = said.find(b"\r\n\r\n", start) + 4
        status, *fields = said[start : end - 4].split(b"\r\n")
        named = {name.lower(): value for name, _, value in (line.partition(b": ") for line in fields)}
        start = end + int(named.get(b"content-length", b"0"))
        found.append((int(status.split()[1]), said[end:start]))
    return found


class Passages:
    """Makes a server's connection so that tests know how many bytes were read from it, whoever reads."""

    def __init__(self, server: WebhookConnections) -> None:
        self._server = server
        self._made: asyncio.Future[Passage] = asyncio.get_running_loop().create_future()

    def __call__(self) -> Passage:
        made = Passage(self._server())
        self._made.set_result(made)
        return made

    @property
    def bytes(self) -> int:
        """How many were read from the only connection, so far."""
        return self._made.result().bytes if self._made.done() else 0

    async def has_read(self, count: int) -> None:
        """Return when so many bytes were read from the only connection, or it is lost."""
        async with asyncio.timeout(PATIENCE):
            await (await self._made).has_read(count)


class Passage(asyncio.Protocol):
    """One connection; `set_protocol` of its transport says who reads it."""

    def __init__(self, reader: asyncio.Protocol) -> None:
        self.reader = reader
        self.bytes = 0
        self.lost = False
        self._news = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.reader.connection_made(cast("asyncio.Transport", _Transport(transport, self)))

    def data_received(self, data: bytes) -> None:
        self.reader.data_received(data)
        self.bytes += len(data)
        self._news.set()

    def eof_received(self) -> bool | None:
        return self.reader.eof_received()

    def pause_writing(self) -> None:
        self.reader.pause_writing()

    def resume_writing(self) -> None:
        self.reader.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._news.set()
        self.reader.connection_lost(exc)

    async def has_read(self, count: int) -> None:
        """Return when so many bytes were read, or the connection is lost."""
        while self.bytes < count and not self.lost:
            self._news.clear()
            await self._news.wait()


class _Transport:
    def __init__(self, transport: asyncio.BaseTransport, passage: Passage) -> None:
        self._transport = transport
        self._passage = passage

    def set_protocol(self, reader: asyncio.BaseProtocol) -> None:
        self._passage.reader = cast("asyncio.Protocol", reader)

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)
