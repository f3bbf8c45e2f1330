"""Every sentence is said in both languages, with the same values, and nowhere in another way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from bot.cli import beginning_words as of_beginning
from bot.cli import counting_words as of_counting
from bot.cli import live_words as of_live
from bot.cli import words as of_commands
from bot.cli.language import language
from bot.model.problem import Problem
from bot.model.said import ENGLISH, NAMED, Quoted, Said, row, say
from bot.playbook import words
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.shape.schema import DEFINITIONS, FILE
from bot.playbook.words.descriptions import DESCRIPTIONS
from bot.scenario import words as of_scenarios
from bot.scenario.reading import THINGS
from tests.playbook.test_golden import ENVIRONMENT, HERE, NOW, OF_MARKETERS, WRONG

BOT = Path(__file__).parents[2] / "bot"
ROOMS = [BOT / "playbook", BOT / "scenario", BOT / "runtime", BOT / "store", BOT / "web", BOT / "cli"]
ROOMS.append(BOT / "operations")
TABLES: dict[str, Mapping[str, str]] = {
    name: import_module(f"{words.__name__}.{name}").ZH
    for name in (module.name for module in iter_modules(words.__path__))
    if name != "chinese" and not name.startswith("descriptions")
} | {
    "scenarios": of_scenarios.ZH,
    "commands": of_commands.ZH,
    "beginning": of_beginning.ZH,
    "counting": of_counting.ZH,
    "live": of_live.ZH,
}
CHINESE = language("zh-TW", {})
OF_PEOPLE = re.compile(r"「[^」]*」|『[^』]*』|\"[^\"]*\"|\{\{.*?\}\}|  [^，；、（）]*|[\w.]+\.yaml\S*")
"""What people wrote or may paste, and places: not our words."""
ENGLISH_WORDS = re.compile(r"(?<![\w-])(the|is|are|an?|of|has|it|its|this|which|they)(?![\w-])")


def ours(text: str) -> str:
    """A sentence without what people wrote or may paste."""
    text = OF_PEOPLE.sub("", text)
    while (fewer := re.sub(r"\{[^{}]*\}", "", text)) != text:
        text = fewer
    return text


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            yield node


SAID = [
    (f"{path.relative_to(BOT)}:{call.lineno}", call)
    for room in ROOMS
    for path in sorted(room.rglob("*.py"))
    if path.stem != "trace_words"  # short words that mean other things elsewhere: a table of their own
    for call in calls(ast.parse(path.read_text("utf-8")))
]


def template(call: ast.Call) -> str:
    (only,) = call.args
    assert isinstance(only, ast.Constant)
    return str(only.value)


def from_tables(part: Any) -> Iterator[str]:
    """What the tables of `shape/` call things, which stands in sentences too."""
    if isinstance(part, Mapping):
        yield from (str(part[key]) for key in ("expected", "thing") if key in part)
        for value in part.values():
            yield from from_tables(value)


NAMES = {"trigger", "action", *THINGS, *from_tables(DEFINITIONS), *from_tables(FILE)}


@pytest.mark.parametrize(("where", "call"), SAID, ids=[where for where, _ in SAID])
def test_a_template_is_one_literal_with_all_its_values(where: str, call: ast.Call) -> None:
    """`{name}` without a value stands for itself, so a template with some values must be given all."""
    given = {keyword.arg for keyword in call.keywords}
    if given and None not in given:
        assert given == set(NAMED.findall(template(call)))


def test_every_template_has_its_sentence_and_every_sentence_its_template() -> None:
    said = {template(call) for _, call in SAID} | NAMES
    written = {english for table in TABLES.values() for english in table}
    assert {"missing": said - written, "unused": written - said} == {"missing": set(), "unused": set()}


def test_no_sentence_stands_in_two_tables() -> None:
    every = [english for table in TABLES.values() for english in table]
    assert sorted(every) == sorted(set(every))
    assert CHINESE.sentences.keys() == {*every, *DESCRIPTIONS}
    assert DESCRIPTIONS.keys().isdisjoint(every)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_both_languages_name_the_same_values(name: str) -> None:
    for english, chinese in TABLES[name].items():
        assert set(NAMED.findall(english)) == set(NAMED.findall(chinese)), english


@pytest.mark.parametrize("name", sorted(TABLES))
def test_chinese_ends_without_a_full_stop_and_in_full_width(name: str) -> None:
    for chinese in TABLES[name].values():
        assert not chinese.endswith(("。", ".", "，")), chinese
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]( |[\u4e00-\u9fff]|$)", ours(chinese)), chinese
        assert not ENGLISH_WORDS.search(ours(chinese)), chinese


def test_a_problem_is_never_worded_but_by_say() -> None:
    """A `Problem` takes no text, which mypy holds; here: a `Said` is made by hand of names only."""
    made = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for room in ROOMS
        for path in sorted(room.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Said"
        if path.name != "ears.py" and node.args and not isinstance(node.args[0], ast.Name)
    ]
    allowed = {"playbook/shape/found.py", "playbook/shape/wrong_values.py", "playbook/shape/editors.py"}
    assert {where.partition(":")[0] for where in made} <= allowed, made
    assert Problem.__annotations__["message"] == "Said"


@pytest.mark.parametrize("path", [*WRONG, *OF_MARKETERS], ids=lambda path: path.stem)
def test_no_english_is_left_in_chinese(path: Path) -> None:
    for problem in load(path, ENVIRONMENT).problems:
        for said in (problem.message, problem.hint, problem.note):
            if said is not None:
                assert not ENGLISH_WORDS.search(ours(CHINESE.text(said))), CHINESE.text(said)


CHOSEN = sorted((HERE / "err").glob("*.zh-TW.out"))


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name.partition(".")[0])
def test_the_chinese_report_word_for_word(path: Path) -> None:
    wrong = next(one for one in WRONG if one.stem == path.name.partition(".")[0])
    loaded = load(wrong, ENVIRONMENT, now=NOW)
    assert render(loaded.problems, loaded.sources, CHINESE) == path.read_text("utf-8")


def test_there_are_chinese_reports_of_many_mistakes() -> None:
    assert len(CHOSEN) >= 60


def test_rows_quotes_and_braces() -> None:
    said = say(
        "{name} is not one of {known}", name=Quoted("a"), known=row(["x", Quoted("y"), Said("a card")], "or")
    )
    assert str(said) == '"a" is not one of x, "y" or a card'
    assert CHINESE.text(said) == "這裡不能寫「a」，可以寫的有 x、「y」或卡片"
    assert str(say("write  {{key}: …}", key="{key}")) == "write  {{key}: …}"
    assert str(say("write {name} or {name:digits}")) == "write {name} or {name:digits}"
    assert ENGLISH.text(say("{names}", names=row([]))) == ""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No playbook, whose language would count where the environment tells none."""
    monkeypatch.setattr("bot.cli.language._about", tmp_path)


@pytest.mark.parametrize(
    ("wanted", "environment", "name"),
    [
        ("en", {"LC_ALL": "zh_TW.UTF-8"}, "en"),
        ("zh-TW", {}, "zh-TW"),
        (None, {}, "en"),
        (None, {"LANG": "zh_TW.UTF-8"}, "zh-TW"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh-TW"),
        (None, {"LC_ALL": "", "LANG": "zh_HK"}, "zh-TW"),
    ],
)
@pytest.mark.usefixtures("empty")
def test_which_language_is_spoken(wanted: str | None, environment: dict[str, str], name: str) -> None:
    assert language(wanted, environment).name == name
