"""A process of the bot whose clock goes ahead as its standard input says, a moment a line.

It is `oaflow run` without the web server: the same database, leases, turns, timers and sending. The first
moment is that of its start; it says "ready" when it works, "stopped" when it knows that pushes are, "going"
when they go on; and stops well when the input ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from datetime import datetime
from pathlib import Path

import aiohttp
import uvloop

from bot.app.database import open_database
from bot.cli.run.garbage import look_seldom_for_garbage
from bot.line.client import LineClient
from bot.line.webhook import read_event
from bot.playbook.load import load
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.dependencies import RuntimeDeps
from bot.runtime.process import Runtime
from bot.runtime.turn_taking.worlds import Worlds
from bot.simulator.workbench.clock import MovingClock


async def work(folder: Path, line: str) -> None:
    """Work until the input ends. `line` is the address of LINE's API."""
    loaded = load(folder, os.environ)
    if (playbook := loaded.playbook) is None:
        raise SystemExit(f"the playbook has mistakes: oaflow check {folder}")
    opened = await open_database(loaded.settings, folder, os.environ, uuid.uuid4().hex)
    clock, moments = MovingClock(), await _input()
    clock.move_to(_moment(await moments.readline()))
    brake = BrakeWatch(opened.stores.brakes, clock)
    await brake.look()
    worlds = Worlds(lambda channel: "fine", dict, dict, lambda: brake.brake)
    async with aiohttp.ClientSession() as session:
        client = LineClient(loaded.settings.channels["main"], line, line, session, clock)
        runtime = Runtime(
            RuntimeDeps(
                playbook=lambda: playbook,
                stores=opened.stores,
                account=lambda channel: client,
                read_event=read_event,
                clock=clock,
                me=opened.process,
                gone=opened.gone,
                world=worlds,
                brake=brake,
            )
        )

        def told() -> None:
            _say("stopped" if brake.brake else "going")

        brake.on_change += [worlds.changed, runtime.braked.look, told]
        runtime.also("brake", brake.run)
        await runtime.start()
        look_seldom_for_garbage()
        _say("ready")
        async for moment in moments:
            clock.move_to(_moment(moment))
        await runtime.stop()
        client.close()
    await opened.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _moment(line: bytes) -> datetime:
    return datetime.fromisoformat(line.decode().strip())


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(Path(sys.argv[1]), sys.argv[2]))
