"""Starts, finds and stops the mongod of one data folder, whichever process has started it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bot.model.translatable import Translatable
from bot.store.mongod.mongod_binary import SOCKET, mongod_arguments, why_it_ended, why_not_executable
from bot.store.unavailable import DatabaseUnavailable

LOG_LIMIT = 10_000_000
"""Bytes of mongod's log; a longer one is emptied at the next start (one start writes about 50 kB)."""

STOP_PATIENCE = 10.0
"""Seconds that mongod has for a clean end; it needs at most about 1."""

TICK = 0.01
"""Seconds between two looks at what another process does."""

DISK_NEEDED = 100_000_000
"""Bytes without which mongod does not start: journal files are laid out in advance. So `why_it_ended`."""

DOUBTS = 100
"""Ticks after which a socket that answers is used, though its process is not found: it may be in another
container."""

PROC = Path("/proc")
"""Where Linux shows its processes; on macOS `ps` is asked."""

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


async def comes_true(true: Callable[[], bool]) -> None:
    """Wait for something that another process does; there is no event for it. The caller bounds the time."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(TICK)


@dataclass(eq=False, repr=False)
class Mongod:
    """The mongod over the data in `db`, listening in the folder `sockets`, started by any process.

    `ends_with_us`: one that is started here ends with this process, also where that is killed.
    """

    _binary: Path
    _db: Path
    _sockets: Path
    _log: Path
    ends_with_us: bool = field(kw_only=True, default=False)
    _child: subprocess.Popen[bytes] | None = field(init=False, default=None)
    _log_start: int = field(init=False, default=0)

    def accepts(self, folder: Path) -> bool:
        """Whether it takes connections at its socket, reached through `folder`."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            try:
                probe.connect(str(folder / SOCKET))
            except BlockingIOError:
                return True  # it listens, and many are waiting
            except (ConnectionError, FileNotFoundError):
                return False
        return True

    def lives(self, folder: Path) -> bool:
        """Whether it takes connections, and its process is not ending (a killed one's socket goes last)."""
        return self.accepts(folder) and self.pid() is not None

    def pid(self) -> int | None:
        """The process that serves the data, `None` if there is none: read from its lock file, and checked."""
        try:
            noted = int((self._db / "mongod.lock").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return noted if self._is_it(noted) else None

    def _is_it(self, pid: int) -> bool:
        """Whether process `pid` is a mongod over this data (ids are used again after a crash)."""
        return f" --dbpath {self._db} " in _command(pid)

    def spawn(self) -> None:
        """Start it, in a session of its own: ^C in our terminal does not reach it."""
        with open(self._log, "ab", opener=_private) as log:
            if log.tell() > LOG_LIMIT:
                log.truncate(0)
            self._log_start = os.fstat(log.fileno()).st_size
            try:
                self._child = subprocess.Popen(
                    [str(self._binary), *mongod_arguments(self._db)],
                    cwd=self._sockets,
                    env={"LC_ALL": "C"}
                    | {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_ends_with_parent() if self.ends_with_us else None,
                )
            except OSError as error:
                raise DatabaseUnavailable(why_not_executable(self._binary, error)) from error
        # someone must take its exit code, or it stays a zombie when another process stops it
        threading.Thread(target=self._child.wait, name="mongod-reaper", daemon=True).start()

    async def serve(self, folder: Path) -> None:
        """Wait until it accepts connections; start it if no process is there or the one there ends.

        Raises DatabaseUnavailable when the one started here ends. The caller bounds the time.
        """
        started, doubts = False, 0
        while True:
            if self.accepts(folder):
                if self.pid() is not None or doubts == DOUBTS:
                    return
                doubts += 1
            elif not (started and self._child_runs()) and self.pid() is None:
                if started:
                    raise DatabaseUnavailable(self.last_words())
                self.spawn()
                started = True
            await asyncio.sleep(TICK)

    def _child_runs(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def last_words(self) -> Translatable:
        """Why it ended, in one line, as far as its log tells."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            output = log.read(LOG_LIMIT).decode(errors="replace")
        returncode = self._child.poll() if self._child else None
        place = self._db if shutil.disk_usage(self._db).free < DISK_NEEDED else None
        return why_it_ended(returncode, output, self._log, place)

    def ask_to_stop(self) -> int | None:
        """Send it SIGTERM; its process id, `None` if there is none."""
        pid = self.pid() or (self._child.pid if self._child and self._child_runs() else None)
        if pid is not None:
            _send(pid, signal.SIGTERM)
        return pid

    async def stop(self) -> None:
        """End it cleanly and wait for its end; one that hangs is killed, which its journal is made for."""
        pid = self.ask_to_stop()
        if pid is None:
            return
        try:
            async with asyncio.timeout(STOP_PATIENCE):
                await comes_true(lambda: self._has_ended(pid))
        except TimeoutError:
            if self._is_it(pid):
                _send(pid, signal.SIGKILL)
            await comes_true(lambda: self._has_ended(pid))

    def _has_ended(self, pid: int) -> bool:
        if self._child is not None and self._child.pid == pid:
            return self._child.poll() is not None
        return _is_gone(pid)


_PR_SET_PDEATHSIG = 1


def _ends_with_parent() -> Callable[[], object] | None:
    """What has a new process end by SIGTERM once its parent has: Linux alone can.

    https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


def _is_gone(pid: int) -> bool:
    """Whether the process is gone to its last file, also where nobody takes its exit code."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # no permission: the id is another user's by now
        return True
    if not PROC.exists():
        return _ps(pid, "stat=").startswith("Z")
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" and len(os.listdir(PROC / str(pid) / "task")) == 1  # no other thread is ending
    except (FileNotFoundError, ProcessLookupError):
        return True


def _command(pid: int) -> str:
    """The command line of a process, its words parted by spaces; empty if it has ended or is about to."""
    if not PROC.exists():
        return _ps(pid, "command=")
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="surrogateescape").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _ps(pid: int, what: str) -> str:
    ps = ["ps", "-ww", "-o", what, "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, check=False).stdout.decode(errors="surrogateescape")


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return  # it has just ended


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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
            if not _is_private(self._runtime):
                raise DatabaseUnavailable(
                    f"{self._runtime} belongs to someone else; restart to get another folder"
                )
            if not self.folder.is_symlink():
                self.folder.symlink_to(self._sockets)
        except FileExistsError:
            return  # another process of ours has made it this moment

    def remove(self) -> None:
        """Take the run-time folder away, if there is one and it is ours."""
        if self._runtime is not None and _is_private(self._runtime):
            self.folder.unlink(missing_ok=True)
            self._runtime.rmdir()


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= PATH_LIMIT


def _is_private(folder: Path) -> bool:
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
    if _is_private(runtime) and (runtime / _LINK).is_symlink() and (runtime / _LINK).readlink() == sockets:
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
