"""Under which path clients reach the embedded database's socket, and its address as a URI."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from urllib.parse import quote

from bot.store.mongod.mongod_binary import SOCKET
from bot.store.unavailable import DatabaseUnavailable

PATH_LIMIT = 100
"""Bytes of a socket's path; systems take 103 (macOS) to 107 (Linux), see unix(7)."""

_LINK = "s"


class SocketAddress:
    """How clients reach the socket in `sockets`.

    mongod itself binds a relative path, so only a client's path can be too long. Then a link in a private
    run-time folder (mode 0700), named in the file `note`, stands for it.
    """

    def __init__(self, sockets: Path, note: Path) -> None:
        self._sockets = sockets
        self._runtime: Path | None = None
        self.folder = sockets
        if not _fits(sockets):
            self._runtime = _noted(note, sockets) or _new(note, sockets)
            self.folder = self._runtime / _LINK

    @property
    def uri(self) -> str:
        """The connection string, with the socket's path percent-encoded.

        https://www.mongodb.com/docs/manual/reference/connection-string/
        """
        return f"mongodb://{quote(str(self.folder / SOCKET), safe='')}/?directConnection=true"

    def restore(self) -> None:
        """Make the link again if someone cleaned the folder of temporary files; the URI stays as it is."""
        if self._runtime is None:
            return
        try:
            self._runtime.mkdir(mode=0o700, exist_ok=True)
            if not _private(self._runtime):
                raise DatabaseUnavailable(
                    f"{self._runtime} belongs to someone else; restart to get another folder"
                )
            if not self.folder.is_symlink():
                self.folder.symlink_to(self._sockets)
        except FileExistsError:
            return  # another process of ours has made it this moment

    def remove(self) -> None:
        """Take the run-time folder away, if there is one and it is ours."""
        if self._runtime is not None and _private(self._runtime):
            self.folder.unlink(missing_ok=True)
            self._runtime.rmdir()


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= PATH_LIMIT


def _private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == 0o700
    )


def _noted(note: Path, sockets: Path) -> Path | None:
    """The run-time folder that the note names, if it is ours and leads to this data."""
    try:
        runtime = Path(note.read_text())
    except FileNotFoundError:
        return None
    if _private(runtime) and (runtime / _LINK).is_symlink() and (runtime / _LINK).readlink() == sockets:
        return runtime
    return None


def _new(note: Path, sockets: Path) -> Path:
    place = tempfile.gettempdir()
    if not _fits(Path(place, "oaflow-12345678", _LINK)):
        place = "/tmp"
    runtime = Path(tempfile.mkdtemp(prefix="oaflow-", dir=place))
    (runtime / _LINK).symlink_to(sockets)
    draft = note.with_name(f"{note.name}.{runtime.name}")
    draft.write_text(str(runtime))
    draft.replace(note)
    return runtime
