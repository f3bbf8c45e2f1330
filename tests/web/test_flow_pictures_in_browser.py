"""Pictures of flows in a real browser, with its fonts: as a page shows them, and every text in its place."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Request

from tests.playbook.test_mermaid import DRAWN

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OUTSIDE = """() => {
  const found = [];
  for (const group of document.querySelectorAll("[data-box], .label")) {
    const box = group.querySelector("rect")?.getBBox();
    for (const text of box ? group.querySelectorAll("text") : []) {
      const own = text.getBBox();
      if (own.x < box.x || own.x + own.width > box.x + box.width) found.push(text.textContent);
    }
  }
  return found;
}"""


async def test_every_text_is_inside_its_card(browser: Browser) -> None:
    page = await browser.new_page()
    for path in sorted(DRAWN.glob("*.svg")):
        await page.goto(path.as_uri())
        assert await page.evaluate(OUTSIDE) == [], path.name


async def test_in_a_page_it_is_light_or_dark(browser: Browser, tmp_path: Path) -> None:
    """As `<img>`: it brings its own ground and its own colours, and asks nobody for anything."""
    (tmp_path / "flow.svg").write_bytes((DRAWN / "skin_quiz.svg").read_bytes())
    (tmp_path / "page.html").write_text('<img src="flow.svg" alt="">', "utf-8")
    grounds: list[float] = []
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.rpartition("/")[2])

    for scheme in SCHEMES:
        page = await browser.new_page(color_scheme=scheme)
        page.on("request", note)
        await page.goto((tmp_path / "page.html").as_uri())
        image = page.locator("img")
        assert await image.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 1_000
        shot = Image.open(BytesIO(await image.screenshot())).convert("L")
        grounds += [float(str(shot.getpixel((60, 20))))]
    assert asked == ["page.html", "flow.svg"] * 2
    assert grounds[0] > 200
    assert grounds[1] < 60
