"""L8: what a draft changes is a patch that git itself applies: texts, pictures, files that come and go."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.operations.drafts.patch import PatchedFile, git_patch

PICTURE = bytes(range(256)) * 7
FILES = [
    PatchedFile("rules/a.yaml", b"one\ntwo\nthree\n", b"one\n2\nthree\n"),
    PatchedFile("rules/no_end.yaml", b"one", b"one\ntwo"),
    PatchedFile("rules/ended.yaml", b"one\n", b"one"),
    PatchedFile("rules/crlf.yaml", b"one\r\ntwo\r\n", b"one\r\n2\r\n"),
    PatchedFile("rules/odd.yaml", "a\x0cb\u2028c\rd\ne\n".encode(), "a\x0cb\u2028c\rd\nf\n".encode()),
    PatchedFile("rules/new.yaml", None, "rules:\n  - 歡迎\n".encode()),
    PatchedFile("rules/gone.yaml", b"x\n", None),
    PatchedFile("rules/empty.yaml", None, b""),
    PatchedFile("rules/emptied.yaml", b"x\n", b""),
    PatchedFile("cards/a picture.png", None, PICTURE),
    PatchedFile("cards/圖.png", PICTURE, PICTURE[::-1]),
    PatchedFile('cards/a "b"\\c\t.png', PICTURE, b"\0"),
    PatchedFile("cards/gone.png", PICTURE, None),
    PatchedFile("cards/list.csv", "姓名\n".encode("big5"), "電話\n".encode("big5")),
    PatchedFile("rules/same.yaml", b"x\n", b"x\n"),
]


def git(folder: Path, *words: str, given: str = "") -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, input=given.encode(), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def written(folder: Path, files: list[PatchedFile]) -> None:
    for one in files:
        if one.before is not None:
            (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / one.path).write_bytes(one.before)


@pytest.mark.parametrize("below", ["", "shop"])
def test_git_applies_it_and_takes_it_back(tmp_path: Path, below: str) -> None:
    folder = tmp_path / below
    git(tmp_path, "init", "-q")
    written(folder, FILES)
    patch = git_patch(FILES)
    there = ["--directory", below] if below else []
    git(tmp_path, "apply", *there, given=patch)
    for one in FILES:
        content = (folder / one.path).read_bytes() if (folder / one.path).exists() else None
        assert content == one.after, one.path
    git(tmp_path, "apply", "-R", *there, given=patch)
    for one in FILES:
        content = (folder / one.path).read_bytes() if (folder / one.path).exists() else None
        assert content == one.before, one.path


def test_it_names_the_blobs_that_are_committed(tmp_path: Path) -> None:
    """So it is merged where the file has gone on."""
    git(tmp_path, "init", "-q")
    first = FILES[0]
    written(tmp_path, [first])
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "a")
    (tmp_path / first.path).write_bytes(b"one\ntwo\nthree\n" + b"\n" * 9 + b"ten\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "apply", "--3way", given=git_patch([first]))
    assert (tmp_path / first.path).read_bytes() == b"one\n2\nthree\n" + b"\n" * 9 + b"ten\n"


def test_nothing_that_differs_is_no_patch() -> None:
    assert git_patch(FILES[-1:]) == ""
