"""`oaflow run --processes N`: one address, several processes, one that watches them."""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.event_loop import on_event_loop
from bot.cli.refusal import UsageWrong
from bot.cli.run.logs import set_up_logging
from bot.cli.run.private_address import ASKED_FOR, PrivateAddress
from bot.cli.run.start_refused import asking_for_port, start_refused
from bot.cli.run.watcher import Asked, Watcher
from bot.cli.run.worker import WorkerFiles
from bot.cli.run.worker_process import WorkerProcess
from bot.model.clock import SystemClock
from bot.model.translatable import tr
from bot.web.server import BACKLOG, listen

log = logging.getLogger("oaflow")

OWN_PORTS = "--own-ports {}"
"""How others are asked for."""
LONGEST_PLACE = 48
"""Bytes of the folder for temporary files: with ours, and a socket's name in it, a path has at most 100."""


@dataclass(frozen=True, slots=True)
class SeveralProcesses:
    """What is asked for. `own_ports` is the first of the ports at which each process is found by itself."""

    playbook: Path
    host: str
    port: int
    processes: int
    own_ports: int | None
    language: str | None
    files: bool = False
    private: PrivateAddress = field(default_factory=PrivateAddress)

    @property
    def command(self) -> Sequence[str]:
        """What each of the processes is started with."""
        spoken = () if self.language is None else ("--language", self.language)
        files = ("--files",) if self.files else ()
        return ("run", str(self.playbook), "--host", self.host, *spoken, *files, *self.private.options)


def watched(asked: SeveralProcesses, *, simulator: bool, reload: bool) -> int:
    """Keep them up until SIGTERM or SIGINT; the exit code of `interface.md`."""
    set_up_logging(of_several=True)
    try:
        if sys.platform == "win32":
            raise UsageWrong(tr("--processes needs Linux or macOS; on Windows take WSL2"))
        if simulator or reload:
            raise UsageWrong(
                tr("--simulator and --reload are for developing, in one process: leave --processes out")
            )
        with ExitStack() as stack:
            listener = stack.enter_context(_listening(asked.host, asked.port, asking_for_port(os.environ)))
            own = [stack.enter_context(one) for one in _own_listeners(asked)]
            siblings = meeting_place(stack) if asked.processes > 1 else None
            return on_event_loop(_watch(asked, listener, own, siblings))
    except Exception as error:  # each reason is reported in one place, bugs too
        return start_refused(error)


def meeting_place(stack: ExitStack) -> Path | None:
    """A folder that nobody else may enter, under a name that is short enough for sockets.

    `None` where nothing can be written: then events go from one to the other by the database alone.
    """
    try:
        place = tempfile.gettempdir()
        if len(os.fsencode(place)) > LONGEST_PLACE:
            place = "/tmp"
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oaflow-", dir=place)))
    except OSError as error:
        log.warning("processes cannot hand events to each other, for want of a folder: %s", error.strerror)
        return None


def _own_listeners(asked: SeveralProcesses) -> Iterator[socket.socket]:
    private = asked.private
    host, first, asking = (
        (asked.host, asked.own_ports, OWN_PORTS)
        if private.port is None
        else (private.host, private.port, ASKED_FOR)
    )
    if first is None:
        return
    for number in range(asked.processes):
        yield _listening(host, first + number if first else 0, asking.format)


def _listening(host: str, port: int, asking_for: Callable[[int], str]) -> socket.socket:
    listener = listen(host, port, asking_for)
    listener.setblocking(False)
    listener.listen(BACKLOG)  # from here on connections wait, also while a process is missing
    return listener


async def _watch(
    asked: SeveralProcesses, listener: socket.socket, own: Sequence[socket.socket], siblings: Path | None
) -> int:
    async def start(place: int, tells: bool) -> WorkerProcess:
        files = WorkerFiles(listener, own[place] if own else None, asked.processes > 1, siblings)
        return await WorkerProcess.begun(asked.command, files, tells=tells)

    wanted = Asked()
    wanted.by_signals()
    return await Watcher(asked.processes, start, wanted, SystemClock()).run()
