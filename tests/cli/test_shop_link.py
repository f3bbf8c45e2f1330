"""`oaflow shop link` of an app that a shop installs: the addresses for the app's page. C3"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.oaflow import LINE_SETTINGS, ended

SHOPS = """
shops:
  forest: {platform: cyberbiz, access: app_store, app_id: a, app_secret: b}
"""


@pytest.mark.parametrize("public", ["", "https://forest.example"])
async def test_what_the_apps_page_asks_for(shop: Path, public: str) -> None:
    """Without our own address it says what to set, and what they are then."""
    smallest = (shop / "bot.yaml").read_text("utf-8")
    (shop / "bot.yaml").write_text(
        smallest.replace("  main:\n", "  main:\n    shop: forest\n") + SHOPS, "utf-8"
    )
    end = await ended("shop", "link", str(shop), **LINE_SETTINGS, OAFLOW_PUBLIC_URL=public)
    there = public or "https://bot.example.com"
    assert end.code == 1
    assert f"Authorization URL:  {there}/shops/main/cyberbiz/install" in end.err
    assert f"Redirect URL:  {there}/shops/main/cyberbiz/callback" in end.err
    assert ("our own address is not known" in end.err) == (not public)
    assert "${" not in end.err


async def test_nothing_is_unlinked_unasked(shop: Path) -> None:
    """A script that forgot `--yes` is told what to add; at a terminal whatever is no yes is a no."""
    smallest = (shop / "bot.yaml").read_text("utf-8")
    bot = smallest.replace("  main:\n", "  main:\n    shop: forest\n") + SHOPS
    (shop / "bot.yaml").write_text(bot, "utf-8")
    end = await ended("shop", "unlink", str(shop), **LINE_SETTINGS)
    assert (end.code, end.err) == (1, "oaflow: nothing is done without a yes: add  --yes\n")
    end = await ended("shop", "unlink", str(shop), typed="no\n", **LINE_SETTINGS)
    assert (end.code, end.err.endswith("oaflow: nothing was done\n")) == (1, True)
