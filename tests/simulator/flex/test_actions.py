"""What can be tapped in a card: by mouse, by keyboard, by name; the inner action wins. L4."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.simulator.flex.conftest import ScenarioContext

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.ring("all", "draws cards")]

SAY = {"type": "message", "label": "說好", "text": "好"}
OPEN = {"type": "uri", "label": "看網站", "uri": "https://forest.example"}
POST = {"type": "postback", "data": "a=1", "displayText": "選我"}
PICK = {"type": "datetimepicker", "label": "選時間", "data": "t", "mode": "time"}
COPY = {"type": "clipboard", "label": "複製", "clipboardText": "FOREST8"}


def bubble(*contents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": contents}, **more}


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_each_component_calls_its_action_with_the_component(stage: ScenarioContext) -> None:
    card = bubble(
        {"type": "button", "action": SAY},
        {"type": "text", "text": "點我", "action": POST},
        {"type": "image", "url": "/media/bottle.jpg", "action": OPEN},
        {
            "type": "box",
            "layout": "horizontal",
            "contents": [{"type": "text", "text": "整盒"}],
            "action": PICK,
        },
        hero={"type": "image", "url": "/media/farm.jpg", "size": "full", "action": COPY},
    )
    await stage.draw("card", card)
    for name, role in (
        ("說好", "button"),
        ("點我", "button"),
        ("看網站", "link"),
        ("選時間", "button"),
        ("複製", "button"),
    ):
        await stage.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
    taps = [(SAY, "body/0"), (POST, "body/1"), (OPEN, "body/2"), (PICK, "body/3"), (COPY, "hero")]
    assert await stage.taps() == taps


async def test_the_inner_action_wins_and_the_outer_one_has_the_rest(stage: ScenarioContext) -> None:
    inner = {
        "type": "box",
        "layout": "vertical",
        "height": "60px",
        "contents": [{"type": "text", "text": "裡"}],
        "action": PICK,
    }
    card = bubble({"type": "button", "action": SAY}, inner, {"type": "text", "text": "外"}, action=OPEN)
    await stage.draw("card", card)
    await stage.page.get_by_text("說好").click()
    await stage.page.locator('[data-at="body/1"]').click(position={"x": 100, "y": 50})
    await stage.page.locator('[data-at="body/2"]').click(position={"x": 5, "y": 5}, force=True)
    await stage.page.locator(".flex-bubble").click(position={"x": 4, "y": 40}, force=True)
    assert await stage.taps() == [(SAY, "body/0"), (PICK, "body/1"), (OPEN, ""), (OPEN, "")]


async def test_by_keyboard_in_the_order_of_the_card(stage: ScenarioContext) -> None:
    card = bubble(
        {"type": "text", "text": "一", "action": POST}, {"type": "button", "action": SAY}, action=OPEN
    )
    await stage.draw("card", card)
    for key in ("Enter", "Space", "Enter"):
        await stage.page.keyboard.press("Tab")
        await stage.page.keyboard.press(key)
    assert [at for _, at in await stage.taps()] == ["", "body/0", "body/1"]
    outline = await stage.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize(
    ("action", "text", "name"),
    [
        (SAY, "字", "說好"),
        (POST, "字", "字"),
        (POST, " ", "選我"),
        ({"type": "message", "text": "送這句"}, "", "送這句"),
        ({"type": "camera"}, "", "點一下"),
    ],
)
async def test_every_action_has_a_name(
    stage: ScenarioContext, action: dict[str, Any], text: str, name: str
) -> None:
    """Its label, else the words on it, else what it says, else that it can be tapped."""
    contents = [{"type": "text", "text": text}]
    await stage.draw(
        "card",
        bubble(
            {"type": "box", "layout": "vertical", "height": "30px", "contents": contents, "action": action}
        ),
    )
    await expect(stage.page.get_by_role("button")).to_have_accessible_name(name)


async def test_what_is_no_action_cannot_be_tapped(stage: ScenarioContext) -> None:
    no_actions: list[Any] = [None, "javascript:alert(1)", [], {}, {"type": 7}]
    contents = [{"type": "text", "text": "字", "action": action} for action in no_actions]
    await stage.draw("card", bubble(*contents))
    assert await stage.page.get_by_role("button").count() == 0
    await stage.draw("button", bubble({"type": "button"}))
    await expect(stage.page.get_by_role("button")).to_be_disabled()


async def test_a_carousel_is_a_named_group_and_goes_along_with_the_focus(stage: ScenarioContext) -> None:
    bubbles = [bubble({"type": "button", "action": {**SAY, "label": f"第 {n} 張"}}) for n in range(1, 5)]
    await stage.draw("card", {"type": "carousel", "contents": bubbles})
    await expect(stage.page.get_by_role("group", name="輪播，4 張卡片")).to_be_visible()
    for _ in range(4):
        await stage.page.keyboard.press("Tab")
    await expect(stage.page.get_by_role("button", name="第 4 張")).to_be_in_viewport(ratio=0.9)


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_a_video_plays_and_then_offers_its_action(stage: ScenarioContext) -> None:
    film = {
        "type": "video",
        "url": "/stage/short.wav",
        "previewUrl": "/media/farm.jpg",
        "aspectRatio": "20:13",
        "altContent": {},
        "action": OPEN,
    }
    await stage.draw("card", {"type": "bubble", "hero": film})
    await stage.page.get_by_role("button", name="播放影片").click()
    await expect(stage.page.get_by_role("button", name="重播")).to_be_focused()
    await stage.page.get_by_role("link", name="看網站").click()
    assert await stage.taps() == [(OPEN, "hero")]


async def test_a_video_of_another_host_is_not_asked_for(stage: ScenarioContext) -> None:
    film = {
        "type": "video",
        "url": "https://films.example.com/a.mp4",
        "previewUrl": "/media/farm.jpg",
        "altContent": {},
    }
    await stage.draw("card", {"type": "bubble", "hero": film})
    await expect(stage.page.get_by_role("button", name="films.example.com")).to_be_disabled()


async def test_letters_shrink_again_when_the_room_gets_narrow(stage: ScenarioContext) -> None:
    """`shrink-to-fit` follows the room: a phone is turned, a window is made smaller."""
    text = {"type": "text", "text": "寬度會變的一行字", "size": "xxl", "adjustMode": "shrink-to-fit"}
    await stage.draw("card", bubble(text))
    sizes = []
    for width in (390, 150, 390):
        await stage.page.locator("[data-card]").evaluate(
            "(card, width) => { card.style.width = `${width}px` }", width
        )
        await stage.settled()
        measured = await stage.box("card", {"at": "body/0", "part": "lines"})
        assert not measured["cut"]
        sizes.append(measured["letters"])
    assert sizes == [29, sizes[1], 29]
    assert sizes[1] <= 14
