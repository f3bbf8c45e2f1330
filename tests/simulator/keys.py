"""Going through a page with the Tab key alone: what is reached, in which order, whether one sees where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

PAGE = "body"
LEAST = 44
"""Pixels that a target is high, at least (docs: WCAG 2.2, 2.5.5)."""
_CONTROLS = """(within) => {
    const links = "a[href]:not([aria-hidden='true'] *)";
    const kinds = `${links}, button, input, select, textarea, summary, [tabindex='0']`;
    const all = [...document.querySelector(within).querySelectorAll(kinds)];
    const there = all.filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility());
    const chosen = (one) => document.querySelector(`input[name="${one.name}"]:checked`);
    const first = (one) => document.querySelector(`input[name="${one.name}"]`);
    return there.filter((one) => one.type !== "radio" || one === (chosen(one) ?? first(one)));
}"""
"""Where Tab stops: of radio buttons that belong together at one, arrows lead to the others; not in what
is hidden from readers, such as a picture beside the same in words."""
_AT = f"""(within) => {{
    const at = document.activeElement;
    if (at === document.body || !at.closest(within)) return null;
    const [look, box] = [getComputedStyle(at), at.getBoundingClientRect()];
    const target = (at.closest("label.tick, label.cells-choice") ?? at).getBoundingClientRect();
    return {{
        place: ({_CONTROLS})(within).indexOf(at),
        sentence: at.getAttribute("aria-label") || at.innerText || at.labels?.[0]?.innerText || "",
        html: at.outerHTML.slice(0, 200),
        ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
        inSight: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
        high: target.height,
    }};
}}"""
_MET = f"""(within) => {{
    const met = [];
    const at = () => ({_AT})(within);
    window.addEventListener("keydown", () => met.push(at()), {{ capture: true }});
    window.metByKeys = () => [...met.slice(1), at()];
    return ({_CONTROLS})(within).length;
}}"""
"""Each key has it look where the one before has led: asking after each costs more than pressing it."""


@dataclass(frozen=True)
class Walked:
    """What was met on the way, by the places that the controls have on the page; what is wrong with each."""

    controls: int
    places: tuple[int, ...]
    wrong: tuple[str, ...]


async def walked(page: Page, within: str = PAGE) -> Walked:
    """Press Tab until one is where one was before, or has left what one was to stay `within`."""
    controls = await page.evaluate(_MET, within)
    whole = within == PAGE
    met: list[Any] = []
    while not _is_over(met, whole=whole) and len(met) < 2 * controls + 4:
        for _ in range(4 if met else controls + 2):
            await page.keyboard.press("Tab")
        met = await page.evaluate("metByKeys()")
    stops = _stops(met, whole=whole)
    wrong = [f"{what}: {at['html']}" for at in stops for what, is_so in _faults(at).items() if is_so]
    return Walked(controls, _from_the_top([at["place"] for at in stops]), tuple(wrong))


def _stops(met: list[Any], *, whole: bool) -> list[Any]:
    """Each control of the round once: a date has a stop for each of its parts."""
    stops: dict[int, Any] = {}
    for at in met:
        if at is None and whole:  # the browser's own, after the last one
            continue
        if at is None or (at["place"] in stops and at["place"] != next(reversed(stops))):
            break
        stops.setdefault(at["place"], at)
    return list(stops.values())


def _is_over(met: list[Any], *, whole: bool) -> bool:
    """Whether one was at a control, elsewhere, and there again; or is outside."""
    if not whole and None in met:
        return True
    places = [at["place"] for at in met if at is not None]
    changes = [place for n, place in enumerate(places) if n == 0 or place != places[n - 1]]
    return len(set(changes)) < len(changes)


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
