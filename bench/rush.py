"""`python -m bench.rush`: thousands of people who follow within seconds, and how many welcomes still fit.

The load is open: webhooks come when they are due, whether the ones before were answered or not. LINE answers
after a delay and refuses reply tokens that are older than a minute. LINE, the load and mongod share the cores
with the bot, so CPU for each welcome stands beside the times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import statistics
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop

from bench.main import SECRET
from bench.processes import Bot, running
from bench.world import Api, Webhooks, ok, signed
from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase

TOKEN_LIFE = 60.0
"""Seconds for which LINE takes a reply token (https://developers.line.biz/en/reference/messaging-api/#send-reply-message)."""
QUIET = 15.0
"""Seconds without any answer after which the rush is over."""
_TOKEN = re.compile(rb'"replyToken": ?"([^"]+)"')
_NAME = "小美".encode()
_PROFILE = b'{"displayName":"%b","userId":"U","language":"zh-TW"}' % _NAME
_DEAD = b'{"message":"Invalid reply token"}'
_REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_DEAD),
    _DEAD,
)

PLAYBOOK = """\
bot: Rush
channels:
  main:
    id: "@rush"
    channel_id: "1"
    channel_secret: ${BENCH_SECRET}
    access_token: ${BENCH_TOKEN}
rules:
  - when: follow
    reply: 歡迎 {{ contact.name }}！
"""


@dataclass
class Rush:
    """What came of one rush; times in seconds after its first webhook."""

    people: int
    began: float = 0.0
    sent: dict[bytes, float] = field(default_factory=dict)
    welcomed: list[float] = field(default_factory=list)
    """How old each token was that LINE took."""
    refused: int = 0
    named: int = 0
    """Welcomes with the person's name."""
    acknowledged: list[float] = field(default_factory=list)
    not_stored: int = 0
    last: float = 0.0


class PretendLine:
    """LINE's API: it answers after `delay` seconds, and knows how old a token is."""

    def __init__(self, rush: Rush, delay: float) -> None:
        self._rush = rush
        self._delay = delay

    async def serve(self) -> str:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Api(self._answer, self._delay), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _answer(self, head: bytes, body: bytes) -> bytes:
        rush, now = self._rush, time.perf_counter()
        if b"/profile/" in head:
            return ok(_PROFILE)
        if (token := _TOKEN.search(body)) is None:
            return ok()
        rush.last = now
        came = rush.sent.pop(token[1], None)
        if came is None or now - came > TOKEN_LIFE:
            rush.refused += 1
            return _REFUSED
        rush.welcomed.append(now - came)
        rush.named += _NAME in body
        return ok()


def follow(number: int, port: int) -> tuple[bytes, bytes]:
    """A signed webhook of one new friend, and its reply token."""
    token = f"{number:032x}"
    event = {
        "type": "follow",
        "follow": {"isUnblocked": False},
        "webhookEventId": f"01RUSH{number:020}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": time.time_ns() // 1_000_000,
        "source": {"type": "user", "userId": f"U{number:032x}"},
        "replyToken": token,
        "mode": "active",
    }
    body = json.dumps({"destination": "U" + "0" * 32, "events": [event]}).encode()
    return signed("/webhook/main", port, body, SECRET.encode()), token.encode()


async def rushed(rush: Rush, port: int, first: int, seconds: float, connections: int) -> None:
    """Deliver all webhooks, each when it is due, and wait until nothing more is answered."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Webhooks] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait((await loop.create_connection(Webhooks, "127.0.0.1", port))[1])
    tasks = set[asyncio.Task[None]]()

    async def deliver(line: Webhooks, request: bytes) -> None:
        began = time.perf_counter()
        rush.not_stored += await line.deliver(request) != 200
        rush.acknowledged.append(time.perf_counter() - began)
        free.put_nowait(line)

    rush.began = time.perf_counter()
    for number in range(rush.people):
        due = rush.began + number * seconds / rush.people
        if (left := due - time.perf_counter()) > 0.002:
            await asyncio.sleep(left)
        line = await free.get()
        request, token = follow(first + number, port)
        rush.sent[token] = rush.last = time.perf_counter()
        task = asyncio.create_task(deliver(line, request))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    while tasks:
        await asyncio.wait(tasks)
    while rush.sent and time.perf_counter() - rush.last < QUIET:
        await asyncio.sleep(0.5)


def mongod_of(folder: Path) -> psutil.Process:
    for one in psutil.process_iter(["name", "cmdline"]):
        with suppress(psutil.Error):
            if one.info["name"] == "mongod" and str(folder) in " ".join(one.info["cmdline"]):
                return psutil.Process(one.pid)
    raise SystemExit("no mongod")


def spent(one: psutil.Process) -> float:
    times = one.cpu_times()
    return float(times.user + times.system)


async def one_rush(
    bot: Bot, rush: Rush, database: psutil.Process, first: int, wanted: argparse.Namespace
) -> None:
    """Play it and print what it came to."""
    before, base = bot.cpu(), spent(database)
    await rushed(rush, bot.port, first, wanted.seconds, wanted.connections)
    ages = sorted(rush.welcomed)
    took = max(rush.last - rush.began, 0.001)
    print(
        f"{bot.name}: {len(ages):,} of {rush.people:,} welcomed within their token's life,"
        f" {rush.refused:,} refused by LINE, {len(rush.sent):,} never tried; {rush.named:,} by name\n"
        f"  token's age p50 {statistics.median(ages or [0]):.1f} s, max {max(ages or [0]):.1f} s;"
        f" 200 after p50 {statistics.median(rush.acknowledged) * 1000:.0f} ms,"
        f" max {max(rush.acknowledged):.1f} s; {rush.not_stored} not stored\n"
        f"  over after {took:.1f} s: {len(ages) / took:,.0f} welcomes a second; CPU a welcome: bot"
        f" {(bot.cpu() - before) / max(1, len(ages)) * 1000:.2f} ms, mongod"
        f" {(spent(database) - base) / max(1, len(ages)) * 1000:.2f} ms; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="within which they follow")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds until LINE answers a call")
    parser.add_argument("--connections", type=int, default=100, help="webhooks side by side at most")
    parser.add_argument("--processes", type=int, nargs="*", default=[0], help="0: one without a watcher")
    parser.add_argument("--rounds", type=int, default=1)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    first = 1
    for _ in range(wanted.rounds):
        for count in wanted.processes:
            rush = Rush(wanted.people)
            api = await PretendLine(rush, wanted.delay).serve()
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                embedded = EmbeddedDatabase(folder / "data", initiate)
                await embedded.start_or_join()
                try:
                    name = f"--processes {count}" if count else "one process"
                    data = folder / "data"
                    async with running(name, folder / "shop", api, data, count or None, PLAYBOOK) as bot:
                        await one_rush(bot, rush, mongod_of(folder), first, wanted)
                finally:
                    await embedded.leave()
            first += wanted.people


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
