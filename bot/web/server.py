"""The HTTP server of a process: the routes of its applications, its connections, how it listens, and how it
stops without losing a request."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.model.translatable import Translatable, Unavailable, tr
from bot.web.connections import ConnectionLimit
from bot.web.health import HealthPages
from bot.web.middlewares import keep_plain, refuse_packed, return_raised
from bot.web.request_head_timeout import AiohttpConnections, RequestHeadTimeout
from bot.web.webhook import BODY_LIMIT, WebhookHandler
from bot.web.webhook_connections import WebhookConnections

HEALTH = web.AppKey("health", HealthPages)
"""What answers for the process's health and figures, in the application; also in `private_application`."""
WEBHOOKS = web.AppKey("webhooks", WebhookHandler)
"""What answers webhooks, where `serve` is to read most of them without aiohttp's server."""

CONNECTION_LIMIT = web.AppKey("connection_limit", ConnectionLimit)
"""The limit of open connections, in an application that answers webhooks."""

SHUTDOWN_SECONDS = 5.0
"""Seconds in which requests under way may finish once the server stops."""
USUAL_PORT = 8080
"""The port that a message offers where one below 1024 is not permitted."""
BACKLOG = 1024
"""Connections that may wait to be accepted."""


PROXY_PATIENCE = 1.0
"""Seconds for which a proxy that asks `/healthz` may notice that a process stops, and go elsewhere: all that
it sends meanwhile is answered, as the last on its connection. What it sends on one that is just being closed
is lost, for no form is sent twice."""
ON_ITS_WAY = 0.05
"""Seconds that the first request of a connection that was accepted last has to come."""


class PortTaken(Unavailable):
    """The address cannot be listened on; the sentence says which, why, and what to do."""


def application(
    webhook: WebhookHandler,
    health: HealthPages,
    more: Iterable[web.AbstractRouteDef] = (),
    *,
    private: bool = False,
    limit: ConnectionLimit | None = None,
    plain: bool = False,
) -> web.Application:
    """The application with webhooks, `/healthz`, readiness and figures; `more` are the routes of everything
    else that the process serves.

    `private`: readiness and figures are only at an address of their own, `private_application`.

    `limit`: of connections. `plain`: aiohttp's server reads all of them.
    """
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[return_raised, refuse_packed])
    app[HEALTH] = health
    if not plain:
        app[WEBHOOKS] = webhook
    app[CONNECTION_LIMIT] = limit or ConnectionLimit()
    own = () if private else _private_routes(health)
    alive = web.get("/healthz", health.healthz)
    app.add_routes([web.post("/webhook/{channel}", webhook.take), alive, *own, *more])
    return app


def private_application(public: web.Application) -> web.Application:
    """Health, readiness and figures of an application, and nothing else: for a port that is not public."""
    health = public[HEALTH]
    app = web.Application(client_max_size=0, middlewares=[return_raised, refuse_packed])
    app.add_routes([web.get("/healthz", health.healthz), *_private_routes(health)])
    return app


def _private_routes(health: HealthPages) -> list[web.RouteDef]:
    return [web.get("/readyz", health.readyz), web.get("/metrics", health.metrics)]


def listen(host: str, port: int, asking_for: Callable[[int], str] = "--port {}".format) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises `PortTaken`.

    `asking_for`: how to ask for another port, for the message.
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


def _why(
    host: str, port: int, error: OSError | OverflowError, asking_for: Callable[[int], str]
) -> Translatable:
    address = f"{host}:{port}"
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return tr(
            "cannot listen on {address}: the port is in use; if oaflow runs in another window, end it with"
            " Ctrl-C, or take another port:  {other}",
            address=address,
            other=asking_for(port + 1),
        )
    if number == errno.EACCES:
        return tr(
            "cannot listen on {address}: take a port from 1024 on:  {other}",
            address=address,
            other=asking_for(USUAL_PORT),
        )
    if isinstance(error, OverflowError):
        return tr("cannot listen on {address}: a port is a number from 0 to 65535", address=address)
    why = error.strerror or str(error)
    return tr("cannot listen on {address}: {why}", address=address, why=why)


