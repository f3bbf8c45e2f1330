"""Each repository is built in one place."""

from __future__ import annotations

import ast
from typing import get_type_hints

from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.sources import BOT, modules, nodes_of, text_of


def test_repositories_are_built_in_one_place() -> None:
    """Else there would be two of one, and what the one is given (a pace, a clock) the other would lack."""
    ours = {(one.__module__, one.__name__) for one in {*get_type_hints(Stores).values()} - {Database}}
    called = "|".join(name for _, name in ours)
    elsewhere = set()
    for path in modules(BOT):
        if "from bot.store." not in text_of(path) or path.name == "stores.py":
            continue
        nodes = list(nodes_of(path, rf"(?<!class )\b(?:{called})(?:\(| as )"))
        named = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module, alias.name) in ours
        }
        calls = (node.func for node in nodes if isinstance(node, ast.Call))
        built = {func.id for func in calls if isinstance(func, ast.Name) and func.id in named}
        elsewhere |= {(path.name, name) for name in built}
    assert elsewhere == set()
