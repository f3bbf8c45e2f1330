"""A first sync uses what the platform's pace allows, and memory does not grow with the members (C3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, DummyCookieJar, web

from bot.app.database import open_database
from bot.cli.valid_files import read_valid_playbook
from bot.connectors.shops.directory import Changed, ListingCost
from bot.connectors.shops.members import ListedMembers, Members, members_of
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.settings import ShopSettings
from bot.model.shop import SyncRun
from bot.playbook.valid import ValidPlaybook
from bot.runtime.shops.syncing import ListedShop, SyncWorld, go_on
from bot.simulator.shop.members import PretendMember, crowd
from bot.simulator.simulator import Simulator
from bot.store.stores import Stores

MEMBERS = 1_500
MOST = 1.25
"""Of the time that the platform's rate allows for the calls: of few members the look beforehand is a larger
part."""
GROWS = 64.0
"""MB by which the process may grow after the first tenth: what grows with the members would be far more."""
SHOP = "forest"
PLAYBOOK = """\
bot: 量測
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, shop: forest}}
shops:
  forest:
    platform: cyberbiz
    access: app_store
    token: jwt-of-forest
    attributes: {tier: vip_info.level_name, orders: orders_count}
    consent: accepts_marketing
attributes: {tier: {type: text, title: 等級}, orders: {type: number, title: 訂單}}
rules: [{when: follow, reply: 歡迎}]
"""


class WaitedClock:
    """Goes on by what is waited for alone."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 4, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def wait(self, seconds: float) -> None:
        due = self.moment + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        self.moment = max(self.moment, due)


class WeighedShop:
    """The shop; after each page it is looked at how much memory the process has."""

    def __init__(self, there: Members) -> None:
        self._there = there
        self._process = psutil.Process()
        self.weights: list[float] = []
        """MB."""

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> ListedMembers:
        self.weights.append(self._process.memory_info().rss / 1e6)
        return await self._there.page(within, mark, bare=bare)

    def cost(self) -> ListingCost:
        return self._there.cost()

    @property
    def grown(self) -> float:
        """By how much since a tenth of the pages was read."""
        later = self.weights[len(self.weights) // 10 :]
        return max(later) - later[0]


@pytest.mark.ring("all", "a crowd")
async def test_it_takes_hardly_longer_than_it_must(tmp_path: Path) -> None:
    """Time passes only while somebody waits for the platform's pace; the database is a real one."""
    clock = WaitedClock()
    async with _database(tmp_path) as (stores, served), _shop(served, clock, MEMBERS) as there:
        shop = WeighedShop(there)
        await stores.shop_syncs.order(SHOP, SyncRun("all", "command:measure", clock.now()), None)
        began = clock.now()
        await go_on(_world(stores, served, shop, clock), SHOP, "all")
        took = (clock.now() - began).total_seconds()
        run = (await stores.shop_syncs.one(SHOP)).all
        assert (await stores.shop_members.counted(SHOP, ())).people == MEMBERS
    assert run is not None
    assert (run.state, run.calls) == ("done", 60)
    assert run.seconds is not None
    assert took <= MOST * run.seconds
    assert shop.grown <= GROWS


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[tuple[Stores, ValidPlaybook]]:
    (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    served = read_valid_playbook(folder)
    opened = await open_database(served.settings, folder, {}, "measure")
    try:
        yield opened.stores, served
    finally:
        await opened.close()


@asynccontextmanager
async def _shop(served: ValidPlaybook, clock: WaitedClock, members: int) -> AsyncIterator[Members]:
    settings, playbook = served.settings.shops[SHOP], served.playbook
    async with (
        pretend_platform(settings, clock, crowd(members)) as api,
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        HookCaller(clock, lambda: ()) as hooks,
    ):
        base, attributes = f"{api}/cyberbiz/{SHOP}", playbook.attributes
        yield members_of(settings, attributes, playbook.zone, session, clock, hooks, base=base)


@asynccontextmanager
async def pretend_platform(
    shop: ShopSettings, clock: PatientClock, members: Iterable[PretendMember]
) -> AsyncIterator[str]:
    """Serve the platform of a shop with these members; its address, as `OAFLOW_SHOP_API` takes it."""
    simulator, application = Simulator([], clock, shops=[shop]), web.Application()
    pretend = simulator.shops.by_name[shop.name]
    pretend.members.clear()
    pretend.fill(members)
    application.add_routes(simulator.routes())
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/simulator/shop"
    finally:
        await runner.cleanup()


def _world(stores: Stores, served: ValidPlaybook, shop: ListedShop, clock: WaitedClock) -> SyncWorld:
    async def nobody(channel: str, user: str) -> bool:
        return False

    async def alive() -> Collection[str]:
        return ("measure",)

    return SyncWorld(
        stores,
        lambda: served.playbook,
        lambda: served.settings,
        lambda name: shop,
        nobody,
        lambda part: True,
        alive,
        "measure",
        clock,
    )
