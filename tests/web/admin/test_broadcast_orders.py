"""I1, I3, I4, I7: orders of a broadcast for a moment to come, as its page takes, holds and calls them off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.broadcast import Sending
from bot.model.channel import PricePlan
from bot.operations.brake import StopScope, stop_pushes
from bot.operations.broadcasts.overview import watched_now
from bot.operations.broadcasts.steering import pause
from tests.runtime.broadcast_world import Shop, through, users
from tests.web.admin.broadcast_pages_world import CHANNEL, SETTINGS, BroadcastPagesWorld
from tests.web.admin.staff_world import ZH, Staff, field_of
from tests.web.admin.test_broadcast_list import part
from tests.web.admin.test_broadcast_page import ONE, world

__all__ = ["world"]


async def waiting(shop: Shop, browser: Staff) -> Sending:
    """It was ordered for 3 people; at its moment there are 80, so it waits for somebody to agree."""
    at = (shop.clock.now() + timedelta(hours=1)).astimezone(shop.playbook.zone)
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale", at=f"{at:%Y-%m-%dT%H:%M}")
    fields = {one: field_of(page, one) for one in ("people", "content", "cost", "at")}
    assert (await browser.post(f"{ONE}/send", None, name="sale", typed="發送", **fields))[0] == 303
    shop.clock.advance(3601)
    await shop.come(*users(80)[3:])
    await shop.process().goes_on()
    [sending] = [one for one in await shop.stores.sendings.open() if one.by]
    return sending


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_order_that_is_not_what_was_shown_waits_for_one_press(world: BroadcastPagesWorld) -> None:
    """I1, I4: the number then and now stand on its page; nothing goes out before."""
    shop = world.shop
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    sending = await waiting(shop, browser)
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    waits = part(page, "how-far")
    assert ["共 3 位" in waits, "NT$0.6" in waits, "共 80 位" in waits] == [True] * 3
    assert f'action="{ONE}/pause' not in waits
    assert field_of(waits, "cost") == "16.0", "to which the press binds it, as to the number"
    now = {one: field_of(waits, one) for one in ("people", "content", "sending", "cost", "covers")}
    assert (await browser.post(f"{ONE}/agree", None, name="sale", **{**now, "cost": ""}))[0] == 422
    assert (await browser.post(f"{ONE}/agree", None, name="sale", **{**now, "people": "3"}))[0] == 422
    assert not shop.line.got
    assert (await browser.post(f"{ONE}/agree", None, name="sale", **now))[0] == 303
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(80), 1)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_page_of_an_order_that_waits_shows_what_its_press_sends(world: BroadcastPagesWorld) -> None:
    """I4: edited while it waits for another reason, text, reason and number are those of now."""
    shop = world.shop
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    sending = await waiting(shop, browser)
    await shop.stores.sendings.change(sending.id, ["gathering"], shown="as it was")
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    waits = part(page, "how-far")
    assert ["內容或對象改過了" in waits, "會收到的人" in waits] == [True, False]
    await shop.stores.sendings.change(sending.id, ["gathering"], held="cost", month_covers=12)
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "只夠發給其中 12 位" in part(page, "how-far")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_time_within_a_day_after_the_same_has_its_way_on(world: BroadcastPagesWorld) -> None:
    """I1, E4: the same tick as for sending it now, and not only that it cannot be sent."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    first = await shop.order("sale")
    assert (await through(shop, first, shop.process())).state == "done"
    at = f"{(shop.clock.now() + timedelta(hours=2)).astimezone(shop.playbook.zone):%Y-%m-%dT%H:%M}"
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale", at=at)
    offer = part(page, "offer")
    assert ["不能發送" in offer, "再發一次給他們" in offer] == [False, True]
    fields = {one: field_of(offer, one) for one in ("people", "content", "cost", "at", "repeats")}
    assert (await browser.post(f"{ONE}/send", None, name="sale", typed="發送", **fields))[0] == 422
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    status, _ = await browser.post(f"{ONE}/send", None, name="sale", typed="發送", again="yes", **fields)
    assert status == 303
    [later] = [one for one in await shop.stores.sendings.open() if one.by]
    assert later.again_after == first.id


