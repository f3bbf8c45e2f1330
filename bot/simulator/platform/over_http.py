"""How LINE's API reads a request's body and writes its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.state.pictures import PictureBytes

BODY_AT_MOST = 2 * 1024 * 1024


async def read_body(request: web.Request) -> bytes:
    """The body, up to LINE's 2 MB. Raises `Refusal`."""
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
