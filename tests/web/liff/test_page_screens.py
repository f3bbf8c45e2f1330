"""Each screen of a member's page in Chromium, before a server and a LINE that do what the test says."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.depth import one_of
from tests.eventually import comes_to
from tests.simulator.lent_pages import spoil
from tests.web.liff.fake_pages import FakePages

PHONE = {
    "kind": "question",
    "state": "phone",
    "visit": 1,
    "question": "您的手機號碼？",
    "answer": "phone",
    "sends_code": True,
    "notice": True,
}
CODE = {
    "kind": "question",
    "state": "code",
    "visit": 2,
    "question": "簡訊裡的驗證碼？",
    "answer": "code",
    "links": ["重新傳送驗證碼", "更換手機號碼"],
    "again": "重新傳送驗證碼",
    "again_in": 60,
    "valid_for": 300,
}
DONE = {"kind": "done", "state": "bound", "flow": "binding"}


async def opened(fake: FakePages, page: Page, screen: dict[str, Any], name: str = "binding") -> None:
    """The page, with this as its first screen."""
    fake.shown = {**screen, "step": fake.shown["step"] + 1}
    await page.goto(f"{fake.address}/liff/main/{name}")
    await page.wait_for_selector("main:not([aria-busy]) h1")


async def time_stands_still(page: Page) -> None:
    """Until the test lets it pass, on the pages that come: their seconds are the same on every machine."""
    spoil(page)
    await page.clock.install(time=0)
    await page.clock.pause_at(60_000)


async def test_a_phone_is_shown_as_people_write_it(fake: FakePages, telephone: Page) -> None:
    """While it is typed, and from any paste; what was typed in the middle stays where the caret is."""
    await opened(fake, telephone, PHONE)
    field = telephone.get_by_label("您的手機號碼？")
    await field.press_sequentially("0912345678")
    assert await field.input_value() == "0912 345 678"
    for pasted in (
        "+886912345678",
        "0912-345-678",
        "０９１２３４５６７８",
        "886 912 345 678",
        "手機：0912345678 王",
    ):
        await field.fill(pasted)
        assert await field.input_value() == "0912 345 678", pasted
    for left in ("02-2345-6789", "+1 650 253 0000", "王小明", "09123456789"):
        await field.fill(left)
        assert (await field.input_value()).replace(" ", "") == left.replace(" ", "")
    await field.fill("0912 345 678")
    await field.evaluate("input => input.setSelectionRange(3, 3)")
    await field.press("Backspace")
    assert await field.input_value() == "0923 456 78"
    assert await field.evaluate("input => input.selectionStart") == 2
    assert await field.get_attribute("inputmode") == "tel"
    assert await field.get_attribute("autocomplete") == "tel"


async def test_the_notice_opens_in_place_and_the_button_agrees(fake: FakePages, telephone: Page) -> None:
    """B16: all that the law wants said, before anything is sent."""
    await opened(fake, telephone, PHONE)
    await expect(telephone.get_by_text("會員管理", exact=True)).to_be_hidden()
    await telephone.get_by_text("隱私權告知").click()
    for text in ("森活選品股份有限公司", "會員管理", "手機號碼", "五年", "本公司", "privacy@forest.example"):
        await expect(telephone.get_by_role("definition").filter(has_text=text).first).to_be_visible()
    await expect(telephone.get_by_role("definition")).to_have_count(7)
    await telephone.get_by_label("您的手機號碼？").fill("0912345678")
    await telephone.get_by_role("button", name="同意並傳送驗證碼").click()
    await fake.answered()
    assert fake.answers == [{"step": 1, "visit": 1, "text": "0912 345 678"}]


async def test_it_works_by_keyboard_alone(fake: FakePages, telephone: Page) -> None:
    """From the sentence to the field, the notice, the button; Enter in the field sends."""
    await opened(fake, telephone, PHONE)
    await expect(telephone.get_by_role("heading", name="您的手機號碼？")).to_be_focused()
    for selector in ("input", "summary", "button.main"):
        await telephone.keyboard.press("Tab")
        await expect(telephone.locator(selector)).to_be_focused()
    await telephone.keyboard.press("Shift+Tab")
    await telephone.keyboard.press("Enter")
    await expect(telephone.get_by_role("definition").first).to_be_visible()
    await telephone.keyboard.press("Shift+Tab")
    fake.next = CODE
    await telephone.keyboard.type("0912345678")
    await telephone.keyboard.press("Enter")
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_focused()


async def test_a_notice_that_is_new_is_shown_before_anything_is_taken(
    fake: FakePages, telephone: Page
) -> None:
    """B16: the playbook has got one since the page was opened; what was typed stays."""
    await opened(fake, telephone, PHONE | {"notice": False})
    fake.next = PHONE
    await telephone.get_by_label("您的手機號碼？").fill("0912345678")
    await telephone.get_by_role("button", name="傳送驗證碼", exact=True).click()
    await expect(telephone.get_by_role("button", name="同意並傳送驗證碼")).to_be_visible()
    await expect(telephone.get_by_text("隱私權告知")).to_be_visible()
    await expect(telephone.get_by_label("您的手機號碼？")).to_have_value("0912 345 678")
    await expect(telephone.get_by_role("alert")).to_be_empty()


def asked(answer: str, **more: Any) -> dict[str, Any]:
    """A question that takes such an answer."""
    return {
        "kind": "question",
        "state": answer,
        "visit": 1,
        "question": f"{answer}？",
        "answer": answer,
        **more,
    }


async def test_answers_that_are_tapped(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, asked("choices", choices=["保養", "彩妝", "香氛"]))
    await telephone.get_by_role("button", name="下一步").click()
    await expect(telephone.get_by_role("alert")).to_have_text("請先填寫，再按按鈕。")
    for name in ("保養", "香氛"):
        await telephone.get_by_role("checkbox", name=name).check()
    for then, button in (
        (asked("consent"), "下一步"),
        (asked("yes_no"), "不同意"),
        (asked("choice", choices=["以會員身分繼續", "使用其他手機號碼"]), "是"),
        (asked("image"), "使用其他手機號碼"),
    ):
        fake.next = then
        await telephone.get_by_role("button", name=button, exact=True).click()
        await expect(telephone.get_by_role("heading", name=then["question"])).to_be_visible()
    await expect(telephone.get_by_text("這一題要在聊天室回答，請回到聊天室。")).to_be_visible()
    sent = ["保養、香氛", "不同意", "是", "使用其他手機號碼"]
    assert [one["text"] for one in fake.answers] == sent


async def test_the_button_says_what_it_does(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, PHONE)
    await expect(telephone.get_by_role("button", name="同意並傳送驗證碼", exact=True)).to_be_visible()
    changes: list[tuple[dict[str, bool], str]] = [
        ({"notice": False}, "傳送驗證碼"),
        ({"sends_code": False}, "同意並送出"),
        ({"notice": False, "sends_code": False}, "下一步"),
    ]
    for changed, button in changes:
        await fake.show(**PHONE | changed)
        await expect(telephone.get_by_role("button", name=button, exact=True)).to_be_visible()


async def test_a_code_goes_off_at_its_sixth_digit(fake: FakePages, telephone: Page) -> None:
    """One input, filled by the telephone's suggestion; once, whatever is tapped besides."""
    await opened(fake, telephone, CODE)
    field = telephone.get_by_label("簡訊裡的驗證碼？")
    await expect(field).to_be_focused()
    assert await field.get_attribute("autocomplete") == "one-time-code"
    assert await field.get_attribute("inputmode") == "numeric"
    fake.slow = asyncio.Event()
    fake.next = DONE
    await field.press_sequentially("１２3")
    assert fake.answers == []
    await field.press_sequentially("456")
    await telephone.locator("button.main").click()
    await field.press("Enter")
    fake.slow.set()
    await expect(telephone.get_by_role("heading", name="完成了")).to_be_visible()
    assert [answer["text"] for answer in fake.answers] == ["123456"]


