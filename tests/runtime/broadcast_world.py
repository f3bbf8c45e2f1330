"""Broadcasts on the real database, and a LINE that knows retry keys and counts what each person got."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import orjson

from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import Accepted, CallResult, NotSent, Refused, Throttled, Unknown
from bot.model.brake import OFF, Brake
from bot.model.broadcast import MOST, Sending
from bot.model.channel import PricePlan
from bot.model.contact import Contact, Identity
from bot.model.processes import part_of
from bot.model.reserved import MessageGrant
from bot.runtime.broadcasts.batch_people import BatchPeople
from bot.runtime.broadcasts.batch_work import BatchWork
from bot.runtime.broadcasts.broadcasts import BroadcastParts, Broadcasts, BroadcastWorld
from bot.runtime.broadcasts.conductor import cancel
from bot.runtime.broadcasts.gathering import PAGE, Gatherer
from bot.runtime.broadcasts.ports import MonthsMessages, Units
from bot.runtime.dependencies import as_it_is
from bot.store.broadcasts.sendings import sending_id
from bot.store.codec.contact_changes import changes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.runtime.uncounted import NoUnits, Unlimited

Fault = Literal["lost", "unheard", "throttled", "quota", "token", "away"]
"""`lost`: LINE takes it, and its answer does not come; `unheard`: neither; `away`: it is not reached."""

OUT = "輸入「停止推播」就不再收到"
ALIKE = f"broadcasts: {{b: {{to: everyone, push: [早安, {OUT}]}}}}\n"
NAMED = f"broadcasts: {{b: {{to: everyone, push: ['{{{{ contact.name }}}} 早，{OUT}']}}}}\n"
"""A broadcast that says the same to all, and one that calls each by name."""


def marking(text: str) -> str:
    """The same broadcast where it counts for limits, and puts a tag on."""
    limits = "limits: {pushes_per_person: 3 per 7d}\ntags: {送過: {added_by: staff}}\n"
    return limits + text.replace("]}}", "], add_tags: [送過]}}")


@dataclass
class KeyedLine:
    """LINE: each key is taken once; `bad` are people whom it takes in no call."""

    faults: deque[Fault | None] = field(default_factory=deque)
    bad: set[str] = field(default_factory=set)
    bad_message: str = ""
    left: int | None = None
    """Messages of the month, where they are limited."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    got: Counter[str] = field(default_factory=Counter)
    texts: dict[str, list[str]] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)
    """People whom it counts under each name."""
    calls: list[tuple[str, int]] = field(default_factory=list)
    before: Callable[[], Any] | None = None
    """Done while a call is under way, before LINE has taken it."""

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        return await self._call("push", [to], body, retry_key)

    async def multicast(self, to: Sequence[str], body: bytes, retry_key: str) -> CallResult:
        assert 1 <= len(to) <= 500
        assert len(set(to)) == len(to)
        return await self._call("multicast", to, body, retry_key)

    async def validate(self, kind: str, body: bytes, /) -> CallResult:
        return Refused(400, self.bad_message, None, "bad-request") if self.bad_message else Accepted()

    async def _call(self, kind: str, to: Sequence[str], body: bytes, key: str) -> CallResult:
        self.calls.append((kind, len(to)))
        if self.before is not None:
            await self.before()
        fault = self.faults.popleft() if self.faults else None
        match fault:
            case "away":
                return NotSent("no route")
            case "unheard":
                return Unknown("timed out")
            case "throttled":
                return Throttled(2.0)
            case "quota":
                return Refused(429, "You have reached your monthly limit", None, "quota")
            case "token":
                return Refused(401, "Authentication failed", None, "token")
            case "lost" | None:
                pass
        if key in self.keys:
            assert self.keys[key] == tuple(to), "one key for two lists of people"
            return Accepted(known_already=True)
        if self.bad_message or self.bad & set(to):
            return Refused(400, self.bad_message or "The property, 'to', is invalid", None, "bad-request")
        if self.left is not None:
            if len(to) > self.left:
                return Refused(429, "You have reached your monthly limit", None, "quota")
            self.left -= len(to)
        self.keys[key] = tuple(to)
        self.got.update(to)
        for unit in orjson.loads(body).get("customAggregationUnits", ()):
            self.units[unit] += len(to)
        for one in to:
            self.texts.setdefault(one, []).extend(m["text"] for m in orjson.loads(body)["messages"])
        return Unknown("timed out") if fault == "lost" else Accepted()


class Died(Exception):
    """The process was killed here."""


@dataclass
class Fate:
    """When a process dies: at its `last` step in the database or at LINE, just before or just `after` it."""

    last: int = 10**9
    after: bool = False
    steps: int = 0
    then: Callable[[], Any] | None = None
    """Done after a batch was written."""

    def lives(self, *, after: bool) -> None:
        """Raise `Died` where this is the moment."""
        self.steps += not after
        if self.steps >= self.last and (after or not self.after or self.steps > self.last):
            raise Died


class Mortal:
    """Something whose calls are steps of a process that may die."""

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner, self._fate = inner, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def step(*given: Any, **named: Any) -> Any:
            self._fate.lives(after=False)
            result = await found(*given, **named)
            self._fate.lives(after=True)
            if name == "write" and self._fate.then is not None:
                await self._fate.then()
            return result

        return step


class Granted(Unlimited):
    """So many messages are left."""

    def __init__(self, messages: int) -> None:
        self._messages = messages

    async def reserve(self, channel: str, sending: str, messages: int) -> MessageGrant:
        return MessageGrant(min(messages, self._messages), self._messages)


def as_it_was(name: str, part: Any) -> Any:
    return part


class NoRate:
    async def admit(self, channel: str, kind: str) -> None:
        await asyncio.sleep(0)


