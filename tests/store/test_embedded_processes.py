"""The embedded database shared by several processes that come, go and die."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.store.mongod.embedded import EmbeddedDatabase
from tests.store.embedded_process import OtherProcess, data_folder, gone, initiate, mongod_of, mongod_pid

Begin = Callable[[], OtherProcess]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path) as data:
        yield data


@pytest.fixture
def begin(data: Path) -> Iterator[Begin]:
    """Makes processes on the folder `data`, ended with the test."""
    begun: list[OtherProcess] = []

    def one() -> OtherProcess:
        begun.append(OtherProcess(data))
        return begun[-1]

    yield one
    for process in begun:
        process.close()


def mongods(data: Path) -> list[int]:
    return [p.pid for p in psutil.process_iter() if str(data / "db") in _words(p)]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.ring("all", "many writes")
def test_the_last_one_to_leave_stops_it(data: Path, begin: Begin) -> None:
    first, second = begin(), begin()
    assert first.ask("join") == "done"
    assert second.ask("join") == "done"
    pid = mongod_pid(data)
    assert first.ask("insert") == "done"
    assert first.ask("leave") == "done"
    assert mongods(data) == [pid]
    assert second.ask("count") == "1"
    assert second.ask("leave") == "done"
    assert mongods(data) == []
    assert (data / "db" / "mongod.lock").read_text() == ""  # a clean end


@pytest.mark.ring("all", "starts a process")
async def test_an_orphan_is_adopted_and_stopped(data: Path, begin: Begin) -> None:
    first = begin()
    first.ask("join")
    first.ask("insert")
    pid = mongod_of(data).pid()
    here = EmbeddedDatabase(data, initiate)
    assert here.is_alive(first.client_id)
    first.kill()
    assert not here.is_alive(first.client_id)
    assert not here.is_alive("../start.lock")
    await here.start_or_join()
    assert here.is_alive(here.client_id)
    assert mongods(data) == [pid]
    second = begin()
    second.ask("join")
    assert second.ask("count") == "1"
    await here.leave()
    assert [p.name for p in (data / "clients").iterdir()] == [second.client_id]
    second.ask("leave")
    assert mongods(data) == []


@pytest.mark.ring("soak", "kills all processes, round after round")
async def test_everything_killed_at_once(data: Path, begin: Begin) -> None:
    first = begin()
    first.ask("join")
    first.ask("insert")
    pid = mongod_pid(data)
    first.kill()
    os.kill(pid, signal.SIGKILL)
    await gone(data)
    second = begin()
    assert second.ask("join") == "done"
    assert second.ask("count") == "1"


@pytest.mark.ring("all", "many writes")
def test_starting_at_the_same_instant_ends_with_one(data: Path, begin: Begin) -> None:
    processes = [begin() for _ in range(3)]
    for process in processes:
        process.say("join")
    assert [process.answer() for process in processes] == ["done"] * 3
    assert len(mongods(data)) == 1
    for process in processes:
        assert process.ask("insert") == "done"
    assert processes[0].ask("count") == "3"


@pytest.mark.ring("all", "many writes")
def test_nobody_is_left_without_when_one_leaves_as_another_joins(data: Path, begin: Begin) -> None:
    leaving, joining = begin(), begin()
    leaving.ask("join")
    for round_ in (1, 2):
        leaving.say("leave")
        joining.say("join")
        assert joining.answer() == "done"
        assert joining.ask("insert") == "done"
        assert joining.ask("count") == str(round_)
        assert leaving.answer() == "done"
        leaving, joining = joining, leaving
    assert len(mongods(data)) == 1
