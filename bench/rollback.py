"""`make measure`: how soon every process serves what was brought back; what keeping a playbook costs.

By itself: `python -m bench.rollback --files 2000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from bench import many_files
from bot.app.database import OpenDatabase, open_database
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from bot.operations.acceptance import Acceptance
from bot.playbook.load import load
from bot.playbook.valid import ValidPlaybook, valid_playbook

PROCESSES = 3
LIMIT = 2.0
"""Seconds until every process serves it (issue 17)."""
PATIENCE = 60.0
SECRETS = {"BENCH_SECRET": "s", "BENCH_TOKEN": "t"}


def _write(folder: Path, files: int) -> None:
    """200 files of rules, and as many small ones as are missing."""
    many_files.write(folder)
    text = (folder / "bot.yaml").read_text("utf-8")
    names = text.replace("channel_secret: opaque", "channel_secret: '${BENCH_SECRET}'")
    names = names.replace("access_token: opaque", "access_token: '${BENCH_TOKEN}'")
    (folder / "bot.yaml").write_text(names, "utf-8")
    (folder / "cards").mkdir(exist_ok=True)
    there = sum(1 for _ in folder.rglob("*.yaml"))
    for number in range(files - there):
        card = f"cards:\n  more_{number}:\n    text: 第 {number} 張\n"
        (folder / "cards" / f"more{number}.yaml").write_text(card, "utf-8")


@asynccontextmanager
async def _serving(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[None]:
    words = [sys.executable, "-m", "bot", "run", str(folder), "--port", "0"]
    processes = [
        await asyncio.create_subprocess_exec(*words, env=environment, stderr=subprocess.DEVNULL)
        for _ in range(PROCESSES)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


async def _until(opened: OpenDatabase, version: str) -> None:
    """All processes run this version."""
    async with asyncio.timeout(PATIENCE):
        while True:
            alive = await opened.stores.processes.alive()
            if len(alive) == PROCESSES and all(one.runs == version for one in alive):
                return
            await asyncio.sleep(0.01)


def _read(folder: Path) -> ValidPlaybook:
    return valid_playbook(load(folder, SECRETS))


async def _accepted(opened: OpenDatabase, found: ValidPlaybook, *, keeps: bool = True) -> float:
    """The seconds that it took."""
    begun = time.perf_counter()
    acceptance = Acceptance(opened.stores, SystemClock(), lambda *told: None, by="bench", keeps=keeps)
    await acceptance.accept(found, "publish")
    return time.perf_counter() - begun


async def measured(files: int = 200) -> bool:
    """Whether every process serves it soon enough."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary) / "shop", Path(temporary) / "data"
        folder.mkdir()
        _write(folder, files)
        environment = {
            **os.environ,
            **SECRETS,
            "OAFLOW_DATA": str(data),
            "OAFLOW_LINE_API": "http://127.0.0.1:9",
        }
        opened = await open_database(Settings({}), folder, environment, uuid.uuid4().hex)
        try:
            return await _measured(opened, folder, environment, files)
        finally:
            await opened.close()


async def _measured(opened: OpenDatabase, folder: Path, environment: Mapping[str, str], files: int) -> bool:
    yaml, first = folder / "bot.yaml", _read(folder)
    begun = time.perf_counter()
    _read(folder)
    reading = time.perf_counter() - begun
    kept = await _accepted(opened, first)
    async with _serving(folder, environment):
        await _until(opened, first.playbook.version)
        text = yaml.read_text("utf-8")
        yaml.write_text(text.replace("大店", "大店二"), "utf-8")
        second = _read(folder)
        again = await _accepted(opened, second)
        await _until(opened, second.playbook.version)
        begun = time.perf_counter()
        words = [sys.executable, "-m", "bot", "rollback", str(folder)]
        command = await asyncio.create_subprocess_exec(
            *words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while True:
            live = await opened.stores.playbooks.live()
            if live is not None and live.is_brought_back:
                break
            await asyncio.sleep(0.01)
        at = time.perf_counter()
        await _until(opened, first.playbook.version)
        served = time.perf_counter() - at
        whole = time.perf_counter() - begun if await command.wait() == 0 else float("nan")
    yaml.write_text(text.replace("大店", "大店三"), "utf-8")
    bare = await _accepted(opened, _read(folder), keeps=False)
    print(f"playbook of {files:,} files: read in {reading:.2f} s")
    print(f"  kept, nothing there yet               {kept:5.2f} s")
    print(f"  kept, one file is another             {again:5.2f} s (without keeping it: {bare:.2f})")
    print(f"  brought back, in {PROCESSES} processes          {served:5.2f} s (wanted <= {LIMIT})")
    print(f"  oaflow rollback, from call to end     {whole:5.2f} s")
    return served <= LIMIT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.files)))


if __name__ == "__main__":
    sys.exit(main())
