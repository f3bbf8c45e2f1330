"""The page `my_invites` in Chromium, before a server that says what the test says (N4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playwright.async_api import Page, expect

from bot.model.screen import Screen
from bot.promotions.referrals.model import InvitedView, InviteView
from bot.web.liff.api import screen_json
from bot.web.liff.barcode import svg
from tests.promotions.coupons.test_page_in_browser import NOON
from tests.promotions.referrals.test_engine import CAMPAIGN
from tests.web.liff import test_page_screens
from tests.web.liff.fake_pages import FakePages

LINK = "https://liff.line.me/5678-abcd/my_invites?by=abc"
OWN = InviteView("好友", "好友一起來", "abc", "bound", 3, 2, 2, 0, "見面禮", "謝禮", terms="兩位都有禮")


def shows(*invited: InvitedView) -> dict[str, Any]:
    """The screen as our server says it."""
    screen = screen_json(Screen("invites", 1, content={"invites": (OWN,), "invited": invited}), NOON)
    [own] = screen["invites"]
    own |= {"link": LINK, "qr": svg("qr", LINK)}
    return screen | {"add_friend": "https://line.me/R/ti/p/%40forest"}


async def opened(fake: FakePages, page: Page, screen: dict[str, Any]) -> None:
    fake.book = replace(
        fake.book, promotions={**fake.book.promotions, "referrals": {CAMPAIGN.name: CAMPAIGN}}
    )
    await test_page_screens.opened(fake, page, screen, "my_invites")


async def test_the_inviter_sees_link_code_and_counts(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, shows())
    for text in ("兩位都有禮", "好友加入並綁定後送您：謝禮", "送好友：見面禮"):
        await expect(telephone.get_by_text(text, exact=True)).to_be_visible()
    await expect(telephone.get_by_text("已有 3 位好友加入 · 領了 2 次獎勵")).to_be_visible()
    await expect(telephone.get_by_text("您的獎勵都領完了")).to_be_visible()
    picture = telephone.get_by_role("img", name="您的邀請連結 QR code")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


async def test_where_nothing_can_be_shared_or_copied_the_link_is_there_to_read(
    fake: FakePages, telephone: Page
) -> None:
    await opened(fake, telephone, shows())
    await telephone.get_by_role("button", name="傳給好友").click()
    await expect(telephone.get_by_role("article").get_by_role("status")).to_have_text(LINK)


async def test_who_is_new_is_asked_to_become_a_friend_first(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, shows(InvitedView("好友", "好友一起來", "bound", "opened", None, "見面禮")))
    await expect(telephone.get_by_role("heading", name="您的好友邀請您")).to_be_visible()
    await expect(telephone.get_by_role("button", name="加入好友")).to_be_visible()
    await expect(telephone.get_by_role("button", name="傳給好友")).to_have_count(0)
    await fake.show(**shows(InvitedView("好友", "好友一起來", "bound", "came", None, "見面禮")))
    await expect(telephone.get_by_text("歡迎您！綁定會員後，兩位都有禮。")).to_be_visible()
    await expect(telephone.get_by_role("button", name="傳給好友")).to_be_visible()