async def test_a_wrong_code_is_said_beside_the_field_and_typed_anew(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, CODE)
    fake.next = CODE | {"visit": 4, "texts": ["驗證碼不正確。"]}
    field = telephone.get_by_label("簡訊裡的驗證碼？")
    await field.fill("000000")
    await expect(telephone.get_by_role("alert")).to_have_text("驗證碼不正確。")
    await expect(field).to_have_value("")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_attribute("aria-describedby", re.compile("error"))
    await field.fill("000000")
    await fake.answered(2)
    assert [answer["visit"] for answer in fake.answers] == [2, 4]


async def test_a_code_is_sent_again_when_it_may_be(fake: FakePages, telephone: Page) -> None:
    """The countdown is shown; until it is over a tap does nothing; how long the code holds is shown too."""
    await time_stands_still(telephone)
    await opened(fake, telephone, CODE)
    again = telephone.locator("button.link").first
    await expect(again).to_have_text("重新傳送驗證碼（60 秒後）")
    await again.click(force=True)
    await telephone.clock.fast_forward(61_000)
    await expect(again).to_have_text("重新傳送驗證碼")
    await expect(telephone.locator("#timer")).to_have_text("驗證碼 3:59 內有效")
    assert fake.answers == []
    await again.click()
    assert await fake.answered() == ["重新傳送驗證碼"]
    await expect(telephone.locator("main:not([aria-busy])")).to_be_visible()
    await telephone.clock.fast_forward(301_000)
    await expect(telephone.locator("#timer")).to_have_text("驗證碼已過期，請重新取得。")


