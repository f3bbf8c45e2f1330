"""Why a file cannot be read or written, in words of people: the machine's own are English everywhere."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from bot.model.said import Said, say

_WHY: Mapping[int | None, Said] = {
    errno.ENOENT: say("there is no such file or folder"),
    errno.ENOTDIR: say("a part of its path is no folder"),
    errno.EISDIR: say("it is a folder"),
    errno.EACCES: say("who runs oaflow may not read or write it"),
    errno.EPERM: say("who runs oaflow may not read or write it"),
    errno.EROFS: say("nothing can be written there"),
    errno.ENOSPC: say("the disk is full"),
}


def file_trouble(error: OSError) -> Said | str:
    """Why it failed; what is rare, in the machine's words."""
    return _WHY.get(error.errno) or error.strerror or type(error).__name__
