"""The HTTP server: which address answers what."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable

from aiohttp import web

from bot.model.said import Said, Unavailable, say
from bot.web.health import HealthPages
from bot.web.webhook import WebhookHandler

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a webhook that we take; LINE's own limit for requests is the same."""

SHUTDOWN_SECONDS = 5.0
USUAL_PORT = 8080
BACKLOG = 1024
"""Connections that may wait until somebody takes them."""


class PortTaken(Unavailable):
    """The address cannot be listened on; the sentence says which, why, and what to do."""


def application(
    webhook: WebhookHandler, health: HealthPages, more: Iterable[web.AbstractRouteDef] = ()
) -> web.Application:
    """All routes of `interface.md` that exist so far, and those of the simulator where it runs."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes(
        [
            web.post("/webhook/{channel}", webhook.take),
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.metrics),
            *more,
        ]
    )
    return app


def listen(host: str, port: int, asking_for: Callable[[int], str] = "--port {}".format) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises `PortTaken`.

    `asking_for`: how whoever has started this asks for another port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTaken(_why(host, port, error, asking_for)) from error
    return listener


def _why(host: str, port: int, error: OSError | OverflowError, asking_for: Callable[[int], str]) -> Said:
    address = f"{host}:{port}"
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return say(
            "cannot listen on {address}: the port is in use; if oaflow runs in another window, end it with"
            " Ctrl-C, or take another port:  {other}",
            address=address,
            other=asking_for(port + 1),
        )
    if number == errno.EACCES:
        return say(
            "cannot listen on {address}: take a port from 1024 on:  {other}",
            address=address,
            other=asking_for(USUAL_PORT),
        )
    if isinstance(error, OverflowError):
        return say("cannot listen on {address}: a port is a number from 0 to 65535", address=address)
    why = error.strerror or str(error)
    return say("cannot listen on {address}: {why}", address=address, why=why)


async def set_up(app: web.Application) -> web.AppRunner:
    """What serves it, not yet at any address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS, handle_signals=False)
    await runner.setup()
    return runner


async def serve(app: web.Application, listener: socket.socket) -> web.AppRunner:
    """Begin to serve; `cleanup()` of what is returned stops: no new connections, open requests finish."""
    runner = await set_up(app)
    await serve_at(runner, listener)
    return runner


async def serve_at(runner: web.BaseRunner, listener: socket.socket) -> None:
    """Have it take all that comes to this address."""
    await web.SockSite(runner, listener, backlog=BACKLOG).start()
