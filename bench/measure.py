"""`make measure`: how soon `oaflow run` is ready, what idling costs."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from bench.main import SECRET, free_port, playbook

READY_LIMIT = 1.5
BOT_IDLE_LIMIT = 0.5
MONGOD_IDLE_LIMIT = 0.7


def start(folder: Path, data: Path) -> tuple[psutil.Popen, float]:
    """Start the bot; the process, and the seconds until `/readyz` answered 200."""
    port = free_port()
    environment = {
        **os.environ,
        "BENCH_SECRET": SECRET,
        "BENCH_TOKEN": "t",
        "OAFLOW_DATA": str(data),
        "OAFLOW_LINE_API": "http://127.0.0.1:9",
    }
    began = time.perf_counter()
    arguments = [sys.executable, "-m", "bot", "run", str(folder), "--port", str(port)]
    process = psutil.Popen(arguments, env=environment, stderr=asyncio.subprocess.DEVNULL)
    while time.perf_counter() - began < 30:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return process, time.perf_counter() - began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise SystemExit("the bot was not ready within 30 s")


def stop(process: psutil.Popen) -> None:
    process.terminate()
    if process.wait(30) != 0:
        raise SystemExit("the bot did not stop well")


def idle(process: psutil.Process, seconds: float) -> float:
    """Percent of one core over these seconds."""
    before = process.cpu_times()
    time.sleep(seconds)
    after = process.cpu_times()
    return float(after.user + after.system - before.user - before.system) / seconds * 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to watch it idle")
    parser.add_argument("--starts", type=int, default=5)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary), Path(temporary) / "data"
        (folder / "bot.yaml").write_text(playbook(100))
        process, first = start(folder, data)
        stop(process)
        times = []
        for _ in range(wanted.starts):
            process, ready = start(folder, data)
            times.append(ready)
            stop(process)
        process, _ = start(folder, data)
        mongod = psutil.Process(int((data / "db" / "mongod.lock").read_text()))
        time.sleep(3)
        before = mongod.cpu_times()
        bot = idle(process, wanted.seconds)
        after = mongod.cpu_times()
        database = (after.user + after.system - before.user - before.system) / wanted.seconds * 100
        memory = process.memory_info().rss / 2**20, mongod.memory_info().rss / 2**20
        stop(process)
    ready = statistics.median(times)
    print(f"ready, first start (empty folder)   {first:5.2f} s")
    print(
        f"ready, on existing data             {ready:5.2f} s (max {max(times):.2f}; wanted <= {READY_LIMIT})"
    )
    print(f"idle bot                            {bot:5.2f} % of a core (wanted < {BOT_IDLE_LIMIT})")
    print(f"idle mongod                         {database:5.2f} % of a core (wanted < {MONGOD_IDLE_LIMIT})")
    print(f"memory                              bot {memory[0]:.0f} MiB, mongod {memory[1]:.0f} MiB")
    return int(ready > READY_LIMIT or bot >= BOT_IDLE_LIMIT or database >= MONGOD_IDLE_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
