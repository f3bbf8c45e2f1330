"""A simulator goes on with the playbook of another folder: same process, port and terminal."""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.exit_codes import STARTED_BY
from bot.cli.run.activated_socket import hand_over
from bot.cli.run.worker_process import PACKAGE


@dataclass(slots=True)
class OtherPlaybook:
    """What comes after this run: nothing, or a run on `folder`, which takes over the socket of this one: what
    browsers ask meanwhile waits in it."""

    host: str
    listener: socket.socket | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    folder: Path | None = None
    language: str = ""

    def open(self, folder: Path, language: str) -> None:
        """End this run, and begin one on that folder, whose page begins in this language.

        Nothing, where the run ends already.
        """
        if self.stopping.is_set():
            return
        assert self.listener is not None
        self.folder, self.language, self.listener = folder, language, self.listener.dup()
        self.stopping.set()

    def stop(self) -> None:
        """The run ends, and none comes after it."""
        self.folder = None
        self.stopping.set()

    def begin(self) -> None:
        """Begin it in place of this program, once all is closed; nothing, where none is wanted."""
        if self.folder is None or self.listener is None:
            return
        folder = str(self.folder)
        path = os.pathsep.join(filter(None, (str(PACKAGE), os.environ.get("PYTHONPATH"))))
        port = self.listener.getsockname()[1]
        environment = {**os.environ, "PYTHONPATH": path, **hand_over(self.listener)}
        if STARTED_BY in environment:
            environment[STARTED_BY] = f"make run FOLDER={shlex.quote(folder)}"
        at = ("--host", self.host, "--port", str(port), "--language", self.language)
        command = [sys.executable, "-P", "-m", "bot", "run", folder, "--simulator", *at]
        os.execve(sys.executable, command, environment)
