"""What `held` finds of a page: in one look alone, and in one row of many."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.axe import held, violations

PAGE = """<!doctype html><html lang="en"><title>Rows</title><style>{style}</style>
<main><h1>Rows</h1><ul>{rows}</ul></main></html>"""
ROW = '<li class="{look}"><button aria-label="{name}"></button> <span>No. {number}</span>{more}</li>'
FAINT = "li span { color: #ddd; }"


async def shown(page: Page, style: str = "", name: str = "Open", look: str = "") -> None:
    """A list of rows alike; the sixth has a button of this name, and this class."""
    rows = [
        ROW.format(number=n, name=name if n == 5 else "Open", look=look if n == 5 else "", more="<br>" * n)
        for n in range(9)
    ]
    await page.set_content(PAGE.format(style=style, rows="".join(rows)))


async def test_what_is_as_it_should_be_is_held(desk: Page) -> None:
    await shown(desk)
    await held(desk)
    assert desk.viewport_size == {"width": 1440, "height": 900}


@pytest.mark.parametrize(
    ("rule", "one"),
    [
        ("color-contrast", {"style": FAINT}),
        ("color-contrast", {"style": ".faint span { color: #ddd; }", "look": "faint"}),
        ("button-name", {"name": ""}),
    ],
)
async def test_a_fault_of_all_rows_or_of_one_among_many_is_found(
    desk: Page, rule: str, one: dict[str, str]
) -> None:
    await shown(desk, **one)
    assert [found for found, _ in await violations(desk)] == [rule]


@pytest.mark.parametrize(
    "style",
    [
        f"@media (prefers-color-scheme: dark) {{ {FAINT} }}",
        f"@media (prefers-color-scheme: light) {{ {FAINT} }}",
        "main { min-width: 500px; }",
        "@media (min-width: 1000px) { main { width: 2000px; } }",
    ],
    ids=["dark", "light", "phone", "desk"],
)
async def test_a_fault_of_one_look_is_found(desk: Page, monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    monkeypatch.setattr("tests.axe.SOON", 0.5)
    await shown(desk, style)
    with pytest.raises(AssertionError):
        await held(desk)
