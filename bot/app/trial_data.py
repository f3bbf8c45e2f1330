"""The folder for the database of a trial: in memory where there is space, for it is thrown away (L8).

MongoDB makes some 140 files for an empty database and waits for the disk with each: on a busy one longer
than for all else that a trial's process does. A trial that was killed leaves its folder, which the next one
removes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from bot.store.mongod.embedded import is_used

MEMORY = Path("/dev/shm")
"""The file system in memory."""
ROOM = 2**30
"""Bytes that must be free there: a trial's database has some 50 MB, and grows by little."""
NEW = 120.0
"""Seconds within which a new folder is in use at the latest: an older one without a database may go."""
_OURS = "oaflow-trial-"
"""The beginning of the names of such folders."""


def trial_data(memory: Path = MEMORY, room: int = ROOM) -> Path | None:
    """A new folder, which the caller removes; `None`: there is no space in memory, so use the draft's folder.

    `room`: bytes that must be free in `memory`.
    """
    try:
        for left in _left_behind(memory):
            shutil.rmtree(left, ignore_errors=True)
        found = os.statvfs(memory)
        if found.f_bavail * found.f_frsize < room:
            return None
        return Path(mkdtemp(prefix=_OURS, dir=memory))
    except OSError:  # there is no such folder, or nobody may write into it
        return None


def remove_trial_data(data: Path) -> None:
    """Remove a folder made by `trial_data`, and nothing else; it may be gone already."""
    if data.name.startswith(_OURS):
        shutil.rmtree(data, ignore_errors=True)


def _left_behind(memory: Path) -> Iterator[Path]:
    """Folders of this user in which no database runs any more."""
    for one in memory.glob(f"{_OURS}*"):
        about = one.lstat()
        is_ours = about.st_uid == os.geteuid() and one.is_dir() and not one.is_symlink()
        if is_ours and time.time() - about.st_mtime > NEW and not is_used(one):
            yield one