@dataclass
class Sender:
    """The broadcasts of one process: `owner` of part 0 or not."""

    broadcasts: Broadcasts
    seconds: list[float]
    fate: Fate

    async def lives(self) -> None:
        """It goes on until it dies, or there is nothing left to do."""
        with suppress(Died, ExceptionGroup):
            for _ in range(4):
                await self.goes_on()

    async def goes_on(self) -> None:
        """One look, and all batches that there are to be sent."""
        await self.broadcasts.conduct()
        await self.broadcasts.look()
        await self.broadcasts.send()
        await self.broadcasts.conduct()


class Shop:
    """People, a playbook, LINE, and as many processes as a test wants."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock, playbook: Playbook) -> None:
        self.database, self.seal, self.clock, self.playbook = database, seal, clock, playbook
        self.stores = stores_of(database, seal)
        self.line = KeyedLine()
        self.brake: Brake = OFF
        self.heard: list[Any] = []
        self.answers: list[CallResult] = []
        self.months: MonthsMessages = Unlimited()
        self.units: Units = NoUnits()
        self.plan: PricePlan | None = None
        self.most, self.page = MOST, PAGE
        """People of a batch, and who are gathered at a time."""

    def process(
        self, *, owner: bool = True, fate: Fate | None = None, around: Callable[[str, Any], Any] = as_it_was
    ) -> Sender:
        """`around(name, part)` is what stands for a part of the world as this process has it."""
        stores, seconds, fate = self.stores, [0.0], fate or Fate()
        sendings: Any = Mortal(around("sendings", stores.sendings), fate)
        batches: Any = Mortal(around("sending_batches", stores.sending_batches), fate)
        line: Any = Mortal(around("line", self.line), fate)
        people = BatchPeople(around("recipients_now", stores.recipients_now), as_it_is)

        marks: Any = Mortal(around("sent_marks", stores.sent_marks), fate)

        async def hear(received: Sequence[Any], seconds: float) -> None:
            self.heard += received

        work = BatchWork(
            batches,
            people,
            marks,
            NoRate(),
            hear,
            self.clock,
            lambda: seconds[0],
        )
        gathering = Gatherer(
            sendings,
            batches,
            stores.audience_members,
            stores.merged_since,
            self.months,
            self.units,
            self.clock,
            lambda: owner,
            lambda channel: self.plan,
            most=self.most,
            page=self.page,
        )

        async def alive() -> list[str]:
            return ["me"]

        world = BroadcastWorld(
            lambda: self.playbook,
            lambda: 1,
            lambda channel: line,
            lambda: self.brake,
            lambda part: owner,
            lambda: 128,
            alive,
            "me",
            self.clock,
            lambda channel, outcome, began: self.answers.append(outcome),
        )
        parts = BroadcastParts(sendings, batches, gathering, work, self.months)
        return Sender(Broadcasts(parts, world), seconds, fate)

    async def come(self, *users: str, **more: Any) -> None:
        """Friends, as a turn would have stored them; `more` are fields of the contact."""
        collection = self.database.collection("contacts")
        for start in range(0, len(users), 1_000):
            some = users[start : start + 1_000]
            await collection.insert_many([self._document(user, more) for user in some])

    def _document(self, user: str, more: dict[str, Any]) -> dict[str, Any]:
        contact = Contact(f"main:{user}", identities=(Identity("main", user, friend=True),))
        contact.turned, contact.seed = self.clock.now(), sum(user.encode())
        contact = replace(contact, **more)
        fields, _ = changes(Contact(contact.id), contact, self.seal, born=True)
        return {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": [], **fields}

    async def order(self, broadcast: str = "b", at: datetime | None = None) -> Sending:
        """Somebody sends it by hand."""
        now = at or self.clock.now()
        sending = Sending(sending_id(broadcast, now), broadcast, "main", now, self.clock.now(), by="amy")
        assert await self.stores.sendings.add(sending)
        return sending

    async def cancel(self, sending: Sending) -> None:
        """Staff cancel it."""
        found, stores = await self.sending(sending), self.stores
        assert await cancel(stores.sendings, stores.sending_batches, found, "staff", self.clock.now())

    async def sending(self, sending: Sending) -> Sending:
        """How it stands now."""
        found = await self.stores.sendings.one(sending.id)
        assert found is not None
        return found

    async def told(self, sending: Sending) -> dict[str, int]:
        """How many got it, and why others did not."""
        whole = (await self.stores.sending_batches.figures(sending.id)).whole
        return {"got": whole.got, **dict(sorted(whole.left_out.items()))}

    async def contact(self, user: str) -> Contact:
        found = (await self.stores.contacts.load([f"main:{user}"]))[f"main:{user}"]
        return found.contact

    async def empty(self) -> None:
        """Nobody is there, and nothing was sent."""
        for name in ("contacts", "sendings", "sending_batches", "timeline"):
            await self.database.collection(name).delete_many({})
        self.line = KeyedLine()

    async def rows(self, user: str) -> list[str]:
        contact = f"main:{user}"
        return [row.what for row in await self.stores.journal.timeline_of(contact, part_of(contact))]

    async def claims_end(self) -> None:
        """All claims are over, as after a minute."""
        await self.database.collection("sending_batches").update_many({}, {"$unset": {"until": ""}})


def users(number: int) -> list[str]:
    return [f"U{one:032x}" for one in range(number)]


async def through(shop: Shop, sending: Sending, *processes: Sender, looks: int = 60) -> Sending:
    """All of these go on, and time passes, until the sending is over."""
    for _ in range(looks):
        for process in processes:
            await process.goes_on()
        if (found := await shop.sending(sending)).is_over:
            return found
        shop.clock.advance(60)
        await shop.claims_end()
    raise AssertionError(f"it does not come to its end: {await shop.sending(sending)}")
