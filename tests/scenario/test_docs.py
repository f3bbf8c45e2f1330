"""The documentation of scenarios is complete and true: every step is explained, every example is run."""

from __future__ import annotations

import re

import pytest

from bot.cli.language import language
from bot.scenario.result import in_words
from bot.scenario.shape.scenario import SCENARIO, STEPS
from tests.scenario.playing import FILE, ROOT, result

DOCUMENTS = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("testing.md", "testing.zh-TW.md")}
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
*EXAMPLES, FAILING, PLAYBOOK = YAML.findall(DOCUMENTS["testing.zh-TW.md"])
OUTPUT = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
KINDS = list(STEPS)


@pytest.fixture(params=DOCUMENTS)
def document(request: pytest.FixtureRequest) -> str:
    return DOCUMENTS[request.param]


def test_every_kind_of_step_has_its_heading(document: str) -> None:
    assert set(re.findall(r"^## (\w+)$", document, re.MULTILINE)) == {*KINDS, "given"}


def test_every_kind_of_step_has_an_example() -> None:
    """In Chinese, which the English page points to."""
    examples = "".join(EXAMPLES)
    for kind in KINDS:
        assert f"- {kind}: " in examples, kind


def test_every_word_is_told(document: str) -> None:
    for word in (*SCENARIO.keys, *SCENARIO.words):
        assert re.search(rf"`[^`]*\b{word}\b[^`]*`", document), word


def test_the_examples_hold() -> None:
    assert len(EXAMPLES) > len(KINDS) - 5
    for scenario in EXAMPLES:
        found = result(PLAYBOOK, scenario)
        assert found.problems == (), found.problems
        assert found.holds, in_words(found)


@pytest.mark.parametrize(("name", "spoken"), [("testing.md", "en"), ("testing.zh-TW.md", "zh-TW")])
def test_what_a_failure_prints_is_real(name: str, spoken: str) -> None:
    shown = in_words(result(PLAYBOOK, FAILING), language(spoken, {})).replace(
        FILE, "tests/scenarios/closed.yaml"
    )
    assert OUTPUT.findall(DOCUMENTS[name]) == [shown]


def test_both_languages_say_the_same() -> None:
    english, chinese = DOCUMENTS.values()
    assert YAML.findall(english) == [EXAMPLES[0], FAILING]
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE))
    for pattern in (r"^\| ", r"^- "):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(
            re.findall(pattern, chinese, re.MULTILINE)
        ), pattern
