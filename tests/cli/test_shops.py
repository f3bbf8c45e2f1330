"""Which shop has a channel: that of the live playbook, made once, and anew when it changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from bot.app.live import Live
from bot.app.shops import Shops
from bot.cli.run.not_yet import not_carried_out
from bot.line.client import LineClient
from bot.line.reissued import Former
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.shops.failure import CredentialsMissing, NotOffered
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
CSV = "shops: {ours: {platform: csv, file: members.csv}}\n"


def sound(shops: str) -> ValidPlaybook:
    found = loaded(CHANNELS + shops)
    return valid_playbook(found)


@asynccontextmanager
async def shops_of(shops: str) -> AsyncIterator[tuple[Shops, Live]]:
    async with ClientSession() as session:
        clock = SystemClock()

        def account(channel: Channel, before: Sequence[Former]) -> LineClient:
            return LineClient(channel, "http://127.0.0.1:1", "http://127.0.0.1:1", session, clock)

        live = Live(sound(shops), "", account, clock)
        try:
            yield Shops(live, session, clock, lambda shop: None), live
        finally:
            live.close()


async def test_a_channel_without_a_shop_and_one_that_is_not_there() -> None:
    async with shops_of(SHOP) as (shops, _):
        assert shops.of("outlet") is None
        assert shops.of("nowhere") is None


async def test_a_shop_is_made_once_and_anew_when_the_playbook_says_something_else_of_it() -> None:
    async with shops_of(SHOP) as (shops, live):
        first = shops.of("main")
        assert first is not None
        assert shops.of("main") is first
        live.take(sound(SHOP))
        assert shops.of("main") is first, "read again, and the same: it keeps its pace"
        live.take(sound(TIER))
        assert shops.of("main") is not first


async def test_a_shop_that_cannot_be_asked_says_why() -> None:
    async with shops_of(NO_TOKEN) as (shops, _):
        with pytest.raises(CredentialsMissing, match='"ours" has no "token"'):
            shops.of("main")
    async with shops_of(CSV) as (shops, _):
        with pytest.raises(NotOffered, match='its platform is "csv"'):
            shops.of("main")


@pytest.mark.parametrize(("shops", "fails"), [(SHOP, False), (CSV, True)])
def test_what_cannot_be_asked_yet_is_said_at_the_start(shops: str, fails: bool) -> None:
    told = not_carried_out(sound(shops).unbuilt, simulator=False)
    assert ("other shops" in str(told)) == fails


def test_a_shop_that_is_to_be_installed_from_the_app_store_is_said_at_the_start() -> None:
    """C3: `check` asks for no token there, for an installation gives it, which comes later."""
    told = not_carried_out(sound(NO_TOKEN).unbuilt, simulator=False)
    assert "the app store" in str(told)
