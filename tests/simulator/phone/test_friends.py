"""Several friends to play: the list of chats, what is unread; what a friend sends and takes back. L4."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, Page, ViewportSize, expect

from tests.pictures import png
from tests.simulator.phone.conftest import DESK, PHONE, Phone

PICTURE = png(90, 60)


async def test_a_second_friend_a_name_blocking_and_unblocking(phone: Phone) -> None:
    page = phone.page
    await phone.begin()
    await page.locator("#enter").click()
    await expect(page.locator("#text")).to_be_focused()
    await page.locator("#back").click()
    await the_list_has_a_head_of_its_own(page)
    await page.locator("#back").click()
    await expect(page.locator("#chat-as")).to_have_text("你現在是：小美")
    await page.locator("#back").click()
    await page.locator("#add").click()
    await expect(page.locator("#chat-as")).to_contain_text("阿明")
    await page.locator("#about").click()
    await page.locator("#name").fill("林 阿明")
    await page.locator("#name").press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#chat-as")).to_contain_text("林 阿明")
    await page.locator("#about").click()
    await page.locator("#standing").click()
    await expect(page.locator("#composer")).to_be_hidden()
    await page.locator("#enter").click()
    await expect(page.locator("#composer")).to_be_visible()
    await page.locator("#back").click()
    people = page.locator(".person")
    await expect(people).to_have_count(2)
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("林 阿明")
    await people.filter(has_text="小美").click()
    await expect(page.locator("#chat-as")).to_contain_text("小美")
    await page.reload()
    await expect(page.locator("#chat-as")).to_contain_text("小美")


async def the_list_has_a_head_of_its_own(page: Page) -> None:
    """Not the shop's: it is none of its chats, and nobody is anybody there."""
    await expect(page.locator("#chat-title")).to_have_text("好友")
    await expect(page.locator("#chat-as")).to_be_empty()
    await expect(page.locator("#about")).to_be_hidden()
    gap = await page.evaluate(
        "() => document.querySelector('.people').getBoundingClientRect().top"
        " - document.querySelector('.chat-head').getBoundingClientRect().bottom"
    )
    assert gap == 0


async def test_a_name_that_is_being_typed_survives_what_happens_meanwhile(phone: Phone, page: Page) -> None:
    await page.locator("#about").click()
    await page.locator("#name").fill("小美美")
    await phone.world.do(f"friends/{phone.friend}/block", {})
    await expect(page.locator("#composer")).to_be_hidden()
    await expect(page.locator("#name")).to_have_value("小美美")
    await expect(page.locator("#name")).to_be_focused()


async def test_unread_messages_are_counted_and_marked(phone: Phone) -> None:
    page = phone.page
    other = await phone.world.friend(name="阿明")
    await phone.open()
    await phone.push(*({"type": "text", "text": f"給阿明 {n}"} for n in (1, 2)), to=other)
    await expect(page.locator("#elsewhere")).to_have_text("2")
    await page.reload()
    await expect(page.locator("#elsewhere")).to_have_text("2")
    await page.locator("#back").click()
    row = page.locator(".person", has_text="阿明")
    await expect(row).to_contain_text("給阿明 2")
    await expect(row.locator(".badge")).to_have_text("2")
    await row.click()
    await expect(page.locator(".day.unread + .said")).to_contain_text("給阿明 1")
    await expect(page.locator("#elsewhere")).to_be_hidden()
    await phone.say("看到了")
    await expect(page.locator(".said.mine")).to_have_count(1)
    await expect(page.locator(".day.unread")).to_have_count(0)


