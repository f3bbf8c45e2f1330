"""Every sentence is said in both languages, with the same values, and nowhere in another way."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from jinja2 import Environment, nodes

from bot.cli import incident, members
from bot.cli.language import language
from bot.model.problem import Problem
from bot.model.reports import Reaction
from bot.model.screen import BUILT_IN
from bot.model.translatable import ENGLISH, NAMED, Quoted, Translatable, row, tr
from bot.operations import audiences
from bot.operations.attribution import report_files as attribution_files
from bot.operations.broadcasts import report_files
from bot.operations.journey_reports import report_files as journey_files
from bot.playbook.csv_table import TABLE
from bot.playbook.shape.advice import advices
from bot.playbook.shape.schema import PLAYBOOK
from bot.scenario.reading import THINGS
from bot.scenario.shape.scenario import SCENARIO
from bot.translations.chinese import chinese_of
from bot.web.liff.page import LINKS
from bot.web.promotions import folders
from tests.catalogue import CATALOGUES, ENGLISH_WORDS, PLURALS, SENTENCES, ours
from tests.changed import Checked
from tests.page_sentences import Said, said_in
from tests.sentence_owners import Entry, misplaced, owners
from tests.sources import BOT, TESTS, modules, nodes_of

ROOMS = [
    BOT / room
    for room in (
        "model",
        "promotions",
        "engine",
        "line",
        "playbook",
        "scenario",
        "wording",
        "runtime",
        "services",
        "store",
        "web",
        "operations",
        "app",
        "connectors",
        "cli",
    )
]
PAGES = {
    "page": [BOT / "web" / "liff" / "static", *folders("static")],
    "simulator": [BOT / "simulator" / "static"],
}
"""What pages say is read from their scripts, by context."""
TURN = "turn"
"""The context of what is drawn of a turn."""
OF_TURNS = [
    *(BOT / "look" / name for name in ("steps.html", "turn.html")),
    *(BOT / "wording" / "shown_steps.py", BOT / "simulator" / "workbench" / "turn_card.py"),
]
ON_PAGES = {of for of in SENTENCES if of.partition(": ")[0] in PAGES} | {TURN}
CHINESE = language("zh-TW", {})


def spoken() -> list[Path]:
    """The modules and templates that say sentences of the table without a context."""
    python = [
        path
        for room in ROOMS
        for path in modules(room)
        if path.stem != "trace_words"  # short words that mean other things elsewhere: a table of their own
        if path.stem != "translatable" and path not in OF_TURNS
    ]
    templates = [BOT / "web" / "admin" / "templates", *folders("templates")]
    return [*python, *(path for folder in templates for path in sorted(folder.glob("*.html")))]


SENTENCES_OF = {"tr": 1, "plural": 2}
"""How many templates a call names first; `plural` gives `number` to both."""


class Call(NamedTuple):
    """A call of `tr` or `plural`."""

    where: str
    sentences: list[str]
    given: set[str] | None
    """The names of the values; None where they are not written out."""


@cache
def said(path: Path) -> tuple[Call, ...]:
    """What a module or a template says."""
    return tuple(in_template(path) if path.suffix == ".html" else in_module(path))


def in_module(path: Path) -> Iterator[Call]:
    for node in nodes_of(path, r"\b(?:tr|plural)\("):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SENTENCES_OF:
            values = {keyword.arg for keyword in node.keywords}
            written = {name for name in values if name is not None}
            yield Call(f"{path}:{node.lineno}", templates(node), written if values == written else None)


def templates(call: ast.Call) -> list[str]:
    assert isinstance(call.func, ast.Name)
    found, rest = call.args[: SENTENCES_OF[call.func.id]], call.args[SENTENCES_OF[call.func.id] :]
    assert len(rest) == SENTENCES_OF[call.func.id] - 1, ast.unparse(call)
    assert all(isinstance(one, ast.Constant) for one in found), f"no literals: {ast.unparse(call)}"
    return [str(one.value) for one in found if isinstance(one, ast.Constant)]


def in_template(path: Path) -> Iterator[Call]:
    """What a template of the staff's pages says."""
    for call in Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in SENTENCES_OF:
            texts = call.args[: SENTENCES_OF[call.node.name]]
            written = [str(one.value) for one in texts if isinstance(one, nodes.Const)]
            if written:  # else a handler's, which is found there
                yield Call(f"{path}:{call.lineno}", written, {one.key for one in call.kwargs})


