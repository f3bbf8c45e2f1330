"""Each repository is built in one place."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of

ROOT = Path(__file__).parents[2]


def test_repositories_are_built_in_one_place(database: Database, seal: Seal) -> None:
    """Else there would be two of one, and what the one is given (a pace, a clock) the other would lack."""
    stores = stores_of(database, seal)
    ours = {type(getattr(stores, field.name)) for field in fields(Stores)}
    modules = {(one.__module__, one.__name__) for one in ours - {Database}}
    elsewhere = set()
    for path in (ROOT / "bot").rglob("*.py"):
        text = path.read_text()
        if "from bot.store." not in text or path.name == "stores.py":
            continue
        nodes = list(ast.walk(ast.parse(text)))
        named = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module, alias.name) in modules
        }
        calls = (node.func for node in nodes if isinstance(node, ast.Call))
        built = {func.id for func in calls if isinstance(func, ast.Name) and func.id in named}
        elsewhere |= {(path.name, name) for name in built}
    assert elsewhere == set()
