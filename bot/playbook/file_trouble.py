"""Why a file cannot be read or written, in words of people: the machine's own are English everywhere."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from bot.model.translatable import Translatable, tr

_WHY: Mapping[int | None, Translatable] = {
    errno.ENOENT: tr("there is no such file or folder"),
    errno.ENOTDIR: tr("a part of its path is no folder"),
    errno.EISDIR: tr("it is a folder"),
    errno.EACCES: tr("who runs oaflow may not read or write it"),
    errno.EPERM: tr("who runs oaflow may not read or write it"),
    errno.EROFS: tr("nothing can be written there"),
    errno.ENOSPC: tr("the disk is full"),
}


def file_trouble(error: OSError) -> Translatable | str:
    """Why it failed; what is rare, in the machine's words."""
    return _WHY.get(error.errno) or error.strerror or type(error).__name__
