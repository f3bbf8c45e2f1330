"""Going through a page with the Tab key alone: what is reached, in which order, whether one sees where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

LEAST = 44
"""Pixels that a target is high, at least (docs: WCAG 2.2, 2.5.5)."""
_CONTROLS = """() => {
    const links = "a[href]:not([aria-hidden='true'] *)";
    const kinds = `${links}, button, input, select, textarea, summary, [tabindex='0']`;
    const all = [...document.querySelectorAll(kinds)];
    const there = all.filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility());
    const chosen = (one) => document.querySelector(`input[name="${one.name}"]:checked`);
    const first = (one) => document.querySelector(`input[name="${one.name}"]`);
    return there.filter((one) => one.type !== "radio" || one === (chosen(one) ?? first(one)));
}"""
"""Where Tab stops: of radio buttons that belong together at one, arrows lead to the others; not in what
is hidden from readers, such as a picture beside the same in words."""
_AT = f"""() => {{
    const at = document.activeElement;
    if (at === document.body) return null;
    const [look, box] = [getComputedStyle(at), at.getBoundingClientRect()];
    const target = (at.closest("label.tick, label.menu-layout") ?? at).getBoundingClientRect();
    return {{
        place: ({_CONTROLS})().indexOf(at),
        sentence: at.getAttribute("aria-label") || at.innerText || at.labels?.[0]?.innerText || "",
        html: at.outerHTML.slice(0, 200),
        ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
        inSight: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
        high: target.height,
    }};
}}"""


@dataclass(frozen=True)
class Walked:
    """What was met on the way, by the places that the controls have on the page; what is wrong with each."""

    controls: int
    places: tuple[int, ...]
    wrong: tuple[str, ...]


async def walked(page: Page) -> Walked:
    """Press Tab until one is where one was before."""
    controls = await page.evaluate(f"() => ({_CONTROLS})().length")
    places: list[int] = []
    wrong: list[str] = []
    for _ in range(2 * controls + 4):
        await page.keyboard.press("Tab")
        at = await page.evaluate(_AT)
        if at is None:  # the browser's own, after the last one
            continue
        if places and at["place"] == places[-1]:  # a date has a stop for each of its parts
            continue
        if at["place"] in places:
            break
        places.append(at["place"])
        wrong += [f"{what}: {at['html']}" for what, is_so in _faults(at).items() if is_so]
    return Walked(controls, _from_the_top(places), tuple(wrong))


def _faults(at: dict[str, Any]) -> dict[str, bool]:
    return {
        "has no name": not at["sentence"].strip(),
        "one does not see that it has the focus": not at["ring"],
        "is out of sight": not at["inSight"],
        "is too low to be met by a finger": at["high"] < LEAST,
        "is no control": at["place"] < 0,
    }


def _from_the_top(places: list[int]) -> tuple[int, ...]:
    """The same round, begun at the first control: a field may have had the focus at once."""
    if not places:
        return ()
    first = places.index(min(places))
    return (*places[first:], *places[:first])
