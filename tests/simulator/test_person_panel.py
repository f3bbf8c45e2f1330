"""The person in the workbench, in a real browser: changed as staff would, and why not. J1, J2, L3."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.simulator.lent_pages import complaints, without_refusals
from tests.simulator.shop import Shop, open_shop, worked_example, written
from tests.simulator.test_staff import by_staff


async def _panel(page: Page, shop: Shop, friend: str, language: str = "zh-TW") -> tuple[Page, Locator]:
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    if language == "en":
        await page.get_by_role("button", name="English").click()
    await page.locator("#tab-person").click()
    return page, page.locator("#panel-person")


async def test_the_consoles_page_follows_who_is_played(shop: Shop, desk: Page) -> None:
    """Signed in by itself, in the workbench's language; what is done there is recorded as staff's. J1, J2."""
    friend = await shop.friend("小琪")
    with complaints(desk, console=True) as wrong:
        page, panel = await _panel(desk, shop, friend)
        known = panel.frame_locator(".person-page")
        await expect(known.get_by_role("heading", level=1)).to_have_text("小琪")
        await expect(known.locator("nav.entries, .phone-bar, .side")).to_have_count(0)
        budget = known.locator(".changes", has_text="每月預算")
        await budget.locator("summary").press("Enter")
        await budget.get_by_label("每月預算").fill("很多")
        await budget.get_by_label("每月預算").press("Enter")
        await expect(known.get_by_role("alert")).to_contain_text("不能填「很多」")
        await budget.locator("summary").click()
        await budget.get_by_label("每月預算").fill("1500")
        await budget.get_by_label("每月預算").press("Enter")
        await expect(known.locator(".flash")).to_contain_text("1500")

        skin = known.locator(".changes", has_text="膚質").first
        await skin.locator("summary").click()
        await skin.get_by_label("膚質").select_option("油性")
        height = await page.evaluate("document.querySelector('#panels').scrollTop = 300")
        await shop.say(friend, "優惠")  # a turn meanwhile: the rest is drawn anew
        await expect(known.locator(".tag-lines")).to_contain_text("看過優惠")
        await expect(known.locator(".happened")).to_contain_text("加上標籤「看過優惠」")
        await expect(skin.get_by_label("膚質")).to_have_value("油性")
        assert await page.evaluate("document.querySelector('#panels').scrollTop") == height
        happening = known.locator(".happening", has_text="加上標籤「看過優惠」")
        await happening.locator("summary").click()
        await expect(happening.locator(".step.heard")).to_contain_text("符合規則：「優惠」")
        await expect(happening.locator(".step.heard .source")).to_contain_text("rules/keywords.yaml:")
        await skin.get_by_role("button", name="儲存").click()
        await expect(known.locator(".flash")).to_contain_text("油性")

        await known.get_by_role("button", name="拿掉「看過優惠」").click()
        await known.get_by_role("button", name="復原").click()
        await expect(known.locator(".tag-lines")).to_contain_text("看過優惠")
        await page.locator("#language").click()
        await expect(known.locator("#tags")).to_have_text("Tags")
    assert without_refusals(wrong) == []
    told = await shop.recorded(friend)
    for step in (
        '{set: {budget: "1500"}}',
        "{set: {skin: 油性}}",
        "{remove_tags: 看過優惠}",
        "{add_tags: 看過優惠}",
    ):
        assert f"- staff: {step}\n" in told, told


async def test_only_this_simulator_may_show_it(shop: Shop) -> None:
    """K1: no other site, under no other name; the console's own pages are framed by nobody here either."""
    friend = await shop.friend("小盈")
    page = f"{shop.address}/simulator/person/zh-TW/auto/of/main/{friend}"
    async with shop.http.get(page) as answer:
        assert (answer.status, answer.cookies) == (200, {})
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
        deed = f"{answer.url}/tag"
    for headers in (
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
    ):
        async with shop.http.get(page, headers=headers) as answer:
            assert answer.status == 403
    async with shop.http.post(deed, data={"tag": "VIP", "action": "add"}) as answer:
        assert answer.status == 403, "it does not know the proof"
    async with shop.http.get(f"{shop.address}/admin/sign-in") as answer:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_what_is_private_is_shown_to_who_asks(tmp_path: Path) -> None:
    """F3: no answer shows what nobody has asked for, and no refusal repeats it."""
    data = worked_example(tmp_path / "shop") / "rules" / "data.yaml"
    text = data.read_text("utf-8")
    carrier = "attributes:\n  carrier: {type: text, title: 手機條碼載具, private: true}\n  skin"
    data.write_text(text.replace("attributes:\n  skin", carrier), "utf-8")
    async with open_shop(tmp_path / "shop") as shop:
        friend = await shop.friend("小盈")
        await by_staff(shop, friend, {"set": {"carrier": "/ABC1234"}})
        known = await shop.get(f"friends/{friend}/contact")
        assert known["attributes"] == [{"name": "carrier", "private": True}]
        assert await shop.get(f"friends/{friend}/hidden?attribute=carrier") == {"value": "/ABC1234"}
        refused = await by_staff(shop, friend, {"set": {"carrier": " "}}, 409)
        assert refused["sentence"]["zh-TW"] == "「手機條碼載具」要填文字，不能填這個"
        await by_staff(shop, friend, {"set": {"carrier": None}})
        assert await shop.get(f"friends/{friend}/hidden?attribute=carrier") == {"value": None}


async def test_a_member_is_bound_and_a_group_chosen(shop: Shop, desk: Page) -> None:
    """What only a simulator has: a member is chosen from the shop, and a split's group."""
    await shop.until_night()
    friend = await shop.friend("小安")
    page, panel = await _panel(desk, shop, friend)
    await panel.locator("summary", has_text="綁定會員").press("Enter")
    await panel.get_by_label("綁定哪一位會員").select_option(label="林志明 · 5002 · 0922333444")
    await panel.get_by_role("button", name="綁定").click()
    known = panel.frame_locator(".person-page")
    await expect(known.locator("main")).to_contain_text("09••••••44")
    await expect(panel.locator("summary", has_text="綁定會員")).to_have_count(0)

    group = panel.get_by_label("「welcome_test」的哪一組")
    for wanted in ("對照", "溫和", "優惠"):
        async with page.expect_response("**/staff"):
            await group.select_option(wanted)
        await shop.rest()
        await expect(group).to_have_value(wanted)
    [split] = (await shop.get(f"friends/{friend}/contact"))["splits"]
    assert split["group"] == "優惠"
    await by_staff(shop, friend, {"unbinds": "phone"})  # for whoever binds this member next


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
