"""E4, I1, I4, I7: all broadcasts by how they stand, with price and reason, and the month as a calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import Condition
from bot.model.broadcast import Sending
from bot.operations import recent_figures
from bot.operations.audiences import AudienceCount, TargetAudience
from bot.operations.broadcasts.ordering import order_of, send
from bot.operations.broadcasts.progress import standing_of
from bot.operations.broadcasts.steering import cancel_sending
from bot.operations.recent_figures import CHEAP
from bot.store.stores import Stores
from bot.web.admin import broadcast_context
from tests.runtime.broadcast_world import through
from tests.web.admin.broadcast_pages_world import BroadcastPagesWorld, broadcast_pages
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH
from tests.web.admin.test_live import said


@pytest.fixture
async def world(worlds: StaffWorlds) -> BroadcastPagesWorld:
    return await broadcast_pages(worlds)


def part(page: str, id: str) -> str:
    """A card of the page."""
    return page[page.index(f'id="{id}"') :].partition("</section>")[0]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_to_come_stands_with_people_price_and_rhythm(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/broadcasts", **ZH)
    rows = part(page, "coming").split("<li")[1:]
    assert ["每週新品" in rows[0], "年終" in rows[1]] == [True, True], "the first to come on top"
    assert "2026-11-27 20:00" in rows[1]
    assert "共 3 位" in rows[1]
    assert "最多 NT$0.6" in rows[1]
    assert "每週一 10:00" in rows[0]
    assert "熟客" in rows[0]
    assert "手動發送" in next(row for row in rows if "週年慶" in row)
    assert "草稿" in next(row for row in rows if "草稿一份" in row)
    assert "<img src=x" not in page
    assert "\u202e" not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_staff_have_cancelled_is_not_to_come(world: BroadcastPagesWorld) -> None:
    """A stranger cancelled it, and the list said that it goes out all the same. The next week's does."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    await shop.process().goes_on()
    for one in await shop.stores.sendings.open():
        await cancel_sending(shop.stores, shop.playbook.broadcasts[one.broadcast], "amy")
    _, page = await browser.get("/admin/broadcasts", **ZH)
    rows = part(page, "coming").split("<li")[1:]
    assert [row for row in rows if "年終" in row] == []
    assert ["年終" in part(page, "ended"), "已取消" in part(page, "ended")] == [True, True]
    _, month = await browser.get("/admin/broadcasts/calendar", **ZH)
    [entry] = [one for one in month.split("<li>") if "年終" in one]
    assert ["is-off" in entry, "已取消" in entry] == [True, True]
    weekly = next(row for row in rows if "每週新品" in row)
    assert "已取消" not in weekly


