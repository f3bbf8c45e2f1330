"""A simulator goes on with the playbook of another folder: same process, port and terminal."""

from __future__ import annotations

import asyncio
import gc
import shlex
import socket
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.exit_codes import STARTED_BY
from bot.cli.language import language
from bot.cli.run import reader


@dataclass(frozen=True, slots=True)
class NextPlaybook:
    """A run on `folder`, whose page begins in this language. It listens on the socket of the one before: what
    browsers ask meanwhile waits in it."""

    folder: Path
    language: str
    listener: socket.socket

    def introduce(self, environment: MutableMapping[str, str]) -> None:
        """Say that it begins; in the same process: what it would import has taken the longest."""
        gc.unfreeze()  # what is over goes
        gc.collect()
        if STARTED_BY in environment:
            environment[STARTED_BY] = f"make run FOLDER={shlex.quote(str(self.folder))}"
        reader.begin(language(self.language, environment), is_asked_for=True, plays=True)


@dataclass(slots=True)
class OtherPlaybook:
    """What comes after this run: nothing, or `following`. `given` is what it listens on, where the run before
    it did."""

    given: socket.socket | None = None
    listener: socket.socket | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    following: NextPlaybook | None = None

    def open(self, folder: Path, language: str) -> None:
        """End this run, and begin one on that folder. Nothing, where the run ends already."""
        if self.stopping.is_set():
            return
        assert self.listener is not None
        self.following = NextPlaybook(folder, language, self.listener.dup())
        self.stopping.set()

    def stop(self) -> None:
        """The run ends, and none comes after it."""
        if self.following is not None:
            self.following.listener.close()
        self.following = None
        self.stopping.set()
