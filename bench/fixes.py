"""`python -m bench.fixes`: fixes of the history are taken back, and which ring's tests find each of them.

`fixes.txt` names them. A fix is taken back on HEAD in a clone of its own: its change of `bot/`, and of the
data, documents and translations beside it where these still have it. The tests that its commit brought or
changed find nothing of it; the checks of words, links and rooms (`NO_FINDERS`) would find what is left over.

All are taken back at once and the ring runs once. The tests that fail are run with other halves of the
fixes taken back, until it is clear which of them finds which; what none finds is asked of the next ring.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).with_name("fixes.txt")
FOUND_BY = ROOT / "build" / "fixes"
"""Where the tests that fail with all fixes taken back are written, a file for each ring."""
RINGS = {"test": ("--ring", "test"), "all": ("--ring", "all", "--beyond", "test")}
"""The rings that are asked, each without the one before."""
NO_FINDERS = ("tests/repository/", "tests/cli/test_docs.py")
OF_BOT = ("bot", ":!*.po", ":!*.mo")
BESIDE = (":!bot", ":!*.py", ":!CHANGELOG.md"), ("bot/*.po",)
"""What is taken back as far as it goes; tests in Python are not."""
AS_SOMEBODY = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
ASKED = (0, 1, 5)
"""Pytest's exit codes where the tests were asked: all right, some failed, there are none any more."""
STUCK = 240
"""Seconds after which a test that does not end has failed."""


@dataclass(frozen=True)
class Fix:
    """A commit, and what it mends in one line; `own` are its tests, or the folders of them."""

    commit: str
    what: str
    own: tuple[str, ...]

    def has_brought(self, test: str) -> bool:
        return any(test == own or test.startswith((f"{own}[", f"{own}::", f"{own}/")) for own in self.own)


def listed(text: str) -> list[Fix]:
    """Of `fixes.txt`: a line of commit and what it mends, below it the indented tests of its own."""
    fixes: list[Fix] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(" "):
            last = fixes.pop()
            fixes.append(Fix(last.commit, last.what, (*last.own, line.strip())))
        else:
            commit, what = line.split(maxsplit=1)
            fixes.append(Fix(commit, what, ()))
    return fixes


