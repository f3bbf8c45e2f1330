"""The workbench below the phone: its bar, its title, its tabs. L3, L4."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.eventually import comes_to, eventually
from tests.simulator.conftest import World

COLOURS = (
    """() => ["#fold-latest", "#edit"].map((name) => getComputedStyle(document.querySelector(name)).color)"""
)
"""Of the bar, and of what stands above the panels."""


async def _opened(world: World, page: Page, width: int = 390) -> Page:
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{world.url}/simulator/?friend={await world.friend()}")
    await expect(page.locator("#chat-as")).to_contain_text("小美")  # it listens to the stream now
    return page


def _report(level: str) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "level": level,
        "message": "外帶、外送",
        "place": "a.yaml:2",
        "source": None,
        "hint": None,
        "below": [],
    }
    return {"zh-TW": {"counted": "", "problems": [problem | {"fresh": True}]}}


async def test_the_bar_has_the_colour_of_what_the_edit_came_to(world: World, desk: Page) -> None:
    """Refused is red, warned amber, taken over green; as above the panels."""
    page = await _opened(world, desk)
    seen = [(await page.evaluate(COLOURS))[0]]
    for taken, refused, warned in ((1, True, False), (1, False, True), (2, False, False)):
        told = {
            "taken": taken,
            "refused": _report("error") if refused else None,
            "warned": _report("warning") if warned else None,
            "zone": "Asia/Taipei",
        }
        world.simulator._feed.publish("playbook", told)
        words = "還沒有生效" if refused else "但有" if warned else "修改已經生效。"
        await expect(page.locator("#fold-latest")).to_contain_text(words)
        bar, above = await page.evaluate(COLOURS)
        assert bar == above
        assert bar not in seen
        seen.append(bar)


@pytest.mark.parametrize("width", [390, 960])
async def test_all_tabs_fit_in_both_languages(world: World, desk: Page, width: int) -> None:
    """The last is not cut at the edge, nor does one scroll to see what there is; its name is said once."""
    page = await _opened(world, desk, width)
    if width < 900:
        await page.locator("#fold").click()
    await expect(page.locator("#bench-title")).to_be_visible()
    await eventually(page.locator(".workbench").inner_text, lambda text: text.count("工作台") == 1)
    tabs = page.locator("#tabs")
    for _ in range(2):
        await tabs.evaluate("tabs => [...tabs.children].forEach((tab) => (tab.hidden = false))")
        await page.locator("#tab-recording").click()
        cut = "tabs => [tabs, ...tabs.children].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.id)"
        await comes_to(tabs, cut, [])
        outside = "tabs => [...tabs.children].filter((e) => e.getBoundingClientRect().right > innerWidth)"
        await comes_to(tabs, f"tabs => ({outside})(tabs).length", 0)
        await page.locator("#language").click()
