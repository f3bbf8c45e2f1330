"""Is `.env`, which holds the bot's secrets, open to others on this machine?"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from bot.model.said import Said, say

GROUP_AND_OTHERS, OTHERS = 0o077, 0o007


def env_warning(folder: Path) -> Said | None:
    """What to do about the `.env` of a playbook's folder; `None`: it is its owner's alone, or there is none.

    A file that belongs to somebody else reaches this process by its group: that much is theirs to give.
    """
    path = folder / ".env"
    try:
        found = path.stat()
    except OSError:
        return None
    ours = found.st_uid == os.geteuid()
    if not found.st_mode & (GROUP_AND_OTHERS if ours else OTHERS):
        return None
    return say(
        "{path}, which holds secrets, is open to others on this machine (its mode is {mode}): {command}",
        path=str(path),
        mode=f"{found.st_mode & 0o777:03o}",
        command=f"chmod {'go=' if ours else 'o='} {shlex.quote(str(path))}",
    )
