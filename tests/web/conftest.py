"""The real application on a real socket, over a whole runtime and the real database."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Collection, Sequence, Set
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.engine.compiled.playbook import Playbook
from bot.line.webhook import read_event
from bot.model.event import Event
from bot.model.inbox import InboxEntry
from bot.model.stored import TurnWrite
from bot.runtime.intake.outside_events import Addressees, OutsideEvents
from bot.runtime.ports import ArrivalStore
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database.mongo import Database
from bot.store.events.inbox import Inbox
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from bot.web.health import HealthPages
from bot.web.outside_events import OutsideEventsPage
from bot.web.server import WebServer, application, listen, serve
from bot.web.webhook import WebhookHandler
from tests.conftest import NOW, ManualClock
from tests.playbooks import HOURS, OFFER, SECRET, WELCOME, channel, playbook
from tests.runtime.bots import bots, by_our_clock
from tests.runtime.harness import Bot, ScriptedLine, when_it_hears_others

__all__ = ["bots", "by_our_clock"]

PLAYBOOK = playbook(
    WELCOME, HOURS, OFFER, channels=(channel("main", groups="leave"), channel("other", groups="silent"))
)


TOKEN = "opaque-token-of-the-team"
"""Of `POST /api/events`."""


def signature(body: bytes, secret: str = SECRET) -> str:
    """What LINE puts into X-Line-Signature."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@dataclass
class Site:
    """A bot and its address. What tests send is signed as LINE signs it, unless they say otherwise."""

    bot: Bot
    line: ScriptedLine
    gate: Gate
    server: WebServer
    http: ClientSession
    database: Database
    seal: Seal
    hears_others: asyncio.Event
    """Set when everything stored before is read: contacts stay in the cache from then on."""

    @property
    def port(self) -> int:
        return self.server.port

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def post(
        self, body: bytes, channel: str = "main", headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """One signed request as it is; its status and its JSON."""
        signed = {"X-Line-Signature": signature(body)} if headers is None else headers
        async with self.http.post(
            self.url(f"/webhook/{channel}"), data=BytesIO(body), headers=signed
        ) as answer:
            return answer.status, await answer.json()

    async def deliver(self, *events: Any, channel: str = "main") -> tuple[int, Any]:
        """One webhook with these events."""
        return await self.post(orjson.dumps({"destination": "Ubot", "events": events}), channel)

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(self.url(path)) as answer:
            return answer.status, await answer.json()

    async def figures(self) -> dict[tuple[str, ...], float]:
        """Every sample of `/metrics`, by its name and its labels' values, by label name."""
        async with self.http.get(self.url("/metrics")) as answer:
            assert answer.status == 200
            text = await answer.text()
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    async def inbox(self) -> list[tuple[InboxEntry, Event]]:
        """What is stored, in the order of storing, unsealed and read again."""
        found = await self.database.collection("inbox").find().sort("order", 1).to_list(None)
        entries = [
            InboxEntry(
                d["_id"],
                d["ch"],
                d["contact"],
                d["part"],
                d["at"],
                self.seal.open(bytes(d["raw"]), d["_id"].encode()),
            )
            for d in found
        ]
        return [(entry, read_event(entry)) for entry in entries]


def text(said: str, number: int = 1, user: str = "U1", **properties: Any) -> dict[str, Any]:
    """The event that a person says something; `number` makes its id, token and time."""
    return event(
        "message", number, user, message={"type": "text", "id": str(number), "text": said}, **properties
    )


def event(kind: str, number: int = 1, user: str = "U1", **properties: Any) -> dict[str, Any]:
    """An event of one type with everything that all events have."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(NOW.timestamp() * 1000) + number,
        "source": {"type": "user", "userId": user},
        "webhookEventId": f"01E{number:023}",
        "replyToken": f"token-{number}",
        "deliveryContext": {"isRedelivery": False},
        **properties,
    }


class Gate:
    """Stands before the store of arrivals: lets them pass, fails, or hangs before or after storing."""

    def __init__(self, store: InboxCommit) -> None:
        self._store = store
        self.failure: Exception | None = None
        self.before: asyncio.Event | None = None
        self.after: asyncio.Event | None = None

    async def known(self, ids: Collection[str]) -> set[str]:
        return await self._store.known(ids)

    async def wake_owners(self, entries: Sequence[InboxEntry]) -> None:
        await self._store.wake_owners(entries)

    async def store(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool],
    ) -> tuple[set[str], set[str]]:
        if self.failure is not None:
            raise self.failure
        if self.before is not None:
            await self.before.wait()
        stored = await self._store.store(entries, foreign, turns, are_young)
        if self.after is not None:
            await self.after.wait()
        return stored


class SiteMaker:
    """Makes sites that are stopped when the test ends."""

    def __init__(self, database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
        self._database = database
        self._seal = seal
        self._monkeypatch = monkeypatch
        self._made: list[Site] = []

    async def __call__(self, playbook: Playbook = PLAYBOOK) -> Site:
        """A bot that is started and serves."""
        line = ScriptedLine()
        contacts = Contacts(self._database, self._seal)
        gate = Gate(InboxCommit(self._database, Inbox(self._database, self._seal), contacts))
        inbox_commit: ArrivalStore = gate
        bot = Bot(self._database, self._seal, ManualClock(), line, playbook, inbox_commit=inbox_commit)
        hears_others = when_it_hears_others(bot, self._monkeypatch)
        await bot.start()

        async def trouble() -> str | None:
            try:
                await bot.stores.health.ping()
            except DatabaseUnavailable:
                return "the database is away"
            return bot.runtime.trouble

        store, metrics = bot.runtime.receiver.begin, bot.runtime.metrics
        secrets = {name: [SECRET] for name in playbook.channels}
        webhook = WebhookHandler(secrets.get, store, bot.inbox.store_unheard, bot.clock, metrics)
        addressees = Addressees(contacts, bot.stores.people, bot.runtime.turns.recent.stored)
        told = OutsideEvents(
            lambda: playbook, addressees, bot.inbox, bot.runtime.receiver.store_new, bot.clock
        )
        page = OutsideEventsPage(told, lambda: [TOKEN])
        metrics.add(told.taken, page.calls)
        app = application(
            webhook, HealthPages(trouble, metrics), page.routes(), plain=self._database.is_plain
        )
        server = await serve(app, listen("127.0.0.1", 0))
        site = Site(bot, line, gate, server, ClientSession(), self._database, self._seal, hears_others)
        self._made.append(site)
        return site

    async def stop(self) -> None:
        for site in self._made:
            await site.http.close()
            await site.server.cleanup()
            await site.bot.crash()


@pytest.fixture
async def new_site(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SiteMaker]:
    monkeypatch.setattr("bot.web.webhook.STORE_SECONDS", 30.0)  # what a busy machine needs is no 503 here
    monkeypatch.setattr("bot.web.server.SHUTDOWN_SECONDS", 0.5)  # for those that hang on purpose
    for module in ("webhook", "webhook_connections"):
        monkeypatch.setattr(f"bot.web.{module}.BODY_SECONDS", 30.0)
    maker = SiteMaker(database, seal, monkeypatch)
    yield maker
    await maker.stop()


@pytest.fixture
async def site(new_site: SiteMaker) -> Site:
    return await new_site()
