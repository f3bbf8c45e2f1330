"""Would git take what nobody else may have: `.env`, and the data folder with its keys?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 5.0
"""Seconds that git is waited for."""


def in_git(folder: Path, keys: Path | None) -> Iterator[str]:
    """A sentence for each of them that git has, or would take with the next `git add`.

    `keys` is the file of the key ring, if there is one. Where git is not installed, or says
    nothing of this folder, nobody would take it there, and there is nothing to tell.
    """
    for path, what in (
        (folder / ".env", "secrets"),
        (keys, "the keys of all that is sealed"),
    ):
        if path is None or not path.exists():
            continue
        if _git(path, "ls-files", "--error-unmatch") == 0:
            yield (
                f"git has {path}, which holds {what}: take it out with  git rm --cached {path.name},"
                " and change what was in it: it stays in the history"
            )
        elif _git(path, "check-ignore", "--quiet") == 1:
            yield (
                f"git would take {path}, which holds {what}:"
                f' write "{path.name}" into {path.parent / ".gitignore"}'
            )


def _git(path: Path, *arguments: str) -> int | None:
    """The exit code of a command of git on this path; `None` where there is no git."""
    command = ["git", "-C", str(path.parent), "-c", "core.fsmonitor=false", *arguments, "--", path.name]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            timeout=PATIENCE,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None
