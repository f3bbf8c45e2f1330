"""Each kind of message as LINE shows it: measured in the page, and reached by keyboard. E5, L4."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from tests.eventually import eventually
from tests.simulator.flex.conftest import a_moment_of_silence
from tests.simulator.phone.conftest import PHONE, Phone

PRODUCT = "5ac1bfd5040ab15980c9b435"


def says(label: str) -> dict[str, Any]:
    return {"type": "message", "label": label, "text": label}


def template(**card: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "卡片", "template": card}


async def boxes(locator: Locator) -> list[dict[str, float]]:
    found: list[dict[str, float]] = await locator.evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect().toJSON())"
    )
    return found


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def opened(phone: Phone) -> None:
    await phone.page.set_viewport_size(PHONE)
    await phone.open()


async def test_addresses_and_numbers_in_texts_can_be_tapped(phone: Phone) -> None:
    text = "官網 https://forest.example/a?b=1。電話 02-2345-6789、手機 0912-345-678，訂單 20261120123456789"
    row = await phone.push({"type": "text", "text": text})
    links = row.locator("a")
    await expect(links).to_have_text(["https://forest.example/a?b=1", "02-2345-6789", "0912-345-678"])
    hrefs = await links.evaluate_all("all => all.map((a) => [a.getAttribute('href'), a.rel])")
    assert hrefs == [
        ["https://forest.example/a?b=1", "noopener noreferrer"],
        ["tel:0223456789", "noopener noreferrer"],
        ["tel:0912345678", "noopener noreferrer"],
    ]
    await expect(row.locator(".bubble")).to_have_text(text)
    await links.nth(1).click()
    await expect(phone.page.get_by_role("dialog")).to_contain_text("撥打")


async def test_the_time_of_a_card_stands_below_it_on_every_screen(phone: Phone) -> None:
    for width in (320, 360, 378, 390, 412, 844):
        await phone.page.set_viewport_size({"width": width, "height": 800})
        row = await phone.push(template(type="buttons", text="請選", actions=[says("好")]))
        ((card,), (time,)) = (
            await boxes(row.locator("> :nth-child(2)")),
            await boxes(row.locator(".meta")),
        )
        assert time["top"] >= card["bottom"], width
        assert time["left"] == card["left"], width
        assert time["right"] <= width


async def test_emoji_and_mentions_stand_where_the_text_says_and_stickers_are_our_own(phone: Phone) -> None:
    emojis = [{"index": at, "productId": PRODUCT, "emojiId": f"00{at + 1}"} for at in (0, 3)]
    row = await phone.push({"type": "text", "text": "$謝謝$ $", "emojis": emojis})
    await expect(row.locator(".line-emoji")).to_have_count(2)
    await expect(row.locator(".bubble")).to_have_text("謝謝 $")
    row = await phone.push({"type": "text", "text": "$", "emojis": emojis[:1]})
    (large,) = await boxes(row.locator(".one-emoji svg"))
    assert large["width"] == 96
    put = {"e": {"type": "emoji", "productId": PRODUCT, "emojiId": "003"}}
    row = await phone.push({"type": "textV2", "text": "嗨{e} {{好}}", "substitution": put})
    await expect(row.locator(".bubble")).to_have_text("嗨 {好}")
    await expect(row.locator(".line-emoji")).to_have_count(1)
    # a sticker has a drawing of our own, and its keyword
    row = await phone.push({"type": "sticker", "packageId": "446", "stickerId": "1990"})
    await expect(row.locator(".sticker")).to_have_attribute("aria-label", "貼圖 愛你 446/1990")
    await phone.world.do(
        f"friends/{phone.friend}/send", {"type": "sticker", "content": {"keywords": ["哈囉"]}}
    )
    await expect(phone.row().locator(".sticker-name")).to_have_text("哈囉")


async def test_a_picture_opens_large_and_one_from_elsewhere_is_not_asked_for(phone: Phone) -> None:
    page = phone.page
    elsewhere = "https://cdn.example.com/a.jpg"
    row = await phone.push({"type": "image", "originalContentUrl": elsewhere, "previewImageUrl": elsewhere})
    await expect(row.locator(".absent")).to_contain_text("cdn.example.com")
    row = await phone.push(
        {"type": "image", "originalContentUrl": phone.picture, "previewImageUrl": phone.picture}
    )
    await row.locator(".photo").press("Enter")
    zoom = page.locator(".zoom")
    await expect(zoom).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(zoom).to_have_attribute("aria-pressed", "true")
    await expect(zoom.locator("img")).not_to_have_js_property("naturalWidth", 0)
    shown_and_room = page.locator(".zoom, .zoom img")
    await eventually(lambda: boxes(shown_and_room), lambda found: found[0]["width"] < found[1]["width"])
    await page.keyboard.press("Escape")
    await expect(row.locator(".photo")).to_be_focused()


async def silence(route: Route) -> None:
    await route.fulfill(body=a_moment_of_silence(), content_type="audio/wav")


async def test_a_video_plays_to_its_end_and_the_bot_hears_it(phone: Phone) -> None:
    page = phone.page
    await page.route("**/film", silence)
    message = {"type": "video", "previewImageUrl": phone.picture, "trackingId": "film-1"}
    row = await phone.push({**message, "originalContentUrl": phone.world.url + "/film"})
    await row.locator(".film").click()
    assert (await phone.heard("videoPlayComplete"))["videoPlayComplete"] == {"trackingId": "film-1"}
    await page.keyboard.press("Escape")
    row = await phone.push({**message, "originalContentUrl": "https://cdn.example.com/a.mp4"})
    await row.locator(".film").click()
    await expect(page.get_by_role("dialog")).to_contain_text("cdn.example.com")
    await page.get_by_role("button", name="當作看完了").click()
    await phone.heard("videoPlayComplete")


async def test_a_sound_plays(phone: Phone) -> None:
    await phone.page.route("**/sound", silence)
    message = {"type": "audio", "duration": 63_000}
    row = await phone.push({**message, "originalContentUrl": phone.world.url + "/sound"})
    await expect(row.locator(".length")).to_have_text("1:03")
    await row.get_by_role("button").click()
    await expect(row.locator(".wave i.played").first).to_be_attached()
    row = await phone.push({**message, "originalContentUrl": "https://cdn.example.com/a.m4a"})
    await expect(row.get_by_role("button")).to_be_disabled()


async def test_places_flex_and_what_is_not_known(phone: Phone) -> None:
    """A place is a drawn map, a Flex is drawn and its buttons act, what is not known is a quiet card."""
    place = {"title": "信義店", "address": "松林路 12 號", "latitude": 25.034, "longitude": 121.5645}
    row = await phone.push({"type": "location", **place})
    await expect(row.locator(".spot")).to_contain_text("信義店")
    await row.locator(".spot").click()
    await expect(phone.page.get_by_role("dialog")).to_contain_text("25.03400, 121.56450")
    await phone.page.keyboard.press("Escape")
    await flex_acts(phone)
    await what_is_not_known_is_a_quiet_card(phone)


async def test_buttons_and_confirm(phone: Phone) -> None:
    look = {"thumbnailImageUrl": phone.picture, "imageSize": "contain", "imageBackgroundColor": "#FF8800"}
    actions = [says("預約"), says("看菜單")]
    card = {"type": "buttons", "title": "店", "text": "說明", "actions": actions, **look}
    row = await phone.push(template(**card, imageAspectRatio="rectangle", defaultAction=says("整張")))
    await expect(row.locator(".tap")).to_have_text(["預約", "看菜單"])
    (picture,) = await boxes(row.locator(".thumbnail"))
    assert picture["width"] / picture["height"] == pytest.approx(1.51, abs=0.02)
    colour, fit = await row.locator(".thumbnail").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.firstChild).objectFit]"
    )
    assert (colour, fit) == ("rgb(255, 136, 0)", "contain")
    await row.locator(".plate-area").click()
    await expect(phone.row()).to_contain_text("整張")
    row = await phone.push(template(**card, imageAspectRatio="square"))
    (picture,) = await boxes(row.locator(".thumbnail"))
    assert picture["width"] == pytest.approx(picture["height"], abs=0.5)
    row = await phone.push(template(type="confirm", text="要嗎？", actions=[says("好"), says("先不要")]))
    yes, no = await boxes(row.locator(".tap"))
    assert yes["y"] == no["y"]
    assert yes["width"] == pytest.approx(no["width"], abs=1.5)


async def test_columns_are_equally_high_and_stop_one_by_one(phone: Phone) -> None:
    texts = ["短", "這一欄的文字很長，長到要換好幾行才寫得完，所以它最高", "中"]
    columns = [{"title": t[:5], "text": t, "actions": [says("好")]} for t in texts]
    columns[1]["thumbnailImageUrl"] = phone.picture
    columns[0]["thumbnailImageUrl"] = columns[2]["thumbnailImageUrl"] = "https://cdn.example.com/a.jpg"
    row = await phone.push(template(type="carousel", columns=columns))
    cards = await boxes(row.locator(".plate"))
    assert len({round(card["height"]) for card in cards}) == 1
    assert len({round(tap["y"]) for tap in await boxes(row.locator(".tap"))}) == 1
    strip = row.locator(".carousel")
    await expect(strip).to_have_css("scroll-snap-type", "x mandatory")
    assert await strip.evaluate("e => e.getBoundingClientRect().right") == PHONE["width"]
    await row.locator(".tap").last.focus()
    await expect(row.locator(".tap").last).to_be_in_viewport()
    pictures = [{"imageUrl": phone.picture, "action": says(label)} for label in ("產地", "瓶身")]
    row = await phone.push(template(type="image_carousel", columns=pictures))
    for card in await boxes(row.locator(".plate")):
        assert card["width"] == pytest.approx(card["height"], abs=0.5)
    await row.get_by_role("button", name="產地").click()
    await expect(phone.row()).to_contain_text("產地")


async def test_an_imagemaps_areas_lie_where_they_were_put(phone: Phone) -> None:
    areas = [
        {
            "type": "uri",
            "label": "選購",
            "linkUri": "https://forest.example/sale",
            "area": area(0, 0, 1040, 520),
        },
        {"type": "message", "text": "會員卡", "area": area(0, 520, 520, 520)},
    ]
    base = {"width": 1040, "height": 1040}
    message = {"type": "imagemap", "altText": "優惠", "baseSize": base, "actions": areas}
    async with phone.page.expect_request("**/static/460"):
        row = await phone.push({**message, "baseUrl": phone.world.url + "/simulator/static"})
    (picture,) = await boxes(row.locator(".imagemap"))
    upper, lower = await boxes(row.locator(".area"))
    assert picture["width"] == pytest.approx(picture["height"], abs=0.5)
    assert upper["height"] == pytest.approx(picture["height"] / 2, abs=0.5)
    assert lower["width"] == pytest.approx(picture["width"] / 2, abs=0.5)
    assert lower["y"] == pytest.approx(picture["y"] + picture["height"] / 2, abs=0.5)
    await row.get_by_role("button", name="會員卡").press("Enter")
    await expect(phone.row().locator(".bubble")).to_have_text("會員卡")
    await page_dialog_names(phone, row.get_by_role("button", name="選購"), "forest.example")


def area(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


async def page_dialog_names(phone: Phone, button: Locator, host: str) -> None:
    await button.click()
    await expect(phone.page.get_by_role("dialog").get_by_role("heading")).to_have_text(host)


async def test_a_video_in_an_imagemap_ends_with_its_link(phone: Phone) -> None:
    link = {"linkUri": "https://forest.example/more", "label": "看更多"}
    video = {
        "originalContentUrl": "https://cdn.example.com/a.mp4",
        "previewImageUrl": "https://cdn.example.com/a.jpg",
        "area": area(0, 0, 1040, 585),
        "externalLink": link,
    }
    size = {"width": 1040, "height": 585}
    message = {"type": "imagemap", "altText": "片", "baseSize": size, "video": video}
    tap = {"type": "message", "text": "好", "area": area(0, 0, 10, 10)}
    base = phone.world.url + "/simulator/static"
    row = await phone.push({**message, "baseUrl": base, "actions": [tap]})
    await row.locator(".film").click()
    await phone.page.get_by_role("button", name="當作看完了").click()
    await page_dialog_names(phone, phone.page.get_by_role("button", name="看更多"), "forest.example")


async def flex_acts(phone: Phone) -> None:
    button = {"type": "button", "action": says("看優惠")}
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "小美"}, button]}
    contents = {"type": "bubble", "body": body}
    row = await phone.push({"type": "flex", "altText": "會員卡", "contents": contents})
    await expect(row.locator(".flex-bubble")).to_be_visible()
    await row.get_by_role("button", name="看優惠").click()
    await expect(phone.row().locator(".bubble")).to_have_text("看優惠")


async def what_is_not_known_is_a_quiet_card(phone: Phone) -> None:
    row = await phone.push({"type": "coupon", "couponId": "01JYNW8JMQVFBNWF1APF8Z3FS7"})
    await expect(row.locator(".coupon")).to_contain_text("01JYNW8JMQVFBNWF1APF8Z3FS7")
    file = {"type": "file", "content": {"fileName": "報價.pdf", "fileSize": 204_800}}
    await phone.world.do(f"friends/{phone.friend}/send", file)
    await expect(phone.row()).to_contain_text("報價.pdf")
    await expect(phone.row()).to_contain_text("200 KB")
    drawn = await phone.page.evaluate(
        """async () => (await import('./static/phone/contents.js'))
            .bodyOf({type: 'hologram', altText: '未來'}, {}).textContent"""
    )
    assert "未來" in drawn
