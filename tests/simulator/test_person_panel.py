"""The person in the workbench, in a real browser: changed as staff would, and why not. J1, J2, L3."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.simulator.shop import Shop, open_shop, worked_example, written
from tests.simulator.test_staff import by_staff


async def _panel(page: Page, shop: Shop, friend: str, language: str = "zh-TW") -> tuple[Page, Locator]:
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    if language == "en":
        await page.get_by_role("button", name="English").click()
    await page.locator("#tab-person").click()
    return page, page.locator("#panel-person")


def _attribute(panel: Locator, name: str) -> Locator:
    return panel.locator(f'[data-attribute="{name}"]')


async def test_what_is_known_is_changed_as_staff_would(shop: Shop, desk: Page) -> None:
    """By titles, typed, with the reason at the field; by keyboard alone, and the focus comes back."""
    friend = await shop.friend("小琪")
    page, panel = await _panel(desk, shop, friend)
    await panel.locator(".more-attributes summary").click()
    budget = _attribute(panel, "budget")
    await expect(budget.locator(".attribute-name")).to_have_text("每月預算budget")
    await budget.get_by_role("button", name="修改「每月預算」").press("Enter")
    field = budget.get_by_label("每月預算（數字）")
    await expect(field).to_be_focused()
    await field.fill("很多")
    await field.press("Enter")
    await expect(budget.get_by_role("alert")).to_have_text(
        "「每月預算」要填數字（例如 1500），不能填「很多」"
    )
    await expect(field).to_have_value("很多")
    await field.fill("１，５００")
    await field.press("Enter")
    await expect(budget.locator(".attribute-value")).to_have_text("1500")
    await expect(budget.get_by_role("button", name="修改「每月預算」")).to_be_visible()

    await _attribute(panel, "birthday").get_by_role("button", name="修改").click()
    await panel.get_by_label("生日（日期）").fill("1990-05-20")
    await panel.get_by_role("button", name="儲存").click()
    await expect(_attribute(panel, "birthday").locator(".attribute-value")).to_have_text("1990-05-20")
    await _attribute(panel, "skin").get_by_role("button", name="修改").click()
    await panel.get_by_label("膚質（文字）").select_option("油性")
    await page.keyboard.press("Escape")
    await expect(panel.locator(".edit-one")).to_have_count(0)
    await expect(_attribute(panel, "skin").get_by_role("button", name="修改")).to_be_focused()
    await expect(_attribute(panel, "skin").locator(".attribute-value")).to_have_text("—")
    await expect(_attribute(panel, "tier").get_by_role("button")).to_have_count(0)


async def test_what_is_private_is_shown_to_who_asks(tmp_path: Path, desk: Page) -> None:
    """F3: a screenshot of the panel shows nothing that nobody has asked for, and no refusal repeats it."""
    data = worked_example(tmp_path / "shop") / "rules" / "data.yaml"
    text = data.read_text("utf-8")
    carrier = "attributes:\n  carrier: {type: text, title: 手機條碼載具, private: true}\n  skin"
    data.write_text(text.replace("attributes:\n  skin", carrier), "utf-8")
    async with open_shop(tmp_path / "shop") as shop:
        friend = await shop.friend("小盈")
        await by_staff(shop, friend, {"set": {"carrier": "/ABC1234"}})
        known = await shop.get(f"friends/{friend}/contact")
        assert known["attributes"] == [{"name": "carrier", "private": True}]
        _, panel = await _panel(desk, shop, friend)
        shown = _attribute(panel, "carrier")
        await expect(shown.locator(".attribute-value")).to_have_text("不顯示（私人資料）")
        await shown.get_by_role("button", name="看「手機條碼載具」").click()
        await expect(shown.locator(".attribute-value")).to_have_text("/ABC1234")
        refused = await by_staff(shop, friend, {"set": {"carrier": " "}}, 409)
        assert refused["sentence"]["zh-TW"] == "「手機條碼載具」要填文字，不能填這個"
        await by_staff(shop, friend, {"set": {"carrier": None}})
        assert await shop.get(f"friends/{friend}/hidden?attribute=carrier") == {"value": None}


async def test_tags_a_binding_and_groups(shop: Shop, desk: Page) -> None:
    """A tag of staff is a turn with its cause; a member is chosen from the shop, and unbound again."""
    await shop.until_night()
    friend = await shop.friend("小安")
    page, panel = await _panel(desk, shop, friend)
    await panel.get_by_role("button", name="加標籤").click()
    await panel.get_by_label("加上哪一個標籤").select_option("VIP")
    await panel.get_by_role("button", name="儲存").click()
    vip = panel.locator(".chip", has_text="VIP")
    await expect(vip).to_contain_text("客服")
    await page.locator("#tab-why").click()
    await expect(page.locator("#turns")).to_contain_text("客服改標籤：加上「VIP」")
    await page.locator("#tab-person").click()
    await vip.get_by_role("button", name="拿掉標籤「VIP」").click()
    await expect(vip).to_have_count(0)

    await panel.get_by_role("button", name="綁定會員").click()
    await panel.get_by_label("綁定哪一位會員").select_option(label="林志明 · 5002 · 0922333444")
    await panel.get_by_role("button", name="儲存").click()
    bound = panel.locator(".attribute", has=panel.page.get_by_role("button", name="解除「手機」的綁定"))
    await expect(bound).to_contain_text("09••••••44 · 會員編號 5002")
    await bound.get_by_role("button", name="看").click()
    await expect(bound).to_contain_text("0922333444")
    await bound.get_by_role("button", name="解除").click()
    await expect(panel).to_contain_text("還沒有綁定")

    group = panel.get_by_label("「welcome_test」的哪一組")
    for wanted in ("對照", "溫和", "優惠"):
        async with page.expect_response("**/staff"):
            await group.select_option(wanted)
        await shop.rest()
        await expect(group).to_have_value(wanted)
    [split] = (await shop.get(f"friends/{friend}/contact"))["splits"]
    assert split["group"] == "優惠"


async def test_staff_say_something(shop: Shop, desk: Page) -> None:
    """29: a message like any other on the phone; the workbench knows who wrote it, and what the bot does."""
    friend = await shop.friend("小寧")
    page, panel = await _panel(desk, shop, friend)
    await expect(panel).to_contain_text("沒有先接手的話，機器人照樣會回客人")
    await panel.get_by_label("以客服的身分傳訊息").fill("您好，我是客服小安")
    await panel.get_by_label("以客服的身分傳訊息").press("Enter")
    bubble = page.locator("#chat .said", has_text="我是客服小安")
    await expect(bubble).to_be_visible()
    await expect(panel.locator(".staff-said")).to_contain_text("您好，我是客服小安")
    await expect(panel.get_by_label("以客服的身分傳訊息")).to_have_value("")
    await bubble.locator(".bubble").click()
    await expect(page.locator(".toast")).to_contain_text("這一則是客服打的")
    await panel.get_by_role("button", name="客服接手").click()
    await expect(panel.locator(".staff-part")).to_contain_text(re.compile(r"客人 12 小時沒有再傳訊息（.+）"))
    await shop.do(f"friends/{friend}/block")
    await panel.get_by_label("以客服的身分傳訊息").fill("還在嗎")
    await panel.get_by_role("button", name="送出").click()
    await expect(panel.get_by_role("alert").first).not_to_be_empty()
    await expect(panel.get_by_label("以客服的身分傳訊息")).to_have_value("還在嗎")


async def test_the_month_by_the_plan_of_the_playbook(tmp_path: Path, desk: Page) -> None:
    """G1: what was sent and what it costs; without a plan, that there is none, and what to write."""
    async with open_shop(written(tmp_path, PLANNED)) as shop:
        page, _ = await _panel(desk, shop, await shop.friend())
        await expect(page.locator("#month")).to_contain_text("本月 0／6,000 則 · NT$1,200")
        plan = "{monthly_fee: 1200, included: 6000, extra: 0.2}"
        edited = PLANNED.replace(plan, "{monthly_fee: 800, included: 0, extra: 0.5}")
        (tmp_path / "bot.yaml").write_text(edited, "utf-8")
        await expect(page.locator("#month")).to_contain_text("NT$800")
        friend = await shop.friend("小雨")
        await shop.say(friend, "測膚質")
        await shop.do("clock", {"next": True, "friend": friend})
        await page.locator("#month").click()
        await expect(page.locator(".month-rows")).to_have_text(
            "月費（含 0 則）NT$800加購 1 則，每則 NT$0.5NT$0.5本月合計NT$800.5"
        )
        await page.locator("#channel").select_option("outlet")
        await expect(page.locator(".month")).to_contain_text("劇本沒有寫這個帳號的方案，先照輕用量")
        await expect(page.locator(".month pre")).to_have_text("plan: {monthly_fee: 800, included: 3000}")


PLANNED = """\
bot: 森活選品
channels:
  main:
    id: "@forest"
    channel_id: "1"
    channel_secret: x
    access_token: y
    plan: {monthly_fee: 1200, included: 6000, extra: 0.2}
  outlet: {id: "@outlet", channel_id: "2", channel_secret: x, access_token: y}
rules: [{when: {text: 測膚質}, start: quiz}]
flows: {quiz: {states: {問: {reply: 膚質？, wait: 10m, next: 完}, 完: {push: 您還在嗎？, end: true}}}}
"""
