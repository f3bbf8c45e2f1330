"""A playbook with every word of the language, spoilt in a place or two: problems, never a crash."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.canonical.document import canonical, version_of
from bot.playbook.canonical.long import long_yaml
from bot.playbook.load import load
from bot.playbook.read import read
from bot.playbook.report import render
from bot.playbook.shape.editors import typed
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from tests.depth import examples

EVERY_WORD = Path(__file__).parent / "every_word" / "bot.yaml"
PIECES: list[Any] = [
    "",
    "嗨",
    "a",
    None,
    [],
    {},
    [[]],
    {"setting": "picture"},
    {"a": {"b": []}},
    "21:00-09:00",
    "3d",
    7,
]


def original() -> Any:
    root, problems = parse(SourceFile("bot.yaml", EVERY_WORD.read_text("utf-8")))
    assert not problems
    assert root is not None
    data = typed(root)
    del data["include"], data["rule_order"]
    return data


ORIGINAL = original()


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every block or list with each of its keys or indexes."""
    if isinstance(data, dict | list):
        for key in list(data) if isinstance(data, dict) else range(len(data)):
            yield data, key
            yield from places(data[key])


def spoilt(seed: int) -> Any:
    """The playbook with something else in one or two places: another piece, a part of itself, or nothing."""
    pick = random.Random(seed)
    data = json.loads(json.dumps(ORIGINAL))
    for _ in range(pick.choice((1, 1, 2))):
        everywhere = list(places(data))
        block, key = pick.choice(everywhere)
        there, other = pick.choice(everywhere)
        match pick.randrange(5):
            case 0:
                del block[key]
            case 1 if isinstance(block, dict):
                block[str(other)] = block.pop(key)
            case 2:
                block[key] = json.loads(json.dumps(there[other]))
            case _:
                block[key] = pick.choice(PIECES)
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoilt")


@pytest.mark.ring("all", "reads a whole playbook for each example")
@settings(max_examples=examples(40))
@given(st.integers(min_value=0))
def test_it_never_raises(folder: Path, seed: int) -> None:
    (folder / "bot.yaml").write_text(json.dumps(spoilt(seed), ensure_ascii=False), "utf-8")
    loaded = load(folder, {})
    assert bool(render(loaded.problems, loaded.sources)) == bool(loaded.problems)
    assert loaded.document is not None
    root = loaded.document.root
    assert version_of(canonical(root, {})) == version_of(root)
    if not any(problem.level == "error" for problem in loaded.document.problems):
        (folder / "long").mkdir(exist_ok=True)
        (folder / "long" / "bot.yaml").write_text(long_yaml(root), "utf-8")
        assert version_of(read(folder / "long", {}).root) == version_of(root)
