"""The rooms of docs/architecture.md: imports point one way, and motor lives in one module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "bot"
TESTS = Path(__file__).parent
FLOORS = [
    {"cli"},
    {"app"},
    {"web", "simulator"},
    {"operations"},
    {"runtime"},
    {"scenario"},
    {"playbook"},
    {"store", "line", "sms", "shops", "mail"},
    {"hooks"},
    {"engine"},
    {"translations", "look"},
    {"model"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
INSIDE = {
    "simulator": ["state", "people", "platform", "shop", "workbench", "control"],
    "runtime": [
        "limits",
        "effects",
        "alerts",
        "sending",
        "turn_taking",
        "intake",
        "menus",
        "sweeps",
        "shops",
        "broadcasts",
        "cluster",
    ],
    "line": ["objects"],
    "engine": [
        *("times", "types", "texts", "conditions", "compiled", "rendering", "menus", "turn", "members"),
        *("actions", "flows", "pages", "broadcasts"),
    ],
    "playbook/compile": [
        *("scope", "values", "messages", "conditions", "triggers", "actions", "connections", "flows"),
    ],
    "store": [
        "mongod",
        "database",
        "sealing",
        "codec",
        "cluster",
        "counters",
        "events",
        "contacts",
        "broadcasts",
        "shops",
        "rotation",
        "backup",
    ],
}
"""Rooms with folders: each imports only those before it, and what lies beside them but what wires all."""
WIRES = {
    *("bot.simulator.simulator", "bot.runtime.process", "bot.store.stores"),
    *(f"bot.engine.{name}" for name in ("decide", "dispatcher", "finish_turn", "facts")),
    *(f"bot.playbook.compile.{name}" for name in ("playbook", "broadcasts", "menus", "nouns", "member_card")),
}
CLI_BEGINS = {"main", "command_line"}
"""In the command line, what knows the folders; these know neither it nor each other."""
ONLY_IN = {"motor": {"store/database/mongo.py"}, "transitions": {"engine"}, "linebot": set[str]()}
CIRCLES = [
    {
        "bot.engine.compiled.card",
        "bot.engine.compiled.step",
    },  # a tap has steps, and steps say cards: 440 lines as one
]
"""Those that may stay, each with why."""
VAGUE = {"utils", "helpers", "manager", "common", "base", "misc"}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Those in it, and in them, without what they are made of: no import stands in an expression."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        for below in getattr(node, part, ()):
            yield below
            yield from statements(below)


@cache
def imports(path: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Also those inside of functions, and those for the types only."""
    return tuple(node for node in statements(tree(path)) if isinstance(node, ast.Import | ast.ImportFrom))


