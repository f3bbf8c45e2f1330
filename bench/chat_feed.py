"""What it costs to tell 200 open consoles of 50 messages a second: `python -m bench.chat_feed`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.main import quantile
from bot.app.database import open_database
from bot.model.clock import SystemClock
from bot.model.conversation import TranscriptRow
from bot.model.settings import Settings
from bot.runtime.chat_feed import EVERYTHING, ChatFeed, ChatSubscription
from bot.store.stores import Stores

CONSOLES, MESSAGES, SECONDS = 200, 50, 10


async def _hear(mine: ChatSubscription, heard: dict[str, float], first: asyncio.Event) -> None:
    while True:
        changed = await mine.next()
        now = time.perf_counter()
        if EVERYTHING in changed:
            first.set()
        for chat in changed:
            heard.setdefault(chat, now)


async def _write(stores: Stores, name: str, messages: int, seconds: int) -> dict[str, float]:
    """Rows of conversations, evenly; when each was written."""
    written: dict[str, float] = {}
    for number in range(messages * seconds):
        chat = f"main:{name}{number}"
        await stores.conversations.add(
            [TranscriptRow(f"main:{name}-e{number}", chat, datetime.now(UTC), number, b"[null,null,[]]")]
        )
        written[chat] = time.perf_counter()
        await asyncio.sleep(1 / messages)
    return written


async def _cost(stores: Stores, consoles: int, messages: int, seconds: int) -> tuple[float, list[float]]:
    """Cores that the process uses, and how long each change took to the first console (seconds)."""
    feed, heard, first = ChatFeed(stores.chat_changes, SystemClock()), dict[str, float](), asyncio.Event()
    with ExitStack() as open_consoles:
        subscriptions = [open_consoles.enter_context(feed.subscribed()) for _ in range(consoles)]
        tasks = [asyncio.create_task(_hear(one, heard, first)) for one in subscriptions]
        if tasks:
            await first.wait()
        used, began = time.process_time(), time.perf_counter()
        written = await _write(stores, f"U{consoles}x", messages, seconds)
        await asyncio.sleep(0.5)
        cores = (time.process_time() - used) / (time.perf_counter() - began)
        for task in tasks:
            task.cancel()
    return cores, [heard[chat] - at for chat, at in written.items() if chat in heard]


async def _run(consoles: int, messages: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opened = await open_database(Settings({}), Path(folder), {}, "bench")
        without, _ = await _cost(opened.stores, 0, messages, seconds)
        cores, waits = await _cost(opened.stores, consoles, messages, seconds)
        await opened.close()
    print(
        f"{consoles} consoles, {messages} messages/s: {100 * (cores - without):.1f} % of a core beside"
        f" {100 * without:.1f} % for writing; told after {quantile(waits, 0.5):.0f} ms (p99"
        f" {quantile(waits, 0.99):.0f} ms), {len(waits)} of {messages * seconds}"
    )


def main() -> None:
    """Measure, and print one line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--consoles", type=int, default=CONSOLES)
    asked.add_argument("--messages", type=int, default=MESSAGES)
    asked.add_argument("--seconds", type=int, default=SECONDS)
    given = asked.parse_args()
    asyncio.run(_run(given.consoles, given.messages, given.seconds))


if __name__ == "__main__":
    main()
