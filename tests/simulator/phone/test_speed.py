"""Fast enough not to be noticed: soon usable, a tap answered at once, 500 messages that scroll. L4."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from bot.simulator.state.chats import MESSAGES_KEPT
from tests.simulator.page_work import measured
from tests.simulator.phone.conftest import PHONE, Phone


def mixed(number: int, picture: str) -> dict[str, Any]:
    """One of several kinds of message."""
    action = {"type": "message", "label": "好", "text": "好"}
    words = {"type": "text", "text": f"第 {number} 張", "wrap": True}
    body = {"type": "box", "layout": "vertical", "contents": [words, {"type": "button", "action": action}]}
    card = {"type": "buttons", "text": f"第 {number} 張", "thumbnailImageUrl": picture, "actions": [action]}
    kinds: list[dict[str, Any]] = [
        {"type": "text", "text": f"第 {number} 句，有一點長，長到要換行才寫得完的那種句子"},
        {"type": "template", "altText": "卡片", "template": card},
        {"type": "flex", "altText": "Flex", "contents": {"type": "bubble", "body": body}},
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "image", "originalContentUrl": picture, "previewImageUrl": picture},
    ]
    return kinds[number % len(kinds)]


@pytest.mark.ring("soak", "measures a browser")
async def test_five_hundred_messages_scroll_smoothly(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await phone.open()
    for start in range(0, MESSAGES_KEPT + 20, 5):
        messages = [mixed(number, phone.picture) for number in range(start, start + 5)]
        status, _, _ = await phone.world.call(
            "POST", "v2/bot/message/push", {"to": phone.friend, "messages": messages}
        )
        assert status == 200
    await expect(page.locator(".said")).to_have_count(MESSAGES_KEPT)
    await page.reload()
    await expect(page.locator(".said").last).to_be_in_viewport()
    async with measured(page) as scrolling:
        await page.evaluate(
            """async () => {
                const chat = document.getElementById("chat");
                for (let i = 0; i < 120; i++) {
                    chat.scrollTop -= 200;
                    await new Promise(requestAnimationFrame);
                }
            }"""
        )
    assert scrolling.frames / 120 < 20, "ten, when this was written: 12 ms"
    drawing = await page.evaluate(
        """async ([friend]) => {
            const list = document.querySelector(".log");
            let changed = 0;
            const count = (one) => (changed += one.addedNodes.length + one.removedNodes.length);
            new MutationObserver((all) => all.forEach(count)).observe(list, { childList: true });
            const body = JSON.stringify({ text: "再一句" });
            const headers = { "Content-Type": "application/json" };
            await fetch(`api/friends/${friend}/say`, { method: "POST", headers, body });
            const there = () => list.lastElementChild.textContent.includes("再一句");
            while (!there()) await new Promise(requestAnimationFrame);
            return changed;
        }""",
        [phone.friend],
    )
    assert drawing <= 4, "the row that came, the one that is forgotten, and their days"


async def test_an_own_message_is_there_at_once(phone: Phone) -> None:
    await phone.open()
    async with measured(phone.page) as work:
        await phone.page.evaluate(
            """async () => {
                const list = document.querySelector(".log");
                const field = document.getElementById("text");
                for (let i = 0; i < 9; i++) {
                    field.value = `量 ${i}`;
                    document.getElementById("composer").requestSubmit();
                    const there = () => list.lastElementChild?.textContent.includes(`量 ${i}`);
                    while (!there()) await new Promise(requestAnimationFrame);
                }
            }"""
        )
    assert work.frames / 9 < 60, "ten, when this was written: 12 ms"
