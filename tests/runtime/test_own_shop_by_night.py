"""The example server of docs/own-shop.md, read by night: what changes there and nobody tells. C6"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.connectors.shops.members import Members, members_of
from bot.hooks.answer import HookFailure, HookReply
from bot.hooks.call import HookCaller
from bot.model.clock import SystemClock
from bot.model.contact import Binding, Contact, contact_id
from bot.model.settings import HookSettings, MappedField, Settings, ShopSettings
from bot.model.shop import ShopSync, SyncRun
from bot.runtime.shops.all_shops import SyncedShops, next_poll
from bot.runtime.shops.syncing import OVERLAP, PASSED, SyncWorld
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.connectors.shops.conftest import MovingClock
from tests.own_shop import example_server
from tests.people import changed
from tests.playbooks import compiled
from tests.runtime.harness import Bot, followed
from tests.runtime.shop import Shop

PLAYBOOK = compiled(
    """\
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, shop: erp}}
shops: {erp: {platform: hook, url: "https://erp.example/", secret: shared, attributes: {tier: tier}}}
attributes: {tier: text}
rules:
  - {when: {shop: tier_changed}, push: "您是 {{ attribute.tier }}"}
  - {when: follow, reply: 歡迎}
"""
)
ANGEL = "0912345678"


class Asked(HookCaller):
    """Keeps from which moment on the server is asked for who has changed."""

    def __init__(self) -> None:
        super().__init__(SystemClock(), lambda: ("127.0.0.1",))  # it looks at its own clock
        self.since: list[str | None] = []

    async def call(self, hook: HookSettings, id_: str, body: Any) -> HookReply | HookFailure:
        if body["ask"] == "list":
            self.since.append(body["since"])
        return await super().call(hook, id_, body)


@dataclass
class ByNight:
    """The server, a bot whose people are on LINE, and whoever reads the one into the other."""

    here: Shop
    bot: Bot
    members: Path
    there: Members
    settings: ShopSettings
    asked: Asked
    clock: MovingClock

    def changes(self, tier: str, *numbers: int) -> None:
        """As a till does it: nobody is told."""
        at = f"{self.clock.now():%Y-%m-%dT%H:%M:%S}.000Z"
        with closing(sqlite3.connect(self.members, isolation_level=None)) as db:
            for number in numbers:
                values = (number, ANGEL if number == 1 else f"093{number:07}", tier, at)
                db.execute(
                    "REPLACE INTO member (member_no, phone, tier, updated_at) VALUES (?, ?, ?, ?)", values
                )

    def process(self, me: str) -> SyncedShops:
        """One that owns part 0: it remembers nothing of another."""

        async def nobody(channel: str, user: str) -> bool:
            return False

        async def alive() -> Collection[str]:
            return (me,)

        world = SyncWorld(
            stores_of(self.here.database, self.here.seal, me),
            lambda: PLAYBOOK,
            lambda: Settings({}, shops={"erp": self.settings}),
            lambda name: self.there,
            nobody,
            lambda part: True,
            alive,
            me,
            self.clock,
        )
        return SyncedShops(world)

    async def reads(self, me: str) -> ShopSync:
        """This process looks, and sees through what there is to do."""
        synced = self.process(me)
        await synced.look()
        await asyncio.gather(*synced._tasks.values())
        await self.here.quiet()
        return await self.bot.stores.shop_syncs.one("erp")

    async def read_first(self) -> ShopSync:
        """All of them, as staff order it."""
        assert await self.bot.stores.shop_syncs.order(
            "erp", SyncRun("all", "command:mei", self.clock.now()), None
        )
        return await self.reads("first")

    def until_night(self, sync: ShopSync) -> None:
        at = next_poll(sync, PLAYBOOK.zone)
        assert at is not None
        self.clock.moment = at

    async def is_member(self, user: str, number: str) -> None:
        """Somebody on LINE has bound their phone."""
        await self.bot.hear(followed(user, self.here.clock))
        await self.here.quiet()
        await changed(
            self.bot.contacts,
            contact_id("main", user),
            phone="+886912345678",
            bindings={"phone": Binding(NOW)},
            member_no=number,
            member_shop="erp",
        )

    async def member(self, number: int) -> Contact:
        stores = self.bot.stores
        [found] = await stores.people.with_member_no(str(number))
        stored = await stores.contacts.person(found)
        assert stored is not None
        return stored.contact

    def pushed(self) -> list[str]:
        return [text for call in self.here.line.calls if call.kind == "push" for text in call.texts]


@pytest.fixture
async def erp(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ByNight]:
    members, clock = tmp_path / "members.db", MovingClock()
    with example_server(members, monkeypatch) as port:
        credentials = {"url": f"http://127.0.0.1:{port}/", "secret": "shared"}
        settings = ShopSettings("erp", "hook", None, credentials, attributes={"tier": MappedField("tier")})
        async with ClientSession() as session, Asked() as asked:
            infos, zone = PLAYBOOK.attributes, PLAYBOOK.zone
            there = members_of(settings, infos, zone, session, clock, asked)
            bot = await shop.opens(PLAYBOOK)
            yield ByNight(shop, bot, members, there, settings, asked, clock)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_nobody_has_told_is_found_at_night(erp: ByNight) -> None:
    """Who has LINE hears it as news; who has none, and who is new there, silently. The next night asks only
    for what was changed since, also where another process reads then."""
    erp.changes("一般", 1, 2)
    await erp.is_member("U1", "1")
    erp.clock.moment += timedelta(hours=1)
    first = await erp.read_first()
    assert erp.pushed() == [], "the first reading is silent"
    erp.clock.moment += timedelta(hours=1)
    erp.changes("金卡", 1, 2, 3)
    erp.until_night(first)
    night = await erp.reads("second")
    assert night.poll is not None
    assert (night.poll.state, night.poll.figures.read) == ("done", 3)
    assert erp.pushed() == ["您是 金卡"]
    assert [(await erp.member(number)).attributes["t.tier"].value for number in (1, 2, 3)] == ["金卡"] * 3
    erp.until_night(night)
    erp.changes("白金卡", 2)
    erp.clock.moment += PASSED + timedelta(minutes=1)
    next_night = await erp.reads("third")
    assert next_night.poll is not None
    assert (next_night.poll.state, next_night.poll.figures.read) == ("done", 1)
    assert (await erp.member(2)).attributes["t.tier"].value == "白金卡"
    assert erp.pushed() == ["您是 金卡"]
    assert first.cursor is not None
    assert night.cursor is not None
    moments = [f"{one.isoformat().removesuffix('+00:00')}Z" for one in (first.cursor, night.cursor)]
    assert list(dict.fromkeys(erp.asked.since))[-2:] == moments
    assert night.poll.until is not None
    assert night.cursor == night.poll.until - OVERLAP
