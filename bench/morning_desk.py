"""The console in `bench.busy_morning`, by HTTP as browsers ask it; and the hour that passes."""

from __future__ import annotations

import asyncio
import heapq
import html
import itertools
import re
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession


class Hour:
    """The simulated time of all actors: it goes on once each of them waits."""

    def __init__(self, http: ClientSession) -> None:
        self.now = 0
        self._http = http
        self._due: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._awake = 0
        self._quiet = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """So many seconds of the hour, in whole ones."""
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._due, (self.now + max(1, round(seconds)), next(self._numbers), future))
        self._rest()
        await future

    def _rest(self) -> None:
        self._awake -= 1
        if not self._awake:
            self._quiet.set()

    async def play(self, actors: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Until all actors are through."""
        self._awake = len(actors)

        async def act(actor: Coroutine[Any, Any, None]) -> None:
            await actor
            self._rest()

        async with asyncio.TaskGroup() as group:
            for one in actors:
                group.create_task(act(one))
            while True:
                await self._quiet.wait()
                self._quiet.clear()
                if not self._due:
                    return
                await self._go_on()

    async def _go_on(self) -> None:
        at = self._due[0][0]
        await moved(self._http, at - self.now)
        self.now = at
        while self._due and self._due[0][0] == at:
            self._awake += 1
            heapq.heappop(self._due)[2].set_result(None)


async def moved(http: ClientSession, seconds: int) -> None:
    """The simulator's clock goes on, and the bot has done what that brings."""
    async with http.post("/simulator/api/clock", json={"by": f"{seconds}s"}) as response:
        response.raise_for_status()


@dataclass
class Figures:
    """What came of it. `took`: seconds of each page; `heard`: seconds until a console hears of news."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    heard: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    said_at: float = 0.0


@dataclass
class Talk:
    """A conversation as the page shows it."""

    part: str
    fields: dict[str, str]
    by: str
    costs: str


@dataclass(frozen=True)
class ListedRow:
    """A chat in a list: the part that names it, whose it is, whether a colleague has it open."""

    part: str
    name: str
    unread: bool
    is_looked_at: bool


def _row(drawn: str) -> ListedRow:
    part, name = re.search(r'data-chat="([^"]+)"', drawn), re.search(r'named">([^<]*)<', drawn)
    assert part is not None
    assert name is not None
    return ListedRow(part[1], html.unescape(name[1]), "is-unread" in drawn, "is-there" in drawn)


class Desk:
    """Somebody of staff at a browser."""

    def __init__(self, http: ClientSession, role: str, figures: Figures) -> None:
        self.name = f"try-{role}"
        self._http = http
        self._role = role
        self._figures = figures
        self._proof = ""
        self._live: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        page = await self._get("sign in", "/admin/sign-in")
        fields = {"proof": _field(page, "proof"), "role": self._role, "to": "/admin/chat"}
        async with self._http.post("/admin/try", data=fields) as response:
            response.raise_for_status()
            self._proof = _field(await response.text(), "proof")
        self._live = asyncio.create_task(self._listen())

    async def leave(self) -> None:
        if self._live is not None:
            self._live.cancel()
            with suppress(asyncio.CancelledError):
                await self._live
        await self._http.close()

    async def listed(self, which: str) -> list[ListedRow]:
        """The chats of a list."""
        page = await self._get(f"list: {which}", f"/admin/chat/part?of=list&list={which}")
        return [_row(one) for one in re.findall(r'<a class="one-chat.*?</a>', page, re.S)]

    async def opened(self, part: str, *, whole: bool = True) -> Talk:
        """A conversation, by its page or by what is renewed of it."""
        if whole:
            page = await self._get("page of a chat", f"/admin/chat?list=waits&chat={part}")
        else:
            page = await self._get("part of a chat", f"/admin/chat/part?of=talk&list=waits&chat={part}")
        by = re.search(r'data-part="price" data-costs="(\d)" data-free="\d+" data-by="([^"]*)"', page)
        if by is None:
            raise SystemExit(f"this is no conversation: {page[:500]}")
        even_if = re.search(r'name="even_if" value="([^"]*)"', page)
        held = even_if[1] if even_if is not None else ""
        return Talk(part, {"even_if": held}, by[2], by[1])

    async def signs(self, part: str, how: str) -> None:
        fields = {"proof": self._proof, "chat": part, "how": how}
        await self._post("sign", "/admin/chat/sign", fields)

    async def deed(self, do: str, talk: Talk, **more: str) -> str:
        """Empty where it was done; else why not."""
        fields = {"proof": self._proof, "chat": talk.part, "form": uuid4().hex, "do": do, "script": "1"}
        held = talk.fields["even_if"] if do in ("take", "give", "back") else ""
        end = await self._post(do, "/admin/chat/do", {**fields, "even_if": held, **more})
        if "error" in end:
            return str(end["error"])
        return str(end.get("unsent") or "")

    async def _get(self, what: str, path: str) -> str:
        began = time.perf_counter()
        async with self._http.get(path) as response:
            text = await response.text()
        self._figures.took[what].append(time.perf_counter() - began)
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}")
        return text

    async def _post(self, what: str, path: str, fields: dict[str, str]) -> dict[str, Any]:
        began = time.perf_counter()
        async with self._http.post(path, data=fields) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
        self._figures.took[what].append(time.perf_counter() - began)
        if response.status not in (200, 409):
            self._figures.counts[f"status {response.status}"] += 1
        return answer

    async def _listen(self) -> None:
        async with self._http.get("/admin/live?chat=&attention=") as response:
            async for line in response.content:
                if line.startswith(b"event: chat") and self._figures.said_at:
                    self._figures.heard.append(time.perf_counter() - self._figures.said_at)
                    self._figures.said_at = 0.0


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise SystemExit(f"the page has no {name}: {page[:500]}")
    return found[1]
