"""E3: what a customer sends is seen in the conversation, in Chromium: pictures, voice, video, files."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.fakes.fake_line import Answers, FakeLine
from tests.pictures import png
from tests.web.admin.chat_world import ChatWorld, chat_world
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import fits, seen_by


@pytest.fixture
async def world(worlds: StaffWorlds, line: FakeLine) -> ChatWorld:
    return await chat_world(worlds, line)


def sound(seconds: int = 20) -> bytes:
    """Silence that a browser plays, larger than what it reads ahead."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(bytes(4 * 44_100 * seconds))
    return written.getvalue()


@contextmanager
def files_asked(page: Page) -> Iterator[list[str]]:
    """The addresses of files that this page asks our server for."""
    asked = list[str]()

    def heard(request: Any) -> None:
        if "/admin/chat/file" in request.url:
            asked.append(request.url)

    page.on("request", heard)
    yield asked
    page.remove_listener("request", heard)


async def opened(world: ChatWorld, chromium: Browser) -> Page:
    page = await seen_by(await world.signed_in("agent"), chromium)
    await page.goto(world.chat())
    return page


async def test_pictures_are_seen_and_opened_large(
    world: ChatWorld, chromium: Browser, line: FakeLine
) -> None:
    """By a click or Enter; what LINE has no more is a word that leads to the reason, in a box as large."""
    await world.sent("image", png(60, 40))
    await world.sent("image", png(40, 60))
    gone = await world.sent("image", b"")
    line.always("/v2/bot/message/m3/content", Answers(404, {"message": "not found"}))
    page = await opened(world, chromium)
    pictures = page.locator(".is-picture img")
    for number in range(2):
        await expect(pictures.nth(number)).to_have_js_property("complete", True)
    await expect(pictures.first).to_have_js_property("naturalWidth", 60)
    fills = "(one) => one.offsetHeight === one.offsetWidth && one.offsetWidth > 150"
    assert await pictures.first.evaluate(fills), "each in a box as large, whatever its shape"
    missing = page.locator(".is-picture").nth(2)
    await expect(missing).to_have_text("這張圖片無法顯示")
    await expect(missing.locator("img")).to_be_hidden()
    assert await missing.evaluate("(box) => box.offsetHeight") == await pictures.first.evaluate(
        "(one) => one.closest('.bubble').offsetHeight"
    )
    assert await missing.get_by_role("link").get_attribute("href") == gone
    assert [row.what for row in await world.log()] == ["conversation_read"], "seen with what was said"
    await fits(page)
    link = page.locator(".is-picture > a").first
    for by_key in (False, True):
        await (link.press("Enter") if by_key else link.click())
        large = page.locator("dialog.seen-large img")
        await expect(large).to_have_js_property("naturalWidth", 60)
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog.seen-large")).to_have_count(0)
    assert [(row.what, row.details) for row in await world.log()] == [
        ("revealed", ("m1",)),
        ("conversation_read", ()),
    ]


async def test_a_voice_message_is_asked_for_when_it_plays_and_can_be_wound(
    world: ChatWorld, chromium: Browser
) -> None:
    await world.sent("audio", sound(), duration=20_000)
    await world.sent("video", sound(), duration=65_000)
    page = await opened(world, chromium)
    with files_asked(page) as asked:
        await expect(page.locator(".is-audio")).to_contain_text("0:20")
        await expect(page.locator(".is-video")).to_contain_text("1:05")
        await fits(page)
        assert asked == []
        for kind in ("audio", "video"):
            if kind == "video":
                await page.get_by_role("link", name="播放影片").press("Enter")
            player = page.locator(f".is-{kind} {kind}")
            await player.evaluate("(one) => { one.muted = true; return one.play(); }")
            await player.evaluate(
                "(one) => new Promise((done) => { one.onseeked = done; one.currentTime = 19; })"
            )
            assert await player.evaluate("(one) => one.currentTime") >= 19
        assert asked
    assert [row.details for row in await world.log() if row.what == "revealed"] == [("m2",), ("m1",)]


async def test_what_cannot_be_played_is_a_word(world: ChatWorld, chromium: Browser, line: FakeLine) -> None:
    await world.sent("audio", b"")
    line.always("/v2/bot/message/m1/content", Answers(404, {"message": "not found"}))
    page = await opened(world, chromium)
    await page.locator("audio").evaluate("(one) => one.play().catch(() => {})")
    await expect(page.locator(".is-audio")).to_have_text("無法播放")


async def test_a_renewal_and_a_second_look_ask_for_no_picture_again(
    world: ChatWorld, chromium: Browser
) -> None:
    for _ in range(12):
        await world.sent("image", png(60, 40))
    page = await opened(world, chromium)

    async def seen() -> None:
        for number in range(12):
            picture = page.locator(".is-picture img").nth(number)
            await picture.scroll_into_view_if_needed()
            await expect(picture).to_have_js_property("naturalWidth", 60)

    await seen()
    with files_asked(page) as asked:
        await world.sent("image", png(40, 60))  # which the page hears of
        await expect(page.locator(".is-picture img")).to_have_count(13)
        await page.locator(".is-picture img").last.scroll_into_view_if_needed()
        await expect(page.locator(".is-picture img").last).to_have_js_property("naturalWidth", 40)
        assert len(asked) == 1
    sent = [one for one in world.line.requests if one.path.endswith("/content")]
    await page.goto(world.chat())
    await seen()
    assert [one for one in world.line.requests if one.path.endswith("/content")] == sent


async def test_a_file_has_its_name_and_size_and_a_large_picture_a_word(
    world: ChatWorld, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.admin.chat_parts.SHOWN_MOST", 2_000)
    monkeypatch.setattr("bot.web.admin.chat_pages.SHOWN_MOST", 2_000)
    await world.sent("file", b"%PDF-", fileName="報價單.pdf", fileSize=1_234_567)
    await world.sent("image", b"GIF89a" + bytes(3_000))
    page = await opened(world, chromium)
    await expect(page.locator(".is-file").first).to_have_text("報價單.pdf1.2 MB")
    await expect(page.locator(".is-file, .is-gone")).to_have_count(2)
    await page.goto(world.chat())  # its size is known by now
    await expect(page.locator(".is-file").last).to_have_text("看圖片3 KB")
    await fits(page)


async def test_what_is_hidden_has_no_file(world: ChatWorld, chromium: Browser) -> None:
    """An answer to a private question, what was taken back, a place: as before."""
    await world.sent("image", png(60, 40), "private")
    await world.sent("image", png(60, 40), "unsent")
    await world.sent("location", None, "private", title="家", latitude=25.0, longitude=121.5)
    page = await opened(world, chromium)
    await expect(page.locator(".by-person .bubble")).to_have_count(3)
    with files_asked(page) as asked:
        assert await page.locator(".said img").count() == 0
        assert "家" not in await page.locator(".said").inner_text()
        assert asked == []
    link = await page.get_by_role("link", name="到客人的頁面看").get_attribute("href")
    assert link is not None
    assert link.endswith("?show=conversation")
