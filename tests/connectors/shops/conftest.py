"""A pretend shop on a server of this test, clients of it, and a clock that moves when somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from aiohttp.web import Application

from bot.connectors.shops.members import Members, members_of
from bot.engine.compiled.playbook import AttributeInfo
from bot.hooks.call import HookCaller
from bot.model.settings import MappedField, ShopSettings
from bot.simulator.simulator import Simulator

T = TypeVar("T")

TAIPEI = ZoneInfo("Asia/Taipei")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SECRET = ShopSettings(
    "forest",
    "cyberbiz",
    "api_secret",
    {"username": "forest-api", "secret": "s3cret"},
    attributes={
        "tier": MappedField("vip_info.level_name"),
        "tier_until": MappedField("vip_info.expired_at"),
        "points": MappedField("bonus_points.total"),
        "orders": MappedField("orders_count"),
    },
    consent="accepts_marketing",
)
STORE = ShopSettings("bazaar", "cyberbiz", "app_store", {"token": "jwt-of-bazaar"})
LINE = ShopSettings(
    "harbour",
    "shopline",
    None,
    {"username": "harbour-handle", "token": "open-token"},
    attributes={"points": MappedField("member_point_balance"), "tier_until": MappedField("tier_expires_at")},
    tags={"會員": "is_member"},
    consent="is_accept_marketing",
)
OWN = ShopSettings(
    "erp",
    "hook",
    None,
    {"url": "https://erp.example/oaflow", "secret": "shared"},
    attributes={
        "tier": MappedField("tier"),
        "points": MappedField("points"),
        "tier_until": MappedField("tier_until", write=True),
    },
    tags={"行銷": "marketing"},
    consent="marketing",
)
ATTRIBUTES = {
    "tier": AttributeInfo("tier", "text", "t.tier"),
    "tier_until": AttributeInfo("tier_until", "date", "d.tier_until"),
    "points": AttributeInfo("points", "number", "n.points"),
    "orders": AttributeInfo("orders", "number", "n.orders"),
}
MEILING = "+886912345678"


@dataclass
class MovingClock:
    """Stands still until somebody waits: then it is later, and everybody else has had a turn."""

    moment: datetime = NOON
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        due = self.moment + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        self.moment = max(self.moment, due)


@dataclass
class World:
    """The simulator's shops over HTTP."""

    simulator: Simulator
    server: TestServer
    session: ClientSession
    clock: MovingClock
    waited: list[float]
    hooks: HookCaller

    def members(
        self,
        shop: ShopSettings,
        clock: MovingClock | None = None,
        attributes: Mapping[str, AttributeInfo] = ATTRIBUTES,
    ) -> Members:
        """A client with a pace of its own."""
        base = str(self.server.make_url(f"/simulator/shop/{shop.platform}/{shop.name}"))
        asked_at = clock or self.clock
        return members_of(shop, attributes, TAIPEI, self.session, asked_at, self.hooks, base=base)

    async def put(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        url = self.server.make_url(f"/simulator/api/shop/{path}")
        async with self.session.put(url, json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def get(self, path: str, status: int = 200) -> Any:
        async with self.session.get(self.server.make_url(f"/simulator/api/{path}")) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def raw(self, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b"") -> int:
        """The status of a call that is made by hand."""
        url = self.server.make_url(f"/simulator/shop/{path}")
        async with self.session.request(method, url, headers=headers, data=body or None) as response:
            return response.status


async def somebody(asked: Awaitable[T | None]) -> T:
    """Whom a shop has found; where it is nobody the test fails."""
    found = await asked
    assert found is not None
    return found


@asynccontextmanager
async def shops_running(*shops: ShopSettings) -> AsyncIterator[World]:
    clock, waited = MovingClock(), list[float]()

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    application = Application()
    simulator = Simulator([], clock, wait=wait, shops=shops)
    application.add_routes(simulator.routes())
    server = TestServer(application)
    await server.start_server()
    try:
        async with (
            ClientSession(cookie_jar=DummyCookieJar()) as session,
            HookCaller(clock, lambda: ("127.0.0.1",)) as hooks,
        ):
            yield World(simulator, server, session, clock, waited, hooks)
    finally:
        await server.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with shops_running(SECRET, STORE, LINE, OWN) as world:
        yield world
