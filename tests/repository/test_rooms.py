"""What `lint-imports` (pyproject.toml has its contracts) does not see of the rooms: circles, and names."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from bot.model.promotions import PROMOTIONS, Parts, apart, kinds, one_table
from tests.sources import BOT, ROOT, TESTS, modules, nodes_of, text_of

CIRCLE = ("bot.engine.compiled.card", "bot.engine.compiled.step")
"""The one that may stay: a tap has steps, and steps say cards: 440 lines as one."""
TYPE = re.compile(r"^(?:class ([A-Za-z]\w*)|([A-Za-z]\w*): TypeAlias\b)", re.MULTILINE)
OF_KINDS = "bot.promotions.*"
"""Its rooms are those of the whole."""
VAGUE = {"utils", "helpers", "manager", "common", "base", "misc"}


def in_rooms() -> list[Path]:
    return [path for path in modules(BOT) if path.parent != BOT]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def assert_no_circle(arrows: Mapping[str, Iterable[str]]) -> None:
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


def test_modules_import_each_other_in_no_circle() -> None:
    """Nor for the types only: two modules that cannot be read one without the other are one module."""
    graph = grimp.build_graph("bot", cache_dir=None)
    arrows = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    card, step = CIRCLE
    assert step in arrows[card]
    assert card in arrows[step], "no circle any more: strike it out"
    assert_no_circle(arrows | {step: arrows[step] - {card}})


def test_circles_are_seen() -> None:
    assert_no_circle({"a": "bc", "b": "c", "c": ""})
    with pytest.raises(AssertionError, match=r"(a imports b|b imports c|c imports a)"):
        assert_no_circle({"a": "b", "b": "c", "c": "ad", "d": ""})


def test_every_folder_of_an_ordered_room_has_its_row() -> None:
    """Layers of a contract say nothing of a folder that they do not name."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    for contract in contracts["contracts"]:
        (room,) = contract.get("containers", ("",))
        if contract["type"] != "layers" or contract.get("exhaustive") or room in ("bot", OF_KINDS):
            continue
        folders = {path.parent.name for path in (ROOT / room.replace(".", "/")).glob("*/*.py")}
        rows = {name for row in contract["layers"] for name in re.split(r" [|:] ", row)}
        assert folders <= rows, room


def test_every_room_of_a_kind_has_its_row() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (contract,) = (one for one in contracts["contracts"] if one.get("containers") == [OF_KINDS])
    rows = {name.strip("()") for row in contract["layers"] for name in row.split(" | ")}
    kinds = [path for path in (BOT / "promotions").iterdir() if (path / "__init__.py").exists()]
    assert {kind.name for kind in kinds} == {*PROMOTIONS}
    rooms = {
        path.stem
        for kind in kinds
        for path in kind.iterdir()
        if path.suffix in ("", ".py") and path.stem[0] != "_"
    }
    assert rooms <= rows


def test_a_room_of_a_kind_imports_only_what_that_room_may() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms = next(one["layers"] for one in contracts["contracts"] if one.get("exhaustive"))
    height = {room: -row for row, names in enumerate(rooms) for room in names.split(" | ")}
    height["rows"] = height["store"]
    graph = grimp.build_graph("bot", cache_dir=None)
    inside = [name for name in graph.modules if name.startswith("bot.promotions.") and name.count(".") > 2]
    wrong = [
        f"{name} imports {other}"
        for name in inside
        for other in graph.find_modules_directly_imported_by(name)
        if (room := other.split(".")[3 if other in inside else 1]) in height
        and height[room] > height[name.split(".")[3]]
    ]
    assert not wrong, "\n".join(wrong)


def test_every_part_of_a_kind_is_asked_for_by_a_registry() -> None:
    """One in a module of another name would be silently nothing."""
    asked = {room for path in modules(BOT) for room in re.findall(r'\bParts\("([\w.]+)"', text_of(path))}
    parts = [path for path in modules(BOT / "promotions") if re.search(r"^PART\b", text_of(path), re.M)]
    rooms = {".".join(path.relative_to(BOT / "promotions").with_suffix("").parts[1:]) for path in parts}
    assert {room.removesuffix(".part") for room in rooms} == asked


