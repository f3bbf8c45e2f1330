"""Names and messages are an attacker's: nothing breaks out of its place, runs, or asks another host. L4."""

from __future__ import annotations

import json
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from tests.simulator.page_work import measured
from tests.simulator.phone.conftest import PHONE, Phone

MARKUP = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
OVERRIDE = "\u202etxt.exe\u2066\u202dabc"
LONG = "長" * 2_500 + "x" * 2_500
NAME = '"><b>甲</b>\u202e乙'


def hostile(picture: str) -> list[dict[str, Any]]:
    """Messages that LINE's side may refuse: they come by the stream of events, as from a broken server."""
    many = [{"type": "postback", "label": f"{n}", "data": "d"} for n in range(300)]
    script = "javascript:window.broken=1"
    deep: Any = {"type": "text", "text": MARKUP}
    for _ in range(200):
        deep = {"type": "box", "layout": "vertical", "contents": [deep]}
    return [
        {"type": "text", "text": MARKUP},
        {"type": "text", "text": OVERRIDE},
        {"type": "text", "text": LONG},
        {"type": "text", "text": 5},
        {"type": "text", "text": "$", "emojis": {"length": 1}},
        {"type": "text", "text": "$$", "emojis": [None, {"index": "0"}, {"index": 1e9}]},
        {"type": "textV2", "text": "{a}{__proto__}{b", "substitution": {"a": None}},
        {"type": MARKUP, "altText": MARKUP},
        {"type": "__proto__"},
        {"type": "constructor"},
        {"type": None},
        {},
        {"type": "sticker", "packageId": {"a": 1}, "stickerId": None, "keywords": [MARKUP]},
        {"type": "image", "originalContentUrl": script, "previewImageUrl": script},
        {"type": "image", "originalContentUrl": "data:text/html,x", "previewImageUrl": "//evil.example/a"},
        {"type": "image", "picture": "../../../evil", "previewImageUrl": 7},
        {"type": "video", "originalContentUrl": script, "previewImageUrl": script},
        {"type": "audio", "originalContentUrl": "file:///etc/passwd", "duration": "∞"},
        {"type": "location", "title": MARKUP, "address": LONG, "latitude": "x", "longitude": {}},
        {"type": "file", "fileName": NAME, "fileSize": -1},
        {"type": "imagemap", "baseUrl": script, "baseSize": {"width": -5, "height": 1e12}, "actions": [None]},
        {
            "type": "imagemap",
            "baseUrl": "x",
            "actions": [{"type": "uri", "linkUri": script, "area": {"x": "9", "width": 1e9}}],
        },
        {"type": "template", "template": {"type": "buttons", "title": MARKUP, "text": LONG, "actions": many}},
        {
            "type": "template",
            "template": {"type": "carousel", "columns": [None, {"text": {}, "actions": "x"}]},
        },
        {"type": "template", "template": {"type": "image_carousel", "columns": [{"imageUrl": script}]}},
        {
            "type": "template",
            "template": {"type": "confirm", "text": OVERRIDE, "actions": [None, {"label": NAME}]},
        },
        {"type": "template", "template": "x"},
        {"type": "flex", "contents": deep},
        {"type": "flex", "contents": None},
        {"type": "coupon", "couponId": {"toString": 1}},
    ]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def opened(phone: Phone) -> None:
    await phone.page.set_viewport_size(PHONE)
    await phone.open(name=NAME[:20])


async def test_hostile_messages_stay_in_their_place(phone: Phone) -> None:
    page = phone.page
    contents = hostile(phone.picture)
    drawn = await page.evaluate(
        """async ([contents, me]) => {
            const { Row } = await import("./static/phone/bubble.js");
            const none = () => {};
            const ports = { act: none, watched: none, redeliver: none, chosen: none };
            return JSON.parse(contents).map((content, i) => {
                const author = i % 2 ? "bot" : me;
                const message = { id: `h${i}`, author, at: Date.now(), content, delivery: "sent" };
                const row = new Row(message, { title: "店", id: "@shop" }, ports);
                row.show(message, { first: true, time: true, fresh: false });
                document.querySelector(".log").append(row.element);
                return row.element.childElementCount;
            });
        }""",
        [json.dumps(contents), phone.friend],
    )
    assert len(drawn) == len(contents)
    assert min(drawn) >= 2
    assert await page.evaluate("window.broken") is None
    assert await page.locator(".log :is(script, iframe, object, embed, form, style, base)").count() == 0
    assert await page.locator(".log [onerror], .log [onclick]").count() == 0
    links = await page.locator(".log a, .log img").evaluate_all("all => all.map((e) => e.href ?? e.src)")
    assert [link for link in links if not link.startswith((phone.world.url, "https://", "tel:"))] == []
    widest = await page.locator(".said:not(.wide)").evaluate_all(
        "rows => Math.max(...rows.map((row) => row.getBoundingClientRect().right))"
    )
    assert widest <= PHONE["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_actions_of_any_form_do_no_harm(phone: Phone) -> None:
    page = phone.page
    actions: list[Any] = [
        None,
        "x",
        {},
        {"type": "uri"},
        {"type": "uri", "uri": "javascript:window.broken=1"},
        {"type": "uri", "uri": "data:text/html,<script>opener.broken=1</script>"},
        {"type": "uri", "uri": "https://line.me/R/oaMessage/%E0%A4%A/?%E0%A4%A"},
        {"type": "clipboard", "clipboardText": {"a": 1}},
        {"type": "__proto__"},
        {"type": "message", "text": {}},
        {"type": "richmenuswitch", "richMenuAliasId": "../x", "data": 5},
    ]
    card = {
        "type": "buttons",
        "text": "點",
        "actions": [{"label": f"第 {n} 個"} for n in range(len(actions))],
    }
    await page.evaluate(
        """async ([card, actions]) => {
            const { bodyOf } = await import("./static/phone/contents.js");
            const { actions: runner } = await import("./static/phone/actions.js");
            const quiet = () => false;
            const names = ["tap", "liff", "fill", "keyboard", "voice", "menu", "album", "camera", "places"];
            const ports = Object.fromEntries(names.map((name) => [name, quiet]));
            ports.account = () => "@forest";
            const run = runner(ports);
            const body = bodyOf({ type: "template", template: card }, { act: quiet });
            document.querySelector(".log").append(body);
            for (const action of actions) {
                await run(action, null, null);
                document.querySelector(".sheet-head button")?.click();
            }
        }""",
        [card, actions],
    )
    assert await page.evaluate("window.broken") is None
    assert len(page.context.pages) == 1
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_name_is_text_everywhere(phone: Phone) -> None:
    page = phone.page
    await expect(page.locator("#chat-as")).to_contain_text("<b>甲</b>")
    await page.locator("#about").click()
    await expect(page.get_by_role("dialog").get_by_role("heading")).to_contain_text("<b>甲</b>")
    await page.keyboard.press("Escape")
    await page.locator("#back").click()
    await expect(page.locator(".person")).to_contain_text("<b>甲</b>")
    assert await page.locator(".phone b").count() == 0


async def test_a_long_word_costs_no_more_than_its_length(phone: Phone) -> None:
    async with measured(phone.page) as work:
        await phone.page.evaluate(
            """async () => {
                const { linked } = await import("./static/phone/text.js");
                const parts = ["1 ", "0", "(0", "https://", "+886-", "a"];
                const texts = parts.map((part) => part.repeat(5000 / part.length));
                for (const text of texts) {
                    const nodes = linked(text, () => {});
                    if (nodes.map((n) => n.textContent ?? n).join("") !== text) throw new Error(text);
                }
            }"""
        )
    assert work.frames < 120
