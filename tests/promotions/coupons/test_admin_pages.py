"""N1: how coupons are doing, in the console."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import FormData
from yarl import URL

from bot.model.mark import Mark
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import EXPIRED, GIVEN, OF_COUPONS, REDEEMED, RETURNED
from bot.promotions.coupons.store.grants import Coupons
from bot.web.admin.cookies import proof
from tests.conftest import NOW
from tests.counted import count_on
from tests.playbooks import compiled
from tests.promotions.coupons.examples import asks, coupon
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH
from tests.web.admin.store_world import StoreWorld, store_world

OFFER = coupon(stock=20)
PACK = coupon(name="線上碼", title="線上折 50", stock=None, source="imported", until=None, lasts=None)
FIXED = coupon(name="滿千", title="滿千折百", stock=None, source="fixed", fixed="SUMMER100")


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    made = await store_world(worlds)
    coupons = {one.name: one for one in (OFFER, PACK, FIXED)}
    made.playbook = replace(made.playbook, promotions={**made.playbook.promotions, "coupons": coupons})
    return made


async def happened(world: StoreWorld, what: str, times: int, store: str = "", days_ago: int = 0) -> None:
    day = (NOW - timedelta(days=days_ago)).date().isoformat()
    for _ in range(times):
        await count_on(world.staff.stores, day, Mark("main", OF_COUPONS, what, (OFFER.name, store)))


def figures(page: str) -> list[str]:
    return re.findall(r"<dd>(?:<span[^>]*>)?([^<]*)", page)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_list_says_how_each_is_doing(world: StoreWorld) -> None:
    await world.staff.stores.of(Coupons).give(OFFER, [asks(f"u{number}") for number in range(19)])
    await happened(world, REDEEMED, 5, "xinyi")
    await happened(world, RETURNED, 1, "xinyi")
    await happened(world, EXPIRED, 3, days_ago=90)
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/coupons", **ZH)
    assert figures(page)[:4] == ["19", "1", "4", "3"]
    assert "快送完了：還剩 1 張" in page
    assert "還沒有代碼" in page
    assert figures(page)[4:] == ["0", "0", "0", "0", "0", "沒有上限", "0", "0"]


async def test_one_says_where_it_was_used_and_what_it_promises(world: StoreWorld) -> None:
    await happened(world, GIVEN, 2)
    await happened(world, REDEEMED, 3, "xinyi")
    await happened(world, REDEEMED, 1)
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/coupons/one?coupon=雙11折百", **ZH)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "信義店 3" in words
    assert "不在門市：在手機上或下單時用的 1" in words
    for said in (
        "單筆滿 1,000 元可用",
        "一共 20 張",
        "每人 1 張",
        "每張一個代碼，由這裡產生",
        "店員在後台核銷",
    ):
        assert said in words, said
    _, fixed = await browser.get("/admin/coupons/one?coupon=滿千", **ZH)
    assert "SUMMER100" in fixed
    status, _ = await browser.get("/admin/coupons/one?coupon=nothing", **ZH)
    assert status == 404


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_one_lists_where_the_playbook_gives_it(world: StoreWorld) -> None:
    written = compiled(
        "coupons: {welcome: {title: 見面禮, until: 2030-01-01 24:00}}\n"
        "rules:\n  - {when: {text: 領券}, give_coupon: welcome}\n"
        "flows:\n  hello: {title: 打招呼, states: {a: {give_coupon: welcome, end: true}}}\n"
    )
    coupons = {**COUPONS.of(written), OFFER.name: OFFER}
    world.playbook = replace(
        world.playbook,
        promotions={**world.playbook.promotions, "coupons": coupons},
        rules=written.rules,
        flows=written.flows,
        tags=written.tags,
    )
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/coupons/one?coupon=welcome", **ZH)
    given = page[page.index('id="given"') :].partition("</section>")[0]
    links = re.findall(r'href="/admin/playbook\?file=([^"#]*)#line-(\d+)"', given)
    assert [line for _, line in links] == ["5", "7"]
    assert "打招呼" in given
    _, page = await browser.get("/admin/coupons/one?coupon=雙11折百", **ZH)
    assert "劇本裡沒有地方會發這張優惠券" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_codes_are_uploaded_once_and_refused_with_line_and_why(world: StoreWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    table = "代碼\nSAVE10\nSAVE20\nSAVEIO\n=A1\n".encode()

    async def upload(coupon: str, content: bytes) -> tuple[int, str]:
        form = FormData({"proof": proof(browser.held)})
        form.add_field("file", content, filename="codes.csv", content_type="text/csv")
        to = browser.url.join(URL(f"/admin/coupons/codes?coupon={coupon}"))
        async with browser.http.post(to, data=form, headers=ZH) as answer:
            return answer.status, await answer.text()

    status, page = await upload(PACK.name, table)
    assert (status, figures(page)[1]) == (409, "2")
    for said in ("第 4 行", "第 5 行", "公式"):
        assert said in page, said
    assert figures((await upload(PACK.name, table))[1])[1] == "2"
    assert (await upload(OFFER.name, table))[0] == 409
    assert (await upload(PACK.name, b""))[0] == 409
    assert "SAVE" not in (await browser.get("/admin/coupons/one?coupon=線上碼", **ZH))[1]


async def test_a_playbook_without_coupons_says_what_they_are(world: StoreWorld) -> None:
    world.playbook = replace(world.playbook, promotions={**world.playbook.promotions, "coupons": {}})
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/coupons", **ZH)
    assert "還沒有優惠券" in page
