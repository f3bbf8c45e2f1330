"""Which files have changed: in `make test` the checks of single files go over these alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

UPSTREAM = ("@{upstream}", "origin/HEAD")


@dataclass(frozen=True)
class Checked:
    """What a check of single files goes over."""

    changed: frozenset[Path] | None
    """None: over all."""

    def of(self, files: Iterable[Path], *laws: Path) -> list[Path]:
        """Those of these files that have changed; all of them where one has by which they are judged."""
        if self.changed is None or not self.changed.isdisjoint(laws):
            return list(files)
        return [file for file in files if file in self.changed]


def changed_files(root: Path) -> frozenset[Path] | None:
    """Those in which the work tree differs from the last commit that upstream has too, and untracked ones.

    Deleted ones are among them. None where nobody can tell: without git, without a branch upstream, or
    where the clone is that of a folder around this one.
    """
    try:
        if Path(_git(root, "rev-parse", "--show-toplevel").strip()) != root.resolve():
            return None
        base = next(filter(None, (_last_common(root, one) for one in UPSTREAM)), None)
        if base is None:
            return None
        differing = _git(root, "diff", "--name-only", "--no-renames", "-z", base)
        unknown = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    except (OSError, subprocess.CalledProcessError):
        return None
    return frozenset(root / name for name in f"{differing}{unknown}".split("\0") if name)


def _last_common(root: Path, upstream: str) -> str | None:
    """The last commit that this branch and that one upstream have in common."""
    try:
        return _git(root, "merge-base", "HEAD", upstream).strip()
    except subprocess.CalledProcessError:
        return None


def _git(root: Path, *arguments: str) -> str:
    """What git answers about this clone, even where it is git that has started us, for another one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, encoding="utf-8").stdout