def is_given_all(call: Call, path: Path) -> bool:
    """`{name}` without a value stands for itself, so a sentence with some values must be given all.

    Those of a template are; a module gives some later where it gives none.
    """
    if call.given is None or (path.suffix == ".py" and not call.given):
        return True
    given = call.given - {"number"} if len(call.sentences) > 1 else call.given
    return given == named_in(call.sentences)


def named_in(sentences: list[str]) -> set[str]:
    """What is to be given: of a plural all but its number, which is given anyway."""
    named = {name for one in sentences for name in NAMED.findall(one)}
    return named - {"number"} if len(sentences) > 1 else named


def from_tables(part: Any) -> Iterator[str]:
    """What the tables of `shape/` call things, which stands in sentences too."""
    if isinstance(part, Mapping):
        yield from (str(part[key]) for key in ("expected", "thing") if key in part)
        for value in part.values():
            yield from from_tables(value)


NAMES = {
    "trigger",
    "action",
    *THINGS,
    *(
        name
        for one in (PLAYBOOK, SCENARIO)
        for part in (one.file, one.definitions)
        for name in from_tables(part)
    ),
}


def from_code() -> set[str]:
    """What is no call of its own."""
    hints = {
        text
        for one in (*advices().keys, *advices().hints, *advices().values)
        for text in (one.says, one.hint)
        if text
    }
    return NAMES | hints


LAWS = (Path(__file__), *(TESTS / name for name in ("sources.py", "catalogue.py")))
"""By which a file is judged."""


def test_what_a_file_says_is_found(tmp_path: Path) -> None:
    """Else the checks below would find nothing wrong."""
    module, template = tmp_path / "module.py", tmp_path / "page.html"
    calls = """
        tr("a"), tr("b {name}", name=1), tr("c {name}", other=1), tr("d {name}", **values), str("{e}"),
        plural("f {number} {name}", "g {number} {name}", n, name=1), plural("h", "i {name}", n, other=1),
        tr("j {name}"), plural("k {number}", "l {number}", n)
    """
    module.write_text(f"({calls})", "utf-8")
    template.write_text(
        "{{ tr('a') }} {{ tr('b {name}', name=1) }} {{ tr(given) }} {{ tr('j {name}') }}", "utf-8"
    )
    sentences = {path: ["".join(call.sentences) for call in said(path)] for path in (module, template)}
    assert {one[0] for one in sentences[module]} == set("abcdfhjk")
    assert {one[0] for one in sentences[template]} == set("abj")
    wrong = {path: {c.sentences[0] for c in said(path) if not is_given_all(c, path)} for path in sentences}
    assert wrong == {module: {"c {name}", "h"}, template: {"j {name}"}}


