"""H1, E3: what happens elsewhere, played: the shop's news of orders and members, staff who take over."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import APIResponse, Page, Route, expect

from tests.cli.oaflow import ended
from tests.eventually import PATIENCE, eventually, frames
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import bound, new_phone
from tests.simulator.test_binding_with_shop import proven, put


async def heard(shop: Shop, friend: str) -> list[str]:
    await shop.rest()
    return [turn["heard"] for turn in await shop.turns(friend)]


@pytest.mark.ring("all", "starts a process")
async def test_news_of_the_shop_bring_the_members_record(shop: Shop) -> None:
    """C2, C6: another tier, an order: what is known is read anew, the menu follows."""
    phone = new_phone()
    await put(shop, "members/8101", {"name": "小美", "phone": phone, "tier": "一般"})
    friend = await proven(shop, phone)
    await shop.rest()
    await put(shop, "members/8101", {"tier": "白金卡", "points": [{"left": 7}]})
    assert "shop tier_changed" in await heard(shop, friend)
    known = await shop.known(friend)
    assert (known["tier"], known["points"]) == ("白金卡", "7")
    assert "VIP" in await bound(shop, friend)
    told = await shop.do(f"friends/{friend}/shop", {"news": "order_paid", "amount": 880, "order_no": "A1"})
    assert told == {"member": "8101", "order_no": "A1", "status": 200}
    assert "shop order_paid" in await heard(shop, friend)
    told = await shop.do(f"friends/{friend}/shop", {"news": "tier_changed"})
    assert told == {"member": "8101", "order_no": None, "status": 200}


async def test_who_is_no_member_there_has_nothing_happen_to_them(shop: Shop) -> None:
    friend = await shop.friend()
    order = {"news": "order_paid", "amount": 880}
    assert (await shop.do(f"friends/{friend}/shop", order, 409))["error"] == "nobody"
    assert (await shop.do(f"friends/{friend}/shop", order | {"shop": "none"}, 404))["error"] == "unknown"


@pytest.mark.ring("all", "starts a process")
async def test_an_order_that_is_told_twice_late_or_by_somebody_else(shop: Shop) -> None:
    """C6: by its web hook: signed, stored first, read anew."""
    friend = await shop.friend()
    await put(shop, "members/8103", {"name": "小美", "line": friend, "tier": "銀卡"})
    order = {"amount": 1880, "order_no": "20261120-1"}

    async def tells(deliver: str, status: int | None, news: str = "order_paid") -> None:
        await put(shop, "webhooks", {"deliver": deliver})
        told = await shop.do(f"friends/{friend}/shop", {"news": news, **order})
        assert told["status"] == status

    await tells("unsigned", 401)
    await tells("lost", None)
    assert "shop order_paid" not in await heard(shop, friend)
    await tells("twice", 200)
    # the shop is asked whether the order was paid, before the same number is told as placed
    await eventually(lambda: heard(shop, friend), {"shop order_paid"}.issubset)
    await tells("late", None, "order_placed")
    await tells("once", 200)
    await eventually(lambda: heard(shop, friend), {"shop order_placed"}.issubset)
    turns = await heard(shop, friend)
    assert turns.count("shop order_paid") == 1, "one order is paid once, however often that is told"
    assert turns.count("shop order_placed") == 1
    await shop.do("shop/forest/members/8103", method="DELETE")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"news": "order_lost"},
        {"news": "order_paid", "amount": -1},
        {"news": "order_paid", "amount": True},
        {"news": "order_paid", "order_no": ""},
        {"news": "tier_changed", "amount": 1},
        {"news": "order_paid", "price": 1},
        {"news": "order_paid", "codes": "AB12"},
        {"news": "order_paid", "codes": ["AB12", " "]},
        {"news": "tier_changed", "codes": ["AB12"]},
        {"news": "order_paid", "amount": 950, "refunded": 100},
        {"news": "order_partially_refunded", "amount": 950},
        {"news": "order_partially_refunded", "amount": 950, "refunded": 950},
    ],
)
async def test_what_no_shop_tells_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    friend = await shop.friend()
    assert (await shop.do(f"friends/{friend}/shop", body, 400))["error"] == "invalid"


async def test_the_phone_says_who_has_the_conversation(shop: Shop, desk: Page) -> None:
    """A5, L4: handed over, the bot is silent; the phone says so, until when, and hands back as staff do."""
    friend = await shop.friend()
    await desk.set_viewport_size(PHONE)
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    line = desk.locator("#staff-line")
    await expect(desk.locator("#chat")).to_contain_text("想找什麼呢")
    await expect(line).to_be_hidden()
    await shop.say(friend, "找客服")
    await expect(line).to_contain_text("真人客服接手中，機器人先不回覆")
    await expect(line).to_contain_text("自動交還")
    until = await line.inner_text()
    await shop.do("clock", {"by": "1h"})
    await shop.say(friend, "還在嗎")
    await expect(line).not_to_have_text(until)
    await line.get_by_role("button", name="現在就交還").click()
    await expect(line).to_be_hidden()
    await expect(desk.locator("#text")).to_be_focused()
    await shop.say(friend, "營業時間")
    await expect(desk.locator(".said").last).to_contain_text("21:00")
    await shop.say(friend, "找客服")
    await expect(line).to_be_visible()
    await shop.do("clock", {"by": "13h"})
    await expect(line).to_be_hidden()


async def test_what_is_told_while_an_older_answer_is_under_way_is_read_next(shop: Shop, desk: Page) -> None:
    """The bot's answer and all that is told of it may come before a slow answer that knows nothing of it."""
    friend = await shop.friend()
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await expect(desk.locator("#chat")).to_contain_text("想找什麼呢")
    asked: list[Route] = []
    held: asyncio.Future[APIResponse] = asyncio.Future()

    async def hold(route: Route) -> None:
        asked.append(route)
        if route is asked[0]:
            held.set_result(await route.fetch())
        else:
            await route.continue_()

    await shop.rest()
    await desk.wait_for_load_state("networkidle")
    await desk.route("**/contact", hold)
    await shop.say(friend, "營業時間")
    older = await asyncio.wait_for(held, PATIENCE)
    await shop.say(friend, "找客服")
    said = len((await shop.get(f"friends/{friend}/messages"))["messages"])
    await expect(desk.locator(".said")).to_have_count(said)
    await frames(desk, 3)  # the page has drawn itself, for the last time until something happens
    await asked[0].fulfill(response=older)
    await expect(desk.locator("#staff-line")).to_be_visible()


