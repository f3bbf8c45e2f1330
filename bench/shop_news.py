"""A storm of a shop's webhooks, paced, beside LINE's webhooks: how long both wait for their 200.

`python -m bench.shop_news --seconds 60`. The shop itself is away meanwhile (nobody listens at its address),
so all of it waits in the database at the end, and nothing may be missing there.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import itertools
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop

from bench.main import CHANNEL, PEOPLE, SECRET, Side, ours, quantile
from bench.world import Webhooks, World

A_SECOND = 500
SECONDS = 60
CONNECTIONS = 32
LINES_A_SECOND = 50
"""Webhooks of LINE, of one event each, all the while."""
SHOP_SECRET = "bench-webhook-secret"
PLAYBOOK = (
    CHANNEL
    + "    shop: forest\n"
    + f"""\
shops: {{forest: {{platform: cyberbiz, username: bench, secret: bench, webhook_secret: {SHOP_SECRET}}}}}
rules:
  - {{when: {{text: hello}}, reply: 您好}}
"""
)
_numbers = itertools.count(1)


@dataclass
class Answers:
    """Seconds until each 200."""

    shop: list[float] = field(default_factory=list)
    line: list[float] = field(default_factory=list)


def shop_webhook(port: int) -> bytes:
    """A member was changed: each request another member."""
    number = next(_numbers)
    body = orjson.dumps({"id": number, "name": "王小明", "mobile": "0912345678", "updated_at": str(number)})
    sign = hmac.digest(SHOP_SECRET.encode(), body, "sha256").hex()
    head = (
        f"POST /shops/main/cyberbiz/webhook HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"X-Cyberbiz-Event: customers/update\r\nX-Cyberbiz-Domain: forest.cyberbiz.co\r\n"
        f"X-Cyberbiz-Hmac-Sha256: {sign}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Paced:
    """So many requests a second on a few connections, whatever the answers take; how long each took."""

    def __init__(self, port: int, a_second: int, made: Callable[[], bytes], took: list[float]) -> None:
        self._port = port
        self._a_second = a_second
        self._made = made
        self._took = took

    async def run(self, seconds: float) -> None:
        """Send for so long, and wait for all answers. A request is due whether others are answered or not."""
        loop = asyncio.get_running_loop()
        free: asyncio.Queue[Webhooks] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            free.put_nowait((await loop.create_connection(Webhooks, "127.0.0.1", self._port))[1])
        began = time.perf_counter()

        async def one(due: float) -> None:
            there = await free.get()
            if await there.deliver(self._made()) != 200:
                raise SystemExit("a webhook was not taken")
            self._took.append(time.perf_counter() - due)
            free.put_nowait(there)

        async with asyncio.TaskGroup() as group:
            for number in range(int(self._a_second * seconds)):
                due = began + number / self._a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(one(due))


async def storm(line: World, side: Side, seconds: float, news: int) -> Answers:
    """LINE's webhooks alone, or with so many of the shop a second."""
    answers = Answers()
    of_line = Paced(side.port, LINES_A_SECOND, lambda: line.webhook(side.path, side.port, 1)[0], answers.line)
    of_shop = Paced(side.port, news, lambda: shop_webhook(side.port), answers.shop)
    await asyncio.gather(of_line.run(seconds), *([of_shop.run(seconds)] if news else []))
    return answers


async def measured(seconds: float = SECONDS) -> bool:
    """Print the rows; whether what is wanted holds."""
    line = World(SECRET, PEOPLE, ["hello"])
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        async with ours("news", folder / "shop", api, PLAYBOOK, folder / "data") as side:
            await line.run(side.path, side.port, PEOPLE // 10 + 20, 10, 64)  # everybody has written once
            alone = await storm(line, side, seconds / 2, 0)
            both = await storm(line, side, seconds, A_SECOND)
    line.close()
    half = quantile(both.shop, 0.5)
    before, meanwhile, shop = (quantile(one, 0.99) for one in (alone.line, both.line, both.shop))
    print(f"news of a shop, {A_SECOND}/s for {seconds:.0f} s: {len(both.shop)} stored")
    print(f"  a webhook of the shop                {half:7.1f} / {shop:.1f} ms (p50 / p99)")
    print(f"  LINE's 200, alone                    {before:7.1f} ms (p99)")
    print(f"  LINE's 200, meanwhile                {meanwhile:7.1f} ms (p99; wanted <= 3 x)")
    return meanwhile <= 3 * before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.seconds)))


if __name__ == "__main__":
    sys.exit(main())
