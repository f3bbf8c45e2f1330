"""The embedded database, on the real mongod, seen from one process."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError, OperationFailure

from bot.store.database.mongo import Database
from bot.store.mongod import mongod_process
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.store.embedded_process import count, data_folder, gone, initiate, insert, mongod_of, mongod_pid


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path) as data:
        yield data


def exists(path: Path) -> bool:
    return path.exists()


def remove_link(runtime: Path) -> None:
    (runtime / "s").unlink()
    runtime.rmdir()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.ring("all", "many writes")
async def test_starts_writes_stops_and_finds_its_data_again(data: Path, tmp_path: Path) -> None:
    """Also where they were moved meanwhile."""
    database = EmbeddedDatabase(data, initiate)
    await database.start_or_join()
    pid = mongod_pid(data)
    insert(database.uri)
    for private in (data, data / "db", data / "sockets", data / "clients"):
        assert mode(private) == 0o700
    assert mode(data / "mongod.log") == 0o600
    assert psutil.Process(pid).net_connections("inet") == []
    assert os.getsid(pid) == pid
    assert exists(data / "sockets" / "mongodb-0.sock")  # and so not in the folder of temporary files
    inherited = {f.path for f in psutil.Process(pid).open_files() if not f.path.startswith(str(data / "db"))}
    assert inherited == {str(data / "mongod.log")}

    await database.leave()
    assert not psutil.pid_exists(pid)
    assert list((data / "clients").iterdir()) == []

    os.rename(data, tmp_path / "elsewhere")
    moved = EmbeddedDatabase(tmp_path / "elsewhere", initiate)
    await moved.start_or_join()
    assert count(moved.uri) == 1
    insert(moved.uri)
    assert count(moved.uri) == 2
    await moved.leave()


@pytest.mark.ring("all", "starts a process")
async def test_a_killed_mongod_is_started_again_and_nothing_is_lost(data: Path) -> None:
    starts: list[str] = []

    async def counting(uri: str) -> None:
        starts.append(uri)
        await initiate(uri)

    database = EmbeddedDatabase(data, counting)
    await database.start_or_join()
    insert(database.uri)
    await database.ensure()
    assert len(starts) == 1
    pid = mongod_pid(data)
    os.kill(pid, signal.SIGKILL)
    await gone(data)
    await asyncio.gather(*(database.ensure() for _ in range(5)))
    assert count(database.uri) == 1
    assert mongod_of(data).pid() not in (None, pid)


@pytest.mark.ring("all", "many writes")
async def test_one_that_hangs_is_killed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod_process, "STOP_PATIENCE", 0.1)
    monkeypatch.setattr(mongod_process, "PROC", data / "none")  # as on macOS, where `ps` is asked
    database = EmbeddedDatabase(data, initiate)
    await database.start_or_join()
    pid = mongod_pid(data)
    os.kill(pid, signal.SIGSTOP)
    await database.leave()
    assert not psutil.pid_exists(pid)


@pytest.mark.ring("all", "many writes")
async def test_a_removed_data_folder_leaves_no_mongod_behind(data: Path, tmp_path: Path) -> None:
    database = EmbeddedDatabase(data, initiate)
    await database.start_or_join()
    pid = mongod_pid(data)
    os.rename(data, tmp_path / "away")
    with pytest.raises(DatabaseUnavailable, match=r"cannot be used.*No such file"):
        await database.ensure()
    await database.leave()
    assert not psutil.pid_exists(pid)


async def test_nothing_is_started_for_a_process_that_has_left(data: Path) -> None:
    database = EmbeddedDatabase(data, initiate)
    with pytest.raises(DatabaseUnavailable, match="has left"):
        await database.ensure()
    await database.leave()
    assert mongod_of(data).pid() is None


@pytest.mark.ring("all", "many writes")
async def test_the_log_holds_nothing_that_was_stored_or_asked(data: Path) -> None:
    """K3"""
    database = EmbeddedDatabase(data, initiate)
    await database.start_or_join()
    with MongoClient[dict[str, object]](database.uri) as client:
        people = client.test.people
        people.insert_one({"_id": "marker-0912345678"})
        with pytest.raises(DuplicateKeyError):
            people.insert_one({"_id": "marker-0912345678"})
        with pytest.raises(OperationFailure):
            people.find_one({"$marker-0912345678": 1})
        people.update_one({"_id": "marker-0912345678"}, {"$set": {"name": "marker-0912345678"}})
        people.create_index("name")
    log = (data / "mongod.log").read_text()
    assert "Waiting for connections" in log
    assert "marker-0912345678" not in log


@pytest.mark.ring("all", "many writes")
async def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    data = tmp_path / ("資料" * 20) / "d"
    database = EmbeddedDatabase(data, initiate)
    link = Path((data / "run-time-folder").read_text())
    assert mode(link) == 0o700
    assert str(link).replace("/", "%2F") in database.uri
    await database.start_or_join()
    insert(database.uri)
    assert EmbeddedDatabase(data, initiate).uri == database.uri

    remove_link(link)  # someone cleans the folder of temporary files
    await database.ensure()
    assert count(database.uri) == 1
    await database.leave()
    assert not exists(link)
    assert mongod_of(data).pid() is None


async def test_a_failing_initiate_is_passed_on_and_nothing_stays_behind(data: Path) -> None:
    async def failing(uri: str) -> None:
        raise LookupError("not today")

    database = EmbeddedDatabase(data, failing)
    with pytest.raises(LookupError, match="not today"):
        await database.start_or_join()
    await gone(data)
    assert not database.is_alive(database.client_id)


@pytest.mark.ring("all", "starts a process")
async def test_a_mongod_that_dies_during_initiate_says_why(data: Path) -> None:
    async def fatal(uri: str) -> None:
        pid = mongod_pid(data)
        os.kill(pid, signal.SIGKILL)
        await gone(data)
        raise ConnectionError("gone")

    with pytest.raises(DatabaseUnavailable, match=r"^the embedded mongod ended( with code -9)?: .*log: "):
        await EmbeddedDatabase(data, fatal).start_or_join()


@pytest.mark.ring("all", "starts a process")
async def test_one_that_ends_while_it_is_asked_is_told_at_once(data: Path) -> None:
    """However long one is waited for that lives."""

    async def for_ever(uri: str) -> None:
        pid = mongod_pid(data)
        os.kill(pid, signal.SIGKILL)
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DatabaseUnavailable, match=r"^the embedded mongod ended( with code -9)?: .*log: "):
            await EmbeddedDatabase(data, for_ever).start_or_join()


@pytest.mark.ring("all", "starts a process")
async def test_one_that_lives_and_does_not_answer_in_time_is_asked_again(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """K3: on a busy machine it needs longer than the driver waits; whoever has started us hears of it."""
    embedded = EmbeddedDatabase(data, initiate, news=0.5)
    await embedded.start_or_join()
    caplog.clear()
    pid = mongod_pid(data)
    os.kill(pid, signal.SIGSTOP)
    database, asked = Database(embedded.uri), 0

    async def ready() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            os.kill(pid, signal.SIGCONT)
        await database.ready()

    await embedded.until_it_answers(ready)
    assert asked >= 3
    assert "slow to start; it is waited for: 1 s so far" in caplog.text
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(DatabaseUnavailable, match="MongoDB is not reached"):
        await embedded.until_it_answers(database.ready)
    database.close()
    await embedded.leave()


async def test_damaged_data_says_why(data: Path) -> None:
    database = EmbeddedDatabase(data, initiate)
    (data / "db" / "storage.bson").write_text("garbage")
    with pytest.raises(
        DatabaseUnavailable, match=r"ended with code \d+: Unable to read the storage engine metadata"
    ) as raised:
        await database.start_or_join()
    assert "\n" not in str(raised.value)
