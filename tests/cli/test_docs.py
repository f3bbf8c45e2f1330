"""The documentation is complete and true: what is in the code has its place in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from importlib.metadata import distributions
from pathlib import Path
from typing import get_args

import pytest
from aiohttp import ClientSession
from packaging.requirements import Requirement

from bot.cli.language import language
from bot.line.outcome import RefusalKind
from bot.model.clock import SystemClock
from bot.model.translatable import tr
from bot.model.variables import OWN
from bot.operations.new_playbook import folder as new_folder
from bot.operations.new_playbook import starter as starter_files
from bot.playbook.load import load
from bot.runtime.intake.receive import Storing
from bot.runtime.metrics import Metrics
from bot.web.health import HealthPages
from bot.web.server import application
from bot.web.webhook import WebhookHandler
from tests.cli.command_list import command_list
from tests.cli.oaflow import ROOT, serving
from tests.cli.test_commands import commands
from tests.operations.operation_list import operation_list
from tests.sources import BOT, modules, nodes_of, text_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OPERATIONS = "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / "operations").glob("*.md")))
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^   ```yaml\n(.*?)^   ```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)")


ELSEWHERE = {
    *("Add", "View all", "檢視", "File", "Open Folder", "View", "Show", "File name extensions"),
    *("Issue", "免費開設帳號", "確定", "完成"),
}
"""Buttons of LINE's console, of Windows, of an editor."""
FIRST_BOT = ["docs/first-bot.md", "docs/first-bot.zh-TW.md"]


def everything() -> str:
    return "\n".join(path.read_text("utf-8") for path in DOCUMENTS)


def test_names_keep_their_capital_letters_in_the_list_of_commands() -> None:
    assert [line for line in command_list().splitlines() if re.search(r"`: [a-z][A-Z]", line)] == []


def test_every_command_that_the_list_of_operations_names_is_one() -> None:
    named = set(re.findall(r"`oaflow ([^`A-Z]+)`", operation_list()))
    assert named - commands().keys() == set()


def test_no_page_says_by_hand_what_declarations_say() -> None:
    """Rows of tables by hand are about addresses and commands that are declared nowhere."""
    page = operation_list()
    declared = set(re.findall(r"`((?:GET|POST) /admin/api/[^`]+)`", page))
    api, fields = (ROOT / "docs" / name for name in ("api.md", "operations/json.md"))
    assert declared & set(re.findall(r"`((?:GET|POST) [^`]+)`", api.read_text("utf-8"))) == set()
    by_hand = re.findall(r"^\| `([^`]+)`", fields.read_text("utf-8"), re.MULTILINE)
    assert by_hand
    assert [one for one in by_hand if f"`oaflow {one}`" in page] == []


NO_COMMANDS = {"COMMAND", "ends", "VIP/選購"}
"""What else stands behind our name: any command, a line of the log, a menu's name at LINE."""


def test_every_command_that_is_named_is_one_and_takes_these_options() -> None:
    """Options stand in `--help`; what the documents of operations name of them is there."""
    shells = "".join(re.findall(r"^```sh\n(.*?)^```", OPERATIONS, re.MULTILINE | re.DOTALL))
    calls = [
        *re.findall(r"`oaflow ([^`\n]*)`", OPERATIONS),
        *re.findall(r"\boaflow ([^|\n]*)", re.sub(r"(?m)(^| +)#.*", "", shells)),
    ]
    assert len(calls) > 200
    wrong = []
    for call in (call for call in calls if call.split()[0] not in NO_COMMANDS):
        words = [re.split(r"[|,]", word)[0] for word in call.split()]
        name = next((name for n in (3, 2, 1) if (name := " ".join(words[:n])) in commands()), None)
        options = set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", call))
        if name is None or not options <= known_options(name):
            wrong.append(call)
    assert wrong == []


def known_options(name: str) -> set[str]:
    """Those of a command, and of its actions where it has several."""
    return {
        option
        for called, command in commands().items()
        if f"{called} ".startswith(f"{name} ")
        for option in command._option_string_actions
    }


def test_every_variable_of_the_environment() -> None:
    """Those that the code reads, and none that it does not."""
    read: set[str] = set()
    for place in ("bot", "bench", "tests"):
        for path in modules(ROOT / place):
            read |= set(re.findall(r"\"(OAFLOW_[A-Z_]+)\"", text_of(path)))
    read |= set(re.findall(r"\b(OAFLOW_[A-Z_]+)=", (ROOT / "Makefile").read_text("utf-8")))
    told = set(re.findall(r"\bOAFLOW_[A-Z_]+\b", everything()))
    assert told == read


