"""The embedded database: a real mongod on a unix socket, shared by the processes that use one data folder.

Every decision to start or stop it is taken with the start lock held, and a process registers as a client
before it trusts a socket. So no two start it, and nobody stops it under someone who is joining.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from shlex import quote
from uuid import uuid4

from bot.model.translatable import tr
from bot.store.mongod.file_lock import FileLock, is_held
from bot.store.mongod.mongod_binary import find_mongod
from bot.store.mongod.mongod_process import Mongod, SocketAddress, comes_true
from bot.store.unavailable import DatabaseUnavailable

_ID = re.compile(r"[0-9a-f]{32}")
"""Matches the id of a client."""


class Clients:
    """One locked file per client in `folder`; the lock dies with its process.

    `enter`, `exit` and `others` are called with the start lock held: then nobody comes or goes meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.id = uuid4().hex
        self._lock = FileLock(folder / self.id)

    @property
    def entered(self) -> bool:
        """Whether this client is registered."""
        return self._lock.mine

    def enter(self) -> None:
        """Register this client; does nothing where it is registered."""
        if not self._lock.mine and not self._lock.acquire():
            raise RuntimeError("a client's file is locked by someone else")

    def exit(self) -> None:
        """Unregister this client; does nothing where it is not registered."""
        if self._lock.mine:
            self._lock.path.unlink(missing_ok=True)
            self._lock.release()

    def others(self) -> list[str]:
        """The ids of the other living clients; the files of dead ones are removed."""
        alive = []
        for path in self._folder.iterdir():
            if path.name == self.id:
                continue
            if is_held(path):
                alive.append(path.name)
            else:
                path.unlink(missing_ok=True)
        return alive

    def is_alive(self, client_id: str) -> bool:
        """Whether the process behind `client_id`, as given out on this machine, still lives."""
        return _ID.fullmatch(client_id) is not None and is_held(self._folder / client_id)


log = logging.getLogger("oaflow.store")

OWN_NAME = ".oaflow"
"""The default name of the data folder."""

CLIENTS = "clients"
"""The subfolder with a lock file for each process that uses the database."""

PATIENCE = 120.0
"""Seconds that starting or joining may take while mongod lives: a machine may be slow. One that cannot start
ends, and is reported at once."""

NEWS = 10.0
"""Seconds of waiting between two progress messages."""

LEAVING = 25.0
"""Seconds that leaving may take before it is given up."""

OTHERS_TURN = tr("another process has been starting or stopping it all the time")
"""Why a start took too long while another process had the start lock."""
LOOK = 0.2
"""Seconds between two looks whether a mongod that does not answer yet still lives."""


