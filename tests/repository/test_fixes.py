"""`bench.fixes` finds which tests find a fix that is taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pytest

from bench import fixes as asking
from bench.fixes import AS_SOMEBODY, LIST, ROOT, Clone, Fix, finders, halves, listed, table

PRICE = Fix("a", "mends", ("tests/p.py::test_a",))
NAME, DAY = (Fix(commit, "mends", ()) for commit in "bc")


FILES = ("bot/price.py", "bot/name.py", "a_test.py", "a.md")


class Failing(Clone):
    """What fails while these fixes are taken back: `{test: by which fixes}`."""

    def __init__(self, failing: Mapping[str, Collection[Fix]]) -> None:
        self.asked_for: list[Sequence[Fix]] = []
        self.failing_by = failing

    def take_back(self, fixes: Sequence[Fix]) -> list[Fix]:
        self.asked_for.append(fixes)
        return list(fixes)

    def failing(self, *arguments: str) -> frozenset[str]:
        return frozenset(test for test, by in self.failing_by.items() if {*by} & {*self.asked_for[-1]})


def test_each_fix_has_the_tests_that_find_it_alone() -> None:
    """A test of its own finds it not, but may find another; one that several fixes fail is asked again."""
    tests = Failing(
        {
            "tests/p.py::test_a[1]": [PRICE, NAME],
            "tests/p.py::test_b": [NAME],
            "tests/p.py::test_both": [NAME, DAY],
            "tests/p.py::test_a": [PRICE],
        }
    )
    assert finders(tests, [PRICE, NAME, DAY], tests.failing_by, "test") == {
        PRICE: frozenset(),
        NAME: {"tests/p.py::test_b"},
        DAY: {"tests/p.py::test_both"},
    }


def test_a_file_that_cannot_be_imported_hides_no_finder_and_is_none() -> None:
    tests = Failing({"tests/p.py": [PRICE], "tests/p.py::test_b": [NAME]})
    found = finders(tests, [PRICE, NAME, DAY], tests.failing_by, "test")
    assert found == {PRICE: frozenset(), NAME: {"tests/p.py::test_b"}, DAY: frozenset()}


@pytest.mark.parametrize("number", [1, 2, 5, 40])
def test_no_two_fixes_are_in_the_same_halves(number: int) -> None:
    fixes = [Fix(str(one), "", ()) for one in range(number)]
    parts = halves(fixes)
    places = {tuple(fix in part for part in parts) for fix in fixes}
    assert len(places) == number
    assert {sum(place) for place in places} == {len(parts) // 2}


def test_the_ring_that_finds_it_first_is_its() -> None:
    two = frozenset({"tests/b.py::test_b", "tests/a.py::test_a"})
    found = {"test": {NAME: two}, "all": {DAY: frozenset("d")}}
    lines = table([PRICE, NAME, DAY], found, [PRICE, NAME, DAY]).splitlines()
    assert lines[0] == "Of 3 fixes 1 by ring test, 1 by ring all, 1 by nobody."
    assert lines[5] == "| b | mends | `test` | 2: `tests/a.py::test_a` |"


def test_the_list_names_commits_and_tests_that_there_are() -> None:
    """A test that was renamed would find its own fix."""
    fixes = listed(LIST.read_text("utf-8"))
    assert len({fix.commit for fix in fixes}) == len(fixes)
    assert [own for fix in fixes for own in fix.own if not _is_there(own)] == []


def _is_there(own: str) -> bool:
    file, _, test = own.partition("::")
    path = ROOT / file
    return path.exists() if not test else path.exists() and f"def {test}(" in path.read_text("utf-8")


def test_what_goes_is_taken_back_in_the_clone_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part of bot/ and what stands beside it; not the tests. What was changed again stays."""
    source, git = tmp_path / "source", Clone.git
    git(tmp_path, "init", "--quiet", str(source))
    (source / "bot").mkdir()
    commits = []
    for price, name in (("wrong", "wrong"), ("right", "wrong"), ("right", "better"), ("right", "best")):
        for file, content in zip(FILES, (price, name, price, price), strict=True):
            (source / file).write_text(f"{content}\n", "utf-8")
        git(source, "add", "--all")
        git(source, *AS_SOMEBODY, "commit", "--quiet", "-m", "changed")
        commits.append(Fix(git(source, "rev-parse", "HEAD").strip(), "", ()))
    monkeypatch.setattr(asking, "ROOT", source)
    clone = Clone(tmp_path)
    _, right, better, _ = commits
    assert clone.take_back([better, right]) == [right]
    expected = dict(zip(FILES, ("wrong", "best", "right", "wrong"), strict=True))
    assert {file: (clone.root / file).read_text("utf-8").strip() for file in expected} == expected
    assert (source / "bot" / "price.py").read_text("utf-8") == "right\n"
