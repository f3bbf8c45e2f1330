"""The load of `bench.console_pages`, in a process of its own: consoles that listen, customers who write."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import orjson
import uvloop
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bench.audience_crowd import user_of
from bench.world import Webhooks, signed
from bot.web.admin.cookies import NAME

PROBE = "U" + "c0ffee00" * 4
"""Somebody who waits for staff, and whose chat one console has open: it is timed when that hears of them."""
_PROBES = 1.0
"""Seconds between their messages."""


@dataclass(frozen=True)
class Load:
    """What is to be done for so many seconds: `secrets` of sessions, each a console with a stream; messages a
    second of `people`. `part`: the probe's chat, for the first console. Where they `renew`, each asks for its
    list when it hears of something, as the page's script does."""

    port: int
    secrets: Sequence[str]
    part: str
    people: int
    messages: int
    seconds: float
    renew: bool


@dataclass
class Heard:
    """`waits`: seconds from the probe's webhook to the event of its console; how many events, how many lists,
    how long these took; how many webhooks were not taken."""

    waits: list[float] = field(default_factory=list)
    events: int = 0
    lists: list[float] = field(default_factory=list)
    refused: int = 0


class Consoles:
    """All browsers of the team, and LINE."""

    def __init__(self, load: Load, http: ClientSession) -> None:
        self._load = load
        self._http = http
        self.heard = Heard()
        self._said_at: float | None = None
        self._ready = asyncio.Semaphore(0)

    async def play(self) -> Heard:
        """Open all streams, then write."""
        streams = [
            asyncio.create_task(self._console(secret, self._load.part if number == 0 else ""))
            for number, secret in enumerate(self._load.secrets)
        ]
        for _ in streams:
            await self._ready.acquire()
        self.heard.events, self.heard.lists = 0, []
        await asyncio.gather(self._crowd(), self._probe())
        for one in streams:
            one.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
        return self.heard

    async def _console(self, secret: str, part: str) -> None:
        cookie = {"Cookie": f"{NAME}={secret}"}
        renewing: asyncio.Task[None] | None = None
        news = asyncio.Event()
        if self._load.renew:
            renewing = asyncio.create_task(self._renew(cookie, news))
        try:
            async with self._http.get(f"/admin/live?chat={part}&attention=", headers=cookie) as response:
                response.raise_for_status()
                self._ready.release()
                name = b""
                async for line in response.content:
                    if line.startswith(b"event:"):
                        name = line[7:].strip()
                    elif line.startswith(b"data:") and name == b"chat":
                        self.heard.events += 1
                        news.set()
                        self._probed(bool(part) and orjson.loads(line[6:])["chat"])
        finally:
            if renewing is not None:
                renewing.cancel()

    def _probed(self, is_it: bool) -> None:
        if is_it and self._said_at is not None:
            self.heard.waits.append(time.perf_counter() - self._said_at)
            self._said_at = None

    async def _renew(self, cookie: Mapping[str, str], news: asyncio.Event) -> None:
        while True:
            await news.wait()
            news.clear()
            began = time.perf_counter()
            async with self._http.get("/admin/chat/part?of=list&list=waits", headers=cookie) as response:
                await response.read()
            self.heard.lists.append(time.perf_counter() - began)

    async def _crowd(self) -> None:
        """Messages of people at random, evenly, over some connections."""
        dice, load = random.Random(1), self._load
        lines = [await self._line() for _ in range(8)]
        free: asyncio.Queue[Webhooks] = asyncio.Queue()
        for line in lines:
            free.put_nowait(line)
        began, tasks = time.perf_counter(), set[asyncio.Task[None]]()
        for number in range(int(load.messages * load.seconds)):
            await asyncio.sleep(max(0.0, began + number / load.messages - time.perf_counter()))
            who = dice.randrange(load.people)
            line = await free.get()
            task = asyncio.create_task(self._deliver(line, user_of(who - who % 20), free))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    async def _deliver(self, line: Webhooks, user: str, free: asyncio.Queue[Webhooks]) -> None:
        self.heard.refused += await line.deliver(webhook(self._load.port, user)) != 200
        free.put_nowait(line)

    async def _probe(self) -> None:
        line = await self._line()
        ends = time.perf_counter() + self._load.seconds
        while time.perf_counter() < ends:
            await asyncio.sleep(_PROBES)
            self._said_at = time.perf_counter()
            self.heard.refused += await line.deliver(webhook(self._load.port, PROBE)) != 200

    async def _line(self) -> Webhooks:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Webhooks, "127.0.0.1", self._load.port))[1]


_numbers = itertools.count(time.time_ns())


def webhook(port: int, user: str, text: str = "請問訂單到哪裡了？") -> bytes:
    """A text of this user, as LINE sends it."""
    number = next(_numbers)
    event = {
        "type": "message",
        "message": {"type": "text", "id": str(number), "quoteToken": "q" * 40, "text": text},
        "webhookEventId": f"01CONSOLE{number:020}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": time.time_ns() // 1_000_000,
        "source": {"type": "user", "userId": user},
        "replyToken": f"{number:032x}",
        "mode": "active",
    }
    body = json.dumps({"destination": "U" + "0" * 32, "events": [event]}, ensure_ascii=False).encode()
    return signed("/webhook/main", port, body, b"x")


async def _run(load: Load) -> Heard:
    async with ClientSession(
        f"http://127.0.0.1:{load.port}",
        connector=TCPConnector(limit=0),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None),
    ) as http:
        return await Consoles(load, http).play()


def main() -> None:
    """The load comes by standard input, what was heard goes out as JSON."""
    with suppress(KeyboardInterrupt):
        heard = uvloop.run(_run(Load(**json.load(sys.stdin))))
        print(json.dumps(asdict(heard)))


if __name__ == "__main__":
    main()
