"""F7: an address of ours that is opened through LIFF, in a real browser: said or opened, and never lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.engine.compiled.own_address import tap_code
from tests.web.liff.fake_pages import FakePages
from tests.web.liff.test_page_screens import time_stands_still

CHAT = "https://line.me/R/oaMessage/%40forest/?%E5%84%AA%E6%83%A0"
STORY = "https://forest.example/story"


async def test_a_text_is_said_and_the_chat_is_there_again(fake: FakePages, telephone: Page) -> None:
    fake.leads = {"say": "優惠", "chat": CHAT}
    await telephone.goto(f"{fake.address}/liff/main/l/stand")
    await fake.until("close")
    assert fake.heard == [["say", "優惠"], ["close", ""]]


async def test_outside_of_a_chat_the_text_stands_ready_there(fake: FakePages, telephone: Page) -> None:
    """Who has scanned a code has no chat that a page could speak in."""
    fake.liff["mute"] = True
    fake.leads = {"say": "優惠", "chat": CHAT}
    await telephone.goto(f"{fake.address}/liff/main/l/stand")
    assert await fake.until("open") == [CHAT]
    await expect(telephone.get_by_role("heading", name="請在聊天室送出「優惠」")).to_be_focused()
    await telephone.get_by_role("button", name="前往聊天室").click()
    assert await fake.until("open", 2) == [CHAT, CHAT]


async def test_an_address_is_opened(fake: FakePages, telephone: Page) -> None:
    fake.leads = {"open": STORY}
    await telephone.goto(f"{fake.address}/liff/main/l/story")
    assert await fake.until("open") == [STORY]
    await telephone.get_by_role("button", name="再開一次").click()
    assert await fake.until("open", 2) == [STORY, STORY]
    await telephone.get_by_role("button", name="回到聊天室").click()
    await fake.until("close")


async def test_a_tap_that_is_counted(fake: FakePages, telephone: Page) -> None:
    """An area of a rich menu that opens something and does something."""
    fake.leads = {"open": STORY}
    await telephone.goto(f"{fake.address}/liff/main/o/{tap_code('shop/選購')}")
    assert await fake.until("open") == [STORY]


async def test_a_page_of_this_bot_opens_in_this_window(fake: FakePages, telephone: Page) -> None:
    fake.leads = {"open": "https://liff.line.me/1234-abcd/binding?code=A1"}
    fake.shown = {"kind": "done", "step": 1, "texts": ["都好了"]}
    await telephone.goto(f"{fake.address}/liff/main/l/story")
    await expect(telephone.get_by_role("heading", name="都好了")).to_be_visible()
    await expect(telephone).to_have_url(f"{fake.address}/liff/main/binding?code=A1")
    assert fake.opened == [{"code": "A1"}]


async def test_what_is_sent_again_is_the_same_opening(fake: FakePages, telephone: Page) -> None:
    """503: it was perhaps stored, so it is sent again under its name; the next opening has another."""
    await time_stands_still(telephone)
    fake.errors["open"] = [(503, "later")]
    fake.leads = {"open": STORY}
    await telephone.goto(f"{fake.address}/liff/main/l/story")
    await expect(telephone.get_by_role("status")).to_have_text("系統忙碌中。內容都還在，稍後會自動繼續。")
    await telephone.clock.fast_forward(2_000)
    await fake.until("open")
    await telephone.goto(f"{fake.address}/liff/main/l/story")
    await fake.until("open", 2)
    first, again, another = fake.openings
    assert first == again != another


@pytest.mark.parametrize(
    ("error", "heading"), [("unknown", "找不到這個頁面"), ("refused", "無法確認您的 LINE 身分")]
)
async def test_what_leads_nowhere_is_said_kindly(
    error: str, heading: str, fake: FakePages, telephone: Page
) -> None:
    fake.errors["open"] = [(404, error)]
    await telephone.goto(f"{fake.address}/liff/main/l/stand")
    await expect(telephone.get_by_role("heading", name=heading)).to_be_visible()


async def test_an_expired_id_token_is_mended(fake: FakePages, telephone: Page) -> None:
    fake.errors["session"] = [(401, "expired")]
    fake.leads = {"open": STORY}
    await telephone.goto(f"{fake.address}/liff/main/l/story")
    assert await fake.until("open") == [STORY]
    await fake.until("logout")


async def test_on_a_computer_one_may_go_on_without_line(fake: FakePages, telephone: Page) -> None:
    """What only opens an address needs no LINE; the code leads into it all the same."""
    fake.liff |= {"inside": False, "os": "web"}
    for path in ("main/l/story", "main?liff.state=%2Fl%2Fstory"):
        await telephone.goto(f"{fake.address}/liff/{path}")
        await expect(telephone.get_by_role("link", name="直接前往")).to_have_attribute("href", STORY)
        code = telephone.get_by_role("img", name="在手機上開啟這個頁面的 QR Code")
        await expect(code).to_have_attribute("src", "/liff/main/l/story/code.svg")
    assert fake.openings == []


async def test_in_another_browser_of_the_telephone(fake: FakePages, telephone: Page) -> None:
    fake.liff["inside"] = False
    for path in ("main/l/stand", "main?liff.state=%2Fl%2Fstand"):
        await telephone.goto(f"{fake.address}/liff/{path}")
        link = telephone.get_by_role("link", name="用 LINE 開啟")
        await expect(link).to_have_attribute("href", "https://liff.line.me/1234-abcd/l/stand")
        await expect(telephone.get_by_role("link", name="直接前往")).to_have_count(0)