def imported(path: Path) -> Iterator[str]:
    for node in imports(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def arrows() -> dict[str, set[str]]:
    """Each module of ours with those that it imports; `from bot.room import module` is the module's."""
    paths = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    said = {
        name: {
            full
            for node in imports(path)
            for full in (
                (alias.name for alias in node.names)
                if isinstance(node, ast.Import)
                else (f"{node.module}{last}" for alias in node.names for last in (f".{alias.name}", ""))
            )
        }
        for name, path in paths.items()
    }
    return {name: (names & paths.keys()) - {name} for name, names in said.items()}


def circles(arrows: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """The modules that import each other, by whatever way: Tarjan's strongly connected components."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        open_.append(name)
        for other in arrows[name]:
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in open_:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            at = open_.index(name)
            if len(circle := set(open_[at:])) > 1:
                found.append(circle)
            del open_[at:]

    for name in sorted(arrows):
        if name not in number:
            visit(name)
    return found


def test_every_room_has_its_floor() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert rooms == set(FLOOR)


def test_arrows_point_down() -> None:
    wrong = []
    for path in modules():
        room = path.relative_to(PACKAGE).parts[0]
        for name in imported(path):
            top, _, rest = name.partition(".")
            target = rest.split(".")[0]
            if top == "bot" and rest and target != room and FLOOR[target] <= FLOOR[room]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_arrows_point_down_inside_a_room() -> None:
    wrong = []
    for room, folders in INSIDE.items():
        prefix = f"bot.{room.replace('/', '.')}."
        assert {path.parent.name for path in (PACKAGE / room).glob("*/*.py")} == set(folders)
        for path in (PACKAGE / room).glob("*/*.py"):
            allowed = folders[: folders.index(path.parent.name) + 1]
            for name in imported(path):
                folder, _, module = name.removeprefix(prefix).partition(".")
                inside = name.startswith(prefix) and module
                if (inside and folder not in allowed) or (name in WIRES and name.startswith(prefix)):
                    wrong.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_arrows_point_down_inside_the_command_line() -> None:
    """A folder is a subject: it imports what lies beside the folders, which imports none of them."""
    folders = {path.parent.name for path in (PACKAGE / "cli").glob("*/*.py")}
    assert folders == {
        "broadcast",
        "channel",
        "contact",
        "deadletters",
        "keys",
        "playbook",
        "run",
        "shop",
        "store",
        "versions",
    }
    wrong = []
    for name, others in arrows().items():
        room, _, here = name.partition("bot.cli.")
        if room or (subject := here.split(".")[0]) in CLI_BEGINS:
            continue
        for other in others:
            part = other.removeprefix("bot.cli.").split(".")[0]
            if part != subject and (part in folders or part in CLI_BEGINS):
                wrong.append(f"{name} imports {other}")
    assert not wrong, "\n".join(wrong)


def test_modules_import_each_other_in_no_circle() -> None:
    """Nor for the types only: two modules that cannot be read one without the other are one module."""
    there = arrows()
    found = circles(there)
    wrong = [
        f"{name} imports {other}, which imports it"
        for circle in found
        if circle not in CIRCLES
        for name in sorted(circle)
        for other in sorted(there[name] & circle)
    ]
    assert not wrong, "\n".join(wrong)
    healed = [sorted(circle) for circle in CIRCLES if circle not in found]
    assert not healed, f"no circles any more, strike them out: {healed}"


def test_circles_are_seen() -> None:
    assert circles({"a": "b", "b": "c", "c": "ad", "d": ""}) == [set("abc")]
    assert circles({"a": "bc", "b": "c", "c": ""}) == []
    assert circles({"a": "b", "b": "a", "c": "ad", "d": "c"}) == [set("ab"), set("cd")]


def test_a_library_lives_in_its_room() -> None:
    wrong = []
    for path in modules():
        here = str(path.relative_to(PACKAGE))
        for name in imported(path):
            places = ONLY_IN.get(name.split(".")[0])
            if places is not None and not any(here.startswith(place) for place in places):
                wrong.append(f"{here} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_names_say_what_is_inside() -> None:
    vague = [str(path) for path in modules() if path.stem in VAGUE]
    assert not vague, "\n".join(vague)
    full = [str(path) for path in modules() if path.name == "__init__.py" and path.read_text("utf-8") != ""]
    assert not full, f"an __init__.py is empty, import from the module: {full}"


def test_model_imports_nothing_of_ours() -> None:
    for path in (PACKAGE / "model").glob("*.py"):
        assert all(not n.startswith("bot.") or n.startswith("bot.model") for n in imported(path)), path


def test_a_name_means_one_thing() -> None:
    """No class and no type is called like another, but what a module keeps to itself."""
    places: dict[str, list[str]] = {}
    for path in modules():
        for node in tree(path).body:
            match node:
                case ast.ClassDef(name=name):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                    pass
                case _:
                    continue
            if not name.startswith("_"):
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
    tests = {path: path.read_text("utf-8") for path in TESTS.rglob("*.py")}
    lasting = {
        (".".join(path.relative_to(TESTS.parent).with_suffix("").parts), node.name)
        for path, text in tests.items()
        if '"session"' in text
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(_named(decorator, "session") for decorator in node.decorator_list)
    }
    assert ("tests.chromium", "chromium") in lasting
    homes = {module for module, _ in lasting}
    imported = {
        f"{path.relative_to(TESTS.parent)}:{node.lineno}: {name.name}"
        for path, text in tests.items()
        if path != TESTS / "conftest.py" and any(f"from {home} import" in text for home in homes)
        for node in statements(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if (node.module, name.name) in lasting
    }
    assert imported == set(), "tests/conftest.py imports it for all"
