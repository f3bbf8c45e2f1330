"""Decides which HTTP requests the simulator accepts: those of this machine's own pages and programs, of no
other site.

The simulator has no sign-in. A page elsewhere must not reach it through the person's browser, neither by a
cross-site request nor by a name that is made to point here (DNS rebinding), nor through a tunnel that calls
this machine `localhost`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from aiohttp import web

from bot.line.objects.addresses import FORWARDED_HOST, is_local_address

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler) -> Handler:
    """The handler, for this machine only: checks Host and Origin, and that what is sent is JSON."""

    async def handle(request: web.Request) -> web.StreamResponse:
        refused = _objection(request)
        if refused is not None:
            return problem(*refused)
        return await handler(request)

    return handle


def problem(status: int, code: str, message: str, **more: object) -> web.Response:
    """An error of the simulator's own interface."""
    return web.Response(
        status=status,
        body=orjson.dumps({"error": code, "message": message, **more}),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def local_only(handler: Handler) -> Handler:
    """The handler, for this machine only: checks Host and Origin, and takes any content type."""

    async def handle(request: web.Request) -> web.StreamResponse:
        refused = _elsewhere(request)
        return problem(*refused) if refused is not None else await handler(request)

    return handle


def _objection(request: web.Request) -> tuple[int, str, str] | None:
    """Status, code and message of a refusal; `None`: the request is accepted."""
    refused = _elsewhere(request)
    if refused is not None:
        return refused
    if request.method not in ("GET", "HEAD") and request.content_type != "application/json":
        return 415, "content-type", "send application/json"
    return None


def _elsewhere(request: web.Request) -> tuple[int, str, str] | None:
    """The refusal of a request that does not come from this machine; `None`: it does."""
    if not is_local_address(request.host, request.headers.getall(FORWARDED_HOST, ())):
        return 403, "host", "the simulator answers under localhost and loopback addresses only"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return 403, "origin", "the simulator takes no requests from other sites"
    site, mode = request.headers.get("Sec-Fetch-Site"), request.headers.get("Sec-Fetch-Mode")
    if site in ("cross-site", "same-site") and mode != "navigate":
        return 403, "origin", "the simulator takes no requests from other sites"
    return None


DEEPEST = 100
"""Levels of objects and lists in one another."""


def too_deep(value: Any) -> bool:
    """Whether objects and lists are nested deeper than `DEEPEST` levels."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
