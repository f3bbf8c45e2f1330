"""The last answer on a connection, to a request that has not come whole.

Who is still sending would lose the answer by a close, which resets the connection: so it ends a little later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus

from bot.web.webhook import WebhookAnswer

CLOSE = "Connection: close\r\n"

CUT_SECONDS = 5.0
"""For so long we wait until who was refused stops sending."""

UNREAD_SECONDS = 30.0
"""How long whoever does not read our answers keeps a connection."""

NO_HEAD = WebhookAnswer(408, "the head did not come, or too slowly")
TOO_LONG = WebhookAnswer(431, "the head is too long")


def written(answer: WebhookAnswer, last: bool, at: float) -> bytes:
    """The bytes of an answer, `last` on its connection or not, at this time (seconds since 1970)."""
    body = b"{}" if answer.status == 200 else json.dumps({"message": answer.message}).encode()
    return (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nDate: {formatdate(at, usegmt=True)}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"{CLOSE if last else ''}\r\n"
    ).encode() + body


def close_with(transport: asyncio.Transport, answer: bytes, lost: Callable[[Exception | None], None]) -> None:
    """Write this, read no more, and cut the connection if the sender does not stop; `lost` when it ends."""
    transport.write(answer)
    with suppress(OSError):  # it has hung up
        transport.write_eof()
    transport.set_protocol(_Discarding(transport, lost))


class _Discarding(asyncio.Protocol):
    """Reads for nothing what comes behind the last answer."""

    def __init__(self, transport: asyncio.Transport, lost: Callable[[Exception | None], None]) -> None:
        self._lost = lost
        self._cut = asyncio.get_running_loop().call_later(CUT_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cut.cancel()
        self._lost(exc)