async def test_every_type_has_its_field(fake: FakePages, telephone: Page) -> None:
    typed = {"date": "1990-05-20", "text": " 王小明 ", "email": "a@b.tw", "number": "12"}
    screens = [*map(asked, typed), DONE]
    await opened(fake, telephone, screens[0])
    for (answer, text), then in zip(typed.items(), screens[1:], strict=True):
        field = telephone.get_by_label(f"{answer}？")
        await expect(field).to_have_value("")
        await telephone.get_by_role("button", name="下一步").click()
        await expect(telephone.get_by_role("alert")).to_have_text("請先填寫，再按按鈕。")
        await field.fill(text)
        fake.next = then
        await telephone.get_by_role("button", name="下一步").click()
    await expect(telephone.get_by_role("heading", name="完成了")).to_be_visible()
    assert [one["text"] for one in fake.answers] == ["1990-05-20", "王小明", "a@b.tw", "12"]


async def test_the_trigger_is_said_once(fake: FakePages, telephone: Page) -> None:
    """B5: in the person's name, then back to the chat; a reload does not say it again."""
    fake.next = DONE | {"say": "我已完成手機綁定"}
    await opened(fake, telephone, CODE)
    await telephone.get_by_label("簡訊裡的驗證碼？").fill("123456")
    await fake.until("close")
    await telephone.reload()
    await expect(telephone.get_by_role("heading", name="完成了")).to_be_visible()
    await fake.until("close", 2)
    assert await fake.until("say") == ["我已完成手機綁定"]


async def test_what_the_chat_made_of_the_trigger_draws_nothing_anew(fake: FakePages, telephone: Page) -> None:
    spoil(telephone)
    await telephone.clock.install()
    fake.next = DONE | {"say": "我已完成手機綁定"}
    await opened(fake, telephone, CODE)
    await telephone.get_by_label("簡訊裡的驗證碼？").fill("123456")
    await fake.until("say")
    drawn = await telephone.query_selector(".message-screen")
    assert drawn is not None
    await fake.show(**DONE)
    await fake.until("close")
    assert await drawn.evaluate("element => element.isConnected")
    await telephone.clock.run_for(10_000)
    await telephone.evaluate("() => liff.logout()")
    await fake.until("logout")
    assert [name for name, _ in fake.heard] == ["say", "close", "logout"]


async def test_a_second_result_is_said_after_the_first(fake: FakePages, telephone: Page) -> None:
    fake.next = DONE | {"say": "我已完成手機綁定"}
    await opened(fake, telephone, CODE, "member_card")
    await telephone.get_by_label("簡訊裡的驗證碼？").fill("123456")
    await fake.until("say")
    await fake.show(**DONE, say="我已完成手機綁定")
    await fake.show(**DONE, say="我要會員禮")
    assert await fake.until("say", 2) == ["我已完成手機綁定", "我要會員禮"]


async def test_who_only_watches_says_nothing(fake: FakePages, telephone: Page) -> None:
    """The same person on another telephone has answered: that one says the trigger."""
    await opened(fake, telephone, CODE)
    await fake.show(**DONE, say="我已完成手機綁定")
    await expect(telephone.get_by_text("結果會在一分鐘內傳到聊天室。")).to_be_visible()
    assert fake.heard == []


async def test_what_cannot_be_said_is_told(fake: FakePages, telephone: Page) -> None:
    """Opened outside a chat, or the permission refused."""
    fake.liff["mute"] = True
    fake.next = DONE | {"say": "我已完成手機綁定"}
    await opened(fake, telephone, CODE)
    await telephone.get_by_label("簡訊裡的驗證碼？").fill("123456")
    await expect(telephone.get_by_text("結果會在一分鐘內傳到聊天室。")).to_be_visible()
    await fake.until("close")


async def test_a_problem_says_what_and_can_be_tried_again(fake: FakePages, telephone: Page) -> None:
    await opened(
        fake, telephone, {"kind": "problem", "state": "failed", "texts": ["查無此手機號碼的會員資料"]}
    )
    await expect(telephone.get_by_role("heading", name="查無此手機號碼的會員資料")).to_be_focused()
    await expect(telephone.get_by_text("需要協助的話，請在聊天室留言給我們。")).to_be_visible()
    fake.anew = PHONE
    await telephone.get_by_role("button", name="再試一次").click()
    await expect(telephone.get_by_label("您的手機號碼？")).to_be_visible()
    assert fake.opened == [{}, {}]


