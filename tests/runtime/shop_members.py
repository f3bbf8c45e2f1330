"""A pretend shop over HTTP, our database, and whoever reads the shop's members into it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.connectors.shops.members import ListedMembers, Members
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact, contact_id
from bot.model.settings import MappedField, Settings, ShopSettings
from bot.model.shop import LinkEnd, ShopLink, ShopSync, SyncKind, SyncRun, SyncStop
from bot.runtime.shops.syncing import MemberReading, SyncWorld, go_on
from bot.simulator.shop.members import PretendMember, PretendShop, crowd
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW
from tests.connectors.shops.conftest import World, shops_running
from tests.playbooks import compiled

SHOP = ShopSettings(
    "forest",
    "cyberbiz",
    "app_store",
    {"token": "jwt-of-forest"},
    attributes={"tier": MappedField("vip_info.level_name"), "orders": MappedField("orders_count")},
    tags={"願意": "accepts_marketing"},
    consent="accepts_marketing",
)
PLAYBOOK = compiled("""
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, shop: forest}}
shops:
  forest:
    platform: cyberbiz
    access: app_store
    attributes: {tier: vip_info.level_name, orders: orders_count}
    tags: {願意: accepts_marketing}
    consent: accepts_marketing
attributes: {tier: {type: text, title: 等級}, orders: {type: number, title: 訂單}}
tags: {升等: }
rules:
  - {when: {shop: tier_changed}, do: [{add_tags: [升等]}]}
  - {when: follow, reply: 歡迎}
""")


UNLINKED = ShopLink("forest", "cyberbiz", "app_store", "here", "mei", NOW, ended=LinkEnd("mei", NOW, "here"))


@dataclass
class ShopWorld:
    """`settings` and `playbook` may be edited; `lost`: part 0 is another's by now."""

    web: World
    stores: Stores
    patched: pytest.MonkeyPatch
    playbook: Playbook = PLAYBOOK
    settings: Settings = field(default_factory=lambda: Settings({}, shops={"forest": SHOP}))
    at_line: set[str] = field(default_factory=set)
    asked_at_line: list[str] = field(default_factory=list)
    lost: bool = False
    alive: Collection[str] = ("me", "other")
    _made: tuple[ShopSettings, Members] | None = None

    @property
    def shop(self) -> PretendShop:
        return self.web.simulator.shops.by_name["forest"]

    def fill(self, *members: PretendMember, many: int = 0) -> None:
        """These are all members of the shop."""
        self.shop.members.clear()
        self.shop.fill([*crowd(many), *members])

    def world(self, me: str = "me") -> SyncWorld:
        """A process of ours."""

        def shop(name: str) -> Members:
            settings = self.settings.shops[name]
            if self._made is None or self._made[0] != settings:
                infos = self.playbook.attributes
                self._made = settings, self.web.members(settings, attributes=infos)
            return self._made[1]

        async def known_at_line(channel: str, user: str) -> bool:
            self.asked_at_line.append(user)
            return user in self.at_line

        async def alive() -> Collection[str]:
            return self.alive

        return SyncWorld(
            self.stores,
            lambda: self.playbook,
            lambda: self.settings,
            shop,
            known_at_line,
            lambda part: not self.lost,
            alive,
            me,
            self.web.clock,
        )

    async def order(self, kind: SyncKind = "all", by: str = "command:mei") -> None:
        before = (await self.stores.shop_syncs.one("forest")).run(kind)
        assert await self.stores.shop_syncs.order("forest", SyncRun(kind, by, self.web.clock.now()), before)

    async def read(self, kind: SyncKind = "all", me: str = "me") -> ShopSync:
        """Go on as far as it goes; how it stands then."""
        await go_on(self.world(me), "forest", kind)
        return await self.stores.shop_syncs.one("forest")

    async def synced(self) -> ShopSync:
        await self.order()
        return await self.read()

    async def run(self, kind: SyncKind = "all", me: str = "me") -> SyncRun:
        """Go on as far as it goes; how this run stands then."""
        return run_of(await self.read(kind, me), kind)

    async def run_all(self) -> SyncRun:
        """All are read, as somebody orders it."""
        return run_of(await self.synced())

    def meanwhile(self, happens: Callable[[], Awaitable[None]]) -> None:
        """This happens when the first page was read and is not taken yet."""
        take, left = MemberReading._take, [happens]

        async def taking(reading: MemberReading, page: ListedMembers, settings: ShopSettings) -> None:
            while left:
                await left.pop()()
            await take(reading, page, settings)

        self.patched.setattr(MemberReading, "_take", taking)

    async def of_number(self, number: str) -> Contact:
        """The one contact that is this member."""
        found = await self.stores.people.with_member_no(number)
        assert len(found) == 1, (number, found)
        stored = await self.stores.contacts.person(found[0])
        assert stored is not None
        return stored.contact

    async def numbers(self) -> list[str]:
        """Of everybody whom we know."""
        rows = self.stores.contacts._collection.find({"rev": {"$exists": True}, "to": {"$exists": False}})
        ids = [row["_id"] async for row in rows]
        people = await self.stores.contacts.people_of(ids)
        return sorted(one.member_no for one in people.values() if one.member_no is not None)

    def later(self, minutes: float) -> None:
        self.web.clock.moment += timedelta(minutes=minutes)


def run_of(sync: ShopSync, kind: SyncKind = "all") -> SyncRun:
    found = sync.run(kind)
    assert found is not None
    return found


def stop_of(run: SyncRun) -> SyncStop:
    """Why it does not go on."""
    assert run.state == "stopped"
    assert run.stop is not None
    return run.stop


@asynccontextmanager
async def shop_world(database: Database, seal: Seal) -> AsyncIterator[ShopWorld]:
    async with shops_running(SHOP) as web:
        with pytest.MonkeyPatch.context() as patched:
            world = ShopWorld(web, stores_of(database, seal, "me"), patched)
            world.fill()
            yield world


def account(user: str) -> str:
    return contact_id("main", user)


def member(number: str, **more: Any) -> PretendMember:
    return replace(PretendMember(number, f"會員{number}"), **more)
