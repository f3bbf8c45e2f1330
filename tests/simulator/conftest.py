"""A simulator and a small bot on one server of this test, a clock that stands still, and a browser.

All worlds of a session have one address: the browser keeps the page's hundred files from test to test.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from playwright.async_api import Browser, Page

from bot.model.channel import Channel, Liff
from bot.simulator.simulator import Simulator
from tests.eventually import PATIENCE
from tests.simulator.changes import first_change
from tests.simulator.shop import Shop, shop
from tests.simulator.windows import admin_window

__all__ = ["shop"]

LIFF = Liff("1650000001", "1650000001-mainPage", login_channel_secret="secret-of-login")
MAIN = Channel("main", "@forest", "1001", "secret-of-main", "token-of-main", "森活選品", liff=LIFF)
OTHER = Channel("other", "@tea", "1002", "secret-of-other", None, "好茶")


class StillClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Delivered:
    """One webhook request as the bot got it."""

    headers: dict[str, str]
    raw: bytes
    channel: str

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def event(self) -> Any:
        return self.body["events"][0]


def answering(status: int) -> Callable[[Delivered], Awaitable[int]]:
    """A bot that answers every webhook so."""

    async def answer(delivered: Delivered) -> int:
        return status

    return answer


@dataclass
class Waits:
    """The waits of redeliveries: each is known by its seconds and ends when the test says so."""

    asked: asyncio.Queue[tuple[float, asyncio.Event]] = field(default_factory=asyncio.Queue)

    async def __call__(self, seconds: float) -> None:
        over = asyncio.Event()
        self.asked.put_nowait((seconds, over))
        await over.wait()

    async def end_next(self) -> float:
        seconds, over = await asyncio.wait_for(self.asked.get(), PATIENCE)
        over.set()
        return seconds


@dataclass
class World:
    """All that a test needs: where the simulator is, what the bot got, how the bot answers."""

    url: str
    simulator: Simulator
    clock: StillClock
    waits: Waits
    http: ClientSession
    webhooks: asyncio.Queue[Delivered]
    answer: Callable[[Delivered], Awaitable[int]]
    instead: Callable[[str], web.Response | None] = lambda path: None
    """What a path of the JSON interface is answered with instead, if a test says so."""

    @property
    def api(self) -> str:
        return self.url + "/simulator/api"

    @property
    def line(self) -> str:
        return self.url + "/simulator/line"

    async def webhook(self) -> Delivered:
        return await asyncio.wait_for(self.webhooks.get(), PATIENCE)

    async def do(self, path: str, body: dict[str, Any], method: str = "POST", status: int = 200) -> Any:
        """A call of the JSON interface that must end with `status`."""
        async with self.http.request(method, f"{self.api}/{path}", json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.api}/{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def call(
        self, method: str, path: str, body: Any = None, token: str | None = "token-of-main", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """A call of LINE's API: status, body, headers."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(method, f"{self.line}/{path}", json=body, headers=sent) as response:
            return response.status, await response.json(), dict(response.headers)

    async def friend(self, channel: str = "main", name: str = "小美") -> str:
        """A friend whose follow the bot has received."""
        added = await self.do("friends", {"channel": channel, "name": name})
        await self.do(f"friends/{added['id']}/follow", {})
        await self.webhook()
        return str(added["id"])

    async def until(self, kind: str, after: str, wanted: Callable[[Any], bool]) -> Any:
        """The first change of that kind, after that id, that is `wanted`."""
        return await first_change(self.http, self.api, kind, after, wanted)


@pytest.fixture
def more_routes() -> list[web.RouteDef]:
    """What else the server has; a test module puts its own in place of it."""
    return []


@pytest.fixture(scope="session")
def address() -> Iterator[socket.socket]:
    """Where every world of this session listens, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held


class Served:
    """One application for all worlds with the same routes: adding 300 routes takes longer than most tests."""

    def __init__(self, routes: Sequence[web.RouteDef]) -> None:
        self.handlers: Sequence[Handler] = ()
        """Of the world that is there, in the order of the routes."""
        self.world: World | None = None
        self.app = web.Application(middlewares=[self._as_said])
        self.app.add_routes(
            [web.route(route.method, route.path, self._handler(n)) for n, route in enumerate(routes)]
        )
        self.app.on_shutdown.append(self._stop)

    def _handler(self, number: int) -> Handler:
        async def handled(request: web.Request) -> web.StreamResponse:
            return await self.handlers[number](request)

        return handled

    @web.middleware
    async def _as_said(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        instead = None if self.world is None else self.world.instead(request.path)
        response = await handler(request) if instead is None else instead
        if request.path.startswith("/simulator/static/") and response.status == 200:
            response.headers["Cache-Control"] = "max-age=3600, immutable"  # they are this session's
        return response

    async def _stop(self, app: web.Application) -> None:
        assert self.world is not None
        await self.world.simulator.stop()


@pytest.fixture(scope="session")
def served() -> Callable[[Sequence[web.RouteDef]], Served]:
    """The application of such routes."""
    made: dict[tuple[tuple[str, str], ...], Served] = {}

    def of(routes: Sequence[web.RouteDef]) -> Served:
        shape = tuple((route.method, route.path) for route in routes)
        found = made.get(shape) or Served(routes)
        made[shape] = found
        return found

    return of


@pytest_asyncio.fixture(loop_scope="session")
async def world(
    more_routes: list[web.RouteDef],
    address: socket.socket,
    served: Callable[[Sequence[web.RouteDef]], Served],
) -> AsyncIterator[World]:
    clock, waits = StillClock(), Waits()
    simulator = Simulator([MAIN, OTHER], clock, again_after=(1, 5), answer_within=PATIENCE, wait=waits)
    webhooks: asyncio.Queue[Delivered] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        got = Delivered(dict(request.headers), await request.read(), request.match_info["channel"])
        status = await there.answer(got)
        webhooks.put_nowait(got)
        return web.json_response({}, status=status)

    routes = [*simulator.routes(), web.post("/webhook/{channel}", receive), *more_routes]
    this = served(routes)
    server = TestServer(this.app, socket_factory=lambda *_: address.dup())
    async with ClientSession() as http:
        url = f"http://127.0.0.1:{address.getsockname()[1]}"
        there = World(url, simulator, clock, waits, http, webhooks, answering(200))
        this.handlers, this.world = [route.handler for route in routes], there
        await server.start_server()
        await simulator.start(url)
        yield there
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def friend(world: World) -> str:
    """The id of a friend whose follow the bot has received."""
    return await world.friend()


@pytest_asyncio.fixture(loop_scope="session")
async def admin(chromium: Browser, shop: Shop) -> AsyncIterator[Page]:
    """An admin's window, on a phone."""
    async with admin_window(chromium, shop) as page:
        yield page
