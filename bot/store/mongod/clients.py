"""Which processes of this machine use the embedded database right now."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from bot.store.mongod.file_lock import FileLock, is_held

_ID = re.compile(r"[0-9a-f]{32}")


class Clients:
    """One locked file per client in `folder`; the lock dies with its process.

    `enter`, `exit` and `others` are called with the start lock held: then nobody comes or goes meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.id = uuid4().hex
        self._lock = FileLock(folder / self.id)

    @property
    def entered(self) -> bool:
        """Whether this client is registered."""
        return self._lock.mine

    def enter(self) -> None:
        """Register this client; again is once."""
        if not self._lock.mine and not self._lock.acquire():
            raise RuntimeError("a client's file is locked by someone else")

    def exit(self) -> None:
        """Take this client off; again is once."""
        if self._lock.mine:
            self._lock.path.unlink(missing_ok=True)
            self._lock.release()

    def others(self) -> list[str]:
        """The ids of the other living clients; the files of dead ones are removed."""
        alive = []
        for path in self._folder.iterdir():
            if path.name == self.id:
                continue
            if is_held(path):
                alive.append(path.name)
            else:
                path.unlink(missing_ok=True)
        return alive

    def is_alive(self, client_id: str) -> bool:
        """Whether the process behind `client_id`, as given out on this machine, still lives."""
        return _ID.fullmatch(client_id) is not None and is_held(self._folder / client_id)
