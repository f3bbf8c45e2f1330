"""`make measure`: events of other systems in calls of a hundred, beside LINE's webhooks of ten events each.

By itself, and sooner: `python -m bench.outside_events --events 10000`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import orjson
import uvloop

from bench.main import CHANNEL, PEOPLE, SECRET, Side, ours, quantile
from bench.world import Webhooks, World

EVENTS = 40_000
CALL = 100
CONNECTIONS = 8
WANTED = 2_000.0
"""Events a second, stored; or as many as webhooks bring."""
PATIENCE = 300.0
TOKEN = "bench-token-of-the-other-system"
TEXTS = ["hello"]
PLAYBOOK = (
    CHANNEL
    + f"""\
api_token: {TOKEN}
signals: {{parcel_arrived: {{order_no: text, shop_name: text}}}}
rules:
  - {{when: {{signal: parcel_arrived}}, push: "{{{{ event.order_no }}}} {{{{ event.shop_name }}}}"}}
  - {{when: {{text: hello}}, reply: 您好}}
"""
)
_numbers = itertools.count(1)


class PushedLine(World):
    """LINE: how many pushes came."""

    def __init__(self) -> None:
        super().__init__(SECRET, PEOPLE, TEXTS)
        self.pushes = 0
        self.wanted = 0
        self.all_came = asyncio.Event()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """200 to everything."""
        if b"/message/push " in head:
            self.pushes += 1
            if self.pushes == self.wanted:
                self.all_came.set()
        return super().answer(head, body)


@dataclass(frozen=True)
class Told:
    """What one run measured: events a second until all are answered, and until all are pushed."""

    stored: float
    pushed: float
    answered: list[float]
    """Seconds of each call."""


def call(port: int) -> bytes:
    """One request with so many events for as many people."""
    events = [
        {
            "id": f"order-{number}",
            "signal": "parcel_arrived",
            "contact": {"line_id": f"U{number % PEOPLE:032x}"},
            "values": {"order_no": str(number), "shop_name": "信義店"},
        }
        for number in itertools.islice(_numbers, CALL)
    ]
    body = orjson.dumps(events)
    head = (
        f"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def tell(line: PushedLine, side: Side, events: int) -> Told:
    """So many events, on a few connections, until the last push."""
    calls = deque(call(side.port) for _ in range(events // CALL))
    line.pushes, line.wanted = 0, len(calls) * CALL
    line.all_came.clear()
    answered: list[float] = []

    async def connection() -> None:
        _, there = await asyncio.get_running_loop().create_connection(Webhooks, "127.0.0.1", side.port)
        while calls:
            request, began = calls.popleft(), time.perf_counter()
            if await there.deliver(request) != 202:
                raise SystemExit("a call was not taken whole")
            answered.append(time.perf_counter() - began)
        there._transport.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    stored = time.perf_counter() - began
    async with asyncio.timeout(PATIENCE):
        await line.all_came.wait()
    return Told(line.wanted / stored, line.wanted / (time.perf_counter() - began), answered)


async def measured(events: int = EVENTS) -> bool:
    """Print the rows; whether what is wanted holds."""
    line = PushedLine()
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        async with ours("events", folder / "shop", api, PLAYBOOK, folder / "data") as side:
            await line.run(side.path, side.port, PEOPLE // 10 + 20, 10, 64)  # everybody has written once
            webhooks = await line.run(side.path, side.port, events // 20, 10, 64)
            told = await tell(line, side, events)
    line.close()
    by_webhooks = webhooks.events / (webhooks.ended - webhooks.began)
    well = told.stored >= min(WANTED, by_webhooks)
    half, most = (quantile(told.answered, share) for share in (0.5, 0.99))
    print(f"events of other systems, {CALL} a call    {told.stored:7.0f} events/s (wanted >= {WANTED:.0f})")
    print(f"  webhooks of ten events, answered     {by_webhooks:7.0f} events/s (or as many as that)")
    print(f"  until all are pushed                 {told.pushed:7.0f} events/s")
    print(f"  a call                               {half:7.0f} / {most:.0f} ms (p50 / p99)")
    return well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.events)))


if __name__ == "__main__":
    sys.exit(main())
