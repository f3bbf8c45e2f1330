"""Which shop has a channel: that of the live playbook, made once, and anew when it changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.app.live import Live
from bot.app.shop_services import oauth_of
from bot.app.shops import TOKENS_LOOK, Shops
from bot.hooks.call import HookCaller
from bot.line.client import LineClient
from bot.line.reissued import Former
from bot.model.channel import Channel
from bot.model.clock import PatientClock, SystemClock
from bot.model.shop import MemberRecord
from bot.model.shop_failure import NotLinked, NotOffered, SeveralMembers
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.playbooks import loaded

CHANNELS = """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, shop: ours}
  outlet: {id: outlet, channel_id: "2", channel_secret: x}
attributes: {points: number, tier: text}
"""
SHOP = "shops: {ours: {platform: cyberbiz, access: app_store, token: T, attributes: {points: a.b}}}\n"
TIER = SHOP.replace("{points: a.b}", "{tier: vip_info.level_name}")
NO_TOKEN = "shops: {ours: {platform: cyberbiz, access: app_store}}\n"
CSV = "shops: {ours: {platform: csv, attributes: {points: 點數}}}\n"


def sound(shops: str) -> ValidPlaybook:
    found = loaded(CHANNELS + shops)
    return valid_playbook(found)


@asynccontextmanager
async def shops_of(
    shops: str, stores: Stores, clock: PatientClock | None = None, base: str | None = None
) -> AsyncIterator[tuple[Shops, Live]]:
    async with ClientSession() as session:
        clock = clock or SystemClock()

        def account(channel: Channel, before: Sequence[Former]) -> LineClient:
            return LineClient(channel, "http://127.0.0.1:1", "http://127.0.0.1:1", session, clock)

        live = Live(sound(shops), "", account, clock)
        try:
            oauth = oauth_of(session, clock, lambda shop, domain: None)
            async with HookCaller(clock, lambda: ()) as hooks:
                yield Shops(live, session, clock, lambda shop: base, stores, hooks, oauth), live
        finally:
            live.close()


async def test_a_channel_without_a_shop_and_one_that_is_not_there(stores: Stores) -> None:
    async with shops_of(SHOP, stores) as (shops, _):
        assert shops.of("outlet") is None
        assert shops.of("nowhere") is None


async def test_a_shop_is_made_once_and_anew_when_the_playbook_says_something_else_of_it(
    stores: Stores,
) -> None:
    async with shops_of(SHOP, stores) as (shops, live):
        first = shops.of("main")
        assert first is not None
        assert shops.of("main") is first
        live.take(sound(SHOP))
        assert shops.of("main") is first, "read again, and the same: it keeps its pace"
        live.take(sound(TIER))
        assert shops.of("main") is not first


async def test_a_shop_that_cannot_be_asked_says_why(stores: Stores) -> None:
    """C3: of one that is to be installed it is known when it is asked."""
    async with shops_of(NO_TOKEN, stores) as (shops, _):
        shop = shops.of("main")
        assert shop is not None
        with pytest.raises(NotLinked, match='"ours" is not linked'):
            await shop.read("M1")


async def test_a_list_is_asked_like_any_other_shop(stores: Stores) -> None:
    """C7: what was imported is found by phone and number, through the playbook's mapping."""
    told = [
        MemberRecord("ours", "M:1", "+886912345678", "M1", {"點數": 12, "birthday": "1990-05-01"}),
        MemberRecord("ours", "M:2", "+886922333444", None, {"點數": ""}),
        MemberRecord("ours", "M:3", "+886933444555", "M3"),
        MemberRecord("ours", "M:4", "+886933444555", "M4"),
    ]
    await stores.member_records.keep("ours", told)
    await stores.member_records.keep(
        "theirs", [MemberRecord("theirs", "M:5", "+886912345678", "M1", {"點數": 99})]
    )
    async with shops_of(CSV, stores) as (shops, _):
        shop = shops.of("main")
        assert shop is not None
        found = await shop.by_phone("+886912345678")
        assert found is not None
        assert (found.member_no, found.shop, found.values) == ("M1", "ours", {"n.points": 12})
        assert await shop.by_phone("+886912345678", born="1990-05-01") == found
        assert await shop.by_phone("+886912345678", born="1990-05-02") is None
        read = await shop.read("M1")
        assert read is not None
        assert (read.phone, read.values) == ("+886912345678", {"n.points": 12})
        without = await shop.by_phone("+886922333444")
        assert without is not None
        assert (without.member_no, without.values) == (None, {})
        assert (await shop.by_phone("+886955666777"), await shop.read("M9")) == (None, None)
        with pytest.raises(SeveralMembers):
            await shop.by_phone("+886933444555")
        with pytest.raises(NotOffered):
            await shop.write_line("M1", "U1", "main")


@dataclass
class AskedShop:
    """A shop at CYBERBIZ that has nobody: when it was asked, and whether it takes our credentials."""

    clock: ManualClock
    status: int = 200
    asked: list[datetime] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(self.clock.now())
        return web.json_response([], status=self.status)

    async def passes(self, minutes: int) -> list[float]:
        """So many minutes, one after the other: at which of them it was asked."""
        began, before = self.clock.now(), len(self.asked)
        for _ in range(minutes):
            await self.clock.waited_for()
            self.clock.advance(TOKENS_LOOK)
        await self.clock.waited_for()
        return sorted({(one - began).total_seconds() / 60 for one in self.asked[before:]})


async def test_a_shop_that_nobody_asks_is_asked_ten_minutes_after_the_start_and_each_hour(
    stores: Stores, clock: ManualClock
) -> None:
    """C3, K4: that it refuses our credentials is known before somebody is to be found there."""
    theirs, owned = AskedShop(clock), {0}
    app = web.Application()
    app.router.add_get("/{path:.*}", theirs.answer)
    async with (
        TestServer(app) as server,
        shops_of(SHOP, stores, clock, str(server.make_url("/")).rstrip("/")) as (shops, _),
    ):
        looks = asyncio.create_task(shops.ask_seldom_asked(owned.__contains__))
        assert await theirs.passes(9) == []
        assert await theirs.passes(80) == [1, 61]
        shop = shops.of("main")
        assert shop is not None
        assert await shop.by_phone("+886912345678") is None
        assert await theirs.passes(59) == [], "somebody has asked it, and it has answered"
        theirs.status = 401
        assert await theirs.passes(1) == [1]
        assert [name for name, _ in shops.found.standing()] == ["ours"]
        owned.clear()
        assert await theirs.passes(70) == [], "another process asks"
        looks.cancel()
        await asyncio.wait([looks])
        assert looks.cancelled()
