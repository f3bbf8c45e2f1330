"""Faults of a page for people who do not see it well, found by axe-core (WCAG)."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

ONLY_FAULTS = {"resultTypes": ["violations"]}
"""What is right is not told: of a long page that takes three times as long."""


async def violations(page: Page) -> list[tuple[str, str]]:
    """The rules that the page breaks, each with the first place where it does."""
    found = await Axe().run(page, options=ONLY_FAULTS)
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
