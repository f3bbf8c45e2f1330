"""`python -m bot` without the second in which Python imports it: forked from one that has done so already.

What comes of it is a process like any other: its own id, environment, folder, pipes, signals, exit code.
Whoever tests how Python itself starts it uses `asyncio.create_subprocess_exec`.
"""

from __future__ import annotations

import asyncio
import atexit
import errno
import fcntl
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
HURRY = "TESTS_HURRY"
"""The variable that says how many times as often as in production a process looks for what is new."""
LONGEST = 1_000_000
"""Bytes of a request, at most."""
CPU_SECONDS: list[float] = []
"""Of each process that has ended in the test that has started it."""


class Started:
    """A process of ours, as `asyncio.subprocess.Process` has it; `stderr` is `None` where it is `stdout`."""

    def __init__(
        self,
        pid: int,
        ends: int,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader | None,
        keyboard: int | None = None,
    ):
        """`ends` is where its exit code is told; this takes it over. `keyboard` is that of its terminal."""
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._ended = asyncio.Event()
        self._ends = ends
        self._keyboard = keyboard
        self._test = _current_test()
        asyncio.get_running_loop().add_reader(ends, self._ending)

    def _ending(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ends)
        code, _, cpu = os.read(self._ends, 32).partition(b" ")
        os.close(self._ends)
        self.returncode = int(code) if code else -signal.SIGKILL  # with whoever has started it
        if self._test == _current_test():
            CPU_SECONDS.append(float(cpu or 0))
        self._ended.set()

    def types(self, keys: str) -> None:
        """Somebody types this, at its own terminal."""
        assert self._keyboard is not None
        os.write(self._keyboard, keys.encode())

    def send_signal(self, number: int) -> None:
        """Raises `ProcessLookupError` if it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end; its exit code, negative where a signal has ended it."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """Wait for its end; all that it has said and nobody has read."""
        out, err = await asyncio.gather(*(_rest(of) for of in (self.stdout, self.stderr)))
        await self.wait()
        return out, err


def _current_test() -> str:
    """Its id, as pytest has it in the environment."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").partition(" (")[0]


async def _rest(of: asyncio.StreamReader | None) -> bytes:
    return b"" if of is None else await of.read()


async def started(
    *arguments: str,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    apart: bool = True,
    terminal: bool = False,
    typing: bool = False,
) -> Started:
    """`python -m bot` with these arguments, reading nothing; where not `apart`, stderr is stdout.

    On a `terminal` both go there. With `typing` it reads there, too: Ctrl-C is a signal for it.
    """
    terminal = terminal or typing
    apart = apart and not terminal
    pipes = [os.pipe(), os.openpty() if terminal else os.pipe(), *([os.pipe()] if apart else [])]
    (tells, ends), *said = pipes
    nothing = os.open(os.devnull, os.O_RDONLY)
    theirs = [
        said[0][1] if typing else nothing,
        *(write for _, write in said),
        *(() if apart else (said[0][1],)),
        ends,
    ]
    asked = {"arguments": arguments, "env": dict(env), "cwd": str(cwd), "typing": typing}
    request = json.dumps(asked).encode()
    try:
        pid = await asyncio.to_thread(lambda: _parent().start(request, theirs))
    finally:
        for end in {nothing, *(write for _, write in pipes)}:
            os.close(end)
    readers = [await _reader(read) for read, _ in said]
    keyboard = said[0][0] if typing else None
    return Started(pid, tells, readers[0], readers[1] if apart else None, keyboard)


async def _reader(pipe: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: _UntilHangup(reader), os.fdopen(pipe, "rb", 0))
    return reader


class _UntilHangup(asyncio.StreamReaderProtocol):
    """A terminal whose other end is closed is at its end: as an error it would hide what is still to be read.

    Linux answers EIO then, see pty(7).
    """

    def connection_lost(self, exc: Exception | None) -> None:
        hangup = isinstance(exc, OSError) and exc.errno == errno.EIO
        super().connection_lost(None if hangup else exc)


class _Parent:
    """The process that has imported oaflow: one for each of those that run tests."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("OAFLOW_", "LINE_"))}
        command = [sys.executable, "-m", "tests.started", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=own, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
        )
        theirs.close()
        atexit.register(self._end)

    def start(self, request: bytes, files: Sequence[int]) -> int:
        """The id of a new process."""
        with self._one_at_a_time:
            socket.send_fds(self._socket, [request], files)
            return int(self._socket.recv(16))

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _parent() -> _Parent:
    return _Parent()


def _child_of(requests: socket.socket) -> Mapping[str, Any] | None:
    """Fork whenever it is asked for: in the child what was asked; in the parent `None`, at the end."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    ends: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 1_000)
            _tell_ends(ends)
        if requests.fileno() in ready:
            words, files, _, _ = socket.recv_fds(requests, LONGEST, 4)
            if not words:
                return None
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for number, file in enumerate(files[:3]):
                    os.dup2(file, number)
                os.closerange(3, max([*files, *ends.values(), requests.fileno(), woken, wakes]) + 1)
                requests.detach()
                asked: Mapping[str, Any] = json.loads(words)
                return asked
            ends[pid] = files[3]
            for file in files[:3]:
                os.close(file)
            requests.send(str(pid).encode())


def _tell_ends(ends: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while (ended := os.wait4(-1, os.WNOHANG))[0]:
            pid, status, usage = ended
            tells = ends.pop(pid)
            cpu = usage.ru_utime + usage.ru_stime
            with suppress(BrokenPipeError):  # nobody asks any more
                os.write(tells, f"{os.waitstatus_to_exitcode(status)} {cpu:.3f}".encode())
            os.close(tells)


def _main() -> None:

    import bot.app.with_simulator
    import bot.cli.command_line
    import bot.cli.main
    import bot.cli.run.command
    import bot.cli.run.serving
    import bot.simulator.simulator
    from bot.model.clock import SystemClock
    from bot.playbook.load import load
    from bot.runtime.intake import receive
    from bot.simulator.control.page import Page
    from bot.translations.chinese import CHINESE
    from bot.web.admin.frame import templates

    # what every child needs is made once: for reading a playbook (validators, patterns, texts), for serving
    load(ROOT, {})
    CHINESE.sentence("Start")
    import_module("anyio._backends._asyncio")  # of `watchfiles`, where it first waits
    Page()
    pages = templates()
    for name in pages.list_templates():
        pages.get_template(name)
    gc.collect()
    gc.freeze()  # what all children have imported is looked through, and so copied, by none
    asked = _child_of(socket.socket(fileno=int(sys.argv[1])))
    if asked is None:
        return
    if asked["typing"]:
        _own_terminal()
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(asked["env"])
    if "TESTS_CLOCK_IS_OURS" in os.environ:  # LINE is on this machine
        receive.MARGIN = 0
    if HURRY in os.environ:
        hurry = float(os.environ[HURRY])

        async def wait(self: SystemClock, seconds: float) -> None:
            await asyncio.sleep(seconds / hurry)

        patch.object(SystemClock, "wait", wait).start()
    sys.argv = [str(ROOT / "bot" / "__main__.py"), *asked["arguments"]]
    try:
        bot.cli.main.entry()
    except SystemExit as ending:
        _end(int(str(ending.code)))


def _own_terminal() -> None:
    """So that Ctrl-C is a signal for it, also where who runs the tests is deaf to it (`nohup … &`)."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(code: int) -> NoReturn:
    """As Python ends, but what is shared with the parent is not taken apart: that would copy all of it."""
    vars(threading)["_shutdown"]()  # waits for threads, as `multiprocessing` does at the end of a fork
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _main()
