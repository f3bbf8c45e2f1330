"""The process in which drafts are read, played and compared: it has all of it imported, and forks for each.

It is given no environment with secrets, no database and no socket but the one to the server. What a fork may
take is bounded by the system: seconds by an alarm that ends it whatever it does, memory by `RLIMIT_DATA`
(Linux; macOS does not keep to it, there only time is bounded). https://man7.org/linux/man-pages/man2/setrlimit.2.html
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from io import BufferedRWPair
from pathlib import Path
from typing import NoReturn

from bot.operations.drafts.draft_work import HEAD  # all that it imports is shared by the forks

MEMORY = 512 * 1024 * 1024
"""Bytes of memory of one piece of work, where the system bounds it."""
NICE, LONG = 5, 5.0
"""By how much it gives way to who serves real people; after so many seconds of a processor by all it can."""


def main(control: socket.socket) -> None:
    """Answer what comes with each message, a socket, until the server has ended."""
    for ends in (signal.SIGINT, signal.SIGTERM):  # of a terminal or systemd, to all processes of a service
        signal.signal(ends, signal.SIG_IGN)  # the server says when it is over, and why
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends a fork, also in the middle of a regex
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks leave nothing behind
    with suppress(OSError):  # only Linux has it: where memory runs out, this goes and not the server
        Path("/proc/self/oom_score_adj").write_text("1000")
    gc.collect()
    gc.freeze()
    while True:
        message, files, *_ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        # where there is no memory for a fork, the server finds its socket closed
        with socket.socket(fileno=files[0]) as work, suppress(OSError):
            if os.fork() == 0:
                control.close()
                _answer(work)


def _answer(work: socket.socket) -> NoReturn:
    """Do what is asked for by it, and end."""
    try:
        with work.makefile("rwb") as pipe:
            wanted, seconds, streams = pickle.loads(pipe.read(HEAD.unpack(pipe.read(HEAD.size))[0]))
            _limit(seconds)
            _do(wanted, pipe, streams=streams)
    finally:
        os._exit(0)


def _do(work: Callable[..., object], pipe: BufferedRWPair, *, streams: bool) -> None:
    def tell(part: object, kind: str = "part") -> None:
        raw = pickle.dumps((kind, part))
        pipe.write(HEAD.pack(len(raw)) + raw)
        pipe.flush()

    try:
        tell(work(tell) if streams else work(), "done")
    except MemoryError:
        tell(MemoryError(), "raised")
    except Exception as error:
        error.add_note(traceback.format_exc())  # the server's log says where
        tell(error, "raised")


def _give_way(number: int, frame: object) -> None:
    os.nice(20)


def _limit(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    os.nice(NICE)
    signal.signal(signal.SIGVTALRM, _give_way)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONG)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
