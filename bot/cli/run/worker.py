"""One of the processes that serve one address, and its messages with their `watcher`."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

WORKER = "OAFLOW_WORKER"
"""Set by the watcher: which of the open files it was given are what."""
READY, LEAVE = b"r", b"l"
"""The message of a worker to its watcher, once it serves; the one to it, once another serves in its place."""


@dataclass(frozen=True, slots=True)
class WorkerFiles:
    """What the watcher holds for a process: the `listener` of all, and its `own`, if it has one. Where there
    are `others`, `siblings` is the folder of the sockets by which they reach each other, if there is one."""

    listener: socket.socket
    own: socket.socket | None
    others: bool
    siblings: Path | None


@dataclass(frozen=True, slots=True)
class Worker:
    """`listener` is everybody's, `own` this one's, if there is one; `watcher` leads to the process that
    watches, and ends with it. Of several that begin together one `tells` what is true of all. `others`:
    whether there is more than one; they reach each other in the folder `siblings`, if there is one."""

    listener: socket.socket
    own: socket.socket | None
    watcher: socket.socket
    tells: bool
    others: bool
    siblings: Path | None

    @property
    def shared_port(self) -> int | None:
        """The port at which others are found as well."""
        return int(self.listener.getsockname()[1]) if self.others else None

    def ready(self) -> None:
        """Tell the watcher."""
        with suppress(OSError):  # it has ended, which `hear` finds
            self.watcher.send(READY)

    def hear(self, leaving: asyncio.Event, stopping: asyncio.Event) -> None:
        """Set these as soon as the watcher says it; without a watcher nobody is to serve on."""
        loop = asyncio.get_running_loop()

        def on_message() -> None:
            try:
                word = self.watcher.recv(1)
            except OSError:
                word = b""  # it has ended before it has read READY
            if word == LEAVE:
                leaving.set()
            else:
                loop.remove_reader(self.watcher)
            stopping.set()

        self.watcher.setblocking(False)
        loop.add_reader(self.watcher, on_message)


def as_worker(environment: MutableMapping[str, str]) -> Worker | None:
    """As what this process was started, taken out of its environment; `None`: by itself.

    From here on a worker ignores SIGHUP, which is for its watcher and ends a process without a handler.
    """
    if (message := environment.pop(WORKER, None)) is None:
        return None
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    given = json.loads(message)
    listener, own, watcher = (_socket(given[name]) for name in ("listener", "own", "watcher"))
    siblings = given.get("siblings")  # a watcher that began before an update may say less than ours
    assert listener is not None
    assert watcher is not None
    return Worker(
        listener,
        own,
        watcher,
        bool(given["tells"]),
        bool(given.get("others")),
        None if siblings is None else Path(siblings),
    )


def for_worker(files: WorkerFiles, watcher: socket.socket, *, tells: bool) -> str:
    """What `as_worker` reads."""
    own = None if files.own is None else files.own.fileno()
    siblings = None if files.siblings is None else str(files.siblings)
    given = {"listener": files.listener.fileno(), "own": own, "watcher": watcher.fileno()}
    return json.dumps({**given, "tells": tells, "others": files.others, "siblings": siblings})


def _socket(file: int | None) -> socket.socket | None:
    if file is None:
        return None
    given = socket.socket(fileno=file)
    given.set_inheritable(False)
    return given
