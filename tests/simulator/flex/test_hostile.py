"""Cards of an attacker: nothing is run, nothing is fetched, nothing is thrown. L4."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import expect

from bot.line.objects.flex_table import KINDS
from bot.line.objects.flex_table import PROPERTIES as PROPERTIES_OF_LINE
from tests.eventually import eventually
from tests.simulator.flex.conftest import ScenarioContext, card
from tests.simulator.page_work import measured

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.ring("all", "draws cards")]

MARKUP = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
ADDRESSES: list[Any] = [
    "javascript:document.title='broken'",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "data:text/html,<script>alert(1)</script>",
    "https://evil.example/a.png",
    "//evil.example/a.png",
    "\\\\evil.example\\a.png",
    "http://evil.example:80/a.png",
    "https://user:pass@evil.example/a.png",
    "blob:{here}/1234",
    "file:///etc/passwd",
    "ftp://evil.example/a.png",
    "http://[",
    "x" * 5000,
    "",
    None,
    17,
    {},
    [],
]
ODD: list[Any] = [None, True, 0, -1, 1e308, 17.5, "", "constructor", "__proto__", "x" * 3000, [], [[]], {}]
ODD += [{"type": "text"}, "100%;color:red", "10px;}*{display:none}"]
PROPERTIES = {
    "box": "layout contents backgroundColor borderColor borderWidth cornerRadius width maxWidth height"
    " maxHeight flex spacing margin paddingAll paddingTop paddingStart position offsetTop offsetStart"
    " action justifyContent alignItems background",
    "text": "text contents adjustMode flex margin size align gravity wrap lineSpacing maxLines weight color"
    " style decoration action scaling",
    "image": "url size aspectRatio aspectMode backgroundColor animated align gravity action",
    "button": "action height style color gravity adjustMode scaling",
    "icon": "url size aspectRatio scaling",
    "video": "url previewUrl altContent aspectRatio action",
    "separator": "margin color",
    "filler": "flex",
    "spacer": "size",
}
USUAL = {"layout": "vertical", "text": "字", "url": "/media/bottle.jpg", "contents": []}


def bubble(*contents: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": list(contents)}}


def foreign(stage: ScenarioContext) -> list[str]:
    return [address for address in stage.asked if not address.startswith(stage.url + "/")]


async def test_markup_stays_text(stage: ScenarioContext) -> None:
    action = {"type": "message", "label": MARKUP, "text": MARKUP}
    card = bubble(
        {"type": "text", "text": MARKUP, "wrap": True, "action": action},
        {"type": "text", "contents": [{"type": "span", "text": MARKUP}]},
        {"type": "button", "action": action},
        {"type": MARKUP},
        {"type": "image", "url": f"https://evil.example/{MARKUP}"},
        {"type": "text", "text": "字", MARKUP: 1},
    )
    await stage.draw("card", card)
    assert await stage.page.locator("[data-card] script, [data-card] img").count() == 0
    assert await stage.page.locator(".flex-lines").first.text_content() == MARKUP
    assert await stage.page.locator(".flex-label").text_content() == MARKUP
    assert MARKUP[:40] in str(await stage.page.locator(".flex-strange").text_content())
    assert await stage.page.title() == "Flex"
    assert stage.asked == []


async def test_no_picture_of_another_host_is_asked_for(stage: ScenarioContext) -> None:
    """Wherever an address may be written: a picture, an icon, a preview, a film, a background."""
    for number, address in enumerate(ADDRESSES):
        url = address.replace("{here}", stage.url) if isinstance(address, str) else address
        hero = {"type": "video", "url": url, "previewUrl": url, "altContent": {"type": "image", "url": url}}
        icons = {"type": "box", "layout": "baseline", "contents": [{"type": "icon", "url": url}]}
        painted: dict[str, Any] = {"type": "box", "layout": "vertical", "contents": [], "background": url}
        painted["backgroundColor"] = f"url({url})"
        card = bubble({"type": "image", "url": url, "backgroundColor": f"url({url})"}, icons, painted)
        await stage.draw(f"card{number}", {**card, "hero": hero})
    await stage.page.wait_for_load_state("networkidle")
    assert foreign(stage) == []
    assert await stage.page.title() == "Flex"
    absent = stage.page.locator(".flex-absent")
    await eventually(absent.all_text_contents, lambda names: {"evil.example", "圖片"} <= set(names))


@pytest.mark.parametrize("kind", PROPERTIES)
async def test_no_value_breaks_a_property(stage: ScenarioContext, kind: str) -> None:
    usual = {**USUAL, "type": kind, "action": {"type": "message", "text": "好"}}
    inside = "baseline" if kind == "icon" else "vertical"
    parts = [{**usual, name: odd} for name in PROPERTIES[kind].split() for odd in ODD]
    body = {"type": "box", "layout": inside, "contents": parts}
    heroes = [{"type": "bubble", "hero": part} for part in parts] if kind == "video" else []
    await stage.draw("card", {"type": "bubble", "body": body})
    for number, hero in enumerate(heroes):
        await stage.draw(f"hero{number}", hero)
    await stage.settled()
    drawn = stage.page.locator('[data-card="card"] .flex-body > .flex-box > *')
    assert await drawn.count() == len(parts)
    assert foreign(stage) == []


@pytest.mark.parametrize("odd", ODD)
async def test_nothing_but_a_card_is_a_card(stage: ScenarioContext, odd: Any) -> None:
    part = {"type": "text", "text": "字"}
    bubbles = [
        {"type": "bubble", name: odd}
        for name in ("size", "direction", "header", "hero", "body", "footer", "styles", "action")
    ]
    styles = [
        {
            "type": "bubble",
            "body": {"type": "box", "layout": "vertical", "contents": [part]},
            "styles": {"body": odd},
        }
    ]
    for number, contents in enumerate(
        [odd, {"type": odd}, {"type": "carousel", "contents": odd}, *bubbles, *styles]
    ):
        await stage.draw(f"card{number}", contents)
    await stage.draw("carousel", {"type": "carousel", "contents": [odd, *bubbles]})
    assert await stage.page.locator(".flex-message").count() == 13


async def test_names_of_the_language_are_not_looked_up_in_its_objects(stage: ScenarioContext) -> None:
    """`__proto__` and its like are words that LINE does not know, as any other."""
    text = '{"type": "text", "text": "字", "size": "valueOf", "__proto__": {"color": "#ff0000"}}'
    contents = '[{"type": "__proto__"}, {"type": "constructor"}, ' + text + "]"
    body = (
        '{"type": "box", "layout": "vertical", "spacing": "toString", "__proto__": {}, "contents": '
        + contents
    )
    raw = '{"type": "bubble", "body": ' + body + "}}"
    await stage.page.evaluate("raw => { stage.draw('card', JSON.parse(raw)) }", raw)
    found = await stage.box("card", {"at": "body/2", "css": {"color": "", "font-size": ""}})
    assert found["css"] == {"color": "rgb(17, 17, 17)", "font-size": "16px"}
    instead = await stage.drawn_instead("card")
    assert instead == [
        "不認得「__proto__」",
        "不認得「constructor」",
        "LINE 不認得：body/__proto__、body/2/__proto__",
    ]
    assert await stage.page.evaluate("({}).color === undefined")


async def test_boxes_in_boxes_end(stage: ScenarioContext) -> None:
    await stage.page.evaluate(
        """() => {
        let part = { type: "text", text: "最裡面" };
        for (let n = 0; n < 1500; n += 1) part = { type: "box", layout: "horizontal", contents: [part] };
        stage.draw("card", { type: "bubble", body: part });
        }"""
    )
    assert await stage.page.locator(".flex-box").count() == 30
    await expect(stage.page.locator(".flex-strange")).to_have_text("太多層了，不再畫下去")


async def test_ten_boxes_in_one_another_are_drawn(stage: ScenarioContext) -> None:
    part: dict[str, Any] = {"type": "text", "text": "最裡面"}
    for _ in range(10):
        part = {"type": "box", "layout": "vertical", "contents": [part]}
    await stage.draw("card", {"type": "bubble", "body": part})
    assert await stage.drawn_instead("card") == []
    await expect(stage.page.get_by_text("最裡面")).to_be_visible()


@pytest.mark.ring("all", "a crowd")
async def test_thousands_of_parts_are_drawn_in_time(stage: ScenarioContext) -> None:
    """50 KB are the most that LINE takes of a carousel."""
    parts = [{"type": "text", "text": "字"}] * 140
    contents = {"type": "carousel", "contents": [bubble(*parts)] * 12}
    assert len(json.dumps(contents, ensure_ascii=False).encode()) > 50_000
    async with measured(stage.page) as work:
        draw = 'contents => { stage.draw("card", contents).getBoundingClientRect() }'
        await stage.page.evaluate(draw, contents)
    assert await stage.page.locator(".flex-text").count() == 1680
    assert work.frames < 600, "110, when this was written"


async def test_lengths_have_an_end(stage: ScenarioContext) -> None:
    card = bubble(
        {
            "type": "box",
            "layout": "vertical",
            "contents": [],
            "height": "999999999px",
            "paddingAll": "999999999px",
        }
    )
    await stage.draw("card", card)
    box = await stage.box("card", {"at": "body/0"})
    assert box["h"] <= 20_000


async def test_writing_of_both_directions_stays_in_its_component(stage: ScenarioContext) -> None:
    """An override in one text must not turn the next."""
    card = bubble(
        {"type": "text", "text": "\u202eabc"},
        {"type": "text", "contents": [{"type": "span", "text": "\u202eab"}, {"type": "span", "text": "cd"}]},
        {"type": "text", "text": "def"},
    )
    await stage.draw("card", card)
    style = await stage.page.locator(".flex-span").first.evaluate(
        "span => getComputedStyle(span).unicodeBidi"
    )
    assert style == "isolate"


async def test_remarks_name_what_line_does_not_know(stage: ScenarioContext) -> None:
    await stage.draw(
        "card", bubble({"type": "text", "text": "字", "weigth": "bold", "fontSize": 3, "a": 1, "b": 2})
    )
    assert await stage.drawn_instead("card") == [
        "LINE 不認得：body/0/weigth、body/0/fontSize、body/0/a，還有 1 個"
    ]


async def test_the_page_knows_the_properties_that_the_checker_knows(stage: ScenarioContext) -> None:
    """What is told below a card is what `check` warns of as `flex-unknown-property`."""
    kinds = {**KINDS["FlexContainer"], **KINDS["FlexComponent"]}
    every = sorted({name for kind in kinds.values() for name in PROPERTIES_OF_LINE[kind]})
    strange = await stage.page.evaluate(
        """async ([kinds, every]) => {
        const { strangeNames } = await import("/simulator/static/flex/known.js");
        const part = Object.fromEntries(every.map((name) => [name, null]));
        return Object.fromEntries(kinds.map((type) => [type, strangeNames({ ...part, type })]));
        }""",
        [sorted(kinds), every],
    )
    assert strange == {
        type_: [name for name in every if name not in PROPERTIES_OF_LINE[kind]]
        for type_, kind in kinds.items()
    }


async def test_more_than_twelve_bubbles(stage: ScenarioContext) -> None:
    await stage.draw("card", {"type": "carousel", "contents": [bubble({"type": "text", "text": "字"})] * 14})
    assert await stage.page.locator(".flex-bubble").count() == 12
    assert await stage.drawn_instead("card") == ["LINE 最多 12 張，這裡有 14 張"]


async def test_a_missing_picture_of_this_server_says_so(stage: ScenarioContext) -> None:
    await stage.draw("card", bubble({"type": "image", "url": "/media/none.png"}))
    await expect(stage.page.locator(".flex-absent")).to_have_text("沒有這張圖")
    area = await stage.box("card", {"at": "body/0", "part": "area"})
    assert (area["w"], area["h"]) == (100, 100)
    assert all("404" in line for line in stage.complaints)
    stage.complaints.clear()


async def test_cards_stay_light_in_the_dark(stage: ScenarioContext) -> None:
    """LINE's Flex does not go dark by itself: its colours are the card's."""
    await stage.draw("card", card("button-styles")["card"])
    seen = "b => ['backgroundColor', 'color', 'colorScheme'].map((name) => getComputedStyle(b)[name])"
    await stage.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert await stage.page.locator(".flex-bubble").evaluate(seen) == [
        "rgb(255, 255, 255)",
        "rgb(17, 17, 17)",
        "light",
    ]
    await stage.page.evaluate("delete document.documentElement.dataset.theme")
