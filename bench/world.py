"""LINE as the benchmark plays it: webhooks on raw connections, and an API that costs little.

Both in one process, so that the time from a webhook to its reply is one clock's.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

_numbers = itertools.count(1)
_TOKEN = re.compile(rb'"replyToken": ?"([^"]+)"')
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Line-Request-Id: r\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)
_SENT = b'{"sentMessages":[{"id":"1","quoteToken":"q"}]}'
_PROFILE = '{"displayName":"小美","userId":"U","language":"zh-TW"}'.encode()


@dataclass
class Figures:
    """What one run measured; times in seconds."""

    events: int = 0
    began: float = 0.0
    ended: float = 0.0
    acknowledged: list[float] = field(default_factory=list)
    replied: list[float] = field(default_factory=list)
    refused: int = 0


def user_id(person: int) -> str:
    """LINE's user id of a person."""
    return f"U{person:032x}"


def ok(body: bytes = _SENT) -> bytes:
    """The whole of LINE's answer that all went well."""
    return _OK % (len(body), body)


def signed(path: str, port: int, body: bytes, secret: bytes) -> bytes:
    """A webhook as LINE delivers it, head and body."""
    mac = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json; charset=utf-8\r\nUser-Agent: LineBotWebhook/2.0\r\n"
        f"X-Line-Signature: {mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Api(asyncio.Protocol):
    """One connection to LINE's API: each request, head and body, is answered by `answer`."""

    def __init__(self, answer: Callable[[bytes, bytes], bytes]) -> None:
        self._answer = answer
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            found = _LENGTH.search(head)
            size = int(found[1]) if found else 0
            if len(self._buffer) < end + 4 + size:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + size], self._buffer[end + 4 + size :]
            self._send(self._answer(head, body))

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


class Webhooks(asyncio.Protocol):
    """One connection that delivers webhooks one after the other."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        found = _LENGTH.search(self._buffer[:end])
        if len(self._buffer) < end + 4 + (int(found[1]) if found else 0):
            return
        status = int(self._buffer[9:12])
        self._buffer = b""
        answer, self._answer = self._answer, None
        answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the bot closed the connection"))

    async def deliver(self, request: bytes) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


class World:
    """Delivers prepared webhooks to a bot and watches for the replies."""

    def __init__(self, secret: str, people: int, texts: list[str]) -> None:
        self._secret = secret.encode()
        self._people = people
        self._texts = texts
        self._waiting: dict[bytes, float] = {}
        self._figures = Figures()
        self._all_replied = asyncio.Event()

    async def serve(self) -> str:
        server = await asyncio.get_running_loop().create_server(lambda: Api(self.answer), "127.0.0.1", 0)
        self._server = server
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """200 to everything; replies are noted by their token."""
        token = _TOKEN.search(body)
        if token:
            self.replied(token[1])
        return ok(_PROFILE) if b"/profile/" in head else ok()

    def replied(self, token: bytes) -> None:
        began = self._waiting.pop(token, None)
        if began is not None:
            self._figures.replied.append(time.perf_counter() - began)
            if not self._waiting:
                self._all_replied.set()

    def webhook(self, path: str, port: int, events: int) -> tuple[bytes, list[bytes]]:
        """One signed request, and the reply tokens of its events."""
        tokens, bodies = [], []
        for _ in range(events):
            number = next(_numbers)
            token = f"{number:032x}"
            tokens.append(token.encode())
            bodies.append(
                {
                    "type": "message",
                    "message": {
                        "type": "text",
                        "id": str(number),
                        "quoteToken": "q" * 40,
                        "text": self._texts[number % len(self._texts)],
                    },
                    "webhookEventId": f"01BENCH{number:019}",
                    "deliveryContext": {"isRedelivery": False},
                    "timestamp": time.time_ns() // 1_000_000,
                    "source": {
                        "type": "user",
                        "userId": user_id(number * 7919 % self._people),
                    },
                    "replyToken": token,
                    "mode": "active",
                }
            )
        body = json.dumps({"destination": "U" + "0" * 32, "events": bodies}, ensure_ascii=False).encode()
        return signed(path, port, body, self._secret), tokens

    async def run(self, path: str, port: int, webhooks: int, events: int, side_by_side: int) -> Figures:
        """Deliver, `side_by_side` at a time, and wait for every reply (30 s at most after the last)."""
        prepared = deque(self.webhook(path, port, events) for _ in range(webhooks))
        figures = self._figures = Figures(events=webhooks * events)
        self._waiting.clear()
        self._all_replied.clear()
        loop = asyncio.get_running_loop()

        async def connection() -> None:
            _, line = await loop.create_connection(Webhooks, "127.0.0.1", port)
            while prepared:
                request, tokens = prepared.popleft()
                began = time.perf_counter()
                for token in tokens:
                    self._waiting[token] = began
                status = await line.deliver(request)
                figures.acknowledged.append(time.perf_counter() - began)
                figures.refused += status != 200
            line._transport.close()

        figures.began = time.perf_counter()
        await asyncio.gather(*(connection() for _ in range(side_by_side)))
        async with asyncio.timeout(30):
            await self._all_replied.wait()
        figures.ended = time.perf_counter()
        return figures
