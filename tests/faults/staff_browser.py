"""Somebody of the team at the chats of a bot that may be killed: they send again, as the page does."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.model.admin import AdminAccount
from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.web.admin.cookies import NAME, proof
from bot.web.sealed_parts import SealedParts

AGAIN = 0.1
"""Seconds until what got no answer is sent once more; the page waits longer."""


@asynccontextmanager
async def team_of(data: Path) -> AsyncIterator[Team]:
    """The team of the bots on this data, whose database runs."""
    database = Database(EmbeddedDatabase(data, initiate).uri)
    seal = Seal(parse((data / "keys").read_text()))
    try:
        yield Team(stores_of(database, seal), SealedParts(LiveKeys(seal, console_keys)))
    finally:
        database.close()


@dataclass(frozen=True)
class Team:
    """Makes accounts in the database, as `oaflow admin` does, and signs them in."""

    stores: Stores
    parts: SealedParts

    async def agent(self, name: str, http: aiohttp.ClientSession, address: Callable[[], str]) -> StaffBrowser:
        """An agent who has signed in; `address` is where the pages are by now."""
        clock = SystemClock()
        account = AdminAccount(name, "agent", clock.now(), "e")
        assert await self.stores.admins.add(account)
        stored = await self.stores.admins.of(name)
        assert stored is not None
        secret = await SignedSessions(self.stores, clock, lambda: ()).begin(stored, "signed_in", "a test")
        return StaffBrowser(name, secret, http, address, self.parts)


@dataclass(frozen=True)
class StaffBrowser:
    """One that tries until it hears what has become of a form."""

    name: str
    secret: str
    http: aiohttp.ClientSession
    address: Callable[[], str]
    parts: SealedParts

    def chat(self, user: str) -> str:
        """The part of an address that names the chat with this person."""
        return self.parts.sealed(self.name, "chat", f"main:{user}", "main")

    async def deed(self, user: str, do: str, **fields: str) -> Mapping[str, Any]:
        """A form of the page, sent under the same id until the page is told what has become of it."""
        form = {"do": do, "form": str(uuid.uuid4()), "script": "1", "chat": self.chat(user), **fields}
        while True:
            told = await self._sent("/admin/chat/do", lambda: aiohttp.FormData(form))
            if told.get("carried", "done") == "done":
                return told

    async def picture(self, user: str, content: bytes) -> Mapping[str, Any]:
        """A picture is chosen for an answer."""

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData({"chat": self.chat(user)})
            made.add_field("file", content, filename="a.jpg", content_type="image/jpeg")
            return made

        return await self._sent("/admin/chat/picture", form)

    async def _sent(self, path: str, form: Callable[[], aiohttp.FormData]) -> Mapping[str, Any]:
        while True:
            made = form()
            made.add_field("proof", proof(self.secret))
            headers, limit = {"Cookie": f"{NAME}={self.secret}"}, aiohttp.ClientTimeout(total=10)
            try:
                async with self.http.post(
                    self.address() + path, data=made, headers=headers, timeout=limit
                ) as answer:
                    if answer.status < 500:
                        told: Mapping[str, Any] = await answer.json()
                        return told
            except (aiohttp.ClientError, TimeoutError):
                pass  # it was killed, or its database
            await asyncio.sleep(AGAIN)
