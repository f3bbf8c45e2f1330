"""A session of tests that is ended, by a person or a time-out of CI, leaves no database behind."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil
import pytest

from tests.eventually import PATIENCE


async def waits_for_its_end(mongod: str) -> None:
    """The only test of the session that is ended below; no other collects it."""
    sys.stdout.write(f"\n{mongod}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.ring("soak", "more of the same"))],
)
async def test_a_session_that_is_ended_ends_its_mongod(number: signal.Signals) -> None:
    only = ("-s", "-p", "no:cacheprovider", "-o", "python_functions=waits_*", __file__)
    session = await asyncio.create_subprocess_exec(sys.executable, "-m", "pytest", *only, stdout=PIPE)
    assert session.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while not (line := await session.stdout.readline()).startswith(b"mongodb"):
                assert line, "it has begun"
            socket = unquote(urlsplit(line.decode().strip()).netloc)
            assert _mongods(socket)
            session.send_signal(number)
            await session.communicate()
    finally:
        if session.returncode is None:
            session.kill()
    assert session.returncode == pytest.ExitCode.INTERRUPTED
    assert not _mongods(socket)


def _mongods(socket: str) -> list[int]:
    """The processes of mongod whose data lie beside this socket."""
    data = str(Path(socket).parent.parent)
    return [
        one.pid
        for one in psutil.process_iter(["name", "cmdline"])
        if one.info["name"] == "mongod" and any(part.startswith(data) for part in one.info["cmdline"] or ())
    ]