async def test_a_paused_page_says_so(fake: FakePages, telephone: Page) -> None:
    """B8. One that binds nothing does not speak of binding."""
    await opened(fake, telephone, {"kind": "closed", "binds": True})
    await expect(telephone.get_by_role("heading", name="綁定連結暫時無法使用")).to_be_visible()
    await telephone.get_by_role("button", name="回到聊天室").click()
    await fake.until("close")
    await opened(fake, telephone, {"kind": "closed", "binds": False})
    await expect(telephone.get_by_role("heading", name="這項服務目前沒有開放")).to_be_visible()
    await expect(telephone.get_by_text("綁定")).to_have_count(0)
    await telephone.get_by_role("button", name="回到聊天室").click()
    await fake.until("close", 2)


async def test_the_accounts_picture_where_the_flow_has_none(fake: FakePages, telephone: Page) -> None:
    """R15 (B2): round, over the first question, and out of the way of the code's keyboard."""
    # a host of its own: the browser keeps for an hour which picture there is, or that there is none
    fake.address = fake.address.replace("127.0.0.1", "localhost")
    fake.face = f"{fake.address}/account.svg"
    await opened(fake, telephone, PHONE)
    hero = telephone.locator("#hero")
    await expect(hero).to_be_visible()
    size = "img => [img.naturalWidth > 0, img.clientWidth, img.clientHeight]"
    await comes_to(hero, size, [True, 96, 96])
    await fake.show(**CODE)
    await expect(telephone.get_by_label("簡訊裡的驗證碼？")).to_be_visible()
    await expect(hero).to_be_hidden()


async def test_a_flow_that_has_gone_into_the_chat_can_be_taken_back(fake: FakePages, telephone: Page) -> None:
    """R7 (B13)."""
    await opened(fake, telephone, {"kind": "in_chat"})
    await expect(telephone.get_by_role("heading", name="已改在聊天室進行")).to_be_visible()
    fake.anew = PHONE
    await telephone.get_by_role("button", name="在這裡繼續").click()
    await expect(telephone.get_by_label("您的手機號碼？")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "title", "text", "back"),
    one_of(
        2,
        [
            ("zh-TW", "這個連結少了代碼", "請再掃描一次門市人員出示的 QR code", "回到聊天室"),
            ("en", "A code is missing in this link", "Please scan the QR code", "Back to the chat"),
        ],
    ),
)
async def test_a_link_that_lacks_its_code_says_what_to_do(
    fake: FakePages, telephone: Page, language: str, title: str, text: str, back: str
) -> None:
    """R11 (D3): to open it once more would lead to the same."""
    fake.liff["language"] = language
    await opened(fake, telephone, {"kind": "incomplete"})
    await expect(telephone.get_by_role("heading", name=title)).to_be_visible()
    await expect(telephone.get_by_text(text)).to_be_visible()
    await expect(telephone.get_by_role("button")).to_have_count(1)
    await telephone.get_by_role("button", name=back).click()
    await fake.until("close")


async def test_by_which_area_of_a_rich_menu_it_was_opened_is_said_once(
    fake: FakePages, telephone: Page
) -> None:
    """G5: the tap counts, not what is opened anew on the page."""
    fake.shown = {"kind": "card", "step": 1, "card": {"name": "小美", "code": None, "fields": []}}
    await telephone.goto(f"{fake.address}/liff/main/member_card?_tap=0123456789abcdef&other=1")
    await telephone.get_by_role("button", name="更新資料").click()
    assert await fake.was_opened(2) == [{"_tap": "0123456789abcdef"}, {"fresh": "1"}]


