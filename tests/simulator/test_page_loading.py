"""The page comes in few pieces: its hundred modules are one script, its style sheets one. L1, L4."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.look.tokens import switchable
from bot.simulator.control import page as page_files
from bot.simulator.control.page import one_script
from tests.simulator.conftest import World

STATIC = Path(page_files.__file__).parent.parent / "static"


async def test_the_page_asks_for_one_script_and_one_sheet(world: World, browser: Browser) -> None:
    page = await browser.new_page()
    asked: Counter[str] = Counter()
    kinds = ("script", "stylesheet")
    page.on("request", lambda one: asked.update([one.url]) if one.resource_type in kinds else None)
    await page.goto(world.url + "/simulator/")
    await expect(page.locator("#enter")).to_be_visible()
    await page.close()
    static = f"{world.url}/simulator/static"
    assert asked == {f"{static}/main.js": 1, f"{static}/sheets.css": 1}


async def test_the_sheet_is_all_that_the_page_names_in_that_order(world: World) -> None:
    """What stands later counts before what is earlier."""
    named = re.findall(r'href="static/([^"]+\.css)"', (STATIC / "index.html").read_text("utf-8"))
    assert len(named) > 10
    async with world.http.get(f"{world.url}/simulator/static/sheets.css") as response:
        assert response.content_type == "text/css"
        sheet = await response.text()
    texts = [(STATIC / name).read_text("utf-8") for name in named]
    assert sheet.endswith("\n".join(texts))
    assert sheet.startswith(switchable())


async def test_modules_joined_give_what_they_give_apart(browser: Browser) -> None:
    """Each runs once, after what it imports; names of one are not seen in another."""
    modules = {
        "main.js": 'import { double as twice, LAST } from "./a/b.js";\n'
        'import * as all from "./a/c.js";\nconst own = twice(4);\n'
        "globalThis.told = [own, LAST, all.$, all.own];\n",
        "a/b.js": 'import {\n  own,\n} from "./c.js";\n\nexport { Final as LAST } from "../last.js";\n'
        "export async function unused() {}\nexport function double(n) {\n  return n * own;\n}\n",
        "a/c.js": "export const $ = 7;\nexport const own = 2;\n"
        "globalThis.times = (globalThis.times ?? 0) + 1;\n",
        "last.js": "export class Final {\n  static is = 1;\n}\n",
    }
    page = await browser.new_page()
    told = f"{one_script('main.js', modules)}\n[told[0], told[1].is, told[2], told[3], times, typeof own]"
    assert await page.evaluate(told) == [8, 1, 7, 2, 1, "undefined"]


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        (
            {"main.js": 'import { a } from "./a.js";', "a.js": 'import { b } from "./main.js";'},
            "main.js imports",
        ),
        ({"main.js": "export default 1;"}, "export default 1;"),
        ({"main.js": "export let changes = 1;"}, "export let changes"),
        ({"main.js": 'export * from "./a.js";', "a.js": ""}, 'export * from "./a.js";'),
        ({"main.js": 'import "./a.js";', "a.js": ""}, 'import "./a.js";'),
        ({"main.js": 'const a = await import("./a.js");'}, 'import("./a.js")'),
    ],
)
def test_a_form_that_cannot_be_joined_is_told(modules: Mapping[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        one_script("main.js", modules)
