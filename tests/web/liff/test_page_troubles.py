"""What a member's page does when something is away, over or elsewhere: nothing typed is lost. B8, B9."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest
from playwright.async_api import Page, Route, expect

from tests.eventually import box_of, comes_to
from tests.web.liff.fake_pages import FakePages
from tests.web.liff.test_page_screens import CODE, DONE, PHONE, opened, time_stands_still

FIELD = "您的手機號碼？"


async def test_a_busy_server_is_waited_for(fake: FakePages, telephone: Page) -> None:
    """503: a quiet line, the same answer again, nothing typed twice."""
    await time_stands_still(telephone)
    await opened(fake, telephone, PHONE)
    fake.errors["answer"] = [(503, "later")]
    fake.next = CODE
    await telephone.get_by_label(FIELD).fill("0912345678")
    await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await expect(telephone.get_by_role("status")).to_have_text("系統忙碌中。內容都還在，稍後會自動繼續。")
    await expect(telephone.get_by_label(FIELD)).to_have_value("0912 345 678")
    await telephone.clock.fast_forward(2_000)
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_visible()
    await expect(telephone.get_by_role("status")).to_be_empty()
    assert fake.answers == [{"step": 1, "visit": 1, "text": "0912 345 678"}]


async def test_a_lost_network_is_waited_for(fake: FakePages, telephone: Page) -> None:
    """It goes on at once when the network is there again, without any time passing."""
    await time_stands_still(telephone)
    await opened(fake, telephone, PHONE)
    await telephone.get_by_label(FIELD).fill("0912345678")
    await telephone.context.set_offline(True)
    await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await expect(telephone.get_by_role("status")).to_have_text("網路連線中斷。內容都還在，連上後會自動繼續。")
    fake.next = CODE
    await telephone.context.set_offline(False)
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_visible()
    assert len(fake.answers) == 1


async def test_a_double_tap_is_one_answer(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, PHONE)
    fake.slow, fake.next = asyncio.Event(), CODE
    await telephone.get_by_label(FIELD).fill("0912345678")
    await telephone.get_by_role("button", name="同意並傳送驗證碼").dblclick()
    await expect(telephone.get_by_role("status")).to_have_text("正在傳送驗證碼，請稍候…")
    fake.slow.set()
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_visible()
    assert len(fake.answers) == 1


async def test_an_old_session_is_renewed_without_a_word(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, PHONE)
    fake.errors["answer"] = [(401, "session")]
    fake.next = CODE
    await telephone.get_by_label(FIELD).fill("0912345678")
    await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_visible()


async def test_an_expired_id_token_is_mended_and_nothing_typed_is_lost(
    fake: FakePages, telephone: Page
) -> None:
    """Signed in again by itself, once; if that does not help, a button."""
    await opened(fake, telephone, PHONE)
    await telephone.get_by_label(FIELD).fill("0912345678")
    fake.errors = {"answer": [(401, "session")], "session": [(401, "expired")]}
    async with telephone.expect_navigation():  # what the old page shows says nothing
        await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await expect(telephone.get_by_label(FIELD)).to_have_value("0912 345 678")
    assert await fake.until("logout") == [""]
    fake.errors = {"answer": [(401, "session")], "session": [(401, "expired")] * 2}
    async with telephone.expect_navigation():
        await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await fake.until("logout", 2)
    link = telephone.get_by_role("link", name="重新登入")
    await expect(link).to_have_attribute("href", "https://liff.line.me/1234-abcd/binding")


@pytest.mark.parametrize(
    ("error", "title"),
    [
        ((401, "refused"), "無法確認您的 LINE 身分"),
        ((429, "too_many"), "嘗試次數過多，請稍後再試。"),
        ((404, "unknown"), "找不到這個頁面"),
        ((400, "request"), "這次沒有完成"),
    ],
)
async def test_what_is_over_is_said(
    fake: FakePages, telephone: Page, error: tuple[int, str], title: str
) -> None:
    fake.errors["session"] = [error]
    await opened(fake, telephone, PHONE)
    await expect(telephone.get_by_role("heading", name=title)).to_be_focused()


async def test_on_a_computer_it_says_so_and_shows_a_code(fake: FakePages, telephone: Page) -> None:
    """B9: before anything is asked of anybody."""
    fake.liff |= {"inside": False, "os": "web"}
    await telephone.goto(f"{fake.address}/liff/main/binding?code=A1")
    await expect(telephone.get_by_role("heading", name="請用手機開啟")).to_be_visible()
    code = telephone.get_by_role("img", name="在手機上開啟這個頁面的 QR Code")
    assert await code.get_attribute("src") == "/liff/main/binding/code.svg?code=A1"
    assert await code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert fake.opened == []


async def test_in_another_browser_of_a_telephone_a_button_opens_line(
    fake: FakePages, telephone: Page
) -> None:
    fake.liff |= {"inside": False}
    await telephone.goto(f"{fake.address}/liff/main?liff.state=%2Fbinding")
    link = telephone.get_by_role("link", name="用 LINE 開啟")
    assert await link.get_attribute("href") == "https://liff.line.me/1234-abcd/binding"


async def test_without_line_the_page_says_so(fake: FakePages, telephone: Page) -> None:
    """Its SDK does not come, or does not begin; what then is tried again."""

    async def gone(route: Route) -> None:
        await route.abort()

    await telephone.route("**/sdk.js", gone)
    await telephone.goto(f"{fake.address}/liff/main/binding")
    await expect(telephone.get_by_role("heading", name="無法連上 LINE")).to_be_visible()
    await telephone.unroute("**/sdk.js")
    fake.liff["init_fails"] = True
    async with telephone.expect_navigation():
        await telephone.get_by_role("button", name="再試一次").click()
    await expect(telephone.get_by_role("heading", name="無法連上 LINE")).to_be_visible()
    fake.liff["init_fails"] = False
    fake.shown = {"step": 1, **PHONE}
    async with telephone.expect_navigation():
        await telephone.get_by_role("button", name="再試一次").click()
    await expect(telephone.get_by_label(FIELD)).to_be_visible()


async def test_a_missing_scope_is_said(fake: FakePages, telephone: Page) -> None:
    fake.liff["id_token"] = None
    await telephone.goto(f"{fake.address}/liff/main/binding")
    await expect(telephone.get_by_role("heading", name="這個頁面還沒設定完成")).to_be_visible()


async def test_the_bare_address_leads_to_a_choice(fake: FakePages, telephone: Page) -> None:
    """M4: or to `home`, where the channel has one."""
    await telephone.goto(f"{fake.address}/liff/main")
    await expect(telephone.get_by_role("link")).to_have_text(
        ["會員卡", "解除綁定", "隱私權政策", "服務條款"]  # binding needs what its link brings
    )
    fake.shown = {"step": 1, **PHONE}
    await telephone.get_by_role("link", name="會員卡").click()
    await expect(telephone.get_by_label(FIELD)).to_be_visible()


async def test_a_link_brings_its_inputs_and_lines_own_words_stay_behind(
    fake: FakePages, telephone: Page
) -> None:
    fake.shown = {"step": 1, **PHONE}
    await telephone.goto(f"{fake.address}/liff/main/binding?code=A1&liff.referrer=x&lineAppVersion=14")
    await expect(telephone.get_by_label(FIELD)).to_be_visible()
    assert fake.opened == [{"code": "A1"}]


async def test_english_for_who_reads_it(fake: FakePages, telephone: Page) -> None:
    """The page's own words; the playbook's stay as they are written."""
    fake.liff["language"] = "en-US"
    await opened(fake, telephone, PHONE)
    await expect(telephone.get_by_role("heading", name=FIELD)).to_be_visible()
    await expect(telephone.get_by_role("button", name="Agree and send code")).to_be_visible()
    await expect(telephone.get_by_role("link", name="Privacy policy")).to_be_visible()
    await expect(telephone.locator("html")).to_have_attribute("lang", "en")
    await expect(telephone.get_by_role("heading", name=FIELD)).to_have_attribute("lang", "zh-TW")


SCREENS: list[dict[str, Any]] = [
    PHONE | {"texts": ["手機號碼格式不正確，請重新輸入（例如 0912 345 678）。"]},
    CODE,
    DONE | {"texts": ["非常" * 40]},
    {"kind": "problem", "state": "failed"},
    {"kind": "closed"},
    {"kind": "unbind", "tags_gone": ["名字很長的標籤" * 9]},
    {
        "kind": "card",
        "card": {
            "name": "Wolfeschlegelsteinhausenbergerdorff" * 2,
            "code": {"text": "A" * 40},
            "fields": [{"title": "一個很長很長的標題" * 3, "text": "0" * 60}],
        },
    },
]


LOW = """() => [...document.querySelectorAll("button, a, summary, input")]
  .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