async def test_a_number_that_no_barcode_holds_says_why_it_is_a_qr_code(
    fake: FakePages, telephone: Page
) -> None:
    """B10: a till's staff see that it is meant."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h1v3h-1z"/></svg>'
    code = {"text": "A1234567", "svg": svg, "instead": "EAN-13"}
    await opened(fake, telephone, {"kind": "card", "card": {"name": "小美", "code": code}}, "member_card")
    await expect(telephone.get_by_text("這個會員編號無法顯示為 EAN-13 條碼，改用 QR code")).to_be_visible()


async def test_the_card_is_drawn_and_refreshed(fake: FakePages, telephone: Page) -> None:
    """B10: what is script in it is text; fresh on a tap and on a pull; white behind the code."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0h1v3h-1z"/></svg>'
    card = {
        "name": "<img src=x onerror=alert(1)>",
        "colour": "#f5e6c8",
        "code": {"text": "A1234567", "svg": svg},
        "fields": [{"title": "點數", "text": "10,000"}, {"title": "等級", "text": ""}],
    }
    await opened(fake, telephone, {"kind": "card", "card": card}, "member_card")
    await expect(telephone.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    await expect(telephone.get_by_role("img", name="會員編號 A1234567 的條碼")).to_be_visible()
    await expect(telephone.locator(".plate")).to_have_class(re.compile("on-light"))
    await telephone.emulate_media(color_scheme="dark")
    await expect(telephone.locator(".panel")).to_have_css("background-color", "rgb(255, 255, 255)")
    fake.shown["card"]["fields"][0]["text"] = "10,001"
    await telephone.get_by_role("button", name="更新資料").click()
    await expect(telephone.get_by_text("10,001")).to_be_visible()
    pull = """section => {
      const at = (type, clientY) => {
        const finger = new Touch({ identifier: 1, target: section, clientX: 9, clientY });
        section.dispatchEvent(new TouchEvent(type, { touches: type === "touchend" ? [] : [finger] }));
      };
      at("touchstart", 100); at("touchmove", 200); at("touchend", 200);
    }"""
    await telephone.locator(".member-card").evaluate(pull)
    assert await fake.was_opened(3) == [{}, {"fresh": "1"}, {"fresh": "1"}]


async def test_after_binding_the_card_shows_itself(fake: FakePages, telephone: Page) -> None:
    """B10: without another tap."""
    fake.next = DONE | {"say": "我已完成手機綁定"}
    await opened(fake, telephone, CODE, "member_card")
    await telephone.get_by_label("簡訊裡的驗證碼？").fill("123456")
    await fake.until("say")
    await fake.show(kind="card", card={"name": "陳美玲"})
    await expect(telephone.get_by_text("陳美玲")).to_be_visible()
    assert ["close", ""] not in fake.heard


async def test_unbinding_says_what_goes(fake: FakePages, telephone: Page) -> None:
    """B17."""
    fake.next = {"kind": "done", "state": "unbound"}
    await opened(fake, telephone, {"kind": "unbind", "tags_gone": ["已綁定", "VIP"]}, "unbind")
    await expect(telephone.get_by_role("listitem")).to_have_text(
        ["會員卡將不再顯示", "這些標籤會移除：已綁定、VIP"]
    )
    await telephone.get_by_role("button", name="解除綁定").click()
    await expect(telephone.get_by_role("heading", name="已解除綁定")).to_be_visible()
    assert fake.answers == [{"step": 1, "visit": 0, "text": "unbind", "access_token": "access"}]


async def test_a_field_offers_what_lies_between_the_limits(fake: FakePages, telephone: Page) -> None:
    """Issue 13: a date, a time, and both; without limits only years of four digits."""
    await opened(fake, telephone, asked("date"))
    field = telephone.get_by_label("date？", exact=True)
    assert await field.evaluate("field => [field.min, field.max]") == ["", "9999-12-31"]
    for number, (answer, type_, least, most) in enumerate(
        (
            ("time", "time", "09:00", "18:00"),
            ("date", "date", "2026-09-02", "2026-10-31"),
            ("date_time", "datetime-local", "2026-09-01T14:00", "2026-09-05T23:59"),
        ),
        2,
    ):
        await fake.show(**asked(answer, visit=number, at_least=least, at_most=most))
        field = telephone.get_by_label(f"{answer}？", exact=True)
        await expect(field).to_have_attribute("type", type_)
        assert await field.evaluate("field => [field.min, field.max]") == [least, most]


async def test_an_address_in_a_question_opens_beside_the_page(fake: FakePages, telephone: Page) -> None:
    """D7: to the shop's registration and back; what is no address stays text."""
    where = "https://forest.example/sign_up"
    question = f"請到官網註冊：{where} 。好了再回來。javascript:alert(1) <b>粗</b>"
    screen = {
        "kind": "question",
        "state": "signing_up",
        "visit": 3,
        "question": question,
        "answer": "choice",
        "choices": ["我註冊好了"],
    }
    await opened(fake, telephone, screen)
    await expect(telephone.locator("h1")).to_have_text(question)
    link = telephone.locator("h1 a")
    await expect(link).to_have_count(1)
    await expect(link).to_have_attribute("href", where)
    await telephone.evaluate("() => { window.went = []; liff.openWindow = (to) => went.push(to); }")
    await link.click()
    await comes_to(telephone, "window.went", [{"url": where, "external": False}])
    await expect(telephone.get_by_role("button", name="我註冊好了")).to_be_visible()
