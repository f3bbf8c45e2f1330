"""The workbench in a real browser, beside the worked example: why, who, when, what if. L3, L4."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from tests.eventually import box_of, comes_to, frames, pasted
from tests.pictures import png
from tests.simulator.lent_pages import SLOW, complaints, without_refusals
from tests.simulator.shop import TAIPEI, Shop, open_shop, written

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest_asyncio.fixture(loop_scope="session")
async def page(desk: Page) -> AsyncIterator[Page]:
    """A desk's page on which nothing goes wrong, and no call is refused."""
    await desk.context.grant_permissions(CLIPBOARD)
    with complaints(desk, console=True) as wrong:
        yield desk
    assert wrong == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A small one of this module's own: an edit of it, or a recording, is taken over at once."""
    async with open_shop(_small(tmp_path_factory.mktemp("edited") / "shop")) as shop:
        yield shop


def _small(folder: Path) -> Path:
    (folder / "rules").mkdir(parents=True)
    (folder / "bot.yaml").write_text(BOT, "utf-8")
    (folder / "menu.png").write_bytes(png(800, 540))
    (folder / "rules/keywords.yaml").write_text(KEYWORDS, "utf-8")
    return folder


BOT = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rich_menus: [{menu: 訪客, image: menu.png, grid: [甲], areas: {甲: {label: 優惠, send: 優惠}}}]
"""
KEYWORDS = """\
rules:
  - {when: follow, reply: 歡迎}
  - when: {text_contains: 優惠}
    reply: 本週全館 85 折
"""
MISTAKEN = KEYWORDS.replace("text_contains: 優惠", "text_containz: 優惠")
TIMED = """\
bot: 森活選品
channels: {{main: {{id: "@forest", channel_id: "1", channel_secret: x}}}}
rules: [{{when: {{text: 測膚質}}, start: skin_quiz}}]
rich_menus:
  - menu: 週年慶
    from: {begins:%Y-%m-%d} 00:00
    image: menu.png
    grid: [甲]
    areas: {{甲: {{label: 優惠, send: 優惠}}}}
  - {{menu: 訪客, image: menu.png, grid: [甲], areas: {{甲: {{label: 優惠, send: 優惠}}}}}}
flows:
  skin_quiz:
    title: 膚質小測驗
    states: {{問: {{reply: 膚質？, wait: 10m, next: 完}}, 完: {{end: true}}}}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def edited(own_shop: Shop) -> AsyncIterator[Shop]:
    """It, for a test that edits its keywords: afterwards they are as they were, and taken over."""
    rules = own_shop.folder / "rules/keywords.yaml"
    yield own_shop
    if rules.read_text("utf-8") != KEYWORDS:
        last = (await own_shop.get("state"))["last"]
        rules.write_text(KEYWORDS, "utf-8")
        await own_shop.until("playbook", last, lambda told: told["refused"] is None is told["warned"])


async def _opened(page: Page, shop: Shop, friend: str) -> None:
    """Show this friend's chat."""
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await expect(page.locator("#tab-why")).to_have_attribute("aria-selected", "true")
    await page.locator("#to-keys").click()  # once the menu is there, which would hide the field when it comes


def _turn(page: Page, heard: str) -> Locator:
    return page.locator("#turns > .turn", has=page.locator(".turn-heard", has_text=heard))