CONTRAST = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => [red, green, blue].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    const [red, green, blue, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
    return alpha || !element.parentElement ? [red, green, blue] : ground(element.parentElement);
  };
  const found = [];
  for (const element of document.querySelectorAll(".sheet *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest(".unseen")) continue;
    const tones = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(...tones) + 0.05) / (Math.min(...tones) + 0.05);
    if (ratio < 4.5) found.push([element.textContent, ratio]);
  }
  return found;
}"""


async def test_every_screen_fits_can_be_touched_and_read(fake: FakePages, telephone: Page) -> None:
    """On the narrowest telephone nothing is cut off, and all that is tapped has 44 px.

    Every text stands out: WCAG 2.2, 1.4.3: 4.5 to 1, in every light.
    """
    await telephone.set_viewport_size({"width": 320, "height": 640})
    lights: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for screen in SCREENS:
        await opened(fake, telephone, screen)
        await expect(telephone.locator("button, a, summary, input").first).to_be_visible()
        await comes_to(telephone, "document.documentElement.scrollWidth <= 320", True)
        await comes_to(telephone, LOW, [])
        for light in lights:
            await telephone.emulate_media(color_scheme=light)
            await comes_to(telephone, f"matchMedia('(prefers-color-scheme: {light})').matches", True)
            await comes_to(telephone, CONTRAST, [])


async def test_nothing_jumps_when_an_answer_is_wrong(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, PHONE)
    button = telephone.get_by_role("button", name="同意並傳送驗證碼")
    await expect(telephone.locator("#hero")).to_have_count(0)  # the account has no picture
    before = await box_of(button)
    fake.next = PHONE | {"texts": ["手機號碼格式不正確，請重新輸入（例如 0912 345 678）。"]}
    await telephone.get_by_label(FIELD).fill("02")
    await button.click()
    await expect(telephone.get_by_role("alert")).not_to_be_empty()
    assert await box_of(button) == before
