"""What all tests share: how they are collected, and a clock that they move."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.depth import load_depth, what_is_tried_is_the_tests
from tests.eventually import PATIENCE
from tests.rings import register

os.environ["LC_ALL"] = "en_US.UTF-8"  # commands speak English, whatever is spoken here

MEMORY = Path("/dev/shm")
ROOM = 6 * 1024**3
"""Bytes; a run writes a third of it."""
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)  # a quarter of a test with a database was waiting for the disk
    tempfile.tempdir = None

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


HERE = Path(__file__).parent
OF_SESSION = {"chromium", "running_shop"}
"""Fixtures that live in the loop of the session, wherever they are used."""
PLAYED = {"world", "shop", "fake"}
"""Fixtures that a browser may play with, near one."""
WITH_DATABASE = {
    *(
        "attack",
        "cli",
        "faults",
        "line",
        "operations",
        "playbook",
        "promotions",
        "runtime",
        "services",
        "sharded",
        "shops",
        "simulator",
    ),
    *("store", "web"),
}
FIXTURES = {
    "tests.databases": WITH_DATABASE,
    "tests.fakes.lines": {*WITH_DATABASE, "hooks"},
    "tests.cli.commands": {"cli", "promotions"},
    "tests.chromium": {"cli", "operations", "promotions", "simulator", "web"},
}
"""Modules of fixtures, and the folders whose tests use them. The others start in a second without."""
pytest.register_assert_rewrite(*FIXTURES)  # also where a folder's conftest imports one before

gc.disable()  # nothing of what is collected here goes before the end


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    register(parser, pluginmanager)


def pytest_configure(config: pytest.Config) -> None:
    load_depth(config.getoption("--ring"))


def pytest_sessionstart() -> None:
    """Before hypothesis reads the source of all that is imported. A time-out of CI ends it as Ctrl-C does."""
    what_is_tried_is_the_tests()
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # else its mongod goes on without it, or is deaf (`nohup … &`)
        signal.signal(number, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Ten thousand tests, and what they import, are looked through for garbage no more."""
    gc.freeze()
    gc.enable()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> None:
    """Fixtures that are dear to import are known from the first file on whose folder needs them."""
    folder = file_path.relative_to(HERE).parts[0]
    for plugin, folders in FIXTURES.items():
        if folder in folders:
            parent.config.pluginmanager.import_plugin(plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests around a browser run in the loop of the session: it is started once, not for each of them."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        near = _is_near_a_browser(item.path) and not PLAYED.isdisjoint(fixtures)
        if near or not OF_SESSION.isdisjoint(fixtures):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_ways` whose fixtures ask for `plain` run twice."""
    if "plain" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_ways"):
        metafunc.parametrize("plain", [False, True], ids=["short", "plain"])


@pytest.fixture
def plain() -> bool:
    """Whether the database, a site and a bot are without the short cuts of the hot paths."""
    return False


@cache
def _is_near_a_browser(path: Path) -> bool:
    return any(path.is_relative_to(HERE / folder) for folder in ("simulator", "web/liff"))


class ManualClock:
    """A clock that stands still until a test moves it; who waits by it goes on when its moment has come."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._waiting: list[tuple[datetime, asyncio.Future[None]]] = []
        self._begun = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    async def wait(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((self._now + timedelta(seconds=seconds), future))
        self._begun.set()
        self.advance(0)
        await future

    async def waited_for(self) -> None:
        """Return when somebody waits by this clock: advancing it before would wake nobody."""
        async with asyncio.timeout(PATIENCE):
            while all(future.done() for _, future in self._waiting):
                self._begun.clear()
                await self._begun.wait()

    def until_next(self) -> float:
        """Seconds until the next moment for which somebody waits."""
        moments = [moment for moment, future in self._waiting if not future.done()]
        return (min(moments) - self._now).total_seconds() if moments else math.inf

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        due = [w for w in self._waiting if w[0] <= self._now]
        self._waiting = [w for w in self._waiting if w[0] > self._now]
        for _, future in sorted(due, key=lambda w: w[0]):
            if not future.done():
                future.set_result(None)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def looked() -> Iterator[list[int]]:
    """Which generations were looked through for garbage."""
    seen: list[int] = []

    def told(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(told)
    try:
        yield seen
    finally:
        gc.callbacks.remove(told)
