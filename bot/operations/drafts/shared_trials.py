"""Trials of several processes at one address: whichever gets a request finds the one that has it.

A file for each trial, in a folder that these processes alone may read. Its time is that of the last use. It
counts as long as its process lives, which a lock tells: the kernel frees it, however that process ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from bot.operations.drafts.folder import write_whole
from bot.store.mongod.file_lock import FileLock, is_held


@dataclass(frozen=True, slots=True)
class SharedTrial:
    """A trial of some process: `id` is its own; without `address` it does not serve yet."""

    id: str
    account: str
    address: str
    headers: Mapping[str, str]


class SharedTrials:
    """The files in `folder`; without one there is no other process, and nothing is written.

    Each process has an object of its own: what that has put is gone with the process, or once it is closed.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._process = secrets.token_hex(16)
        self._lock: FileLock | None = None

    @property
    def is_used(self) -> bool:
        """Whether there are other processes."""
        return self._folder is not None

    def put(self, trial: SharedTrial) -> None:
        """It is there from now on, or serves from now on. Raises `OSError`, and `DatabaseUnavailable` where
        the folder's file system has no locks."""
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if self._lock is None:
                self._lock = FileLock(self._lock_of(self._process))
                self._lock.acquire()
            fields = {"id": trial.id, "account": trial.account, "address": trial.address}
            fields["process"] = self._process
            write_whole(self._file(trial.account), orjson.dumps({**fields, "headers": trial.headers}))

    def of(self, account: str) -> SharedTrial | None:
        """That of this account, wherever it runs."""
        return None if self._folder is None else self._read(self._file(account))

    def all(self) -> Iterator[SharedTrial]:
        """Those of all processes."""
        for path in () if self._folder is None else sorted(self._folder.glob("*.json")):
            if (found := self._read(path)) is not None:
                yield found

    def touch(self, account: str) -> None:
        """It was used just now."""
        if self._folder is not None and self._file(account).is_file():
            self._file(account).touch()

    def used(self, account: str) -> float:
        """When it was used last, by the machine's clock; 0: it is gone."""
        return 0.0 if self._folder is None else _time(self._file(account))

    def drop(self, account: str) -> None:
        """It is over."""
        if self._folder is not None:
            self._file(account).unlink(missing_ok=True)

    def close(self) -> None:
        """This process has none any more."""
        if self._lock is not None:
            self._lock.path.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None

    def _read(self, path: Path) -> SharedTrial | None:
        try:
            found = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        if not is_held(self._lock_of(found["process"])):
            return None  # the file stays: somebody may just be putting one in its place
        return SharedTrial(found["id"], found["account"], found["address"], found["headers"])

    def _lock_of(self, process: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{process}.lock"

    def _file(self, account: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{sha256(account.encode()).hexdigest()[:32]}.json"


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
