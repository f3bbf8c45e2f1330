"""In `make test` the checks of single files go over what has changed, and over nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.changed import Checked, changed_files
from tests.rings import place
from tests.sources import ROOT

ME = {name: "a" for of in ("AUTHOR", "COMMITTER") for name in (f"GIT_{of}_NAME", f"GIT_{of}_EMAIL")} | {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "-C", str(folder), *arguments], env=plain | ME, check=True, capture_output=True)


def commit(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"{name}, once\n", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Change what is there")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a branch upstream that has gone on since, as the clone knows."""
    upstream, clone = tmp_path / "upstream", tmp_path / "clone"
    upstream.mkdir()
    git(upstream, "init", "--initial-branch", "main")
    (upstream / "folder").mkdir()
    commit(
        upstream,
        *("same", "edited", "staged", "staged and put back", "renamed", "deleted", 'folder/名 "a"', "theirs"),
        ".gitignore",
    )
    (upstream / ".gitignore").write_text("ignored\n", "utf-8")
    git(upstream, "commit", "-am", "Ignore one")
    git(tmp_path, "clone", str(upstream), str(clone))
    (upstream / "theirs").write_text("edited by others\n", "utf-8")
    git(upstream, "commit", "-am", "Go on")
    git(clone, "fetch")
    return clone


def names(clone: Path) -> set[str]:
    changed = changed_files(clone)
    assert changed is not None
    return {path.relative_to(clone).as_posix() for path in changed}


def test_nothing_has_changed_in_a_fresh_clone(clone: Path) -> None:
    """Nor what others have pushed since."""
    assert names(clone) == set()


def test_all_ways_of_changing_are_seen_and_no_others(clone: Path) -> None:
    commit(clone, "committed")
    (clone / "edited").write_text("again\n", "utf-8")
    (clone / "staged").write_text("again\n", "utf-8")
    (clone / "staged and put back").write_text("again\n", "utf-8")
    git(clone, "add", "staged", "staged and put back")
    (clone / "staged and put back").write_text("staged and put back, once\n", "utf-8")
    git(clone, "mv", "renamed", "called otherwise")
    (clone / "deleted").unlink()
    (clone / 'folder/名 "a"').write_text("again\n", "utf-8")
    (clone / "folder" / "untracked").touch()
    (clone / "ignored").touch()
    assert names(clone) == {
        *("committed", "edited", "staged", "renamed", "called otherwise", "deleted"),
        *('folder/名 "a"', "folder/untracked"),
    }


def test_what_is_pushed_has_not_changed_any_more(clone: Path) -> None:
    git(clone, "checkout", "-b", "mine")
    commit(clone, "committed")
    assert names(clone) == {"committed"}, "without a branch of its own upstream: since the main one"
    git(clone, "push", "--set-upstream", "origin", "mine")
    assert names(clone) == set()


def test_it_is_asked_of_this_clone_from_within_a_hook_of_another_too(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / "untracked").touch()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "upstream" / ".git"))
    assert names(clone) == {"untracked"}


def test_where_nobody_can_tell_all_is_gone_over(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changed_files(tmp_path) is None, "no clone"
    assert changed_files(clone / "folder") is None, "unpacked in somebody else's clone"
    git(clone, "remote", "remove", "origin")
    assert changed_files(clone) is None, "nothing upstream"
    monkeypatch.setenv("PATH", "")
    assert changed_files(clone) is None, "no git"


def test_the_second_ring_goes_over_everything(checked: Checked, request: pytest.FixtureRequest) -> None:
    match place(request.node).ring:
        case "test":
            assert checked.changed == changed_files(ROOT)
        case ring:
            assert ring == "all"
            assert checked.changed is None


def test_by_another_law_all_is_judged_anew() -> None:
    law, edited, same = Path("law"), Path("edited"), Path("same")
    checked = Checked(frozenset({law, edited}))
    assert checked.of([edited, same]) == [edited]
    assert Checked(None).of([edited, same]) == [edited, same]
    assert checked.of([edited, same], law) == [edited, same]
    assert checked.of([edited, same], Path("another law")) == [edited]
