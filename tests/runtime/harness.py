"""A whole runtime on the real database, with a LINE that tests script."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import orjson
import pytest

from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import Accepted, CallResult, LineError, Unknown
from bot.line.webhook import read_event, read_webhook
from bot.model.decision import DecisionInputs
from bot.model.event import Profile
from bot.model.inbox import Received
from bot.model.journal import TimelineRow
from bot.model.outgoing import DeadLetter
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.runtime.cluster.ownership import since_boot
from bot.runtime.dependencies import RuntimeDeps, always, plain_world
from bot.runtime.effects.effect_runner import NotYet
from bot.runtime.limits.spending import Free, Spending
from bot.runtime.ports import Effects
from bot.runtime.process import Runtime
from bot.runtime.sending.braked_calls import BrakeState, NoBrake
from bot.runtime.sending.menu_links import MenuIdSource, NoMenus
from bot.runtime.turn_observer import Watch
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.playbooks import SMALLEST
from tests.runtime.answers import FASTEST, time_passes

_numbers = itertools.count(1)
T = TypeVar("T")

SETTLING = 0.02
"""Seconds that pass by our clock for each answer of the database, while a test waits for its end."""

HEARING = 120.0
"""Seconds for which a webhook waits: a test may hold it while others are waited for on a busy machine."""


@dataclass
class Sent:
    """One call that LINE got."""

    kind: str
    to: str
    texts: list[str]
    key: str | None = None


@dataclass
class ScriptedLine:
    """LINE as the runtime sees it. `outcomes` are given in turn, then everything is accepted.

    A `hold` keeps calls waiting until it is set. A reply token works once, as LINE's do. A message of one of
    the texts in `fails` is never answered.
    """

    calls: list[Sent] = field(default_factory=list)
    outcomes: deque[CallResult] = field(default_factory=deque)
    hold: asyncio.Event | None = None
    profiles: dict[str, Profile] = field(default_factory=dict)
    profile_hold: asyncio.Event | None = None
    profile_fails: int = 0
    """So many questions for a profile LINE does not answer."""
    fails: set[str] = field(default_factory=set)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    profile_asked: asyncio.Event = field(default_factory=asyncio.Event)
    profiles_asked: list[str] = field(default_factory=list)

    async def reply(self, token: str, body: bytes) -> CallResult:
        return await self._call(Sent("reply", token, _texts(body)))

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        return await self._call(Sent("push", to, _texts(body), retry_key))

    async def leave(self, kind: str, chat_id: str, /) -> CallResult:
        return await self._call(Sent(f"leave {kind}", chat_id, []))

    async def loading(self, user_id: str, seconds: int) -> CallResult:
        return await self._call(Sent(f"loading {seconds}", user_id, []))

    async def _call(self, sent: Sent) -> CallResult:
        self.calls.append(sent)
        self.called.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.fails.intersection(sent.texts):
            return Unknown("status 500")
        return self.outcomes.popleft() if self.outcomes else Accepted()

    @property
    def rich_menus(self) -> ScriptedLine:
        return self

    async def link(self, user: str, menu: str) -> CallResult:
        return await self._call(Sent("link", user, [menu]))

    async def unlink(self, user: str) -> CallResult:
        return await self._call(Sent("unlink", user, []))

    async def bulk_link(self, menu: str, users: Sequence[str]) -> CallResult:
        return await self._call(Sent("bulk link", " ".join(users), [menu]))

    async def bulk_unlink(self, users: Sequence[str]) -> CallResult:
        return await self._call(Sent("bulk unlink", " ".join(users), []))

    async def profile(self, user_id: str) -> Profile | None:
        self.profile_asked.set()
        self.profiles_asked.append(user_id)
        if self.profile_hold is not None:
            await self.profile_hold.wait()
        if self.profile_fails:
            self.profile_fails -= 1
            raise LineError(500, "Internal Server Error")
        return self.profiles.get(user_id)

    def texts(self) -> list[str]:
        return [text for call in self.calls for text in call.texts]


def _texts(body: bytes) -> list[str]:
    return [message.get("text", message["type"]) for message in orjson.loads(body)["messages"]]


class Bot:
    """One process of the bot."""

    def __init__(
        self,
        database: Database,
        seal: Seal,
        clock: ManualClock,
        line: ScriptedLine,
        playbook: Playbook = SMALLEST,
        effects: Effects | None = None,
        watch: Watch | None = None,
        spending: Spending | None = None,
        world: Callable[[str], DecisionInputs] = plain_world,
        menus: MenuIdSource | None = None,
        brake: BrakeState | None = None,
        may_decide: Callable[[], Awaitable[bool]] = always,
        **stores: Any,
    ) -> None:
        self.id = uuid.uuid4().hex
        self.playbook = playbook
        self.clock = clock
        self.line = line
        whole = stores_of(database, seal, self.id)
        self.inbox, self.contacts = whole.inbox, whole.contacts
        self.rows, self.leases = whole.journal, whole.leases
        self.said = whole.conversations
        self.dead: set[str] = set()
        self._database = database
        self.stores = replace(whole, **stores)
        self.runtime = Runtime(
            RuntimeDeps(
                playbook=lambda: self.playbook,
                stores=self.stores,
                account=lambda name: line if name in self.playbook.channels else None,
                read_event=read_event,
                clock=clock,
                me=self.id,
                gone=lambda process: process in self.dead,
                effects=effects or NotYet(),
                watch=watch,
                spending=spending or Free(),
                world=world,
                menus=menus or NoMenus(),
                brake=brake or NoBrake(),
                may_decide=may_decide,
                decides_ahead=not database.is_plain,
            )
        )
        self.runtime.ownership._boottime = _passed_by_both(clock)

    async def start(self) -> Bot:
        await self.runtime.start()
        return self

    async def crash(self) -> None:
        """End as after kill -9: nothing is written, nothing is given back."""
        await self.runtime._cancel()
        for task in [*self.runtime.sender._tasks, *self.runtime.profiles._tasks]:
            task.cancel()
        self.write_no_journal()

    def write_no_journal(self) -> None:
        """From now on nothing that the journal has collected reaches the database."""
        self.runtime.journal.flush = never  # type: ignore[method-assign]

    async def hear(self, *received: Received) -> None:
        """Events arrive, in one webhook; returns when they are stored."""
        await self.runtime.receiver.store(received, HEARING)

    async def hears(self, *received: Received) -> None:
        """Events arrive, in one webhook; returns when all that follows is decided, sent and written."""
        await self.hear(*received)
        await self.settle()

    async def settle(self, fastest: float = FASTEST) -> None:
        """Wait until everything is decided, sent and written; `fastest`: seconds for an answer at most."""
        idle = asyncio.ensure_future(self.runtime.lanes.empty())
        while not idle.done() or self.runtime.sender.lines:
            await time_passes(self.clock, self._database, SETTLING, fastest)
        await idle

    async def meanwhile(self, doing: Coroutine[Any, Any, T]) -> T:
        """What comes of it, while turns are taken."""
        task = asyncio.ensure_future(doing)
        while not task.done():
            await time_passes(self.clock, self._database, SETTLING)
            await self.settle()
        return task.result()

    async def stored(self, user: str, channel: str = "main") -> Stored:
        return (await self.contacts.load([f"{channel}:{user}"]))[f"{channel}:{user}"]

    async def timeline(self, user: str) -> list[TimelineRow]:
        contact = f"main:{user}"
        return await self.rows.timeline_of(contact, part_of(contact))

    async def dead_letters(self) -> list[DeadLetter]:
        return await self.rows.dead_letters()


def _passed_by_both(clock: ManualClock) -> Callable[[], float]:
    """Seconds that have passed by our clock and by the machine's: a lease ends when it has by both.

    By ours it is renewed: where that stands still, a busy machine must not end it, nor a fast one of ours.
    """
    begun, since = clock.now(), since_boot()
    return lambda: min((clock.now() - begun).total_seconds(), since_boot() - since)


async def never() -> None:
    raise asyncio.CancelledError


def when_it_hears_others(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when the process hears what others store for it, and has read what they had stored before."""
    begun, made = asyncio.Event(), bot.inbox.foreign

    async def foreign() -> AsyncIterator[tuple[str, bool] | None]:
        async for stored in made():
            yield stored
            begun.set()

    monkeypatch.setattr(bot.inbox, "foreign", foreign)
    return begun


def said(text: str, user: str = "U1", clock: ManualClock | None = None, **more: object) -> Received:
    """The event that this person says this text."""
    return event(
        {"type": "message", "message": {"type": "text", "id": "1", "text": text}}, user, clock, **more
    )


def followed(user: str = "U1", clock: ManualClock | None = None) -> Received:
    return event({"type": "follow", "follow": {"isUnblocked": False}}, user, clock)


def event(
    what: dict[str, object], user: str = "U1", clock: ManualClock | None = None, **more: object
) -> Received:
    number = next(_numbers)
    body = {
        "mode": "active",
        "timestamp": number,
        "source": {"type": "user", "userId": user},
        "webhookEventId": f"E{number:025}",
        "replyToken": f"token-{number}",
        "deliveryContext": {"isRedelivery": False},
        **what,
        **more,
    }
    at = (clock or ManualClock()).now()
    return read_webhook("main", orjson.dumps({"destination": "x", "events": [body]}), at)[0]


def later(received: Received, seconds: float) -> Received:
    return replace(received, event=replace(received.event, at=received.event.at + timedelta(seconds=seconds)))