async def test_what_came_while_the_page_was_away_is_unread_from_its_first_bubble(phone: Phone) -> None:
    """L4: the line stood between two bubbles of one push."""
    page = phone.page
    other = await phone.world.friend(name="阿明")
    await phone.push({"type": "text", "text": "早上好"}, to=other)
    await phone.open()
    await page.locator("#back").click()
    await page.locator(".person", has_text="阿明").click()
    await expect(page.locator("#chat")).to_contain_text("早上好")
    await page.locator("#back").click()
    await page.locator(".person", has_text="小美").click()
    await expect(page.locator("#chat-as")).to_contain_text("小美")
    there = page.url
    await page.goto("about:blank")
    await phone.push(*({"type": "text", "text": f"給阿明 {n}"} for n in (1, 2)), to=other)
    await page.goto(there)
    await page.locator("#back").click()
    await page.locator(".person", has_text="阿明").click()
    await expect(page.locator(".day.unread + .said")).to_contain_text("給阿明 1")


async def test_a_draft_belongs_to_its_friend(phone: Phone) -> None:
    page = phone.page
    other = await phone.world.friend(name="阿明")
    await phone.open()
    await page.locator("#text").fill("給小美的")
    await page.locator("#back").click()
    await page.locator(".person", has_text="阿明").click()
    await expect(page.locator("#chat-as")).to_contain_text("阿明")  # no more the list
    await expect(page.locator("#text")).to_have_value("")
    await page.locator("#back").click()
    await page.locator(".person", has_text="小美").click()
    await expect(page.locator("#text")).to_have_value("給小美的")
    assert other != phone.friend


async def test_the_list_by_keyboard_and_with_many_friends(phone: Phone) -> None:
    page = phone.page
    for number in range(13):
        await phone.world.do("friends", {"channel": "main", "name": f"客人 {number}"})
    await phone.open()
    await page.locator("#back").press("Enter")
    await expect(page.locator(".person")).to_have_count(14)
    await expect(page.locator(".person[aria-pressed=true]")).to_be_focused()
    await page.locator(".person").first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".person").nth(1)).to_be_focused()
    await page.get_by_role("searchbox").fill("客人 12")
    await expect(page.locator(".person")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator("#conversation")).to_be_visible()


async def test_a_picture_is_chosen_pasted_or_dropped(phone: Phone, page: Page) -> None:
    await page.locator("#more").click()
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="圖片").click()
    await (await choosing.value).set_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    shown = page.locator(".said.mine .photo img")
    await expect(shown).to_have_count(1)
    await expect(shown).to_have_js_property("naturalWidth", 90)
    heard = await phone.heard("message")
    assert heard["message"]["type"] == "image"
    url = f"{phone.world.line}/v2/bot/message/{heard['message']['id']}/content"
    headers = {"Authorization": "Bearer token-of-main"}
    async with phone.world.http.get(url, headers=headers) as response:
        assert await response.read() == PICTURE
    give = """async ([target, kind, type]) => {
        const canvas = new OffscreenCanvas(30, 20);
        canvas.getContext('2d').fillRect(0, 0, 30, 20);
        const data = new DataTransfer();
        data.items.add(new File([await canvas.convertToBlob({type})], 'a', {type}));
        const name = kind === 'paste' ? 'clipboardData' : 'dataTransfer';
        const event = kind === 'paste'
            ? new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true})
            : new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
        document.querySelector(target).dispatchEvent(event);
    }"""
    await page.evaluate(give, ["#text", "paste", "image/png"])
    await expect(shown).to_have_count(2)
    await page.evaluate(give, ["#chat", "drop", "image/webp"])
    await expect(shown).to_have_count(3)
    await page.reload()
    await expect(shown).to_have_count(3)
    # what is none is refused with words
    await page.locator("#more").click()
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="圖片", exact=True).click()
    await (await choosing.value).set_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no"})
    await expect(page.locator("#notice")).to_contain_text("JPEG")


