"""The git commit of a playbook's folder, for the record of what was made live.

Git need not be installed: its files are read. Where it is, it also says whether anything is not committed.

https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from bot.model.published_version import GitCommit

PATIENCE = 5.0
"""Seconds within which `git status` has to answer."""
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""The id of a commit: SHA-1, or SHA-256."""
_MOST = 1_000_000
"""Bytes that are read of one of git's files."""


def commit_of(folder: Path) -> GitCommit | None:
    """The commit of this folder; `None` where it is in none, or git's files are of an unknown form."""
    whole = folder.resolve()
    for place in (whole, *whole.parents):
        git = _git_folder(place / ".git")
        if git is not None:
            sha = _head(git)
            return None if sha is None else GitCommit(sha, _is_changed(whole))
    return None


def _git_folder(path: Path) -> Path | None:
    """`.git` itself, or what it leads to: in a work tree beside the first it is a file."""
    if path.is_dir():
        return path if (path / "HEAD").is_file() else None
    text = _text(path)
    if text is None or not text.startswith("gitdir:"):
        return None
    found = path.parent / text.removeprefix("gitdir:").strip()
    return found if found.is_dir() else None


def _head(git: Path) -> str | None:
    """The id that HEAD leads to, directly or by a branch."""
    head = _text(git / "HEAD")
    if head is None or not head.startswith("ref:"):
        return head if head is not None and _SHA.fullmatch(head) else None
    name = head.removeprefix("ref:").strip()
    if ".." in name or name.startswith("/"):
        return None
    common = git / (_text(git / "commondir") or ".")
    for place in (git, common):
        sha = _text(place / name)
        if sha is not None and _SHA.fullmatch(sha):
            return sha
    return _packed(common, name)


def _packed(common: Path, name: str) -> str | None:
    """The id of a branch that stands in `packed-refs` (lines `SHA NAME`) only."""
    for line in (_text(common / "packed-refs") or "").splitlines():
        sha, _, ref = line.partition(" ")
        if ref == name and _SHA.fullmatch(sha):
            return sha
    return None


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace").strip()
    except OSError:
        return None


def _is_changed(folder: Path) -> bool:
    """Whether something in the folder is not committed, as far as git is there to tell."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "status", "--porcelain", "--", "."]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
