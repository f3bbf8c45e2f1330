"""`make measure`: thousands of web hooks are due at once, and the other side answers after five seconds.

By itself, and sooner: `python -m bench.hooks --hooks 2000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import uvloop

from bench.journey_run import SECRETS
from bench.journey_world import CountingLine
from bench.journeys import Crowd, Live, now, told
from bench.main import CHANNEL, Side, ours
from bench.world import Api, ok
from bot.app.database import open_database
from bot.hooks.call import AT_ONCE
from bot.playbook.load import load

TWICE = 2.0
HOOKS = 10_000
ANSWERS_AFTER = 5.0
LOOK = 30.0
"""Seconds for which live webhooks are watched: before any hook is due, and while they wait."""
PATIENCE = 600.0

PLAYBOOK = """\
private_hosts: [127.0.0.1]
hooks:
  slow: {{url: "http://127.0.0.1:{port}/", secret: opaque, body: {{line: "{{{{ contact.line_id }}}}"}}}}
flows:
  series:
    when: {{tag_added: 系列}}
    once_per: person
    if_late: send
    states:
      等: {{wait: 1d, next: 問}}
      問:
        do: [{{call: slow}}]
        rules:
          - {{when: {{hook: slow}}, to: 走完}}
        give_up_after: {{1d: 走完}}
      走完: {{end: true}}
rules:
  - when: follow
    do:
      - add_tags: [系列]
"""


@dataclass
class SlowSystem:
    """The other side: it takes its time; `most` is how many it was asked at once."""

    at_once: int = 0
    most: int = 0
    answered: int = 0
    keys: set[bytes] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """On 127.0.0.1; its port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SlowAnswers(self), "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()


class SlowAnswers(Api):
    """One connection: each request is answered after a while."""

    def __init__(self, system: SlowSystem) -> None:
        super().__init__(self._hear)
        self._system = system

    def _hear(self, head: bytes, body: bytes) -> bytes:
        system = self._system
        found = re.search(rb"(?i)idempotency-key: ([^\r]+)", head)
        system.keys.add(found[1] if found else b"")
        system.at_once += 1
        system.most = max(system.most, system.at_once)
        asyncio.get_running_loop().call_later(ANSWERS_AFTER, self._answer_now)
        return b""

    def _answer_now(self) -> None:
        self._system.at_once -= 1
        self._system.answered += 1
        if not self._transport.is_closing():
            self._transport.write(ok(b"{}"))


def playbook_of(port: int) -> str:
    answers = [f"  - when: {{text: keyword {n}}}\n    reply: answer {n}\n" for n in range(10)]
    return CHANNEL + PLAYBOOK.format(port=port) + "".join(answers)


async def waits(side: Side) -> int:
    """How many calls of hooks are not answered yet."""
    text = await asyncio.to_thread(_metrics, side.port)
    found = re.search(r'^oaflow_hooks_open\{hook="slow"\} (\S+)$', text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def _metrics(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return str(answer.read().decode())


async def many_due(place: Path, count: int) -> bool:
    """All are due in one moment; who says something meanwhile gets the 200 as soon as before."""
    folder, data = place / "bot", place / "data"
    line, slow = CountingLine(SECRETS["BENCH_SECRET"], 1_000), SlowSystem()
    async with slow.serving() as port:
        api, text = await line.serve(), playbook_of(port)
        folder.mkdir()
        (folder / "bot.yaml").write_text(text, "utf-8")
        loaded = load(folder, SECRETS)
        opened = await open_database(loaded.settings, folder, {"OAFLOW_DATA": str(data)}, "")
        try:
            async with ours("first", place / "first", api, text, data):
                pass  # the playbook is live before anybody follows it
            crowd = Crowd(opened, loaded, line)
            moment = now() + timedelta(seconds=LOOK + 15)
            await crowd.joined_by(count, moment)
            async with ours("oaflow", folder, api, text, data) as side:
                return await _watched(line, side, slow, moment.timestamp(), count)
        finally:
            await opened.close()


async def _watched(line: CountingLine, side: Side, slow: SlowSystem, moment: float, count: int) -> bool:
    live = Live(line, side)
    async with live.going_on():
        await asyncio.sleep(max(0.0, moment - time.time() - 1))
    quiet = live.p99()
    async with live.going_on():
        async with asyncio.timeout(PATIENCE):
            while await waits(side) + slow.answered < count * 0.999:
                await asyncio.sleep(0.5)
        seconds = time.time() - moment
    burst, number = live.p99(), len(live.acknowledged)
    cpu = side.cpu()
    async with live.going_on():
        await asyncio.sleep(LOOK)
    cpu = side.cpu() - cpu
    if live.refused:
        raise SystemExit(f"{live.refused} webhooks were refused")
    open_ = await waits(side)
    print(
        f"{count:,} hooks due at once, answered after {ANSWERS_AFTER:g} s: asked for within {seconds:.1f} s;"
    )
    print(
        f"  p99 of the 200 of {number} live webhooks in these seconds: {burst:.1f} ms ({quiet:.1f} ms before)"
    )
    print(f"  then {open_:,} wait; the bot takes {cpu / LOOK * 100:.0f} % of a core")
    well = told("  under way side by side, at most", f"{slow.most} (wanted {AT_ONCE})", slow.most == AT_ONCE)
    well &= told(
        "  keys and answers", f"{len(slow.keys)} and {slow.answered}", len(slow.keys) >= slow.answered
    )
    return well & told(
        "  p99 of the 200 of live webhooks while they wait (before)",
        f"{live.p99():.1f} ms ({quiet:.1f} ms; wanted <= {TWICE:g} x)",
        live.p99() <= TWICE * quiet,
    )


async def measured(count: int = HOOKS) -> bool:
    """Print the figures for so many hooks; whether each is as wanted."""
    with tempfile.TemporaryDirectory() as temporary:
        return await many_due(Path(temporary), count)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hooks", type=int, default=HOOKS, help="how many are due at once")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.hooks)))


if __name__ == "__main__":
    sys.exit(main())
