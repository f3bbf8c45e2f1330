"""What somebody says here about marketing stands in the shop's record, on every platform that can. C10"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.connectors.shops.members import Members
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Binding, Contact, Identity
from bot.model.settings import ShopSettings
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.member_writing import MemberWriter
from bot.simulator.shop.members import PretendMember
from tests.conftest import NOW
from tests.connectors.shops.conftest import LINE, OWN, SECRET, STORE, World, shops_running
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

pytestmark = pytest.mark.ring("all", "several processes of a bot")

SHOPS = [
    replace(SECRET, consent="accepts_marketing", writes_consent=True),
    replace(STORE, consent="accepts_marketing", writes_consent=True),
    replace(LINE, consent="is_accept_marketing", writes_consent=True),
    replace(OWN, consent="marketing", writes_consent=True),
]
SAYS = {
    "cyberbiz": "platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque",
    "shopline": "platform: shopline, username: u, token: opaque, webhook_secret: opaque",
    "hook": "platform: hook, url: https://erp.example/oaflow, secret: opaque",
}


def playbook(shop: ShopSettings) -> Playbook:
    return compiled(f"""\
channels: {{main: {{id: forest, channel_id: "1", channel_secret: x, shop: {shop.name}}}}}
api_token: 0f1e0f1e0f1e0f1e0f1e0f1e0f1e0f1e
shops:
  {shop.name}: {{{SAYS[shop.platform]}, consent: {{from: {shop.consent}, write: true}}}}
rules:
  - {{when: {{text: 不收}}, stop_marketing: true}}
  - {{when: {{text: 要收}}, allow_marketing: true}}
""")


class ThisOne:
    """The one shop."""

    def __init__(self, members: Members) -> None:
        self._members = members

    def by_name(self, name: str) -> Members | None:
        return self._members if name == self._members.name else None


class Customer:
    """A member of the shop on LINE, and the record there."""

    def __init__(self, bot: Bot, web: World, shop: str) -> None:
        self.bot, self.web, self.shop = bot, web, shop

    async def says(self, text: str) -> None:
        await self.bot.hears(said(text, "U1", self.bot.clock, replyToken=None))

    @property
    def record(self) -> PretendMember:
        return self.web.simulator.shops.by_name[self.shop].members["5001"]

    async def contact(self) -> Contact:
        return (await self.bot.stored("U1")).contact


@pytest.fixture(params=SHOPS, ids=lambda shop: shop.name)
async def customer(request: pytest.FixtureRequest, bots: Bots) -> AsyncIterator[Customer]:
    shop: ShopSettings = request.param
    async with shops_running(shop) as web:
        desk = MemberWriter(ThisOne(web.members(shop)))
        bot = bots.make(playbook(shop), effects=EffectRouter(desk))
        contact = Contact(
            "main:U1",
            identities=(Identity("main", "U1", True, seen=NOW),),
            phone="+886912345678",
            member_no="5001",
            member_shop=shop.name,
            bindings={"phone": Binding(NOW)},
            marketing_shop=True,
            marketing=True,
        )
        await come(bot.contacts, contact)
        await bot.start()
        yield Customer(bot, web, shop.name)
        await bot.crash()


async def test_no_and_yes_are_written_into_the_record(customer: Customer) -> None:
    assert customer.record.marketing
    for says, allowed in (("不收", False), ("要收", True)):
        await customer.says(says)
        assert customer.record.marketing is allowed
        now = await customer.contact()
        assert (now.marketing_here, now.marketing_shop, now.marketing) == (allowed, allowed, allowed)
    assert await customer.bot.dead_letters() == []
    assert customer.record.name == "陳美玲", "nothing else was written"


async def test_the_shop_is_away_and_the_no_is_kept_here(customer: Customer) -> None:
    """Nobody is sent anything meanwhile; what was not written is a dead letter."""
    await customer.web.put(f"{customer.shop}/faults", {"answer": "500"})
    await customer.says("不收")
    now = await customer.contact()
    assert (now.marketing_here, now.marketing_shop, now.marketing) == (False, True, False)
    assert customer.record.marketing
    [letter] = await customer.bot.dead_letters()
    assert letter.reason == "failed"
    assert "not written to the shop" in letter.detail
