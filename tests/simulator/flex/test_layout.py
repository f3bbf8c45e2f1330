"""Every card of `cards/` has the boxes that are written beside it, by hand, from LINE's pages. L4.

A rule begins with where it comes from: `layout` and `elements` are LINE's pages of Flex messages, `reference`
is that of the Messaging API, `preview` stands for lengths and colours that these pages show but do not
number; they are those of LINE's own preview. Lengths are CSS pixels from the message's upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.simulator.flex.conftest import HERE, ScenarioContext, card

pytestmark = pytest.mark.ring("all", "draws every card")

NAMES = sorted(path.stem for path in Path(HERE, "cards").glob("*.json"))
SOURCES = ("layout, ", "elements, ", "reference, ", "preview: ")
NEAR = 0.3
LENGTHS = ("x", "y", "w", "h", "right", "bottom", "cx", "seen")
EXACT = ("lines", "cut", "says", "css")
KEYS = {"at", "part", "rule", "over", "baseline", "times", "smaller than", *LENGTHS, *EXACT}


@dataclass
class Drawn:
    """What was measured of a card, and what was drawn in place of something else."""

    boxes: list[dict[str, Any] | None]
    instead: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def drawn(empty_stage: ScenarioContext) -> dict[str, Drawn]:
    """All cards on one page, drawn, then measured."""
    await empty_stage.page.evaluate("document.body.replaceChildren()")
    for name in NAMES:
        told = card(name)
        how = {key: told[key] for key in ("room", "scale") if key in told}
        await empty_stage.draw(name, told["card"], **how)
    await empty_stage.settled()
    return {
        name: Drawn(
            await empty_stage.measure(name, card(name)["boxes"]), await empty_stage.drawn_instead(name)
        )
        for name in NAMES
    }


def test_there_are_many_cards_and_each_says_where_its_rules_come_from() -> None:
    assert len(NAMES) >= 60
    for name in NAMES:
        told = card(name)
        assert told["about"]
        assert told["boxes"], name
        for box in told["boxes"]:
            assert box["rule"].startswith(SOURCES), (name, box["rule"])
            assert set(box) <= KEYS, (name, set(box) - KEYS)
            assert set(box) - {"at", "part", "rule"}, (name, "says nothing")


def test_the_boxes_are_where_the_rules_put_them(drawn: dict[str, Drawn]) -> None:
    wrong = [
        f"{name}: {wanted['at'] or 'bubble'} {difference}  [{wanted['rule']}]"
        for name in NAMES
        for wanted, found in zip(card(name)["boxes"], drawn[name].boxes, strict=True)
        for difference in differences(wanted, found)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_what_is_drawn_instead_is_what_the_card_says(drawn: dict[str, Drawn]) -> None:
    instead = {name: found.instead for name, found in drawn.items()}
    assert instead == {name: card(name).get("instead", []) for name in NAMES}


def differences(wanted: dict[str, Any], found: dict[str, Any] | None) -> list[str]:
    """What is not as it should be, in words."""
    if found is None:
        return ["is not there"]
    said = []
    for key in LENGTHS:
        if key in wanted:
            right = found["text"] if wanted[key] == "text" else wanted[key]
            if abs(found[key] - right) > NEAR:
                said.append(f"{key} is {found[key]:.2f}, not {right:.2f}")
    said += [
        f"{key} is {found[key]!r}, not {wanted[key]!r}"
        for key in EXACT
        if wanted.get(key, found[key]) != found[key]
    ]
    if "times" in wanted and abs(found["w"] - wanted["times"]["w"] * found["times"]) > NEAR:
        said.append(f"w is {found['w']:.2f}, not {wanted['times']['w']} × {found['times']:.2f}")
    if "baseline" in wanted and abs(found["baseline"][0] - found["baseline"][1]) > NEAR:
        said.append(f"stands at {found['baseline'][0]:.2f}, the other at {found['baseline'][1]:.2f}")
    if "smaller than" in wanted and not 0 < found["letters"] < wanted["smaller than"]:
        said.append(f"letters are {found['letters']}")
    if "over" in wanted and not found["over"]:
        said.append(f"is not at the top at {wanted['over']}")
    return said
