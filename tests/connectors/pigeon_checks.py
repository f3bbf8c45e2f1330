"""What `test_beside.py` has looked at in a process where the package is installed; of itself no test."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from bot.connectors.shops.members import members_of
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.shops.webhook import DeliveredWebhook, NotSigned
from bot.connectors.shops.webhooks import meaning, verified
from bot.connectors.sms.providers import PROVIDERS, sender_of
from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsSent
from bot.engine.compiled.playbook import TAIPEI
from bot.hooks.call import HookCaller
from bot.line.http_call import lasting_session
from bot.model.outside import WHY_CLOSED, close_outside
from bot.model.settings import ShopSettings, SmsSettings
from bot.model.shop_failure import NotAsked, NotPermitted
from bot.playbook.syntax.hiding import hidden
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from tests.conftest import ManualClock
from tests.connectors.shops.conftest import shops_running, somebody
from tests.connectors.sms.provider import provider

CODE = ShortMessage("0" * 32, "+886912345678", "012345")
GIVEN = {"url": "http://127.0.0.1:9", "token": "of-the-shop", "webhook_secret": "feather"}
SHOP = ShopSettings("loft", "pigeonshop", credentials=GIVEN)


def test_they_come_behind_ours() -> None:
    assert [*PROVIDERS][-1] == "pigeon"
    assert [*PLATFORMS][-1] == "pigeonshop"


async def test_it_sends_by_the_client_that_is_handed_in() -> None:
    async with provider("taken") as there:
        settings = SmsSettings("codes", "pigeon", {"loft": there.address, "pin": "1234"})
        assert await sender_of(settings, there.session).send(CODE) == SmsSent(Credit(7))
        assert there.forms == [{"to": "+886912345678", "text": "012345", "pin": "1234"}]


async def test_it_does_not_send_where_all_ways_out_are_closed() -> None:
    """B12."""
    async with provider("taken") as there, lasting_session() as session:
        close_outside(True)
        settings = SmsSettings("codes", "pigeon", {"loft": there.address, "pin": "1234"})
        assert await sender_of(settings, session).send(CODE) == SmsNotSent(WHY_CLOSED, "unreachable")
        with pytest.raises(NotAsked):
            await _of_phone(SHOP)
        close_outside(False)
        assert not there.forms


async def test_it_does_not_call_into_our_own_network() -> None:
    """F3: by the session that a process hands to connectors."""
    async with provider("taken") as there, lasting_session(outside=True) as session:
        settings = SmsSettings("codes", "pigeon", {"loft": there.address, "pin": "1234"})
        result = await sender_of(settings, session).send(CODE)
        assert isinstance(result, SmsNotSent)
        assert result.why == "unreachable"
        assert not there.forms
    with pytest.raises(NotPermitted, match="own network"):
        await _of_phone(SHOP)


async def _of_phone(shop: ShopSettings) -> object:
    clock = ManualClock()
    async with lasting_session(outside=True) as session, HookCaller(clock, lambda: ()) as hooks:
        return await members_of(shop, {}, TAIPEI, session, clock, hooks).by_phone("+886912345678")


async def test_its_shop_is_played() -> None:
    async with shops_running(SHOP) as world:
        found = await somebody(world.members(SHOP).by_phone("+886912345678"))
        assert found.member_no == "5001"
        assert (await world.get("shops"))["platforms"]["pigeonshop"] == {
            "brand": "Pigeon shop",
            "office": False,
        }


def test_its_news_are_read() -> None:
    body = json.dumps({"no": "5001"}).encode()
    headers = CIMultiDict({"X-Pigeon": "feather", "X-Topic": "changed"})
    came = DeliveredWebhook(headers, {}, body, datetime(2026, 11, 20, tzinfo=UTC))
    webhook = verified("pigeonshop", "loft", "feather", came, None)
    assert meaning("pigeonshop", webhook).member == "5001"
    with pytest.raises(NotSigned):
        verified("pigeonshop", "loft", "another", came, None)


def test_its_secrets_are_shown_to_nobody() -> None:
    """A pin is none by its name: the manifest says so."""
    text = "sms: {codes: {provider: pigeon, loft: https://loft.example, pin: '1234'}}\npin: 九\n"
    root, _ = parse(SourceFile("bot.yaml", text))
    assert hidden(text, root).count("1234") == 0
    assert "loft.example" in hidden(text, root)
    assert "九" in hidden(text, root)
