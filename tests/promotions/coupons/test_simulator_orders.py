"""N1: over HTTP, as each platform signs it: an order with a coupon's code uses it; undone, it is back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.simulator.member_page import opened
from tests.simulator.shop import Shop, open_shop, written

PLAYBOOK = """\
bot: 森活選品
api_token: ${{EVENTS_TOKEN:-}}
channels:
  main: {{id: "@forest", channel_id: "1234", channel_secret: opaque, access_token: token, shop: forest,
    liff: {{liff_id: 1234567890-abcdefgh, login_channel_id: "5678"}}}}
shops:
  forest: {{{shop}, channel: main}}
coupons:
  折百: {{for: 30d, redeem: order, gives_back: true}}
  夏天: {{for: 30d, redeem: [press, order], code: SUMMER100}}
rules:
  - {{when: {{text: 領券}}, do: [{{give_coupon: 折百}}, {{give_coupon: 夏天}}]}}
  - when: {{coupon: any, result: [given, had]}}
    reply: "{{{{ event.coupon }}}} {{{{ event.code }}}}"
  - {{when: {{coupon: any, result: failed}}, reply: 請再試一次}}
  - {{when: {{coupon: any, result: redeemed}}, push: "用了 {{{{ event.coupon }}}}"}}
  - {{when: {{coupon: any, result: returned}}, push: "還您 {{{{ event.coupon }}}}"}}
"""
PLATFORMS = {
    "cyberbiz": "platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque-webhooks",
    "shopline": "platform: shopline, username: u, token: opaque, webhook_secret: opaque-webhooks",
    "hook": "platform: hook, url: 'https://erp.example', secret: opaque-secret-of-the-erp",
}


async def bought(shop: Shop, friend: str, news: str, *codes: str, number: str = "A1") -> None:
    order = {"news": news, "amount": 880, "order_no": number, "codes": [*codes]}
    status = (await shop.do(f"friends/{friend}/shop", order))["status"]
    assert status in (200, 202), status
    await shop.rest()


async def coupons(shop: Shop, friend: str) -> dict[str, str]:
    """What the friend's own page says of each."""
    page = await opened(shop, friend, "my_coupons")
    return {one["title"]: one["state"] for one in page.screen["coupons"]}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_order_uses_the_coupons_of_its_codes(tmp_path: Path, platform: str, desk: Page) -> None:
    async with open_shop(written(tmp_path / "shop", PLAYBOOK.format(shop=PLATFORMS[platform]))) as shop:
        friend, other = await shop.friend(), await shop.friend("小明")
        for number, one in (("8401", friend), ("8402", other)):
            body = {"name": "客人", "line": one}
            await shop.do(f"shop/forest/members/{number}", body, method="PUT")
            await shop.do(f"friends/{one}/shop", {"news": "member_updated"})
        await shop.say(friend, "領券")
        told = " ".join(await shop.texts(friend))
        found = re.search(r"折百 ([0-9A-Z]{5}-[0-9A-Z]{5})", told)
        assert found is not None, told
        code = found[1]
        await shop.do("shop/forest/webhooks", {"deliver": "twice"}, method="PUT")

        await bought(shop, other, "order_placed", code, "SUMMER100", "SHOPS-OWN")
        assert await coupons(shop, friend) == {"折百": "used", "夏天": "usable"}, "whose code it is"
        await bought(shop, other, "order_paid", code, "SUMMER100", "SHOPS-OWN")
        await bought(shop, other, "order_cancelled", code, "SUMMER100", "SHOPS-OWN")
        assert await coupons(shop, friend) == {"折百": "usable", "夏天": "usable"}
        await bought(shop, friend, "order_placed", code.lower(), number="A2")
        assert await coupons(shop, friend) == {"折百": "used", "夏天": "usable"}
        said = [text for text in await shop.texts(friend) if text[:2] in ("用了", "還您")]
        assert said == ["用了 折百", "還您 折百", "用了 折百"]

        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-shop").click()
        await desk.get_by_label("通知什麼").select_option("order_placed")
        await desk.get_by_label("優惠券代碼").fill("summer100， SHOPS-OWN")
        await desk.get_by_role("button", name="通知機器人").click()
        await expect(desk.get_by_text("商店已通知機器人：小美，下了訂單。")).to_be_visible()
        await shop.rest()
        of_orderer = "usable" if platform == "hook" else "used"  # which proves nobody's LINE account
        assert await coupons(shop, friend) == {"折百": "used", "夏天": of_orderer}
