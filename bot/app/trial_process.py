"""The process in which a draft is tried: a simulator of its own on the draft's folder (requirement L8).

It has a database of its own and nothing of this process's environment, so it knows no secret and reaches no
account. Each request carries a token, without which it answers 403. It ends with the process that started it,
however that ends: a socket between the two is closed then, and its mongod ends with it.

Weighed: the simulator inside our process (a second playbook, clock and set of stores beside real people); one
process for all drafts (everybody's pretend people and clock would be shared).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.app.database import EMBEDDED, GENERATED
from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.model.variables import DATA, PUBLIC_URL
from bot.operations.drafts.trials import TrialRefused
from bot.operations.drafts.worker import environment
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


log = logging.getLogger("oaflow.trials")

TRIAL = "OAFLOW_TRIAL"
"""Variable of a trial's process: the file descriptor of the socket to the process that started it."""
TOKEN = "X-Oaflow-Trial"
"""The header with the token, in each request to a trial."""
WITHOUT_TOKEN = ("/webhook/", "/simulator/line/", "/simulator/shop/", "/api/events", "/l/", "/o/")
"""Beginnings of paths that need no token: requests of the trial to itself, which are signed or have tokens of
their own, and public addresses."""
READY_PATIENCE = 60.0
"""Seconds within which a new trial must serve."""
END_PATIENCE = 10.0
"""Seconds that a trial has to end after SIGTERM; then it is killed."""
LINE_MOST = 10_000
"""Bytes of a line of JSON between the two processes."""
NICE = 5
"""How much a trial lowers its priority (`nice`), in favour of processes that serve real people."""


@dataclass(frozen=True, slots=True)
class TrialOrder:
    """What a trial's process is given: the `token` that requests carry, and `channel`, the socket to the
    process that started it."""

    token: str = field(repr=False)
    channel: socket.socket

    def settings(self, settings: Settings) -> Settings:
        """The settings with an embedded database of its own and generated keys, whatever the draft names."""
        ours = (("database",), ("keys",))
        written = {path: one for path, one in settings.written.items() if path not in ours}
        return replace(settings, database=EMBEDDED, keys=GENERATED, written=written)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 403 to requests without the token: other users of this machine can reach the port, too."""
        given = request.headers.get(TOKEN, "")
        if not hmac.compare_digest(given.encode(), self.token.encode()) and not request.path.startswith(
            WITHOUT_TOKEN
        ):
            return web.Response(status=403, text="this is somebody's trial\n")
        return await handler(request)

    def ready(self, port: int) -> None:
        """Send the port to the process that started this one, and lower our priority."""
        os.nice(NICE)
        with suppress(OSError):  # it has ended, which `hear` finds
            self.channel.send(json.dumps({"port": port}).encode() + b"\n")

    @staticmethod
    def leave(environment: Mapping[str, str]) -> None:
        """Remove the trial's data, once its mongod has ended: the process that started it may be gone."""
        if data := environment.get(DATA):
            remove_trial_data(Path(data))

    def hear(self, stopping: asyncio.Event) -> None:
        """Set `stopping` as soon as the process that started this one has ended."""
        loop = asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(self.channel)
            stopping.set()

        self.channel.setblocking(False)
        loop.add_reader(self.channel, ended)


def as_trial(environment: MutableMapping[str, str]) -> TrialOrder | None:
    """The order of a trial, taken out of the environment; `None`: this process is no trial."""
    if (file := environment.pop(TRIAL, None)) is None:
        return None
    channel = socket.socket(fileno=int(file))
    channel.set_inheritable(False)
    with channel.makefile("rb") as lines:
        token = json.loads(lines.readline(LINE_MOST))["token"]
    return TrialOrder(token, channel)


class TrialProcess:
    """The process of a trial, started by `begun`: `address` is its base address, `headers` are needed in each
    request to it."""

    def __init__(
        self, process: asyncio.subprocess.Process, channel: socket.socket, token: str, data: Path | None
    ) -> None:
        self._process = process
        self._channel = channel
        self._data = data
        self.address = ""
        self.headers = {TOKEN: token}
        self.ended: asyncio.Future[int] = asyncio.ensure_future(process.wait())
        """Its exit code."""

    @property
    def pid(self) -> int:
        """Its id at the system."""
        return self._process.pid

    @classmethod
    async def begun(cls, folder: Path, public: str, token: str, language: str) -> TrialProcess:
        """Start one that serves the playbook in `folder`, and wait until it does.

        `public` is the address at which browsers reach it, `language` that of its page. Raises `TrialRefused`
        where it does not serve.
        """
        data = await asyncio.to_thread(trial_data)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, ExitStack() as where_it_fails:
            where_it_fails.callback(ours.close)
            if data is not None:
                where_it_fails.callback(remove_trial_data, data)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot", "run", str(folder), "--simulator"),
                *("--port", "0", "--language", language),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={
                    **environment(),
                    PUBLIC_URL: public,
                    TRIAL: str(theirs.fileno()),
                    **({} if data is None else {DATA: str(data)}),
                },
            )
            where_it_fails.pop_all()
        made = cls(process, ours, token, data)
        try:
            await made._wait_until_ready(token)
        except BaseException:
            await made.stop()
            raise
        return made

    async def _wait_until_ready(self, token: str) -> None:
        loop = asyncio.get_running_loop()
        line = b""
        try:
            async with asyncio.timeout(READY_PATIENCE):
                await loop.sock_sendall(self._channel, json.dumps({"token": token}).encode() + b"\n")
                while not line.endswith(b"\n"):
                    if not (piece := await loop.sock_recv(self._channel, LINE_MOST)):
                        log.warning("a trial has ended before it served, with exit code %d", await self.ended)
                        raise TrialRefused(
                            tr("the trial did not start: see what is wrong in the draft, and try once more")
                        )
                    line += piece
        except (TimeoutError, ConnectionError) as error:
            raise TrialRefused(tr("the trial did not start: this server is busy, try once more")) from error
        self.address = f"http://127.0.0.1:{int(json.loads(line)['port'])}"

    async def stop(self) -> None:
        """End the process and its mongod, wait for that, and remove its data."""
        self._send(signal.SIGTERM)
        done, _ = await asyncio.wait([self.ended], timeout=END_PATIENCE)
        if not done:
            self._send(signal.SIGKILL)
            await asyncio.wait([self.ended])
        self._channel.close()
        if self._data is not None:
            await asyncio.to_thread(remove_trial_data, self._data)

    def _send(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.killpg(self.pid, number)
