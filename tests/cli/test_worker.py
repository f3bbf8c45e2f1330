"""A worker as it finds itself: by what its watcher has told it."""

from __future__ import annotations

import json
import signal
import socket
import tempfile
from contextlib import ExitStack

import pytest

from bot.cli.run.several import meeting_place
from bot.cli.run.worker import WORKER, WorkerFiles, as_worker, for_worker
from bot.web.server import listen


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