def test_a_template_is_one_literal_with_all_its_values(checked: Checked) -> None:
    wrong = [
        f"{call.where}: names {sorted(named_in(call.sentences))}, is given {sorted(call.given or ())}"
        for path in checked.of(spoken(), *LAWS)
        for call in said(path)
        if not is_given_all(call, path)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_template_has_its_sentence(checked: Checked) -> None:
    calls = [call for path in checked.of(spoken(), *CATALOGUES, *LAWS) for call in said(path)]
    found = {sentence for call in calls for sentence in call.sentences} | from_code()
    assert found - SENTENCES[""].keys() == set()


@pytest.mark.ring("all", "parses all sources")
def test_every_sentence_has_its_template() -> None:
    found = {sentence for path in spoken() for call in said(path) for sentence in call.sentences}
    assert SENTENCES[""].keys() - found - from_code() == set()


@pytest.mark.parametrize("context", PAGES)
def test_pages_in_a_browser_say_what_stands_in_the_catalogue(context: str) -> None:
    said = [
        *(one for folder in PAGES[context] for one in said_in(folder)),
        *(Said("page.py", name) for name in (*LINKS.values(), *BUILT_IN.values()) if context == "page"),
    ]
    written = {
        f"{below}\4{english}" if below else english: chinese
        for of, sentences in SENTENCES.items()
        if (below := of.removeprefix(context).removeprefix(": ")) != of
        for english, chinese in sentences.items()
    }
    used = {one.key for one in said}
    assert {"missing": used - written.keys(), "unused": written.keys() - used} == {
        "missing": set(),
        "unused": set(),
    }
    assert [one for one in said if one.values != set(NAMED.findall(f"{one.sentence}{one.other}"))] == []
    assert [one for one in said if one.other != PLURALS.get((context, one.sentence))] == []
    assert chinese_of(context) == written


def test_turns_are_drawn_in_the_words_of_the_catalogue() -> None:
    """L4."""
    calls = [(path, call) for path in OF_TURNS for call in said(path)]
    assert {sentence for _, call in calls for sentence in call.sentences} == SENTENCES[TURN].keys()
    assert [call.where for path, call in calls if not is_given_all(call, path)] == []


def test_tables_for_spreadsheets_have_their_words() -> None:
    """I7: headings and short words of `--csv` and `audience export`; English ones are those of JSON."""
    columns = {
        *audiences.COLUMNS,
        *incident.COLUMNS,
        *members.REPORT_COLUMNS,
        *members.BECAME,
        *report_files.COLUMNS,
        *journey_files.COLUMNS,
        *attribution_files.COLUMNS,
        *attribution_files.COHORT_COLUMNS,
    }
    assert SENTENCES[TABLE].keys() == columns | {*get_args(Reaction), journey_files.HELD_OUT}


def test_the_catalogue_is_as_it_was_compiled() -> None:
    """`make words` does that."""
    for context, sentences in SENTENCES.items():
        speaks = CHINESE.within(context)
        one_form = {english for english in sentences if (context, english) not in PLURALS}
        other = {english for english in one_form if speaks.sentence(english) != sentences[english]}
        assert not other, context


def test_no_sentence_stands_in_the_catalogue_twice() -> None:
    entries = [re.findall(r"^msgid ", path.read_text("utf-8"), re.MULTILINE)[1:] for path in CATALOGUES]
    assert sum(map(len, entries)) == sum(map(len, SENTENCES.values()))


@pytest.mark.ring("all", "parses all sources")
def test_what_only_one_kind_of_promotion_says_stands_in_its_folder() -> None:
    """`python -m tests.sentence_owners` moves it there."""
    assert [(entry, right.parent.name) for entry, _, right in misplaced(owner_of())] == []


def owner_of() -> Callable[[Entry], str]:
    """Says of an entry of the catalogues which kind alone says it."""
    said_by = [
        ("", sentence, path) for path in spoken() for call in said(path) for sentence in call.sentences
    ]
    return owners(said_by, PAGES["page"])


@pytest.mark.parametrize("context", sorted(SENTENCES))
def test_both_languages_name_the_same_values(context: str) -> None:
    for english, chinese in SENTENCES[context].items():
        english = PLURALS.get((context, english), english)
        assert set(NAMED.findall(english)) == set(NAMED.findall(chinese)), english


@pytest.mark.parametrize("context", sorted(SENTENCES.keys() - {"description"} - ON_PAGES))
def test_chinese_ends_without_a_full_stop_and_in_full_width(context: str) -> None:
    for chinese in SENTENCES[context].values():
        assert not chinese.endswith(("。", ".", "，")), chinese
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]( |[\u4e00-\u9fff]|$)", ours(chinese)), chinese
        assert not ENGLISH_WORDS.search(ours(chinese)), chinese


def test_a_problem_is_never_worded_but_by_say(checked: Checked) -> None:
    """A `Problem` takes no text, which mypy holds; here: a `Translatable` is made by hand of names only."""
    made = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for room in ROOMS
        for path in checked.of(modules(room), *LAWS)
        for node in nodes_of(path, r"Translatable\(")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Translatable"
        if node.args and not isinstance(node.args[0], ast.Name)
    ]
    allowed = {
        *("operations/bulk_words.py", "playbook/shape/findings_at.py", "playbook/shape/suggest_advice.py"),
        *("playbook/shape/wrong_values.py", "wording/trace_words.py"),
    }
    assert {where.partition(":")[0] for where in made} <= allowed, made
    assert Problem.__annotations__["message"] == "Translatable"


def test_rows_quotes_and_braces() -> None:
    message = tr(
        "{name} is not one of {known}",
        name=Quoted("a"),
        known=row(["x", Quoted("y"), Translatable("a card")], "or"),
    )
    assert str(message) == '"a" is not one of x, "y" or a card'
    assert CHINESE.text(message) == "這裡不能寫「a」，可以寫的有 x、「y」或卡片"
    assert str(tr("write  {{key}: …}", key="{key}")) == "write  {{key}: …}"
    assert str(tr("write {name} or {name:digits}")) == "write {name} or {name:digits}"
    assert ENGLISH.text(tr("{names}", names=row([]))) == ""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No playbook, whose language would count where the environment tells none."""
    monkeypatch.chdir(tmp_path)


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
