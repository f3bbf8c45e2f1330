"""A connector is one folder: outside of it nobody imports it, and nobody says its name."""

from __future__ import annotations

import ast

import grimp
import pytest

from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.sms.providers import COMPANIES
from tests.sources import BOT, modules, nodes_of

CONNECTORS = BOT / "connectors"
FOLDERS = sorted(path.parent for path in CONNECTORS.glob("*/*/manifest.py"))
BRANDS = (*COMPANIES, *(name for name, one in PLATFORMS.items() if one.brand))
"""The names that mean a connector wherever they stand; others are words of English, too."""


def test_each_connector_is_found() -> None:
    assert len(FOLDERS) >= 8
    assert set(BRANDS) <= {folder.name for folder in FOLDERS}


def test_nobody_imports_a_connector_from_outside_its_folder() -> None:
    graph = grimp.build_graph("bot", cache_dir=None)
    for folder in FOLDERS:
        name = f"bot.connectors.{folder.parent.name}.{folder.name}"
        inside = graph.find_descendants(name) | {name}
        importers = set[str]().union(*map(graph.find_modules_that_directly_import, inside))
        assert importers <= inside, f"{name} is imported by {sorted(importers - inside)}"


@pytest.mark.parametrize("brand", BRANDS)
def test_nobody_says_its_name_but_in_its_folder(brand: str) -> None:
    """Apart from the tuple that lists the folders of a kind, no text of the code holds it."""
    own = {folder for folder in FOLDERS if folder.name == brand}
    found = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for path in modules(BOT)
        if own.isdisjoint(path.parents)
        for node in nodes_of(path, f"(?i){brand}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and brand in node.value.lower()
    ]
    assert len(found) == 1, found
    assert found[0].startswith("connectors/")
