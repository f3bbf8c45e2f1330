"""A scriptable fake of LINE: it answers like LINE unless told to misbehave, and remembers what it was asked.

It stands beside the simulator's platform (`bot/simulator/platform`), for each has what the other must not
have. That one is LINE as it is documented: it knows accounts, people and tokens, refuses what LINE refuses,
and is shipped. What a client has to survive has no place there: bytes that are no HTTP, a closed
connection, no answer at all, any status with any body. This one knows nobody, so a test of one call needs
no account. LINE's SDK is asked about both (`tests/line/test_fake_line.py`, `tests/simulator/test_sdk.py`).
`tests/faults/line_api.py` misbehaves as this one, and remembers reply tokens and retry keys besides: it
counts what was sent once.

Example:
    async with FakeLine.running() as line:
        line.script("/v2/bot/message/push", Answers(500), HangsUp())
        ...  # a client with line.url as both base addresses
        assert line.requests[0].json["to"] == "U1"
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from aiohttp import web

from tests.eventually import PATIENCE

REQUEST_ID = "7c8f4f1e-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Answers:
    """An HTTP answer. `body` is sent as JSON, or as it is where it is bytes."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Garbage:
    """These bytes instead of HTTP, then the connection is closed."""

    data: bytes = b"\x00\xff not http at all\r\n\r\n"


@dataclass(frozen=True)
class HangsUp:
    """The connection is closed without a word."""


@dataclass(frozen=True)
class Hangs:
    """Nothing at all until `FakeLine.release()`; then LINE's ordinary answer."""


Behaviour: TypeAlias = Answers | Garbage | HangsUp | Hangs


@dataclass(frozen=True)
class Asked:
    """One request as it came in. `path` is as it was sent, still percent-encoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    port: int = 0
    """Of the client: the same for all that came on one connection."""
    query: str = ""

    @property
    def token(self) -> str:
        """The caller's access token."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), strict_parsing=True)


MESSAGE_ID = "461230966842064897"
SENT = {"sentMessages": [{"id": MESSAGE_ID, "quoteToken": "quote-1"}]}

ORDINARY: Mapping[str, Answers] = {
    "/v2/bot/message/reply": Answers(200, SENT),
    "/v2/bot/message/push": Answers(200, SENT),
    "/v2/bot/chat/loading/start": Answers(202),
    "/v2/bot/info": Answers(
        200,
        {
            "userId": "Ubot",
            "basicId": "@216ru001",
            "displayName": "森活選品",
            "pictureUrl": "https://example.com/bot.jpg",
            "chatMode": "bot",
            "markAsReadMode": "auto",
        },
    ),
    "/v2/bot/message/quota": Answers(200, {"type": "limited", "value": 3000}),
    "/v2/bot/message/quota/consumption": Answers(200, {"totalUsage": 12}),
    "/v2/bot/channel/webhook/endpoint": Answers(
        200, {"endpoint": "https://example.com/webhook/main", "active": True}
    ),
    "/oauth2/v3/token": Answers(
        200, {"token_type": "Bearer", "access_token": "stateless-1", "expires_in": 900}
    ),
}


class FakeLine:
    """LINE on loopback, for both base addresses. Made by `running()`."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Asked] = []
        self.accepted_tokens: set[str] | None = None
        """Where set: a call with another access token is answered 401."""
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        """Done before each answer."""
        self._waited_for: Counter[str] = Counter()
        self._scripts: dict[str, deque[Behaviour]] = {}
        self._always: dict[str, Behaviour] = {}
        self._released = asyncio.Event()
        self._arrived = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[FakeLine]:
        """A fake on a port of its own, until the end of the block; then everything that hangs is let go."""
        line = cls()
        runner = web.ServerRunner(web.Server(line._handle), shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        line.url = f"http://{host}:{port}"
        try:
            yield line
        finally:
            line.release()
            await runner.cleanup()

    def script(self, path: str, *behaviours: Behaviour) -> None:
        """What the next requests to `path` meet, in order; afterwards it answers like LINE again."""
        self._scripts.setdefault(path, deque()).extend(behaviours)

    def always(self, path: str, behaviour: Behaviour | None) -> None:
        """What all further requests to `path` meet after its script; `None`: LINE's ordinary answer again."""
        self._always.pop(path, None)
        if behaviour is not None:
            self._always[path] = behaviour

    def release(self) -> None:
        """Let go of whatever hangs, now and later."""
        self._released.set()

    async def asked(self, count: int) -> None:
        """Wait until `count` requests have come in; `TimeoutError` after 10 seconds."""
        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)

    def of(self, path: str) -> list[Asked]:
        """The requests to this path so far."""
        return [one for one in self.requests if one.path == path]

    async def asked_for(self, path: str, count: int = 1) -> list[Asked]:
        """Wait until there have been so many requests to this path; all of them."""
        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(lambda: len(self.of(path)) >= count)
        return self.of(path)

    async def next(self, path: str) -> Asked:
        """The first request to this path for which nobody has waited here yet."""
        self._waited_for[path] += 1
        return (await self.asked_for(path, self._waited_for[path]))[self._waited_for[path] - 1]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = Asked(
            request.method,
            request.rel_url.raw_path,
            dict(request.headers),
            await request.read(),
            (request.transport.get_extra_info("peername") or ("", 0))[1] if request.transport else 0,
            request.rel_url.raw_query_string,
        )
        async with self._arrived:
            self.requests.append(asked)
            self._arrived.notify_all()
        if self.meanwhile is not None:
            await self.meanwhile()
        return await met(request, self._behaviour(asked), self._released) or response(_ordinary(asked.path))

    def _behaviour(self, asked: Asked) -> Behaviour:
        if self.accepted_tokens is not None and asked.token not in self.accepted_tokens:
            return Answers(401)
        script = self._scripts.get(asked.path)
        return script.popleft() if script else self._always.get(asked.path, _ordinary(asked.path))


async def met(request: web.BaseRequest, behaviour: Behaviour, released: asyncio.Event) -> web.Response | None:
    """What this request meets, where that is an answer; what hangs does so until it is released."""
    match behaviour:
        case Answers():
            return response(behaviour)
        case Hangs():
            await released.wait()
        case Garbage(data):
            _close(request, data)
        case HangsUp():
            _close(request, b"")
    return None


def _close(request: web.BaseRequest, last_words: bytes) -> None:
    if request.transport is not None:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.write(last_words)
        request.transport.close()


def _ordinary(path: str) -> Answers:
    if path.startswith("/v2/bot/profile/"):
        name = {"userId": path.rpartition("/")[2], "displayName": "小美", "language": "zh-TW"}
        return Answers(200, name | {"pictureUrl": "https://example.com/p.jpg"})
    return ORDINARY.get(path, Answers(200))


def response(answer: Answers) -> web.Response:
    """The answer as it is sent."""
    headers = {"X-Line-Request-Id": REQUEST_ID, "Content-Type": "application/json", **answer.headers}
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    return web.Response(status=answer.status, body=body, headers=headers)


@contextmanager
def nobody_listening() -> Iterator[str]:
    """The address of a port on which nobody listens, kept free of others meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{kept.getsockname()[1]}"
