"""A call of LINE's API as it comes in, and what goes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import orjson
from aiohttp import web

from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.state.account import Account
from bot.simulator.state.pictures import PictureBytes


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An authorised call of the API."""

    id: str
    """LINE's id of the request."""
    account: Account
    """Whose access token it has."""
    path: Mapping[str, str]
    """The parameters of the path."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    """The JSON of calls that take JSON."""
    raw: bytes = b""
    """The bytes of calls that take a picture."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back to the caller, and what the log shows of the call."""

    status: int = 200
    body: Mapping[str, Any] | PictureBytes = field(default_factory=dict)
    chat: str | None = None
    """For the log: the chat that it is about."""
    messages: int = 0
    """For the log: how many messages it has."""
    paid: int = 0
    """For the log: messages that it takes of the month's quota."""
    text: str | None = None
    """For the log: what it says."""


CallHandler: TypeAlias = Callable[[ApiCall], Awaitable[Answered]]
"""Answers a call. Raises `LineRefusal`."""
Takes: TypeAlias = Literal["nothing", "json", "picture"]
"""What the body of a call is."""


class Route(NamedTuple):
    """A call of the API: method, path below the base address, name in the log, handler, and what its body
    is."""

    method: str
    path: str
    name: str
    answer: CallHandler
    takes: Takes = "nothing"


BODY_AT_MOST = 2 * 1024 * 1024
"""Bytes."""


async def read_body(request: web.Request) -> bytes:
    """The body, up to LINE's 2 MB. Raises `LineRefusal`."""
    read = bytearray()
    async for piece in request.content.iter_any():
        read += piece
        if len(read) > BODY_AT_MOST:
            raise LineRefusal(413, "Request Entity Too Large")
    return bytes(read)


def line_response(
    id: str, status: int, body: Mapping[str, Any] | PictureBytes, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer with the request's id, as every one of LINE's has it; 204 has no body."""
    bytes_of = body.content if isinstance(body, PictureBytes) else orjson.dumps(body)
    return web.Response(
        status=status,
        body=None if status == 204 else bytes_of,
        content_type=body.kind if isinstance(body, PictureBytes) else "application/json",
        headers={"X-Line-Request-Id": id, **(headers or {})},
    )
