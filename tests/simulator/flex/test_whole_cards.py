"""Cards as shops send them: the worked example's and some rich ones draw without a gap. L4."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from playwright.async_api import expect

from tests.eventually import box_of
from tests.simulator.flex.conftest import EXAMPLE, HERE, ScenarioContext

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.ring("all", "draws every card")]

RICH = sorted((HERE / "rich").glob("*.json"))


def flex_cards(value: Any) -> Iterator[Any]:
    """Whatever stands under `flex: contents:`, however deep."""
    if isinstance(value, list):
        for each in value:
            yield from flex_cards(each)
    if isinstance(value, dict):
        if isinstance(value.get("flex"), dict) and "contents" in value["flex"]:
            yield value["flex"]["contents"]
        for each in value.values():
            yield from flex_cards(each)


async def test_the_cards_of_the_worked_example(stage: ScenarioContext) -> None:
    files = [
        path for path in EXAMPLE.parent.glob("*/*.yaml") if path.parent.name in ("cards", "flows", "rules")
    ]
    found = [card for path in files for card in flex_cards(yaml.safe_load(path.read_text(encoding="utf-8")))]
    assert found
    for number, card in enumerate(found):
        await stage.draw(f"card{number}", card)
        assert await stage.drawn_instead(f"card{number}") == []
        assert await stage.page.locator(f'[data-card="card{number}"] .flex-lines').count() > 0


@pytest.mark.parametrize("path", RICH, ids=lambda path: path.stem)
async def test_a_rich_card_is_drawn_whole(stage: ScenarioContext, path: Any) -> None:
    card = json.loads(path.read_text(encoding="utf-8"))
    await stage.draw("card", card, room=375)
    await stage.page.wait_for_load_state("networkidle")
    assert await stage.drawn_instead("card") == []
    for bubble in await stage.page.locator(".flex-bubble").all():
        box = await box_of(bubble)
        assert box["height"] > 40
        assert box["width"] <= 375
    broken = "images => images.filter((image) => !image.naturalWidth && image.complete).length"
    assert await stage.page.locator(".flex-shown").evaluate_all(broken) == 0
    assert all(address.startswith(stage.url) for address in stage.asked)


async def test_a_picture_moves_where_the_card_says_so(stage: ScenarioContext) -> None:
    """`animated` is false by default: an APNG shows its first frame. So it does for those who want calm."""
    moving, still = (
        {"type": "image", "url": "/stage/blinking.png", "animated": animated} for animated in (True, False)
    )
    card = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [moving, still]}}
    await stage.draw("card", card)
    frame = stage.page.locator('[data-at="body/1"] canvas')
    colour = await frame.evaluate("frame => [...frame.getContext('2d').getImageData(0, 0, 1, 1).data]")
    assert colour == [255, 0, 0, 255]
    assert await stage.page.locator('[data-at="body/0"] img').count() == 1
    await stage.page.emulate_media(reduced_motion="reduce")
    await stage.draw("calm", card)
    await expect(stage.page.locator('[data-card="calm"] canvas')).to_have_count(2)
    await stage.page.emulate_media(reduced_motion=None)


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_a_picture_of_one_frame_is_left_alone(stage: ScenarioContext) -> None:
    await stage.draw("card", {"type": "bubble", "hero": {"type": "image", "url": "/media/points.png"}})
    await stage.page.wait_for_load_state("networkidle")
    assert await stage.page.locator("img.flex-shown").count() == 1
