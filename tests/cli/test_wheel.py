"""A release as it is installed elsewhere: the wheel alone, in an environment of its own."""

from __future__ import annotations

import asyncio
import shutil
import sys
import zipfile
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import ROOT, environment
from tests.eventually import PATIENCE

pytestmark = pytest.mark.ring("soak", "installs all packages")

INSTALLING = 900.0
"""Seconds that fetching and installing may take."""
NOT_SHIPPED = ("bot/new/", "bot/scenario/installed_as/")
"""Scaffolds for who works in a clone, and a package that is installed beside `bot`."""
SOURCES = (".po", ".md")
"""What translations, and documents in a clone, are made of."""


async def run(*words: str | Path, folder: Path, seconds: float = PATIENCE) -> str:
    """What a program says that ends well."""
    process = await started(*words, folder=folder)
    out, _ = await asyncio.wait_for(process.communicate(), seconds)
    assert process.returncode == 0, out.decode()
    return out.decode()


async def started(*words: str | Path, folder: Path) -> Process:
    """A program on a machine that has no time zones of its own."""
    return await asyncio.create_subprocess_exec(
        *map(str, words), stdout=PIPE, stderr=STDOUT, cwd=folder, env=environment({"PYTHONTZPATH": ""})
    )


async def test_a_wheel_has_all_and_plays_a_new_playbook(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    listed = (await run("git", "ls-files", "bot", folder=ROOT)).splitlines()
    for file in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", *listed):
        (sources / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, sources / file)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    await run(*pip, "wheel", "--no-deps", "-w", tmp_path, sources, folder=tmp_path, seconds=INSTALLING)
    wheel = wheel_in(tmp_path)
    wanted = {name for name in listed if not name.startswith(NOT_SHIPPED) and not name.endswith(SOURCES)}
    assert wanted - {*zipfile.ZipFile(wheel).namelist()} == set()

    await run(sys.executable, "-m", "venv", "empty", folder=tmp_path, seconds=INSTALLING)
    programs = tmp_path / "empty" / "bin"
    pins = ("-c", sources / "constraints.txt")
    await run(programs / "pip", "install", "-q", *pins, wheel, folder=tmp_path, seconds=INSTALLING)
    shutil.rmtree(sources)
    oaflow = programs / "oaflow"
    await run(oaflow, "new", "shop", folder=tmp_path)
    await run(oaflow, "check", "shop", folder=tmp_path)
    assert " 0 failed" in await run(oaflow, "test", "shop", "--language", "en", folder=tmp_path)
    await plays(await started(oaflow, "run", "shop", "--simulator", "--port", "0", folder=tmp_path))


def wheel_in(folder: Path) -> Path:
    [wheel] = folder.glob("oaflow-*.whl")
    return wheel


async def plays(bot: Process) -> None:
    """Its pages are there, and it ends when it is asked to."""
    assert bot.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE), ClientSession() as http:
            address = await listening(bot.stdout)
            for page in ("/simulator/", "/admin/sign-in"):
                async with http.get(f"{address}{page}") as answer:
                    assert answer.status == 200
    finally:
        bot.terminate()
        rest = await asyncio.wait_for(bot.stdout.read(), PATIENCE)
    assert await bot.wait() == 0, rest.decode()


async def listening(log: asyncio.StreamReader) -> str:
    """The address, once the bot says that it is ready."""
    address = ""
    while '"ready"' not in (line := (await log.readline()).decode()):
        assert line, "it has ended"
        _, found, after = line.partition("listening on ")
        address = after.split('"')[0] if found else address
    return address