async def test_staff_take_over_and_hand_back_in_the_browser(shop: Shop, desk: Page) -> None:
    friend = await shop.friend()
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await desk.locator("#tab-person").click()
    await desk.get_by_role("button", name="客服接手").click()
    await expect(desk.locator(".staff-sign")).to_be_visible()
    assert (await shop.get(f"friends/{friend}/contact"))["staff"] is True
    await desk.get_by_role("button", name="交還給機器人").click()
    await expect(desk.locator(".staff-sign")).to_be_hidden()
    await desk.locator("#tab-shop").click()
    await desk.get_by_role("button", name="通知機器人").click()
    await expect(desk.get_by_text("這家商店不認得「小美」")).to_be_visible()
    await put(shop, "members/8104", {"name": "小美", "line": friend})
    await desk.get_by_label("通知什麼").select_option("order_placed")
    await desk.get_by_label("金額（元）").fill("1200")
    await desk.get_by_role("button", name="通知機器人").click()
    await expect(desk.get_by_text("商店已通知機器人：小美，下了訂單。")).to_be_visible()
    await eventually(lambda: heard(shop, friend), {"shop order_placed"}.issubset)
    await expect(desk.get_by_label("到目前共退（元）")).to_be_hidden()
    await desk.get_by_label("通知什麼").select_option("order_partially_refunded")
    await expect(desk.get_by_label("訂單編號")).to_have_value(re.compile(r"\d+"))
    await desk.get_by_label("到目前共退（元）").fill("100")
    await desk.get_by_role("button", name="通知機器人").click()
    await expect(desk.get_by_text("商店已通知機器人：小美，訂單部分退款。")).to_be_visible()
    await eventually(lambda: heard(shop, friend), {"shop order_partially_refunded"}.issubset)


@pytest.mark.ring("all", "starts a process")
async def test_commands_show_the_people_who_are_being_played(shop: Shop) -> None:
    """H6, H7: who plays a journey in the simulator sees it counted."""
    friend = await shop.friend()
    await shop.say(friend, "測膚質")
    told = await ended("journey", "counts", str(shop.folder), "skin_quiz", "--json")
    assert told.code == 0, told.err
    assert "pretend people of the simulator" in told.err
    assert {one["what"] for one in json.loads(told.out)["counts"]} >= {"entered"}
    stands = await ended("journey", "status", str(shop.folder), "skin_quiz")
    assert "main: live; " in stands.out
    assert "main: live; 0 people" not in stands.out
