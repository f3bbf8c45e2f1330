"""`docs/requirements.md` says what is there: tests name it, and the READMEs what is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sources import ROOT, TESTS, modules, text_of

TABLE = ROOT / "docs" / "requirements.md"
LINK = r"\[[\w.-]+\]\([\w./-]+\)"
ROW = re.compile(
    rf"^\| (\w+) \| (?:\*(partly|not yet)\*: )?(.+?) \| ((?:{LINK}(?:, )?)*) \|$",
    re.MULTILINE,
)
ID = re.compile(r"\b[A-N][1-9]\d?\b")


class Requirement(NamedTuple):
    """A row of the table."""

    id: str
    what: str
    state: str
    documents: tuple[str, ...]


@cache
def requirements() -> list[Requirement]:
    text = TABLE.read_text("utf-8")
    found = [
        Requirement(id, what, state or "done", tuple(re.findall(r"\((.+?)\)", documents)))
        for id, state, what, documents in ROW.findall(text)
    ]
    assert len(found) == len(re.findall(r"^\| [A-N]\d", text, re.MULTILINE)), "each row is understood"
    return found


def docstrings(text: str) -> Iterator[str]:
    module = ast.parse(text)
    for node in (module, *ast.walk(module)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield ast.get_docstring(node) or ""


@cache
def named(file: Path) -> set[str]:
    """The ids that the docstrings of a file of tests name."""
    return {id for one in docstrings(text_of(file)) for id in ID.findall(one)}


@cache
def written() -> dict[Path, set[str]]:
    """The ids, and what looks like one, anywhere in each file of tests: few are to be parsed then."""
    return {file: set(ID.findall(text_of(file))) for file in modules(TESTS)}


def is_tested(id: str) -> bool:
    """Whether a docstring of a test names it."""
    return any(id in named(file) for file, ids in written().items() if id in ids)


def test_each_stands_once_in_order() -> None:
    ids = [one.id for one in requirements()]
    assert len(ids) > 100
    assert ids == sorted(set(ids), key=lambda id: (id[0], int(id[1:])))


def test_what_is_there_is_documented_and_tested() -> None:
    """A test in Python names the id in a docstring; what is not there has no document."""
    wrong = []
    for one in requirements():
        there = one.state != "not yet"
        if there != bool(one.documents) or (there and not is_tested(one.id)):
            wrong.append(f"{one.id}: {one.state}, {one.documents!r}, no test names it")
        missing = [name for name in one.documents if not (TABLE.parent / name).is_file()]
        wrong += [f"{one.id}: no document {name}" for name in missing]
    assert not wrong, "\n".join(wrong)


def test_tests_name_requirements_that_there_are() -> None:
    known = {one.id for one in requirements()}
    wrong = [
        f"{file.relative_to(ROOT)}: {row(unknown)}"
        for file, ids in written().items()
        if ids - known and (unknown := named(file) - known)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("readme", ["README.md", "README.zh-TW.md"])
def test_the_readmes_name_all_that_is_not_there_yet(readme: str) -> None:
    """In the right column of the table, each id once."""
    text = (ROOT / readme).read_text("utf-8")
    cells = re.findall(r"^\| .+ \| (.+) \|$", text.split("requirements.md", 1)[1], re.MULTILINE)
    told = sorted(id for cell in cells for id in ID.findall(cell))
    assert told == sorted(one.id for one in requirements() if one.state != "done")


def row(ids: set[str]) -> str:
    return ", ".join(sorted(ids))