async def test_what_nobody_has_got_yet_is_called_off_by_one_press(world: BroadcastPagesWorld) -> None:
    """E4: pausing and calling off stand beside its time, without a word to be typed."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    order = await shop.order("sale", shop.clock.now() + timedelta(hours=5))
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    card = part(page, "how-far")
    assert ["暫停" in card, "不發了" in card, 'name="typed"' in card] == [True, True, False]
    shown = {one: field_of(card, one) for one in ("sending", "only")}
    assert (await browser.post(f"{ONE}/cancel", None, name="sale", **shown))[0] == 303
    assert (await shop.sending(order)).state == "cancelled"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_presses_once_it_has_begun_calls_nothing_off(world: BroadcastPagesWorld) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    order = await shop.order("sale")
    fields = {"name": "sale", "sending": order.id, "only": "before"}
    await shop.stores.sendings.change(order.id, ["planned"], state="sending", began=shop.clock.now())
    assert (await browser.post(f"{ONE}/cancel", ZH, **fields))[0] == 422
    assert (await shop.sending(order)).state == "sending"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_colleague_who_looks_hears_of_an_order_for_later(world: BroadcastPagesWorld) -> None:
    """Their page lacked it, and what pauses it, until somebody loaded it anew."""
    shop = world.shop
    before = await watched_now(shop.stores, shop.clock.now())
    order = await shop.order("sale", shop.clock.now() + timedelta(hours=5))
    ordered = await watched_now(shop.stores, shop.clock.now())
    assert [one.sending for one in ordered if one not in before] == [order.id]
    await pause(shop.stores, shop.playbook.broadcasts["sale"], "amy")
    assert await watched_now(shop.stores, shop.clock.now()) != ordered


async def test_a_time_is_chosen_by_the_number_and_the_price_and_stands_in_list_and_calendar(
    world: BroadcastPagesWorld,
) -> None:
    """E4, I3: no YAML is edited for it; until then its page cancels it."""
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    at = (world.shop.clock.now() + timedelta(hours=26)).astimezone(world.shop.playbook.zone)
    chosen = f"{at:%Y-%m-%dT%H:%M}"
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale", at=chosen)
    offer = part(page, "offer")
    assert ["NT$0.6" in offer, "發送給 3 人" in offer, f'value="{chosen}"' in offer] == [True] * 3
    fields = {one: field_of(offer, one) for one in ("people", "content", "cost", "at")}
    assert (await browser.post(f"{ONE}/send", None, name="sale", typed="發送", **fields))[0] == 303
    [sending] = await world.shop.stores.sendings.open()
    assert sending.state == "planned"
    assert sending.by == "console:admin"
    assert f"{sending.moment.astimezone(at.tzinfo):%Y-%m-%dT%H:%M}" == chosen
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "排定" in part(page, "how-far")
    assert f'action="{ONE}/offer' not in page
    for where in ("/admin/broadcasts", f"/admin/broadcasts/calendar?month={at:%Y-%m}"):
        assert f"{at:%H:%M}" in (await browser.get(where, **ZH))[1], where
    shown = {"name": "sale", "sending": sending.id, "typed": "取消發送"}
    assert (await browser.post(f"{ONE}/cancel", None, **shown))[0] == 303
    assert await world.shop.stores.sendings.open() == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_in_another_month_the_price_is_at_most_and_the_messages_are_of_then(
    world: BroadcastPagesWorld,
) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    at = (world.shop.clock.now() + timedelta(days=62)).astimezone(world.shop.playbook.zone)
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale", at=f"{at:%Y-%m-%dT%H:%M}")
    offer = part(page, "offer")
    assert ["最多 NT$0.6" in offer, "算在發送那個月" in offer, "還有" in offer] == [True, True, False]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_the_offer_says_is_left_stands_on_every_page(
    world: BroadcastPagesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I7: the page said 最多 NT$0.6, and its offer that all is within the plan."""
    channel = replace(CHANNEL, plan=PricePlan(monthly_fee=800, included=3_000, extra=0.2))
    settings = replace(SETTINGS, channels={"main": channel})
    monkeypatch.setattr(world.desk.served, "settings", settings)
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    assert ["900" in part(page, "offer"), "都在方案內" in part(page, "offer")] == [True, True]
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "都在方案內，不另收費" in part(page, "whom")
    figure = (await shop.stores.quotas.all())["main"]
    assert (figure.left, figure.used, figure.within(3_000)) == (900, 100, 900)
    assert replace(figure, left=None).within(3_000) == 2_900, "without a limit at LINE what the plan has"
    assert replace(figure, left=None).within(None) is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_while_pushes_are_stopped_it_is_not_said_to_go_out(world: BroadcastPagesWorld) -> None:
    """K5, I1: before it is ordered, after it, and that a test is sent all the same."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    channels, now = world.desk.shop().channels, shop.clock.now()
    await stop_pushes(shop.stores, StopScope(), "console:amy", channels, shop.playbook, now)
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    offer = part(page, "offer")
    assert ["推播停止中，恢復後才會發" in offer, "恢復推播後發送給 3 人" in offer] == [True, True]
    fields = {one: field_of(offer, one) for one in ("people", "content", "cost")}
    assert (await browser.post(f"{ONE}/send", ZH, name="sale", typed="發送", **fields))[0] == 303
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    card = part(page, "how-far")
    assert ["等恢復推播" in card, "正在發送" in card] == [True, False]
    assert "等恢復推播後才會發" in page


async def test_a_broadcast_just_published_with_a_time_is_planned_on_its_page(
    world: BroadcastPagesWorld,
) -> None:
    """E4: its page waits until it is planned; once that is called off it says so, not only its time."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    looked = asyncio.create_task(browser.get(f"{ONE}?name=later&new=1", **ZH))
    await shop.process().goes_on()
    _, page = await looked
    card = part(page, "how-far")
    assert ["排定" in card, "不發了" in card] == [True, True]
    shown = {one: field_of(card, one) for one in ("sending", "only")}
    assert (await browser.post(f"{ONE}/cancel", None, name="later", **shown))[0] == 303
    _, page = await browser.get(f"{ONE}?name=later&new=1", **ZH)
    whom = part(page, "whom")
    assert ["已取消" in whom, "還是要發送" in whom, "<s>" in whom] == [True] * 3