class Clone:
    """A clone of this repository in `folder`, whose `bot` its tests import."""

    def __init__(self, folder: Path, before: Sequence[str] = ()) -> None:
        """`before` is a command that runs each pytest, such as nice."""
        self.root = folder / "clone"
        self._before = before
        self.git(ROOT, "clone", "--quiet", "--shared", str(ROOT), str(self.root))
        self._head = self.git(self.root, "rev-parse", "HEAD").strip()

    def take_back(self, fixes: Sequence[Fix]) -> list[Fix]:
        """Begin at HEAD, and take back those of these that go: they are returned."""
        self.git(self.root, "reset", "--quiet", "--hard", self._head)
        gone = [fix for fix in fixes if self._takes_back(fix.commit, *OF_BOT)]
        for fix in gone:
            for paths in BESIDE:
                names = ("diff", "--name-only", f"{fix.commit}^", fix.commit, "--", *paths)
                for file in self.git(self.root, *names).splitlines():
                    self._takes_back(fix.commit, file)
        return gone

    def failing(self, *arguments: str) -> frozenset[str]:
        """The tests of these arguments of pytest that fail, or their file where it cannot be imported."""
        compile_words = (sys.executable, "-m", "babel.messages.frontend", "compile", "-d", "bot/translations")
        self._run(*compile_words, "-D", "oaflow")
        with tempfile.TemporaryDirectory() as cache:
            bounds = ("-o", f"faulthandler_timeout={STUCK}", "-o", "faulthandler_exit_on_timeout=true")
            goes_on = ("--continue-on-collection-errors", "--tb", "no", "-o", f"cache_dir={cache}", *bounds)
            workers = ("-n", "4", "--dist", "worksteal")
            ours = (sys.executable, "-m", "pytest", "-p", "bench.fixes")
            pytest_of = (*self._before, *ours, *workers, *goes_on, *arguments)
            self._run(*pytest_of, ends=ASKED)
            failed = Path(cache, "v", "cache", "lastfailed")
            tests = json.loads(failed.read_text("utf-8")) if failed.exists() else {}
        return frozenset(test for test in tests if not test.startswith(NO_FINDERS))

    def imported(self) -> Path:
        """Where `bot` comes from in this clone."""
        return Path(self._run(sys.executable, "-c", "import bot; print(bot.__file__)").strip())

    def _takes_back(self, commit: str, *paths: str) -> bool:
        patch = self.git(self.root, "diff", "--binary", commit, f"{commit}^", "--", *paths)
        applied = subprocess.run(
            ["git", "apply", "--3way", "-"], cwd=self.root, input=patch, capture_output=True, encoding="utf-8"
        )
        if applied.returncode:
            self.git(self.root, "reset", "--quiet", "--hard")
            return False
        self.git(self.root, *AS_SOMEBODY, "commit", "--quiet", "--allow-empty", "-m", f"Take back {commit}")
        return True

    def _run(self, *command: str, ends: Collection[int] = (0,)) -> str:
        """What it prints. A `CalledProcessError` where it ends with another code than these."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPATH"] = str(self.root)
        ended = subprocess.run(
            command, cwd=self.root, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=False
        )
        if ended.returncode not in ends:
            raise subprocess.CalledProcessError(ended.returncode, command, ended.stdout)
        return ended.stdout

    @staticmethod
    def git(root: Path, *arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def finders(
    clone: Clone, fixes: Sequence[Fix], tests: Collection[str], ring: str
) -> dict[Fix, frozenset[str]]:
    """Which of these tests of this ring find each of these fixes by itself."""
    wanted = {test for test in tests if not all(fix.has_brought(test) for fix in fixes)}
    suspects = {fix: frozenset(wanted) for fix in fixes}
    for half in halves(fixes):
        together = clone.take_back(half)
        failed = asked(clone, wanted, ring)
        log(f"{len(together)} fixes, {len(wanted)} tests: {len(failed)} fail")
        files = {test for test in failed if "::" not in test}  # cannot be imported: may or may not find
        failed |= {test for test in wanted if test.partition("::")[0] in files}
        suspects |= {fix: suspects[fix] & failed for fix in together}
    return {fix: sure_of(clone, fix, suspects, ring) for fix in fixes}


def halves(fixes: Sequence[Fix]) -> list[list[Fix]]:
    """Each fix is in half of them; no other is in the same."""
    bits = range((len(fixes) - 1).bit_length())
    return [
        [fix for number, fix in enumerate(fixes) if number >> bit & 1 == value]
        for bit in bits
        for value in (0, 1)
    ]


def sure_of(clone: Clone, fix: Fix, suspects: Mapping[Fix, frozenset[str]], ring: str) -> frozenset[str]:
    """The tests that may find this fix and no other; where there are none, those that find it alone."""
    not_own = frozenset(test for test in suspects[fix] if not fix.has_brought(test))
    others = frozenset[str]().union(*(tests for other, tests in suspects.items() if other != fix))
    sure = named(not_own - others)
    log(f"{fix.commit}: {len(suspects[fix] - not_own)} of its own fail, {len(not_own)} others may")
    if not_own and not sure:
        clone.take_back([fix])
        sure = named(asked(clone, not_own, ring)) & not_own
        log(f"{fix.commit} alone, {len(not_own)} tests: {len(sure)} fail")
    return sure


def named(tests: Collection[str]) -> frozenset[str]:
    """Without files that cannot be imported: those name what is gone, and that is no finding."""
    return frozenset(test for test in tests if "::" in test)


def asked(clone: Clone, tests: Collection[str], ring: str) -> frozenset[str]:
    """Those of these tests that fail."""
    if not tests:
        return frozenset()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as names:
        json.dump(sorted(tests), names)
        names.flush()
        files = sorted({test.partition("::")[0] for test in tests})
        few = ("-n", "2")  # importing what they test costs more than they do
        return clone.failing(*RINGS[ring], *few, "--asked", names.name, *files)


def pytest_addoption(parser: pytest.Parser) -> None:
    """As a plug-in of pytest this leaves out what is not asked; a name that nothing has is no error."""
    parser.addoption("--asked", type=Path, help="a file with the names of tests, or of their files")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if (asked_for := config.getoption("--asked")) is None:
        return
    names = frozenset(json.loads(asked_for.read_text("utf-8")))
    items[:] = [item for item in items if not names.isdisjoint((item.nodeid, item.nodeid.partition("::")[0]))]


@pytest.hookimpl(trylast=True)
def pytest_exception_interact() -> None:
    """A test that has failed may yet be stuck in its end; pytest takes its bound away before it."""
    faulthandler.dump_traceback_later(STUCK, exit=True)


def found_by_own(clone: Clone, fix: Fix) -> frozenset[str]:
    """The tests of the files of its own that fail where this fix alone is taken back, in either ring."""
    clone.take_back([fix])
    files = sorted({one.partition("::")[0] for one in fix.own})
    there = [one for one in files if (clone.root / one).exists()]
    return clone.failing("--ring", "all", "-n", "2", *there) if there else frozenset()


def found_by_ring(clone: Clone, fixes: Sequence[Fix], ring: str, again: bool) -> dict[Fix, frozenset[str]]:
    """Which tests of this ring find these fixes; `again`: of those that failed when it was asked last."""
    if not fixes:
        return {}
    failing = FOUND_BY / f"{ring}.txt"
    if not again:
        together = clone.take_back(fixes)
        log(f"ring {ring}, {len(together)} of {len(fixes)} fixes taken back")
        failed = clone.failing(*RINGS[ring], "--ignore", "tests/repository")
        FOUND_BY.mkdir(parents=True, exist_ok=True)
        failing.write_text("\n".join(sorted(failed)), "utf-8")
    tests = failing.read_text("utf-8").splitlines()
    clone.take_back([])
    red = asked(clone, tests, ring)
    log(f"{len(tests)} tests fail, {len(red)} of them with nothing taken back: {', '.join(sorted(red))}")
    return finders(clone, fixes, frozenset(tests) - red, ring)


def log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def table(fixes: Sequence[Fix], found: dict[str, dict[Fix, frozenset[str]]], gone: Collection[Fix]) -> str:
    """A row for each fix: the ring that finds it first, by how many tests, and one of them."""
    rows = ["| fix | what it mends | found by | of so many tests, one |", "|---|---|---|---|"]
    for fix in fixes:
        ring = next((ring for ring, of in found.items() if of.get(fix)), None)
        tests = sorted(found[ring][fix]) if ring else []
        by = f"`{ring}`" if ring else "nobody" if fix in gone else "cannot be taken back any more"
        one = f"{len(tests)}: `{tests[0]}`" if tests else ""
        rows.append(f"| {fix.commit} | {fix.what} | {by} | {one} |")
    counts = {ring: sum(1 for tests in of.values() if tests) for ring, of in found.items()}
    told = ", ".join(f"{number} by ring {ring}" for ring, number in counts.items())
    nobody = len(gone) - sum(counts.values())
    return "\n".join([f"Of {len(gone)} fixes {told}, {nobody} by nobody.", "", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("commits", nargs="*", help="of the list; all of them without")
    parser.add_argument("--again", nargs="*", choices=RINGS, default=[], help="rings whose whole run stands")
    parser.add_argument("--rings", nargs="+", choices=RINGS, default=list(RINGS), help="the rings to ask")
    parser.add_argument("--own", action="store_true", help="each by itself, by the files of its own tests")
    parser.add_argument("--before", default="", help='what runs each pytest, for one "nice -n 5"')
    wanted = parser.parse_args()
    fixes = [
        fix for fix in listed(LIST.read_text("utf-8")) if not wanted.commits or fix.commit in wanted.commits
    ]
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone(Path(folder), shlex.split(wanted.before))
        if not clone.imported().is_relative_to(clone.root):
            sys.exit(f"the tests would import bot from {clone.imported()}")
        gone = [fix for fix in fixes if clone.take_back([fix])]
        if wanted.own:
            for fix in gone:
                failed = sorted(found_by_own(clone, fix))
                print(f"| {fix.commit} | {fix.what} | {len(failed)} | {' '.join(failed[:1])} |", flush=True)
            return
        found: dict[str, dict[Fix, frozenset[str]]] = {}
        for ring in wanted.rings:
            left = [fix for fix in gone if not any(of.get(fix) for of in found.values())]
            found[ring] = found_by_ring(clone, left, ring, ring in wanted.again)
            print(table(fixes, found, gone), flush=True)


if __name__ == "__main__":
    main()
