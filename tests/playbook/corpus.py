"""The corpus of wrong playbooks: `wrong/*.txt`, a file a topic. `wrong/preambles.txt` says how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from bot.model.problem import Problem
from bot.playbook.autofix.mended import mended
from bot.playbook.load import Loaded, load
from bot.playbook.syntax.source import SourceFile

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENVIRONMENT = {
    "BROKEN_TOKEN": "abc def\n",
    "EMPTY": "",
    "HOOK_SECRET": "opaque",
    "LINE_CHANNEL_SECRET": "opaque",
}
HERE = Path(__file__).parent
WRONG = HERE / "wrong"
PREAMBLES = WRONG / "preambles.txt"
WHOLE = "whole"
"""The preamble of a case that is all of its playbook."""
_HEADING = re.compile(r"=== (?P<name>[a-z0-9-]+)(?: \((?P<preamble>[a-z-]+)\))?(?P<rest>(?: \| .*)?)")
_DEFAULT = re.compile(r"preamble: ([a-z-]+)")
_PASTED = re.compile(r">>> (\d+)(?:-(\d+)|(\+))?")
_written = TemporaryDirectory(prefix="wrong-")
"""Where the playbooks of the cases lie while the tests run."""


class BadCorpus(Exception):
    """A file of the corpus that is not written as `wrong/preambles.txt` says."""


@dataclass(frozen=True)
class Case:
    """A wrong playbook: `text` below a preamble, or a file or folder of its name beside the topic.

    `findings` is what is to be found, as in the heading; `pasted` what comes of doing as a hint says:
    first and last line (none where the lines go in between), and the new lines.
    """

    topic: str
    name: str
    preamble: str
    text: str | None
    findings: tuple[str, ...]
    pasted: tuple[tuple[int, int, str], ...] = ()

    @cached_property
    def head(self) -> str:
        """What stands above `text`."""
        return "" if self.preamble == WHOLE or self.text is None else preambles()[self.preamble]

    @cached_property
    def path(self) -> Path:
        """Its playbook, on the disk."""
        if self.text is not None:
            path = _folder(self.topic) / f"{self.name}.yaml"
            path.write_bytes((self.head + self.text).encode())
            return path
        path = WRONG / self.topic / self.name
        return path if path.is_dir() else path.with_suffix(".yaml")

    @property
    def codes(self) -> list[str]:
        """Those of its findings; not of what comes to light later."""
        return [one.split(" ")[1] for one in self.findings if not one.startswith("then ")]

    @property
    def is_repaired(self) -> bool:
        """Whether anything of it has a repair."""
        return any(" -> " in one for one in self.findings)

    @property
    def mended_by_hand(self) -> str:
        """The playbook with what a hint says to paste."""
        assert self.text is not None
        lines = self.text.splitlines(keepends=True)
        for first, last, new in reversed(self.pasted):
            lines[first - 1 : last] = [new]
        return self.head + "".join(lines)


@dataclass(frozen=True)
class Topic:
    """A file of cases, with the preamble that stands above those that name no other."""

    name: str
    comments: str
    preamble: str
    cases: tuple[Case, ...]


@cache
def _folder(topic: str) -> Path:
    folder = Path(_written.name) / topic
    folder.mkdir()
    copytree(WRONG / "cards", folder / "cards")
    return folder


@cache
def preambles() -> Mapping[str, str]:
    """Each by its name."""
    named = PREAMBLES.read_text("utf-8").split("\n--- ")[1:]
    return {name: text.rstrip("\n") + "\n" for name, _, text in (one.partition("\n") for one in named)}


@cache
def topics() -> tuple[Topic, ...]:
    """The whole corpus."""
    read = tuple(_topic(path) for path in sorted(WRONG.glob("*.txt")) if path != PREAMBLES)
    names = [case.name for topic in read for case in topic.cases]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadCorpus(f"names of two cases: {', '.join(twice)}")
    return read


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of the files."""
    return tuple(case for topic in topics() for case in topic.cases)


def case(name: str) -> Case:
    """The case of this name."""
    return next(one for one in cases() if one.name == name)


def _topic(path: Path) -> Topic:
    head, *blocks = re.split(r"^(?==== )", path.read_bytes().decode(), flags=re.MULTILINE)
    if (default := _DEFAULT.search(head)) is None:
        raise BadCorpus(f"{path.name}: says no preamble for its cases, such as  preamble: shop")
    read = partial(_case, path.stem, default[1])
    return Topic(path.stem, head, default[1], tuple(map(read, blocks)))


def _case(topic: str, default: str, block: str) -> Case:
    heading, *lines = block.splitlines(keepends=True)
    if (match := _HEADING.fullmatch(heading.rstrip("\n"))) is None:
        raise BadCorpus(f"{topic}.txt: no heading of a case:  {heading}")
    wanted = match["rest"].split(" | ")[1:]
    while lines and lines[0].startswith("| "):
        wanted += lines.pop(0).rstrip("\n").removeprefix("| ").split(" | ")
    preamble = match["preamble"] or default
    if preamble != WHOLE and preamble not in preambles():
        raise BadCorpus(f'{topic}.txt: {match["name"]}: no preamble is called "{preamble}"')
    marks = [number for number, line in enumerate(lines) if _PASTED.fullmatch(line.rstrip("\n"))]
    text = "".join(lines[: marks[0]] if marks else lines)
    pasted = [_pasted(lines[begin:end]) for begin, end in pairwise([*marks, len(lines)])]
    return Case(topic, match["name"], preamble, text or None, tuple(wanted), tuple(pasted))


def _pasted(lines: Sequence[str]) -> tuple[int, int, str]:
    match = _PASTED.fullmatch(lines[0].rstrip("\n"))
    assert match is not None
    first, text = int(match[1]), "".join(lines[1:])
    return (first + 1, first, text) if match[3] else (first, int(match[2] or first), text)


@dataclass(frozen=True)
class Found:
    """What is wrong with a playbook: all of it, and what its files alone tell; with their texts."""

    problems: Sequence[Problem]
    of_files: Sequence[Problem]
    files: Mapping[str, SourceFile]

    @classmethod
    def of(cls, loaded: Loaded) -> Found:
        """Without the playbook itself: a thousand of them fill the memory."""
        return cls(loaded.problems, loaded.document.problems, loaded.document.files)


@lru_cache(maxsize=1)
def _loaded(case: Case) -> Loaded:
    return edited(case.path, {})


@cache
def found(case: Case) -> Found:
    """What is wrong with the playbook of a case."""
    return Found.of(_loaded(case))


@cache
def left(case: Case) -> Found:
    """What is wrong with it when all repairs are made, until none is left; the same where there are none."""
    if not any(one.repair for one in found(case).problems):
        return found(case)
    _, after = mended(_loaded(case), partial(edited, case.path))
    return Found.of(after)


def edited(path: Path, edits: Mapping[str, str]) -> Loaded:
    """A playbook with other texts in its files."""
    return load(path, ENVIRONMENT, now=NOW, edits=edits)
