"""The world of one process with gates around it: its clock, its LINE, its database, what others store."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.line.outcome import Accepted, CallResult, Unknown
from bot.model.event import Profile
from bot.model.inbox import InboxEntry
from bot.model.processes import PRODUCTION, Shares
from bot.model.stored import Claimed, Stored, TurnWrite
from bot.store.cluster.leases import _shares
from bot.store.database.mongo import Document, reaching
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.runtime.gates import Gates
from tests.runtime.harness import Bot, ScriptedLine, _texts
from tests.runtime.shop import DEAD_TOKEN

CARRIES = "with what they carry"
LEASE = timedelta(seconds=PRODUCTION.lease)

GATED: Mapping[str, Sequence[str]] = {
    "contacts": ("load", "save", "claim", "poke", "settle", "due", "pass_on", "carrying"),
    "inbox": ("open_contacts", "open_of", "entries", "begin", "keep", "done", "set_aside"),
    "rows": ("timeline", "trace", "dead"),
    "said": ("add",),
    "leases": ("register", "renew", "apply", "give", "withdraw"),
}
"""The calls of each store; those that give one document after the other, and arrivals, are gated by hand."""


class ProcessClock(ManualClock):
    """The clock as one process sees it: it does not wake up while it is frozen.

    `sleepy`: the machine was paused with it, and its own count of the lease's seconds stood still. `ahead`:
    so far its clock is before the database's.
    """

    def __init__(self, shared: ManualClock, *, sleepy: bool, ahead: timedelta = timedelta(0)) -> None:
        super().__init__()
        self._shared = shared
        self._sleepy = sleepy
        self.ahead = ahead
        self._slept = timedelta(0)
        self._since: datetime | None = None
        self._awake = asyncio.Event()
        self._awake.set()

    def now(self) -> datetime:
        return self._shared.now() + self.ahead

    def of_database(self) -> datetime:
        """The moment by the clock of the database."""
        return self._shared.now()

    async def wait(self, seconds: float) -> None:
        await self._shared.wait(seconds)
        await self._awake.wait()

    def boottime(self) -> float:
        return (self._shared.now() - NOW - self._slept).total_seconds()

    @property
    def is_frozen(self) -> bool:
        return self._since is not None

    def freeze(self) -> None:
        self._since = self.now()
        self._awake.clear()

    def thaw(self) -> None:
        if self._since is not None and self._sleepy:
            self._slept += self.now() - self._since
        self._since = None
        self._awake.set()


class AnyLine:
    """LINE: a reply token works once, a push counts once by its key."""

    def __init__(self) -> None:
        self.replied: list[str] = []
        self.pushed: dict[str, str] = {}

    def reply(self, token: str) -> CallResult:
        if token in self.replied:
            return DEAD_TOKEN
        self.replied.append(token)
        return Accepted()

    def push(self, to: str, body: bytes, key: str) -> CallResult:
        known = key in self.pushed
        self.pushed.setdefault(key, f"{to} {' '.join(_texts(body))}")
        return Accepted(known_already=known)


class GatedLine(ScriptedLine):
    """LINE as one process reaches it; where a call fails nobody knows whether it was made."""

    def __init__(self, gates: Gates, who: str, line: AnyLine) -> None:
        super().__init__()
        self._gates, self._who, self._line = gates, who, line

    async def reply(self, token: str, body: bytes) -> CallResult:
        return await self._made(f"reply {token}", lambda: self._line.reply(token))

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        return await self._made(f"push {to}", lambda: self._line.push(to, body, retry_key))

    async def _made(self, call: str, work: Callable[[], CallResult]) -> CallResult:
        async def made() -> CallResult:
            return work()

        try:
            return await self._gates.through(self._who, call, made)
        except DatabaseUnavailable:
            return Unknown("played")

    async def profile(self, user_id: str) -> Profile | None:
        async def made() -> Profile:
            return Profile(f"name of {user_id}", None, None)

        return await self._gates.through(self._who, f"profile {user_id}", made, fails=False)


class Streams:
    """What a process stores for others' parts, as their change streams tell it."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[tuple[str, bool]]] = []

    def tell(self, entries: Sequence[InboxEntry], *, bulk: bool = False) -> None:
        for queue in self._queues:
            for entry in entries:
                queue.put_nowait((entry.contact, bulk))

    async def listen(self, gates: Gates, who: str) -> AsyncIterator[tuple[str, bool] | None]:
        queue: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
        self._queues.append(queue)
        yield None
        while True:
            told = await queue.get()
            await gates.stand(who, f"hears of {told[0]}", fails=False)
            yield told