def _line(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


async def test_why_it_said_that_and_what_it_knows(shop: Shop, page: Page) -> None:
    """Each answer shows its rule with file and line, what it changed and cost; bubbles find their turns."""
    friend = await shop.friend()
    await _opened(page, shop, friend)
    await expect(_turn(page, "加入好友")).to_have_class("turn open")
    for text, answered in (("優惠", "本週全館 85 折"), ("油性", "")):
        await page.locator("#text").fill(text)
        await page.locator("#text").press("Enter")
        await expect(_turn(page, text)).to_contain_text(answered)

    offer = _turn(page, "優惠")
    await expect(offer.locator(".turn-head")).to_have_attribute("aria-expanded", "false")
    await expect(offer).to_contain_text("標籤看過優惠")
    await offer.locator(".turn-head").click()
    place = f"rules/keywords.yaml:{_line(shop.folder / 'rules/keywords.yaml', 'text_contains: 優惠')}"
    matched = offer.locator(".step.heard")
    await expect(matched).to_contain_text("符合規則：「優惠」")
    await expect(offer.locator(".steps").last).to_contain_text("也符合，但排在後面")
    await expect(offer.locator(".sendings")).to_have_text("回覆 1 則訊息免費")
    await matched.locator(".source").click()
    await pasted(page, place.__eq__)
    await expect(page.locator("#chat .lit")).to_have_count(2)

    await page.locator("#chat .said.mine", has_text="油性").click()
    await expect(_turn(page, "油性")).to_have_class(re.compile(r"\bopen chosen\b"))
    await expect(_turn(page, "油性")).to_contain_text("沒有符合的規則，用預設回答（anything_else）")
    await expect(offer).not_to_have_class(re.compile(r"\bchosen\b"))

    await page.locator("#tab-person").click()
    known = page.frame_locator(".person-page")
    await expect(known.locator(".tag-lines")).to_contain_text("看過優惠")
    flows = known.get_by_role("region", name="旅程與流程")
    await expect(flows).to_contain_text("目前不在任何流程裡")
    await shop.say(friend, "測膚質", "油性")
    await expect(flows).to_contain_text("膚質小測驗")
    await expect(flows).to_contain_text("問預算")


async def test_the_clock_moves_and_what_happens_meanwhile_is_shown(tmp_path: Path, desk: Page) -> None:
    """To the next timer, an hour, a date; never back; the head says how far ahead it is."""
    folder = _small(tmp_path / "shop")
    begins = datetime.now(TAIPEI) + timedelta(days=20)
    async with open_shop(written(folder, TIMED.format(begins=begins))) as shop:
        friend = await shop.friend()
        await _opened(desk, shop, friend)
        await desk.locator("#tab-clock").click()
        clock = desk.locator("#panel-clock")
        await expect(clock.locator(".next-timer")).to_contain_text("圖文選單「週年慶」開始")
        await expect(clock.locator(".clock-now")).to_contain_text("和電腦的時間一樣")
        await shop.say(friend, "測膚質")
        await expect(clock.locator(".next-timer")).to_contain_text("小美 · 流程「膚質小測驗」")
        await clock.locator(".next-timer").click()
        happened = clock.locator(".turn").first
        await expect(happened.locator(".turn-head")).to_contain_text("小美流程「膚質小測驗」的時間到了")
        await expect(desk.locator("#signs")).to_contain_text("時間已快轉")
        await expect(clock.locator(".turn")).to_have_count(1)
        await expect(clock.get_by_role("button", name="快轉 1 天")).to_be_enabled()
        await shop.say(friend, "優惠")  # after the move: it belongs to 為什麼 alone
        await desk.locator("#tab-why").click()
        await expect(desk.locator("#turns .turn-heard").first).to_have_text("優惠")
        await desk.locator("#tab-clock").click()
        await expect(clock.locator(".turn")).to_have_count(1)
        await expect(desk.locator("#chat .said:not(.mine)").last).to_be_visible()

        now = (await shop.get("clock"))["now"]
        await clock.get_by_role("button", name="快轉 1 天").click()
        await expect(clock.locator(".clock-now")).to_contain_text("時間已快轉 1 天")
        assert (await shop.get("clock"))["now"] - now >= 86_400_000
        for tab, time in (("why", "#turns .turn time"), ("log", "#happened time")):
            await desk.locator(f"#tab-{tab}").click()
            await expect(desk.locator(time).last).to_have_text(re.compile(r"^\d+月\d+日 ?週. \d\d:\d\d$"))
        await desk.locator("#tab-clock").click()
        await desk.locator("#clock-to").fill("2001-01-01T10:00")
        await expect(clock.locator(".clock-date-words")).to_have_text("2001年1月1日星期一 10:00")
        await clock.get_by_role("button", name="前往").click()
        await expect(clock.locator(".clock-notice")).to_have_text("時間只能往前走。請選一個比現在晚的時間。")


async def test_what_was_played_becomes_a_scenario(own_shop: Shop, tmp_path: Path, desk: Page) -> None:
    """Play, name it, save it; never over another; begin anew."""
    await desk.context.grant_permissions(CLIPBOARD)
    friend = await own_shop.friend()
    await _opened(desk, own_shop, friend)
    await desk.locator("#tab-recording").click()
    panel = desk.locator("#panel-recording")
    await expect(panel.locator(".code")).to_contain_text("user: follows")
    await own_shop.say(friend, "優惠")
    await expect(panel.locator(".code")).to_contain_text("user: 優惠")
    await own_shop.friend("阿明")
    await panel.get_by_label("阿明").check()
    await expect(panel.locator(".code")).to_contain_text("阿明:")
    await panel.get_by_label("阿明").uncheck()
    await expect(panel.locator(".code")).not_to_contain_text("阿明")
    saved, save = panel.locator(".record-saved"), panel.get_by_role("button", name="存成測試對話")
    await desk.locator("#scenario-name").fill("問 優惠！")
    await save.click()
    await expect(saved).to_contain_text("已存成 tests/scenarios/問_優惠.yaml")
    await expect(panel.locator(".record-yaml .code")).to_contain_text("scenario: 問 優惠！")
    # once more: what is saved already is not asked about, and its command stays
    await save.click(force=True)
    await expect(saved.get_by_role("button", name="複製")).to_be_focused()
    await desk.locator("#scenario-name").fill("問 優惠")
    await save.click()
    await expect(panel.locator(".record-notice")).to_contain_text(
        "已經有同名的測試對話，沒有蓋掉。要換一個名字存嗎？"
    )
    await expect(saved).to_contain_text("test ")
    await panel.get_by_role("button", name="自己改名字").click()
    await expect(desk.locator("#scenario-name")).to_be_focused()
    await save.click()
    await panel.get_by_role("button", name="存成「問_優惠_2」").click()
    await expect(saved).to_contain_text("已存成 tests/scenarios/問_優惠_2.yaml")
    first, other = (
        (own_shop.folder / f"tests/scenarios/問_優惠{more}.yaml").read_text("utf-8") for more in ("", "_2")
    )
    assert first.replace("問 優惠！", "問 優惠") == other
    command = saved.locator(".code")
    await expect(command).to_contain_text(f"test {own_shop.folder} '問_優惠_2' --language zh-TW")
    await expect(saved).to_contain_text("刪掉 tests/scenarios/問_優惠_2.yaml，在這裡重新錄一次")
    await saved.get_by_role("button", name="複製").click()
    copied = await pasted(desk, lambda text: "問_優惠_2" in text)
    played = await asyncio.create_subprocess_shell(copied, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
    out, _ = await played.communicate()
    assert (played.returncode, "1 段測試對話，0 段失敗" in out.decode()) == (0, True), out.decode()
    assert first.count("user: ") == 2
    assert first.splitlines()[1] == "scenario: 問 優惠！"
    await own_shop.do(f"friends/{friend}/postback", {"data": "show_coupon"})
    await expect(save).to_be_disabled()
    refused = panel.locator(".record-reason .problem")
    await expect(refused.locator("p")).to_have_text(
        "用一位全新的好友再跑一次，機器人的回答不一樣：請按「換一位新好友來錄」，重錄一次。"
    )
    await expect(refused.locator("pre")).not_to_be_visible()
    await refused.locator("summary").click()
    await expect(refused.locator("pre")).to_contain_text("show_coupon")
    await panel.get_by_role("button", name="從現在開始錄").click()
    await expect(panel.locator(".record-reason")).to_contain_text("還沒錄到東西")


async def test_a_fault_is_switched_on_seen_and_switched_off(shop: Shop, desk: Page) -> None:
    """LINE answers 500: the bot tries again; the log has the refused call as JSON; then all is well."""
    friend = await shop.friend()
    await _opened(desk, shop, friend)
    try:
        await desk.locator("#tab-faults").click()
        await desk.locator('[data-fault="answer 500"]').check()
        sign = desk.locator("#signs .sign.harm")
        await expect(sign).to_have_text("故障中：500 內部錯誤")
        assert (await shop.get("state"))["channels"][0]["faults"]["answer"] == "500"
        await desk.locator("#text").fill("優惠")
        await desk.locator("#text").press("Enter")
        await desk.locator("#tab-log").click()
        await desk.locator(".deed.wrong .deed-head", has_text="回覆被拒絕").first.click()
        refused = desk.locator(".deed.wrong.open")  # the tries that follow stand above it
        await expect(refused.locator(".half").first).to_contain_text('"replyToken"')
        await expect(refused.locator(".half").last).to_contain_text("500")
        assert "authorization" not in (await refused.inner_text()).lower()
        await sign.click()
        await expect(desk.locator("#tab-faults")).to_be_focused()
        await desk.get_by_role("button", name="全部恢復正常").click()
        await expect(sign).to_have_count(0)
        assert (await shop.get("state"))["channels"][0]["faults"] == {
            "slow": None,
            "answer": None,
            "deliver": None,
        }
    finally:  # others play with this shop
        await shop.do("faults", {}, method="DELETE")


async def test_an_edit_with_a_mistake_is_told_on_the_page(edited: Shop, page: Page) -> None:
    """The last good playbook goes on; the page says so with the mistake, and no more once it is mended."""
    await _opened(page, edited, await edited.friend())
    await expect(page.locator("#edit")).to_be_hidden()
    await expect(page.locator("#panels .turn").first).to_be_visible()
    tabs = await box_of(page.locator("#tabs"))
    rules = edited.folder / "rules/keywords.yaml"
    rules.write_text(MISTAKEN, "utf-8")
    await expect(page.locator("#edit summary")).to_contain_text("還沒有生效")
    await expect(page.locator("#edit mark").first).to_have_text("text_containz")
    assert await box_of(page.locator("#tabs")) == tabs, "who is about to press one hits it"
    await page.locator("#text").fill("優惠")
    await page.locator("#text").press("Enter")
    await expect(_turn(page, "優惠")).to_contain_text("本週全館 85 折")
    await page.locator("#language").click()
    await expect(page.locator("#edit")).to_contain_text("unknown key")
    rules.write_text(KEYWORDS, "utf-8")
    await expect(page.locator("#edit")).to_have_text("Your edit is live.")
    await expect(page.locator("#fold-latest")).to_have_text("Your edit is live.")
    await page.evaluate("momentsPass()")
    await expect(page.locator("#edit")).to_be_hidden()
    await page.reload()
    await expect(page.locator("#panels .turn").first).to_be_visible()
    await expect(page.locator("#edit")).to_be_hidden()


async def test_a_mistake_is_mended_in_its_file_by_a_button(edited: Shop, desk: Page) -> None:
    """L1: as `oaflow check --fix` does, comments stay; what was changed meanwhile is left alone."""
    with complaints(desk, console=True) as wrong:
        await _opened(desk, edited, await edited.friend())
        rules = edited.folder / "rules/keywords.yaml"
        rules.write_text(MISTAKEN + "  # 留著\n", "utf-8")
        mend = desk.locator("#edit").get_by_role("button", name="修好")
        await expect(mend).to_have_count(1)
        status = desk.locator(".edit-unmended")
        await desk.route("**/api/playbook/mend", lambda route: route.continue_(post_data={"repair": "old"}))
        await mend.click()
        await expect(status).to_contain_text("沒有寫入")
        await desk.unroute("**/api/playbook/mend")
        await mend.click()
        await expect(desk.locator("#edit")).to_have_text("修改已經生效。")
        assert rules.read_text("utf-8") == KEYWORDS + "  # 留著\n"
        rules.write_text(KEYWORDS, "utf-8")
    assert without_refusals(wrong) == []


async def test_where_the_file_is_that_a_rule_goes_into_is_told(shop: Shop, page: Page) -> None:
    friend = await shop.friend()
    await _opened(page, shop, friend)
    await shop.say(friend, "你們收不收舊衣服呢")
    offered = page.locator(".would").first
    await expect(offered.get_by_role("link", name="寫這一句的回答")).to_be_visible()
    await expect(offered.locator(":scope > *").first).to_have_text("寫這一句的回答")  # before the YAML
    place = page.locator(".whole-path .copy").first
    await expect(place).to_be_hidden()
    await offered.get_by_text("改用貼進劇本檔的方式").click()
    await expect(place).to_contain_text(f"{shop.folder}/rules/")
    await place.click()
    await pasted(page, lambda copied: Path(copied).parent == shop.folder / "rules")


async def test_how_it_is_mended_is_the_plainest_and_its_lines_can_be_copied(edited: Shop, page: Page) -> None:
    """All of the wrong line is marked, and the one to write is copied with its spaces."""
    await _opened(page, edited, await edited.friend())
    rules = edited.folder / "rules/keywords.yaml"
    one = page.locator(".edit-problem").first
    rules.write_text(KEYWORDS + "  - when: {text: 椰果}\n    reply 好\n", "utf-8")
    await expect(one.locator("mark")).to_have_text("reply 好")
    rules.write_text(KEYWORDS + "  - when: {text: 椰果}\n    reply:好\n", "utf-8")
    await expect(one.locator(".edit-hint p")).to_have_css("font-weight", "600")
    await expect(one.locator(".edit-hint .code")).to_have_text("    reply: 好", use_inner_text=True)
    await one.get_by_role("button", name="複製").click()
    await pasted(page, "    reply: 好\n".__eq__)


async def test_all_mistakes_of_an_edit_are_told_errors_first(edited: Shop, page: Page) -> None:
    """Nothing is cut on the narrowest telephone, however many there are; the gravest stands on top."""
    await _opened(page, edited, await edited.friend())
    rules = edited.folder / "rules/keywords.yaml"
    mistakes = "".join(f"  - {{when: {{text: 去 {n}}}, start: no_flow_{n}}}\n" for n in range(12))
    unnamed = "  - {when: {text: 限次}, reply: 好, once_per: person}\n"  # a warning: limit-without-name
    rules.write_text(KEYWORDS.replace("rules:\n", f"rules:\n{unnamed}{mistakes}", 1), "utf-8")
    problems = page.locator(".edit-problem")
    await expect(page.locator("#edit mark").filter(has_text="no_flow_")).to_have_count(12)
    levels = page.locator(".edit-level")
    await expect(levels.filter(has_text="警告")).to_have_count(1)
    told = await levels.all_inner_texts()
    assert told == sorted(told, key=["錯誤", "警告"].index)
    await expect(page.locator("#edit summary")).to_contain_text("12 個錯誤")
    for width in (320, 390, 1440):
        await page.set_viewport_size({"width": width, "height": 844})
        if width == 320:
            await page.locator("#fold").click()  # and it stays unfolded
        await problems.last.scroll_into_view_if_needed()
        await expect(problems.last).to_be_in_viewport(ratio=0.9)
        cut = """() => [...document.querySelectorAll(".edit-problem *")]
            .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
            .map(e => e.outerHTML)"""
        await comes_to(page, cut, [])
        await comes_to(page, "document.documentElement.scrollWidth <= innerWidth", True)


async def test_an_edit_to_a_campaign_that_is_over_is_told_so(edited: Shop, desk: Page) -> None:
    """Nobody takes last year's 雙11 for this year's because it is green."""
    await _opened(desk, edited, await edited.friend())
    rules = edited.folder / "rules/keywords.yaml"
    over = "  - {when: {text: 雙11}, until: 2020-11-11 24:00, reply: 85 折}\n"
    rules.write_text(KEYWORDS.replace("rules:\n", "rules:\n" + over, 1), "utf-8")
    await expect(desk.locator("#edit > details > summary")).to_contain_text("修改已經生效，但有 1 個地方")
    await expect(desk.locator(".edit-problem").first).to_contain_text("這條規則只到 2020-11-11 24:00")


async def test_warnings_of_an_edit_are_told_as_well(edited: Shop, page: Page) -> None:
    """What a terminal is told is told here: news openly, what was told before folded; no mere green."""
    await _opened(page, edited, await edited.friend())
    rules = edited.folder / "rules/keywords.yaml"
    edit, problems = page.locator("#edit"), page.locator(".edit-problem")

    def write(*more: str) -> None:
        rules.write_text(KEYWORDS.replace("rules:\n", "rules:\n" + "".join(more), 1), "utf-8")

    listed = "  - {when: {text: 外帶、外送}, reply: 可以}\n"
    write(listed)
    await expect(page.locator("#edit > details > summary")).to_contain_text(
        "修改已經生效，但有 1 個地方可能和你想的不一樣。"
    )
    await expect(page.locator("#edit > details > summary")).to_contain_text("1 個警告")
    await expect(problems.first).to_contain_text("外帶、外送")
    await expect(problems.first).to_be_visible()
    await expect(edit.locator(".edit-taken")).to_have_count(0)
    await expect(page.locator("#fold-latest")).to_contain_text("修改已經生效，但有 1 個")

    write("  # 另一次存檔\n", listed)
    await expect(edit.locator(".edit-taken")).to_have_text("修改已經生效。")
    await expect(page.locator("#edit > details > summary")).to_contain_text("劇本有警告，建議看一下。")
    await expect(problems.first).not_to_be_visible()

    unnamed = "  - {when: {text: 限次}, reply: 好, once_per: person}\n"
    write(listed, unnamed)
    await expect(page.locator("#edit > details > ol > .edit-problem")).to_have_count(1)
    await expect(page.locator("#edit > details > ol > .edit-problem")).to_contain_text("限次")
    await expect(edit.locator(".edit-known summary")).to_have_text("之前就有的（1 個）")

    write("  - {when: {text: 甲}, start: no_flow}\n", listed, unnamed)
    await expect(page.locator("#edit summary").first).to_contain_text("還沒有生效")
    await expect(page.locator("#edit > details > ol .edit-level")).to_have_text(["錯誤"])
    await expect(edit.locator(".edit-known summary")).to_have_text("之前就有的（2 個）")

    write(listed, *(f"  - {{when: {{text: 限{n}}}, reply: 好, once_per: person}}\n" for n in range(5)))
    await expect(page.locator("#edit > details > summary")).to_contain_text("但有 5 個地方")
    await expect(problems.first).to_be_visible()
    await page.reload()
    await expect(page.locator("#edit > details > summary")).to_contain_text("但有 5 個地方")
    write()
    await expect(edit).to_have_text("修改已經生效。")


async def test_nothing_is_said_of_an_edit_while_the_bot_is_gone(tmp_path: Path, desk: Page) -> None:
    """「機器人先用上一版繼續回答」 would not be true."""
    async with open_shop(_small(tmp_path / "shop")) as shop:
        await _opened(desk, shop, await shop.friend())
        rules = shop.folder / "rules/keywords.yaml"
        rules.write_text(rules.read_text("utf-8").replace("reply:", "replyy:", 1), "utf-8")
        await expect(desk.locator("#edit")).to_contain_text("還沒有生效")
    await expect(desk.locator("#notice")).to_contain_text("與模擬器的連線中斷")
    await expect(desk.locator("#edit")).to_be_hidden()


async def test_an_answer_that_was_overtaken_does_not_hold_the_clock(own_shop: Shop, page: Page) -> None:
    """What was read while the clock moved comes after the news that it stands: that is read again."""
    shop = own_shop  # nobody else moves its clock
    friend = await shop.friend()
    await _opened(page, shop, friend)
    await page.locator("#tab-clock").click()
    await expect(page.locator("#panel-clock .clock-now")).to_be_visible()
    asked, told = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method != "GET" or asked.is_set():
            await route.continue_()
            return
        asked.set()
        answer = await (await route.fetch()).json()
        await told.wait()
        moving = {"from": answer["now"], "to": answer["now"] + 3_600_000, "turns": 0}
        await route.fulfill(json={**answer, "moving": moving})

    await page.route("**/api/clock", late)
    await shop.say(friend, "營業時間")
    async with asyncio.timeout(SLOW / 1000):
        await asked.wait()
    await shop.do("clock", {"by": "1h"})
    await expect(page.locator("#signs")).to_contain_text("時間已快轉 1 小時")
    async with page.expect_response("**/api/clock") as overtaken:
        told.set()
    await (await overtaken.value).finished()
    await frames(page, 3)
    await expect(page.locator("#panel-clock .clock-controls")).to_be_enabled()
    await expect(page.locator("#panel-clock .clock-way")).to_be_hidden()