@pytest.mark.ring("all", "starts a process")
async def test_what_goes_out_and_what_has_ended(world: BroadcastPagesWorld) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    sending = await shop.order("sale")
    _, page = await browser.get("/admin/broadcasts", **ZH)
    assert "週年慶" in part(page, "going-now")
    await through(shop, sending, shop.process())
    _, page = await browser.get("/admin/broadcasts", **ZH)
    assert 'id="going-now"' not in page
    ended = part(page, "ended")
    assert "應發 3 人，已送出 3 人" in ended
    assert "週年慶" not in part(page, "coming"), "what was sent is not to come"
    assert "NT$0.6" in ended


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_looks_hears_that_something_is_new(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    async with browser.http.get(browser.url.with_path("/admin/live").with_query("broadcasts=")) as answer:
        assert (await said(answer, "broadcasts")) == {"going": 0}
        await world.shop.order("sale")
        async with asyncio.timeout(20):
            assert (await said(answer, "broadcasts")) == {"going": 1}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_month_has_what_went_out_and_each_time_to_come(world: BroadcastPagesWorld) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    sending = await shop.order("sale")
    await through(shop, sending, shop.process())
    _, page = await browser.get("/admin/broadcasts/calendar", **ZH)
    assert "2026 年 11 月" in page
    days = {cell[:10]: cell.partition("</td>")[0] for cell in page.split('datetime="')[1:]}
    assert "週年慶" in days["2026-11-20"]
    assert "is-sent" in days["2026-11-20"]
    assert "年終" in days["2026-11-27"]
    assert [day for day, cell in days.items() if "每週新品" in cell] == ["2026-11-23", "2026-11-30"]
    assert "重複" in days["2026-11-23"]
    _, later = await browser.get("/admin/broadcasts/calendar?month=2026-12", **ZH)
    assert later.count("每週新品") == 4
    assert "年終" not in later
    for wrong in ("x", "2026-13", "9999-12", "0001-01", "2026-11-01"):
        status, page = await browser.get(f"/admin/broadcasts/calendar?month={wrong}", **ZH)
        assert (status, "2026 年 11 月" in page) == (200, True), wrong


async def test_of_many_that_are_over_a_page_at_a_time(world: BroadcastPagesWorld) -> None:
    shop, now = world.shop, world.shop.clock.now()
    for number in range(60):
        moment = now - timedelta(hours=number + 1)
        over = Sending(f"old{number}", f"old{number}", "main", moment, moment, "done", ended=moment)
        assert await shop.stores.sendings.add(over)
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.get("/admin/broadcasts", **ZH)
    assert page.count("劇本裡已經沒有") == 50
    older = page[page.rindex('href="/admin/broadcasts?after=') + 6 :].partition('"')[0].replace("&amp;", "&")
    _, page = await browser.get(older, **ZH)
    assert page.count("劇本裡已經沒有") == 10
    assert 'id="coming"' not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_went_out_at_one_moment_is_not_lost_between_two_pages(world: BroadcastPagesWorld) -> None:
    shop, now = world.shop, world.shop.clock.now()
    for number in range(60):
        moment = now - timedelta(hours=1 if number < 45 else 2 if number < 55 else 3)
        over = Sending(f"old{number}", f"old-{number:02}", "main", moment, moment, "done", ended=moment)
        assert await shop.stores.sendings.add(over)
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.get("/admin/broadcasts")
    older = page[page.rindex('href="/admin/broadcasts?after=') + 6 :].partition('"')[0].replace("&amp;", "&")
    _, rest = await browser.get(older)
    assert [sum(f"old-{n:02}" in one for one in (page, rest)) for n in range(60)] == [1] * 60


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_pages_do_not_count_large_audiences_over_and_over(
    world: BroadcastPagesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting a million people takes a second; pages renew themselves while something goes out."""
    counted: list[Condition] = []
    passed = 0.0

    async def slow(stores: Stores, playbook: Playbook, meant: TargetAudience) -> Mapping[str, AudienceCount]:
        nonlocal passed
        counted.append(meant.condition)
        passed += 4 * CHEAP
        return dict.fromkeys(playbook.channels, AudienceCount(7, about=True))

    monkeypatch.setattr(broadcast_context, "counts_of", slow)
    monkeypatch.setattr(recent_figures, "monotonic", lambda: passed)
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    pages = ("", "", "/one?name=sale", "/one?name=later")
    shown = [(await browser.get(f"/admin/broadcasts{page}"))[1] for page in pages]
    assert all("About 7 people" in page for page in shown)
    assert len(counted) == 3, "each of the three broadcasts once"


async def test_a_time_in_place_of_which_another_is_ordered_is_not_to_come(world: BroadcastPagesWorld) -> None:
    """E4: neither in the list, nor in the calendar, nor on the command line or its own page."""
    shop = world.shop
    await shop.process().goes_on()
    broadcast, now = shop.playbook.broadcasts["later"], shop.clock.now()
    assert broadcast.at is not None
    order = await order_of(shop.stores, shop.playbook, broadcast, 3, now=now, at=now + timedelta(days=9))
    await send(shop.stores, shop.playbook, order, "amy", now)
    [standing] = await standing_of(shop.stores, shop.playbook, [broadcast])
    assert [one.moment for one in standing.sendings] == [order.at]
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    for page in ("", "/calendar", "/one?name=later"):
        _, text = await browser.get(f"/admin/broadcasts{page}", **ZH)
        assert "2026-11-27 20:00" not in text.replace("取代原訂的 2026-11-27 20:00", ""), page
