"""The first ring leaves out nothing that is claimed; the rings are as `tests/rings.py` says."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.repository.test_requirements import ID, requirements
from tests.rings import INNER, place
from tests.sources import ROOT

pytest_plugins = ["pytester"]

GUARANTEES = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("\n## What is guaranteed")[1]
RULES = re.findall(r"^## (\d+) ", (ROOT / "docs" / "semantics.md").read_text("utf-8"), re.MULTILINE)

INI = """
[pytest]
asyncio_default_fixture_loop_scope = function
markers = ring(ring, reason)
"""
CONFTEST = """
from tests.rings import register

def pytest_addoption(parser, pluginmanager):
    register(parser, pluginmanager)
"""
MARKED = """
import pytest

pytestmark = pytest.mark.ring("all", "in a browser")

def test_in_a_browser(): pass

@pytest.mark.ring("test", "the walk")
@pytest.mark.parametrize("size", [1, pytest.param(9, marks=pytest.mark.ring("soak", "more of the same"))])
def test_walk(size): pass
"""
PLAIN = """
import pytest

@pytest.fixture
def chromium(): pass

def test_cheap(): pass

def test_by_its_fixture(chromium): pass
"""


@pytest.fixture
def inner(request: pytest.FixtureRequest) -> Sequence[pytest.Item]:
    """The tests of the first ring, where all tests were collected."""
    where = {request.config.invocation_params.dir / arg for arg in request.config.args}
    if where != {ROOT / "tests"} or request.config.option.keyword or request.config.option.markexpr:
        pytest.skip("asks all tests, and not all were collected: make test does")
    return [item for item in request.session.items if place(item).ring == INNER]


def test_each_requirement_has_a_test_in_the_first_ring(inner: Sequence[pytest.Item]) -> None:
    named = {id for text in _docstrings(inner) for id in ID.findall(text)}
    missing = [one.id for one in requirements() if one.state != "not yet" and one.id not in named]
    assert not missing, f"no test of ring {INNER} names {missing} in a docstring"


def test_each_rule_of_the_semantics_has_a_test_in_the_first_ring(inner: Sequence[pytest.Item]) -> None:
    tested = {int(number) for item in inner for number in re.findall(r"^test_s(\d+)_", item.name)}
    assert len(RULES) > 40
    assert not {int(number) for number in RULES} - tested


def test_each_guarantee_has_a_proof_in_the_first_ring(inner: Sequence[pytest.Item]) -> None:
    files = {item.path.relative_to(ROOT).as_posix() for item in inner}
    rows = [row.split("|") for row in GUARANTEES.splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 15
    without = [
        guarantee.strip()
        for _, guarantee, _, proof, _ in rows
        if not any(
            file.startswith(named) for named in re.findall(r"`(tests/[^`]+)`", proof) for file in files
        )
    ]
    assert not without, f"no proof of ring {INNER}: {without}"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder of tests that have rings."""
    pytester.makeini(INI)
    pytester.makeconftest(CONFTEST)
    return pytester


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("--ring test", "test_walk[1] test_cheap"),
        ("", "test_in_a_browser test_walk[1] test_cheap test_by_its_fixture"),
        ("--ring all --beyond test", "test_in_a_browser test_by_its_fixture"),
        ("--ring soak --beyond all", "test_walk[9]"),
    ],
)
def test_the_nearest_mark_counts_then_a_dear_fixture(
    folder: pytest.Pytester, options: str, wanted: str
) -> None:
    folder.makepyfile(test_1_marked=MARKED, test_2_plain=PLAIN)
    ran = folder.inline_run("-p", "no:cacheprovider", *options.split())
    passed, skipped, failed = ran.listoutcomes()
    assert [report.nodeid.rpartition("::")[2] for report in passed] == wanted.split()
    assert not skipped
    assert not failed


@pytest.mark.parametrize("arguments", ['"all"', '"all", ""', '"both", "why"', '"all", why="dear"'])
def test_a_mark_without_ring_or_reason_is_refused(folder: pytest.Pytester, arguments: str) -> None:
    folder.makepyfile(f"import pytest\n\n@pytest.mark.ring({arguments})\ndef test_one(): pass\n")
    ran = folder.runpytest_inprocess("-p", "no:cacheprovider")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*test_one: a mark of a ring is ring(test | all | soak, reason)*"])


@pytest.mark.ring("test", "two tests that burn half a second")
def test_what_is_dear_without_a_reason_is_shown(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        "import pytest, time\n\n"
        "def busy():\n    end = time.process_time() + 0.55\n    while time.process_time() < end: pass\n\n"
        'def test_dear(): busy()\n\n@pytest.mark.ring("test", "the walk")\ndef test_walk(): busy()\n'
    )
    said = folder.runpytest_inprocess("-p", "no:cacheprovider").stdout.str()
    of_ring, _, unexplained = said.partition("over 0.5 s of CPU in ring test, and no mark says why")
    assert "ring test: 2 tests, 1 s of CPU; the dearest" in of_ring
    assert "test_walk  (the walk)" in of_ring
    assert "test_dear" in unexplained
    assert "test_walk" not in unexplained


def _docstrings(items: Sequence[pytest.Item]) -> set[str]:
    holders = ("obj", "cls", "module")
    return {getattr(getattr(item, name, None), "__doc__", None) or "" for item in items for name in holders}