class EmbeddedDatabase:
    """This process's part in the embedded database of the folder `data`.

    `initiate(uri)` makes a fresh mongod a replica set whose only member is `mongod_binary.MEMBER_HOST`, and
    waits until it is a writable primary; it is awaited after every start and join, so it must do nothing to
    one that is ready. `mongod` is another binary than the package's; `patience` and `news` in seconds.
    `ends_with_us`: a mongod that is started here ends with this process. Raises
    DatabaseUnavailable where there is no mongod for this system or `data` cannot be used.
    """

    def __init__(
        self,
        data: Path,
        initiate: Callable[[str], Awaitable[None]],
        *,
        mongod: Path | None = None,
        patience: float = PATIENCE,
        news: float = NEWS,
        ends_with_us: bool = False,
    ) -> None:
        binary = mongod or find_mongod()
        self._data = data.resolve()
        self._initiate = initiate
        self._patience = patience
        self._news = news
        try:
            db, sockets, clients = _folders(self._data)
            self._address = SocketAddress(sockets, self._data / "run-time-folder")
        except OSError as error:
            raise _unusable(data, error) from error
        self._clients = Clients(clients)
        self._start_lock = FileLock(self._data / "start.lock")
        self._mongod = Mongod(binary, db, sockets, self._data / "mongod.log", ends_with_us=ends_with_us)
        self._one_at_a_time = asyncio.Lock()
        self._step = OTHERS_TURN

    @property
    def uri(self) -> str:
        """The connection string; it stays the same as long as this object lives."""
        return self._address.uri

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._data

    @property
    def client_id(self) -> str:
        """The name under which the other processes of this machine can see this one live and die."""
        return self._clients.id

    def is_alive(self, client_id: str) -> bool:
        """Whether the process on this machine that has this `client_id` lives and has not left."""
        return self._clients.is_alive(client_id)

    async def start_or_join(self) -> None:
        """Use the mongod that is there, or start it.

        Raises DatabaseUnavailable, after `patience` at the latest. Whatever `initiate` raises is passed on
        if mongod lives. A mongod that needs longer, replaying a long journal, is not stopped: the next
        attempt finds it further on.
        """
        await self._bring_up(joining=True)

    async def ensure(self) -> None:
        """Start mongod again if it is dead, like `start_or_join`; next to nothing where it is alive."""
        if not self._mongod.lives(self._address.folder):
            await self._bring_up(joining=False)

    async def until_it_answers(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask, and again as long as mongod lives: where it is slow to answer, it is not away.

        Raises the DatabaseUnavailable of `ask` where mongod has ended, and after `patience`.
        """
        until = time.monotonic() + self._patience
        async with self._reporting_progress():
            while True:
                try:
                    return await ask()
                except DatabaseUnavailable:
                    if time.monotonic() > until or not self._mongod.accepts(self._address.folder):
                        raise
                await asyncio.sleep(LOOK)  # no event tells that it answers now

    async def leave(self) -> None:
        """Give it up; the last one to leave stops mongod and waits for its end."""
        if not self._clients.entered:
            return
        try:
            async with asyncio.timeout(LEAVING), self._deciding():
                self._clients.exit()
                if not self._clients.others():
                    await self._mongod.stop()
                    self._address.remove()
        except FileNotFoundError:  # someone removed the data folder: nobody can use this mongod any more
            await self._mongod.stop()
        except TimeoutError:
            log.warning("left the embedded database without knowing whether others use it; it may run on")
        finally:
            self._clients.exit()

    async def _bring_up(self, *, joining: bool) -> None:
        limit = asyncio.timeout(self._patience)
        try:
            async with limit, self._reporting_progress(), self._deciding():
                new = not self._clients.entered
                if new and not joining:
                    raise DatabaseUnavailable(tr("this process has left the embedded database"))
                self._clients.enter()
                try:
                    await self._with_mongod()
                except BaseException:
                    if new:
                        self._clients.exit()
                        if not limit.expired() and not self._clients.others():
                            self._mongod.ask_to_stop()
                    raise
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise DatabaseUnavailable(
                tr(
                    "the embedded database was not ready after {seconds} s: {stage}",
                    seconds=f"{self._patience:g}",
                    stage=self._step,
                )
            ) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise _unusable(self._data, error) from error

    async def _with_mongod(self) -> None:
        self._step = tr(
            "mongod does not accept connections yet (log: {log})", log=str(self._data / "mongod.log")
        )
        self._address.restore()
        await self._mongod.serve(self._address.folder)
        self._step = tr("mongod did not become a writable primary")
        try:
            await self._initiated()
        except Exception as error:
            if self._mongod.lives(self._address.folder):
                raise
            raise DatabaseUnavailable(self._mongod.last_words()) from error

    async def _initiated(self) -> None:
        """Await `initiate` as long as somebody listens: it would go on to ask one that has ended."""
        work = asyncio.ensure_future(self._initiate(self.uri))
        try:
            while not work.done():
                await asyncio.wait([work], timeout=LOOK)
                if not work.done() and not self._mongod.accepts(self._address.folder):
                    raise ConnectionError("nobody listens any more")
            work.result()
        finally:
            work.cancel()

    @asynccontextmanager
    async def _reporting_progress(self) -> AsyncIterator[None]:
        """Log repeatedly that starting takes long and is still under way."""
        task = asyncio.create_task(self._report_progress(), name="tell of a slow start")
        try:
            yield
        finally:
            task.cancel()

    async def _report_progress(self) -> None:
        waited = 0.0
        while True:
            await asyncio.sleep(self._news)
            waited += self._news
            log.warning("the embedded database is slow to start; it is waited for: %d s so far", waited)

    @asynccontextmanager
    async def _deciding(self) -> AsyncIterator[None]:
        """Hold the start lock: processes wait for each other here, and tasks of this one. No bound here."""
        async with self._one_at_a_time:
            self._step = OTHERS_TURN
            await comes_true(self._start_lock.acquire)
            try:
                yield
            finally:
                self._start_lock.release()


def is_used(data: Path) -> bool:
    """Whether any process of this machine uses the embedded database of this folder just now."""
    clients = data / CLIENTS
    return clients.is_dir() and any(map(is_held, clients.iterdir()))


def _folders(data: Path) -> tuple[Path, Path, Path]:
    """The folders of mongod's files, its socket and its clients' locks, each for this user only."""
    is_new = not data.exists()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_other_owner(data)
    folders = data / "db", data / "sockets", data / CLIENTS
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    if is_new or data.name == OWN_NAME:
        _keep_out_of_git(data)
    return folders


def _refuse_other_owner(data: Path) -> None:
    """Raise `DatabaseUnavailable` where it is another user's, or others may write in it.

    Whoever is advised to name another folder instead would get an empty database beside that of a service.
    """
    found = data.stat()
    if found.st_uid != os.geteuid():
        raise DatabaseUnavailable(
            tr("{folder} belongs to {owner}: run this as that user", folder=str(data), owner=_owner(data))
        )
    if found.st_mode & 0o022:
        raise DatabaseUnavailable(
            tr(
                "others may write in {folder}: {command}",
                folder=str(data),
                command=f"chmod go-w {quote(str(data))}",
            )
        )


def _owner(path: Path) -> str:
    """The user's name, or its number where the system has none."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _keep_out_of_git(data: Path) -> None:
    """Write a `.gitignore`, so that keys and people's data get into no repository; an existing one stays."""
    with suppress(FileExistsError), (data / ".gitignore").open("x", encoding="utf-8") as file:
        file.write("*\n")


def _unusable(data: Path, error: OSError) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        tr(
            "the folder of the embedded database cannot be used: {folder}: {why}; "
            "OAFLOW_DATA names another one",
            folder=str(error.filename or data),
            why=str(error.strerror),
        )
    )
