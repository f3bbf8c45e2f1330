"""The page does not hear of its files one from the other: all of them are asked for at once. L4."""

from __future__ import annotations

import re
from collections import Counter

from playwright.async_api import Browser, expect

from tests.simulator.conftest import World

NAMED = re.compile(r'<link rel="modulepreload" href="([^"]+)">|<script type="module" src="([^"]+)">')


async def test_the_page_names_every_script_that_it_runs(world: World, browser: Browser) -> None:
    async with world.http.get(world.url + "/simulator/") as response:
        named = [one or other for one, other in NAMED.findall(await response.text())]
    page = await browser.new_page()
    asked: Counter[str] = Counter()
    page.on("request", lambda one: asked.update([one.url]) if one.resource_type == "script" else None)
    await page.goto(world.url + "/simulator/")
    await expect(page.locator("#enter")).to_be_visible()
    await page.close()
    assert asked == Counter(f"{world.url}/simulator/{name}" for name in named)