class Connections:
    """All connections of an application, wherever they come in: made, counted, ended. Made by `of`."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
            handle_signals=False,
            auto_decompress=False,  # it would unpack also what nobody has asked for: see `packed_bodies`
        )
        self._health = app.get(HEALTH, None)
        self._leaving = False
        self.webhooks: WebhookConnections | None = None
        self.by_aiohttp: AiohttpConnections | None = None
        self.begin: Callable[[], asyncio.Protocol]
        """Makes the protocol that reads and answers a new connection."""

    @classmethod
    async def of(cls, app: web.Application) -> Connections:
        """`WebhookConnections` reads those of an application with `WEBHOOKS`, aiohttp's server all others."""
        made = cls(app)
        app.on_response_prepare.extend((keep_plain, made._set_connection_header))
        app.middlewares.append(made._begin)
        await made._runner.setup()
        made.begin = reader = cast("Callable[[], web.RequestHandler]", made._runner.server)
        if CONNECTION_LIMIT in app:
            made.begin = made.by_aiohttp = AiohttpConnections(reader, app[CONNECTION_LIMIT])
            if WEBHOOKS in app:
                made.begin = made.webhooks = WebhookConnections(app[WEBHOOKS], made.by_aiohttp)
        return made

    def open_now(self) -> int:
        """How many there are."""
        server = self._runner.server
        assert server is not None
        return len(server.connections) + (len(self.webhooks.open) if self.webhooks is not None else 0)

    def leave(self) -> None:
        """From now on each answer is the last on its connection, and `/healthz` says that it stops."""
        self._leaving = True
        if self._health is not None:
            self._health.stops = True
        if self.webhooks is not None:
            self.webhooks.leaving = True

    @web.middleware
    async def _begin(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware: the connection of the request learns that its handler begins."""
        if (one := self._one_of(request)) is not None:
            one.begin(request.content)
        return await handler(request)

    async def _set_connection_header(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Before an answer is sent: say `Connection: close` on one that is the last."""
        one = self._one_of(request)
        last = one is not None and one.answer()
        if last or self._leaving:
            answer.headers["Connection"] = "close"
            answer.force_close()

    def _one_of(self, request: web.Request) -> RequestHeadTimeout | None:
        """The connection on which aiohttp has read a request."""
        return None if self.by_aiohttp is None else self.by_aiohttp.by_reader.get(request.protocol)

    async def end(self) -> None:
        """Close idle connections, and wait for requests under way, `SHUTDOWN_SECONDS` at most."""
        if self.webhooks is None:
            await self._runner.cleanup()
            return
        await asyncio.sleep(0)  # what has come already is taken
        self.webhooks.close()
        await asyncio.gather(self.webhooks.closed(SHUTDOWN_SECONDS), self._runner.cleanup())


class WebServer:
    """A server that listens at an address, with its connections."""

    def __init__(self, listening: asyncio.Server, connections: Connections, listener: socket.socket) -> None:
        self._listener = listener
        self.webhooks = connections.webhooks
        self.by_aiohttp = connections.by_aiohttp
        self._listening = listening
        self._connections = connections

    @property
    def port(self) -> int:
        """The port at which it listens."""
        return int(self._listening.sockets[0].getsockname()[1])

    async def leave(self) -> None:
        """Have a proxy in front notice that this process stops, while it is still served."""
        self._connections.leave()
        await asyncio.sleep(PROXY_PATIENCE)
        loop, waiting = asyncio.get_running_loop(), _waiting(self._listener)
        self._listening.close()
        for connection in waiting:
            with suppress(OSError):  # it has hung up already
                await loop.connect_accepted_socket(self._connections.begin, connection)
        await asyncio.sleep(ON_ITS_WAY)

    async def cleanup(self) -> None:
        """Stop: no new connections, idle ones are closed, requests under way finish."""
        self._listening.close()
        await self._connections.end()


def _waiting(listener: socket.socket) -> list[socket.socket]:
    """Connections that nobody has taken yet: the system would reset them with the listener."""
    found = []
    listener.setblocking(False)
    with suppress(OSError):  # no more wait
        while True:
            found.append(listener.accept()[0])
    return found


async def serve(app: web.Application, listener: socket.socket) -> WebServer:
    """Begin to serve an application at this socket."""
    connections = await Connections.of(app)
    return WebServer(await serve_at(connections, listener), connections, listener)


async def serve_at(connections: Connections, listener: socket.socket) -> asyncio.Server:
    """Accept all connections of this socket."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(connections.begin, sock=listener, backlog=BACKLOG)
