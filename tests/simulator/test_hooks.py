"""F3, L4: web hooks in the simulator: nobody is called, and whoever plays says what they answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import new_phone
from tests.simulator.test_binding_with_shop import proven, put


@pytest_asyncio.fixture(loop_scope="session")
async def member(shop: Shop) -> AsyncIterator[str]:
    """A member at night, when no journey speaks; afterwards hooks answer as they do at first."""
    await shop.until_night()
    phone = new_phone()
    await put(shop, f"members/{phone[-6:].lstrip('0')}", {"name": "小美", "phone": phone})
    yield await proven(shop, phone)
    for hook in ("crm", "order_status"):
        await shop.do(f"hooks/{hook}", {"answers": "made up"}, method="PUT")


async def from_now_on(shop: Shop, answers: Any, status: int = 200) -> Any:
    return await shop.do("hooks/order_status", {"answers": answers}, status, "PUT")


async def last_call(shop: Shop) -> Any:
    return (await shop.get("hooks"))["calls"][-1]


async def test_all_hooks_are_shown_with_the_fields_of_their_answers(shop: Shop) -> None:
    hooks = {one["name"]: one for one in (await shop.get("hooks"))["hooks"]}
    assert hooks.keys() == {"crm", "order_status"}
    assert hooks["crm"]["fields"] == []
    assert hooks["order_status"] == {
        "name": "order_status",
        "fields": [
            {
                "name": "status",
                "type": "text",
                "field": "text",
                "called": {"zh-TW": "文字", "en": "a text"},
                "asked": {"zh-TW": "文字", "en": "a text"},
                "values": [],
                "saves": ["last_order_status"],
            },
            {
                "name": "eta",
                "type": "date",
                "field": "date",
                "called": {"zh-TW": "日期", "en": "a date"},
                "asked": {"zh-TW": "日期（例如 1990-05-20）", "en": "a day, such as 1990-05-20"},
                "values": [],
                "saves": [],
            },
        ],
        "answers": "made up",
    }


@pytest.mark.ring("all", "starts a process")
async def test_without_doing_anything_the_answer_is_made_up(shop: Shop, member: str) -> None:
    await shop.say(member, "查訂單 12345")
    said = (await shop.texts(member))[-1]
    assert said.startswith("訂單 12345：示範資料，預計 ")
    call = await last_call(shop)
    assert (call["hook"], call["chat"], call["made_up"]) == ("order_status", member, True)
    assert call["body"]["order"] == "12345"
    assert call["answer"].keys() == {"status", "eta"}
    assert call["address"] == "${ERP_URL}", "as the playbook writes it"
    assert call["headers"]["webhook-signature"] == "…"
    assert call["headers"]["Idempotency-Key"] == call["headers"]["webhook-id"]
    assert (await shop.get(f"friends/{member}/contact"))["staff"] is False, "nobody was handed over"


async def test_the_quiz_ends_well(shop: Shop) -> None:
    friend = await shop.friend()
    await shop.say(friend, "測膚質", "油性", "1500", "沒錯")
    call = await last_call(shop)
    assert (call["hook"], call["chat"], call["body"]["skin"], call["answer"]) == ("crm", friend, "油性", {})


@pytest.mark.ring("all", "starts a process")
async def test_values_and_failures_are_written_down_in_advance(shop: Shop, member: str) -> None:
    await from_now_on(shop, {"status": "已出貨", "eta": "2026-09-03"})
    await shop.say(member, "查訂單 1")
    assert (await shop.texts(member))[-1] == "訂單 1：已出貨，預計 9/3 送達。"
    await from_now_on(shop, {"status": "處理中", "eta": ""})
    await shop.say(member, "查訂單 2")
    assert (await shop.texts(member))[-1] == "訂單 2：處理中，近日送達。"
    assert (await last_call(shop))["made_up"] is False
    await from_now_on(shop, "failed")
    await shop.say(member, "查訂單 3")
    assert (await shop.texts(member))[-1] == "系統忙碌中，已為您轉接客服人員查詢。"
    assert (await last_call(shop))["answer"] == "failed"


async def test_a_hook_that_is_to_fail_is_a_fault_among_all_others(shop: Shop, desk: Page) -> None:
    friend = await shop.friend()
    await from_now_on(shop, "failed")
    assert (await shop.get("faults"))["hooks"] == ["order_status"]
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await expect(desk.locator("#signs .sign.harm")).to_have_text("故障中：串接「order_status」：失敗")
    await desk.locator("#tab-faults").click()
    await desk.get_by_role("button", name="全部恢復正常").click()
    await expect(desk.locator("#signs .sign.harm")).to_have_count(0)
    assert (await shop.get("faults"))["hooks"] == []
    shown = {one["name"]: one["answers"] for one in (await shop.get("hooks"))["hooks"]}
    assert shown["order_status"] == "made up"
    await from_now_on(shop, "failed")
    await expect(desk.locator("#signs .sign.harm")).to_have_count(1)
    await from_now_on(shop, "made up")
    await expect(desk.locator("#signs .sign.harm")).to_have_count(0)


@pytest.mark.ring("all", "starts a process")
async def test_somebody_is_asked_and_the_clock_does_not_wait_for_them(shop: Shop, member: str) -> None:
    await from_now_on(shop, "ask")
    last = (await shop.get("state"))["last"]
    await shop.do(f"friends/{member}/say", {"text": "查訂單 77"})
    asked = await shop.until("hooks", last, lambda change: change.get("chat") == member)
    assert asked["answer"] is None
    assert (await shop.do("clock", {"by": "0s"}))["stopped"] is None
    answer = {"answer": {"status": "已到店"}}
    await shop.do(f"hook-calls/{asked['id']}", answer)
    await shop.rest()
    assert (await shop.texts(member))[-1] == "訂單 77：已到店，近日送達。"
    assert (await shop.do(f"hook-calls/{asked['id']}", answer, 409))["error"] == "standing"


@pytest.mark.ring("all", "starts a process")
async def test_a_flow_that_has_waited_enough_goes_on(shop: Shop, member: str) -> None:
    await from_now_on(shop, "ask")
    await shop.say(member, "查訂單 78")
    assert (await shop.do("clock", {"by": "1m"}))["stopped"] is None
    assert (await shop.texts(member))[-1] == "系統忙碌中，已為您轉接客服人員查詢。"
    await shop.do(f"hook-calls/{(await last_call(shop))['id']}", {"answer": "failed"})
    await shop.rest()


@pytest.mark.ring("all", "starts a process")
async def test_what_was_answered_is_recorded(shop: Shop, member: str) -> None:
    """L3: a recording names the answers of hooks, made up or not, and holds."""
    await shop.do(f"friends/{member}/scenario/begin")
    await shop.say(member, "查訂單 5")
    written = await shop.recorded(member, "?title=order")
    assert "- hook: {order_status: {status: 示範資料, eta: " in written


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("perhaps", '"made up", "failed", "ask"'),
        (None, '"made up"'),
        (["failed"], '"made up"'),
        ({"colour": "red"}, 'answers with status, eta, not with "colour"'),
        ({"eta": "soon"}, '"eta" is a day, such as 1990-05-20'),
        ({"eta": 5}, '"eta" is a day'),
        ({"status": {}}, '"status" is a text'),
        ({"status": "x" * 2_001}, "at most 2000 characters"),
    ],
)
async def test_what_is_no_answer_is_refused(shop: Shop, answers: Any, told: str) -> None:
    refused = await from_now_on(shop, answers, 400)
    assert refused["error"] == "invalid"
    assert told in refused["message"]


async def test_what_is_not_there_is_not_answered(shop: Shop) -> None:
    assert (await shop.do("hooks/erp", {"answers": "failed"}, 404, "PUT"))["error"] == "unknown"
    assert (await shop.do("hook-calls/no", {"answer": "failed"}, 404))["error"] == "unknown"


async def test_the_question_is_answered_beside_the_phone(shop: Shop, member: str, desk: Page) -> None:
    await desk.goto(f"{shop.address}/simulator/?friend={member}")
    await desk.locator("#tab-hooks").click()
    way = desk.get_by_role("group", name="order_status 怎麼回答")
    async with desk.expect_response("**/hooks/order_status"):  # it has been told
        await way.get_by_label("每次都問我").check()
    await shop.say(member, "查訂單 42")
    await expect(desk.locator("#signs")).to_contain_text("等你回答：order_status")
    asked = desk.get_by_role("region", name="order_status 等你回答")
    await expect(asked).to_contain_text('"order": "42"')
    status = asked.get_by_label("status")
    await status.fill("好" * 2_001)
    await asked.get_by_role("button", name="這樣回答").click()
    await expect(asked).to_contain_text("「status」最多 2000 個字，現在是 2001 個。")
    await status.fill("運送中")
    await asked.get_by_role("button", name="這樣回答").click()
    await expect(desk.locator("#chat")).to_contain_text("訂單 42：運送中，近日送達。")
    await expect(asked).to_have_count(0)
    await expect(desk.locator("#signs")).not_to_contain_text("等你回答")
    await way.get_by_label("用我寫的資料").check()
    kept = desk.get_by_role("button", name="以後都這樣回答")
    await desk.get_by_label("eta").fill("2026-12-24")
    await desk.get_by_label("status").fill("已到店")
    await kept.click()
    await expect(desk.get_by_text("現在就用這些資料回答")).to_be_visible()
    await shop.say(member, "查訂單 43")
    await expect(desk.locator("#chat")).to_contain_text("訂單 43：已到店，預計 12/24 送達。")
    await expect(desk.locator(".hook-call").first).to_contain_text("已回答")