def test_a_kind_need_not_have_a_room_or_a_part_of_it() -> None:
    nothing = Parts("runtime.nothing", object)
    assert not nothing.by_kind, "of some it is a module, of some a folder, of some not there"
    assert not Parts("nowhere.at_all", object).by_kind


def test_a_part_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"bot\.promotions\.coupons\.rows: PART is no str"):
        tuple(Parts("rows", str))
    with pytest.raises(TypeError, match=r"bot\.promotions\.coupons\.model: PART is no object"):
        tuple(Parts("model", object))


def test_a_name_that_two_kinds_have_is_refused() -> None:
    assert one_table([{"coupon": 1}, {}, {"draw": 2}]) == {"coupon": 1, "draw": 2}
    with pytest.raises(ValueError, match=r"two kinds have coupon, draw$"):
        one_table([{"coupon": 1, "draw": 2, "stamp": 3}, {"draw": 2, "coupon": 2}])


@pytest.mark.parametrize("name", ["section", "page", "screen", "news", "note", "counted", "holds"])
def test_kinds_that_are_called_alike_are_refused_as_they_are_loaded(name: str) -> None:
    """Else what one of them is would be the other's, silently: a page, a trigger, what contacts hold."""
    first, second = kinds()[:2]
    with pytest.raises(ValueError, match=rf"two kinds have {name.replace('holds', 'held')}\w* \S+$"):
        apart([first, replace(second, **{name: getattr(first, name)})])


def test_a_client_of_the_database_is_made_in_one_module() -> None:
    """All others ask `Database`, so each error is translated (071)."""
    makes = [path for path in modules(BOT) if re.search(r"\bMongoClient\(", text_of(path))]
    assert [path.relative_to(BOT).as_posix() for path in makes] == ["store/database/mongo.py"]


def test_names_say_what_is_inside() -> None:
    vague = [str(path) for path in in_rooms() if path.stem in VAGUE]
    assert not vague, "\n".join(vague)
    full = [str(path) for path in in_rooms() if path.name == "__init__.py" and text_of(path) != ""]
    assert not full, f"an __init__.py is empty, import from the module: {full}"


def test_a_name_means_one_thing() -> None:
    """No class and no type is called like another, but what a module keeps to itself."""
    places: dict[str, list[str]] = {}
    for path in in_rooms():
        for name in map("".join, TYPE.findall(text_of(path))):
            places.setdefault(name, []).append(module_name(path))
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert not twice, "\n".join(f"{name}: {', '.join(where)}" for name, where in sorted(twice.items()))


def _named(call: ast.expr, scope: str) -> bool:
    """Whether it is a `fixture(…)` of this scope."""
    return isinstance(call, ast.Call) and any(
        keyword.arg == "scope" and isinstance(keyword.value, ast.Constant) and keyword.value.value == scope
        for keyword in call.keywords
    )


def test_what_lives_as_long_as_the_session_is_there_once() -> None:
    """A module that imports a fixture gets one of its own: another Chromium, another bot, till the end."""
    lasting = {
        (module_name(path), node.name)
        for path in modules(TESTS)
        for node in nodes_of(path, r'\bscope="session"')
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(_named(decorator, "session") for decorator in node.decorator_list)
    }
    assert ("tests.chromium", "chromium") in lasting
    of_these = "|".join(rf"{module} import (?:\([^)]*|.*)\b{name}\b" for module, name in lasting)
    imported = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {name.name}"
        for path in modules(TESTS)
        if path != TESTS / "chromium.py"
        for node in nodes_of(path, rf"from (?:{of_these})")
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if (node.module, name.name) in lasting
    }
    assert imported == set(), "tests/conftest.py has its module registered for all (FIXTURES)"


def test_a_service_writes_out_nothing_that_it_holds() -> None:
    """Keys, transcripts, LINE ids: what a dataclass holds stands in its repr, and in a failed assertion."""
    written = [
        str(path.relative_to(BOT))
        for path in modules(BOT)
        for node in nodes_of(path, "eq=False")
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator) == "dataclass(eq=False)"
    ]
    assert written == []
