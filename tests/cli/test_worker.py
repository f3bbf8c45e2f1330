"""A worker as it finds itself: by what its watcher has told it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import tempfile
from contextlib import ExitStack

import pytest
import uvloop

from bot.cli.run.several import meeting_place
from bot.cli.run.worker import LEAVE, WORKER, Worker, WorkerFiles, as_worker, for_worker
from bot.web.server import listen
from tests.eventually import PATIENCE


def test_sighup_is_the_watchers_from_the_first_moment() -> None:
    """Also before it serves, when it does not hear its watcher yet."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    watcher, theirs = socket.socketpair()
    listener = listen("127.0.0.1", 0)
    told = for_worker(WorkerFiles(listener, None, True, None), theirs, tells=True)
    for given in (listener, theirs):
        given.detach()  # another process's in real life
    try:
        environment = {WORKER: told}
        worker = as_worker(environment)
        assert worker is not None
        assert not environment
        assert worker.shared_port  # also where there is no folder for sockets
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        worker.listener.close()
        worker.watcher.close()
    finally:
        signal.signal(signal.SIGHUP, before)
        watcher.close()


def test_a_watcher_that_began_before_an_update_says_less() -> None:
    before = signal.getsignal(signal.SIGHUP)
    watcher, theirs = socket.socketpair()
    listener = listen("127.0.0.1", 0)
    given = {"listener": listener.detach(), "own": None, "watcher": theirs.detach(), "tells": True}
    try:
        worker = as_worker({WORKER: json.dumps(given)})
        assert worker is not None
        assert worker.siblings is None
        worker.listener.close()
        worker.watcher.close()
    finally:
        signal.signal(signal.SIGHUP, before)
        watcher.close()


def test_without_a_folder_for_sockets_they_serve_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "no usable folder for temporary files")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with ExitStack() as stack:
        assert meeting_place(stack) is None


def test_who_is_started_by_nobody_hears_sighup() -> None:
    before = signal.getsignal(signal.SIGHUP)
    assert as_worker({}) is None
    assert signal.getsignal(signal.SIGHUP) is before


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("has_read", [True, False])
def test_without_its_watcher_it_is_to_stop(loop: type[asyncio.AbstractEventLoop], has_read: bool) -> None:
    """Also where that has ended before it has read that this one serves: the system says so by an error."""

    async def heard() -> bool:
        with listen("127.0.0.1", 0) as listener:
            watcher, theirs = socket.socketpair()
            worker = Worker(listener, None, theirs, tells=True, others=False, siblings=None)
            leaving, stopping = asyncio.Event(), asyncio.Event()
            worker.hear(leaving, stopping)
            worker.ready()
            if has_read:
                watcher.recv(1)
            watcher.close()
            await asyncio.wait_for(stopping.wait(), PATIENCE)
            assert not asyncio.get_running_loop().remove_reader(theirs), "it would be called for ever"
            theirs.close()
        return leaving.is_set()

    with asyncio.Runner(loop_factory=loop) as runner:
        assert not runner.run(heard())


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_who_is_to_leave_is_to_stop(loop: type[asyncio.AbstractEventLoop]) -> None:
    async def heard() -> bool:
        with listen("127.0.0.1", 0) as listener:
            watcher, theirs = socket.socketpair()
            worker = Worker(listener, None, theirs, tells=True, others=False, siblings=None)
            leaving, stopping = asyncio.Event(), asyncio.Event()
            worker.hear(leaving, stopping)
            watcher.send(LEAVE)
            await asyncio.wait_for(stopping.wait(), PATIENCE)
            watcher.close()
            theirs.close()
        return leaving.is_set()

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(heard())
