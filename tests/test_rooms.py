"""The rooms of docs/architecture.md: imports point one way, and motor lives in one module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "bot"
FLOORS = [
    {"cli"},
    {"web", "simulator"},
    {"operations"},
    {"runtime"},
    {"scenario"},
    {"playbook"},
    {"store", "line", "sms", "shops"},
    {"engine"},
    {"model"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
SIMULATOR = ["state", "people", "platform", "shop", "hooks", "workbench", "control"]
"""Inside the simulator: each imports only those before it, and what lies beside them but `simulator.py`."""
ONLY_IN = {"motor": {"store/mongo.py"}, "transitions": {"engine"}, "linebot": set[str]()}
VAGUE = {"utils", "helpers", "manager", "common", "base", "misc"}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def test_every_room_has_its_floor() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_point_down(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "bot" and rest:
            target = rest.split(".")[0]
            assert target == room or FLOOR[target] > FLOOR[room], f"{path.name} imports {name}"


def test_arrows_point_down_inside_the_simulator() -> None:
    for path in (PACKAGE / "simulator").glob("*/*.py"):
        allowed = SIMULATOR[: SIMULATOR.index(path.parent.name) + 1]
        for name in imported(path):
            if name.startswith("bot.simulator.") and name.count(".") > 2:
                assert name.split(".")[2] in allowed, f"{path} imports {name}"
            assert name != "bot.simulator.simulator", f"{path} imports what wires it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_library_lives_in_its_room(path: Path) -> None:
    here = str(path.relative_to(PACKAGE))
    for name in imported(path):
        places = ONLY_IN.get(name.split(".")[0])
        if places is not None:
            assert any(here.startswith(place) for place in places), f"{here} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_names_say_what_is_inside(path: Path) -> None:
    assert path.stem not in VAGUE
    if path.name == "__init__.py":
        assert path.read_text() == "", "an __init__.py is empty: import from the module"


def test_model_imports_nothing_of_ours() -> None:
    for path in (PACKAGE / "model").glob("*.py"):
        assert all(not n.startswith("bot.") or n.startswith("bot.model") for n in imported(path)), path
