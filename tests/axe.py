"""Faults of a page for people who do not see it well, found by axe-core (WCAG)."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

from tests.eventually import eventually
from tests.simulator.lent_pages import DESK, PHONE

LOOKS: tuple[tuple[ViewportSize, Literal["dark", "light"]], ...] = ((PHONE, "dark"), (DESK, "light"))
"""In which each page is looked at."""
SOON = 20
"""Seconds in which a script has drawn anew what it draws for a window of this size."""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
VIOLATIONS = """async () => {
    const compared = ["class", "style", "type", "role", "lang", "tabindex"];
    const says = ({ name, value }) => compared.includes(name) || /^(true|false|)$/.test(value) ? value : "…";
    const shapes = new Map(), alike = [];
    const shape = (one) => {
        if (one.nodeType !== Node.ELEMENT_NODE) return one.textContent.trim() && "…";
        const attributes = [...one.attributes].map((each) => `${each.name}=${says(each)}`).sort();
        const inside = new Set([...one.childNodes].map(shape));
        const found = `<${one.localName} ${attributes}>${[...inside].join("")}</>`;
        shapes.set(one, found);
        return found;
    };
    const walk = (parent) => {
        const seen = {};
        for (const one of parent.children) {
            const of = shapes.get(one);
            seen[of] = (seen[of] ?? 0) + 1;
            seen[of] > 2 ? alike.push(one) : walk(one);
        }
    };
    shape(document.body);
    walk(document.body);
    const { violations } = await axe.run({ exclude: alike }, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]);
}"""
"""Of neighbours that differ in their words alone, or in how many of a kind are in them, it looks at two."""


async def violations(page: Page) -> list[tuple[str, str]]:
    """The rules that the page breaks, each with the first place where it does."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    return [(rule, place) for rule, place in await page.evaluate(VIOLATIONS)]


async def held(page: Page) -> None:
    """In each look nothing hangs over the edge, and everybody can use it: loaded once, looked at twice."""

    async def wider() -> int:
        return int(await page.evaluate(WIDER))

    own = page.viewport_size
    for size, scheme in LOOKS:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        await eventually(wider, lambda pixels: pixels <= 0, SOON)
        assert await violations(page) == [], (page.url, scheme)
    if own is not None:
        await page.set_viewport_size(own)