def test_our_own_variables_are_one_table() -> None:
    """A10: each of them, in the order in which they are explained, and the keys."""
    page = (ROOT / "docs" / "operations" / "install.md").read_text("utf-8")
    rows = re.findall(r"^\| (`OAFLOW_.*?) \|", page, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(OAFLOW_[A-Z_]+)`", row)]
    assert sorted(told) == sorted((*OWN, "OAFLOW_KEYS"))


async def test_every_figure(shop: Path) -> None:
    """K3: each name that `/metrics` shows, with its type."""
    async with (
        serving(str(shop), "--simulator") as served,
        ClientSession() as http,
        http.get(f"{served.address}/metrics") as answer,
    ):
        shown = set(re.findall(r"^# TYPE (\S+) (\S+)$", await answer.text(), re.MULTILINE))
    told = set(re.findall(r"^\| `(oaflow_\w+)(?:\{[\w,]+\})?` \| (\w+) ", OPERATIONS, re.MULTILINE))
    assert told == shown


def test_every_path() -> None:
    def store(*received: object) -> Storing:
        raise NotImplementedError

    async def unheard(entries: object, seconds: float) -> int:
        raise NotImplementedError

    async def trouble() -> str | None:
        return None

    metrics = Metrics()
    webhook = WebhookHandler(lambda channel: None, store, unheard, SystemClock(), metrics)
    app = application(webhook, HealthPages(trouble, metrics))
    for resource in app.router.resources():
        assert resource.canonical in OPERATIONS


def passed_by_nginx(example: str, path: str) -> bool:
    """As nginx takes the `location`s that the example has: exact, a pattern, or what it begins with."""
    for how, what in re.findall(r"location (?:(=|~) )?(\S+) {[^\n]*\n +proxy_pass", example):
        fits = {"=": path == what, "~": how == "~" and re.search(what, path), "": path.startswith(what)}
        if fits[how]:
            return True
    return False


def passed_by_caddy(example: str, path: str) -> bool:
    [named] = re.findall(r"^\t@bot path (.*)$", example, re.MULTILINE)
    return any(fnmatchcase(path, what) for what in named.split())


def is_of_api(called: ast.expr) -> bool:
    return isinstance(called, ast.Name) and called.id in ("get", "post", "action")


def test_the_proxies_pass_on_what_others_ask_for_and_nothing_else() -> None:
    """Whoever copies an example passes on all that the server has, but for what the team's machines ask."""
    nginx, caddy = (
        (ROOT / "deploy" / name).read_text("utf-8") for name in ("nginx/oaflow.conf", "caddy/Caddyfile")
    )
    nodes = [node for path in modules(BOT / "web") for node in nodes_of(path, r"[\"']/[a-z-]")]
    ends = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    of_api = {part for one in calls if is_of_api(one.func) for part in one.args}
    apart = ends | of_api  # the API's are below /admin/api
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and node not in apart]
    templates = {one for one in words if isinstance(one, str) and re.fullmatch(r"/[a-z-]+(/[^\s]*)?", one)}
    paths = {re.sub(r"{[^{}]*({[^{}]*}[^{}]*)*}", "x", one) for one in templates}
    inside = {"/healthz", "/readyz", "/metrics", "/simulator/person"}  # for this machine alone
    assert {"/webhook/x", "/api/events", "/l/x/x", "/o/x", "/liff/x", "/admin", *inside} <= paths
    for path in {
        *paths,
        "/shops/x/cyberbiz/install",
        "/simulator/",
        "/",
        "/api/",
        "/api/events/x",
        "/administrator",
        "/admin/x/y",
    }:
        others = path.partition("/")[2].partition("/")[0] in (
            *("webhook", "media", "liff", "l", "o", "shops", "calendar", "stamp-code"),
        )
        staff = path == "/admin" or path.startswith("/admin/")
        wanted = path == "/api/events" or staff or (others and path.count("/") > 1)
        assert passed_by_nginx(nginx, path) == passed_by_caddy(caddy, path) == wanted, path
        assert wanted or path in inside or path not in paths, f"{path}: who asks for it from outside?"


def test_every_reason_of_a_dead_letter() -> None:
    for path in modules(BOT / "runtime"):
        for reason in re.findall(r"GiveUp\(\s*\"([a-z-]+)\"", text_of(path)):
            assert f"`{reason}`" in OPERATIONS
    for reason in get_args(RefusalKind):
        assert f"`{reason}`" in OPERATIONS


def test_every_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    for target in set(targets) - {"help", "libraries", "browser"}:
        assert f"`make {target}`" in contributing


@pytest.mark.parametrize("name", ["README.md", "README.zh-TW.md"])
def test_the_ten_line_bot_is_the_one_that_the_tests_start(name: str) -> None:
    shown = YAML.findall((ROOT / name).read_text("utf-8"))
    assert (ROOT / "tests" / "smallest" / "bot.yaml").read_text("utf-8") in shown


@pytest.mark.parametrize(("page", "spoken"), [("first-bot.zh-TW.md", "zh-TW"), ("first-bot.md", "en")])
def test_the_first_bot_is_the_one_that_new_writes(page: str, spoken: str, tmp_path: Path) -> None:
    """Its questions and files are those of `oaflow new`; the rule to paste is right where it says."""
    guide = (ROOT / "docs" / page).read_text("utf-8")
    words = language(spoken, {})
    for question in ("What is your shop or account called?", "And what does the bot answer?"):
        assert words.text(tr(question)) in guide
    files = starter_files.files(starter_files.DEFAULTS[spoken], spoken)
    named = re.findall(r"^\| `([\w/.]+)` \|", guide, re.MULTILINE)
    assert set(named) - {"tests/scenarios/"} <= set(files)
    assert len(named) == 5
    new_folder.write(tmp_path, files)
    [rule] = INDENTED.findall(guide)
    path = tmp_path / "rules" / "answers.yaml"
    pasted = re.sub(r"^   ", "", rule, flags=re.MULTILINE)
    path.write_text(path.read_text("utf-8").replace("\nrules:\n", f"\nrules:\n{pasted}", 1), "utf-8")
    loaded = load(tmp_path, {})
    assert loaded.problems == ()


def test_every_button_is_called_so() -> None:
    """Whatever a page tells to press stands in the simulator, on our pages, or in LINE's own tools."""
    bot = ROOT / "bot"
    ours = [
        *bot.rglob("*.po"),
        bot / "connectors/shops/cyberbiz/simulator/back_office.py",
    ]
    words = "".join(path.read_text("utf-8") for path in [*bot.rglob("*.js"), *ours])
    for page in DOCUMENTS:
        for button in re.findall(r"按「([^」]+)」", page.read_text("utf-8")):
            assert f'"{button}"' in words or button in ELSEWHERE, f"{page.name}: {button}"
    english = (ROOT / "docs" / "first-bot.md").read_text("utf-8")
    for button in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", english):
        assert f'"{button}"' in words or button in ELSEWHERE, button


def test_every_link_leads_somewhere() -> None:
    for path in DOCUMENTS:
        for link in LINK.findall(path.read_text("utf-8")):
            assert link.startswith("http") or (path.parent / link).exists(), f"{path.name}: {link}"


@pytest.mark.parametrize("pages", [("README.md", "README.zh-TW.md"), FIRST_BOT], ids=["README", "first-bot"])
def test_both_languages_have_the_same_headings_and_commands(pages: Sequence[str]) -> None:
    """What the English page says, the Chinese one says."""
    english, chinese = ((ROOT / name).read_text("utf-8") for name in pages)
    for pattern in (r"^##+ ", r"^ *```\w*", r"^\|", r"^\d\. ", r"^- "):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(
            re.findall(pattern, chinese, re.MULTILINE)
        ), pattern
    assert Path(pages[1]).name in english
    assert Path(pages[0]).name in chinese


def test_the_pins_are_names_and_versions_and_complete() -> None:
    """Nothing says where a package comes from; everything that is installed here is pinned."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins: dict[str, str] = {}
    for line in (line for line in lines if line and not line.startswith("#")):
        pin = Requirement(line)
        assert pin.url is None
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), line
        if pin.marker is None or pin.marker.evaluate():
            pins[_plain(pin.name)] = str(pin.specifier).removeprefix("==")
    wanted = _needed("oaflow", {"dev"}) - {"oaflow"}
    assert wanted <= pins.keys(), wanted - pins.keys()


def _needed(name: str, extras: set[str]) -> set[str]:
    """This package and all that it needs here, by the metadata of what is installed."""
    installed = {_plain(found.name): found for found in distributions()}
    needed: set[str] = set()
    waiting = [(_plain(name), frozenset(extras))]
    while waiting:
        name, wanted = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        for line in installed[name].requires or []:
            requirement = Requirement(line)
            environments: list[dict[str, str]] = [{"extra": extra} for extra in ("", *wanted)]
            if requirement.marker is None or any(requirement.marker.evaluate(e) for e in environments):
                waiting.append((_plain(requirement.name), frozenset(requirement.extras)))
    return needed


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