async def test_photos_chosen_at_once_are_events_of_one_set_and_drawn_as_one(phone: Phone, page: Page) -> None:
    """F9: as on LINE: five events, in this order, and a grid in the chat, where each may be taken back."""
    await page.locator("#more").click()
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="圖片").click()
    several: list[FilePayload] = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": PICTURE} for n in range(5)
    ]
    await (await choosing.value).set_files(several)
    tiles = page.locator(".tiles .said.mine .photo img")
    await expect(tiles).to_have_count(5)
    heard = [(await phone.heard("message"))["message"] for _ in range(5)]
    assert len({one["imageSet"]["id"] for one in heard}) == 1
    assert [(one["imageSet"]["index"], one["imageSet"]["total"]) for one in heard] == [
        (n, 5) for n in (1, 2, 3, 4, 5)
    ]
    await expect(page.locator(".tiles time:visible")).to_have_count(1)
    places = await tiles.evaluate_all("all => all.map((e) => e.getBoundingClientRect().top)")
    assert len(set(places[:3])) == 1 < len(set(places))
    await phone.say("好了")
    await expect(page.locator(".tiles")).to_have_count(1)
    await tiles.first.click(button="right")
    await page.get_by_role("button", name="收回").click()
    await expect(tiles).to_have_count(4)


async def test_stickers_and_places(phone: Phone, page: Page) -> None:
    await page.locator("#stickers").click()
    await expect(page.locator(".sticker-tray button")).to_have_count(12)
    await page.keyboard.press("Enter")
    heard = (await phone.heard("message"))["message"]
    assert (heard["packageId"], heard["stickerId"], heard["keywords"]) == ("446", "1988", ["嗨"])
    await expect(page.locator(".said.mine .sticker")).to_be_visible()
    await page.locator("#more").click()
    await page.get_by_role("button", name="位置").click()
    await page.get_by_label("緯度").fill("24.1")
    await page.get_by_label("經度").fill("120.7")
    await page.keyboard.press("Enter")
    heard = (await phone.heard("message"))["message"]
    assert (heard["latitude"], heard["longitude"]) == (24.1, 120.7)
    await expect(page.locator(".said.mine .spot")).to_be_visible()


async def test_an_own_message_is_taken_back(phone: Phone, page: Page) -> None:
    await phone.say("說錯了")
    said = (await phone.heard("message"))["message"]["id"]
    await page.locator(".said.mine .bubble").click(button="right")
    await page.get_by_role("button", name="收回").click()
    assert (await phone.heard("unsend"))["unsend"] == {"messageId": said}
    await expect(phone.row()).to_have_text("你已收回訊息")
    await page.reload()
    await expect(phone.row()).to_have_text("你已收回訊息")


@pytest.mark.parametrize(
    "size",
    [PHONE, pytest.param(DESK, marks=pytest.mark.ring("soak", "more of the same"))],
    ids=["phone", "desk"],
)
async def test_everything_is_large_enough_and_has_a_name(phone: Phone, size: ViewportSize) -> None:
    page = phone.page
    await page.set_viewport_size(size)
    await phone.open()
    action = {"type": "message", "label": "好", "text": "好"}
    items = {"items": [{"type": "action", "action": action}]}
    card = {"type": "confirm", "text": "要嗎？", "actions": [action, action]}
    await phone.push({"type": "template", "altText": "卡片", "template": card, "quickReply": items})
    await page.locator("#stickers").click()
    await look_at_the_targets(phone)
    await page.locator("#about").click()
    await look_at_the_targets(phone)
    await page.keyboard.press("Escape")
    await page.locator("#back").click()
    await look_at_the_targets(phone)


async def look_at_the_targets(phone: Phone) -> None:
    small, unnamed = await phone.page.evaluate(
        """() => {
            const all = [...document.querySelectorAll(".phone :is(button, input, textarea)")]
                .filter((e) => e.checkVisibility());
            const box = (e) => e.getBoundingClientRect();
            const named = (e) => e.ariaLabel || e.textContent.trim() || e.labels?.length;
            return [
                all.filter((e) => box(e).width < 44 || box(e).height < 44).map((e) => e.outerHTML),
                all.filter((e) => !named(e)).map((e) => e.outerHTML),
            ];
        }"""
    )
    assert small == []
    assert unnamed == []