def put_gates(gates: Gates, who: str, bot: Bot, clock: ProcessClock, streams: Streams) -> None:
    """Put gates around all that this process asks of the world, and its leases under the tests' clock."""
    bot.runtime.ownership._boottime = clock.boottime
    _set(bot.leases, "_extend", partial(_extend, bot, clock))
    for store, calls in GATED.items():
        for call in calls:
            gate_call(gates, who, getattr(bot, store), store, call)
    for call in ("unsent", "unsent_before", "uncounted"):
        _gate_reading(gates, who, bot, call)
    gate_call(gates, who, bot.stores.health, "health", "ping", fails=False)
    _gate_arrivals(gates, who, bot, streams)
    _set(bot.inbox, "foreign", lambda: streams.listen(gates, who))


def note_claims(bot: Bot, together: list[int]) -> None:
    """Note of each transaction that takes places how many turns it has written."""
    claim = bot.contacts.claim

    async def noted(writes: Sequence[TurnWrite]) -> Claimed:
        claimed = await claim(writes)
        if claimed.won:
            together.append(len(writes))
        return claimed

    _set(bot.contacts, "claim", noted)


def _set(of: object, name: str, value: object) -> None:
    setattr(of, name, value)


async def _extend(bot: Bot, clock: ProcessClock, where: Mapping[str, Any]) -> Shares | None:
    """What `Leases` does by the server's clock, by ours."""
    extend: Document = {
        "$set": {f"processes.{bot.id}": clock.of_database() + LEASE, "now": clock.of_database()}
    }
    async with reaching():
        document = await bot.leases._collection.find_one_and_update(where, extend, return_document=True)
    return None if document is None else _shares(document)


def gate_call(gates: Gates, who: str, store: object, name: str, call: str, *, fails: bool = True) -> None:
    """Put gates around one call; `fails`: the database may be found away there."""
    made = getattr(store, call)

    async def gated(*args: Any, **more: Any) -> Any:
        about = _about(args)
        return await gates.through(who, f"{name}.{call}{about}", partial(made, *args, **more), fails)

    _set(store, call, gated)


class GatedCalls:
    """Something shared, all of whose calls by one process go through gates. `fails` as in `gate_call`."""

    def __init__(self, gates: Gates, who: str, name: str, shared: object, *, fails: bool = True) -> None:
        self._gates, self._who, self._name, self._shared, self._fails = gates, who, name, shared, fails

    def __getattr__(self, call: str) -> Any:
        made = getattr(self._shared, call)
        if not inspect.iscoroutinefunction(made):
            return made

        async def gated(*args: Any, **more: Any) -> Any:
            told, work = f"{self._name}.{call}{_about(args)}", partial(made, *args, **more)
            return await self._gates.through(self._who, told, work, self._fails)

        return gated


def _gate_reading(gates: Gates, who: str, bot: Bot, call: str) -> None:
    made = getattr(bot.contacts, call)

    async def gated(*args: Any) -> AsyncIterator[Stored]:
        async def read() -> list[Stored]:
            return [stored async for stored in made(*args)]

        for stored in await gates.through(who, f"contacts.{call}", read):
            yield stored

    _set(bot.contacts, call, gated)


def _gate_arrivals(gates: Gates, who: str, bot: Bot, streams: Streams) -> None:
    made = bot.stores.inbox_commit.store

    async def gated(
        entries: Sequence[InboxEntry], foreign: set[str], *turns: Any
    ) -> tuple[set[str], set[str]]:
        async def store() -> tuple[set[str], set[str]]:
            known, refused = await made(entries, foreign, *turns)
            streams.tell([entry for entry in entries if entry.id in foreign - known])
            return known, refused

        carries = f" {CARRIES}" if any(turn.carried for turn in turns[0]) else ""
        about = f"{_about((entries,))} ahead {len(turns[0])}{carries}"
        return await gates.through(who, f"arrivals.store{about}", store)

    _set(bot.stores.inbox_commit, "store", gated)


def _about(args: Sequence[Any]) -> str:
    """Whom a call is about, for whoever reads a schedule."""
    first = args[0] if args else ()
    if isinstance(first, str):
        return f" {first}"
    if not isinstance(first, Sequence):
        return ""
    told = [_one(item) for item in first if not isinstance(item, int)]
    return f" [{', '.join(told)}]"


def _one(item: Any) -> str:
    if isinstance(item, tuple):
        return "/".join(map(str, item))
    for name in ("opened", "events", "entry", "id"):
        if hasattr(item, name):
            return str(getattr(item, name))
    return str(item)
