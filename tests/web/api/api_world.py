"""The API on a real socket and the real database, with the contacts of a shop, and its callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.model.admin import AdminAccount, AdminRole, TeamRole
from bot.model.contact import Contact
from bot.model.translatable import Translatable
from bot.operations.catalog.call import OperationCall, ServerWork
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.menus import MenusAtLine
from bot.operations.system import SystemSource
from bot.operations.tokens import StaffTokens
from bot.operations.written_conditions import WrittenConditions
from bot.playbook.load import load
from bot.store.database.mongo import Database
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.web.api.context import ApiContext
from bot.web.api.declared import endpoints_of
from bot.web.api.gate import ApiGate
from bot.web.api.openapi import openapi
from bot.web.sealed_parts import SealedParts
from tests.conftest import ManualClock
from tests.store.test_people import store
from tests.web.admin.console import no_credits
from tests.web.admin.contact_world import WRITTEN
from tests.web.admin.playbook_world import draft_context
from tests.web.api.described import Described


@dataclass(frozen=True)
class Answer:
    """What a call was answered with."""

    status: int
    headers: Mapping[str, str]
    content: Any

    @property
    def code(self) -> str:
        """Of a problem."""
        return str(self.content["code"])


@dataclass
class Caller:
    """A program with a token. Each answer must be as it is `described`."""

    http: ClientSession
    url: URL
    token: str
    name: str
    described: Described

    async def get(self, path: str, headers: Mapping[str, str] | None = None, **query: str) -> Answer:
        return await self.call("GET", path, params=query, headers=headers or {})

    async def post(
        self, path: str, body: object = None, headers: Mapping[str, str] | None = None, key: str = ""
    ) -> Answer:
        more = {"Idempotency-Key": key} if key else {}
        return await self.call("POST", path, json=body or {}, headers={**(headers or {}), **more})

    async def call(self, method: str, path: str, **given: Any) -> Answer:
        headers = {
            "Accept-Language": "en",
            "Authorization": f"Bearer {self.token}",
            **given.pop("headers", {}),
        }
        async with self.http.request(
            method, self.url.join(URL(f"/admin/api{path}")), headers=headers, **given
        ) as answer:
            is_json = "json" in answer.content_type
            content = await answer.json(content_type=None) if is_json else await answer.read()
            path = answer.url.path
            self.described.check(method, path, answer.status, answer.content_type, content)
            return Answer(answer.status, answer.headers, content)


@dataclass
class ApiWorld:
    """All of it. `clock` is everybody's."""

    database: Database
    seal: Seal
    clock: ManualClock
    folder: Path
    is_open: bool = False
    """Whether it is asked for over a network, by plain http."""
    callers: list[Caller] = field(default_factory=list)
    trouble: Mapping[str, Translatable] = field(default_factory=dict)
    written: str = WRITTEN
    line: str = "http://127.0.0.1:9"
    """Where LINE is asked: nobody is there."""

    async def start(self) -> None:
        file = self.folder / "bot.yaml"
        file.write_text(self.written, "utf-8")
        loaded = load(file, {})
        assert loaded.playbook is not None, loaded.problems
        self.playbook, self.contents = loaded.playbook, loaded.contents
        assert loaded.settings is not None
        self.settings = loaded.settings
        self.stores = stores_of(self.database, self.seal)
        self.parts = SealedParts(LiveKeys(self.seal, console_keys))

        async def look() -> None:
            pass

        async def everywhere() -> list[Stores]:
            return [self.stores]

        self.desk = ApiContext(
            stores=self.stores,
            served=self,
            now=self.clock.now,
            clock=self.clock,
            line_api=self.line,
            line_data_api=self.line,
            look=look,
            trouble=lambda: self.trouble,
            server=ServerWork(
                MenuSyncWork(
                    self.stores,
                    lambda: MenusAtLine(self.playbook, self.settings, self.stores, self.line, self.line),
                    self.clock,
                ),
                draft_context(self.stores, self.clock, self.folder),
            ),
            system=self._system,
            credits=no_credits,
            conditions=WrittenConditions(),
            everywhere=everywhere,
            personal=lambda call: call,
            parts=self.parts,
        )
        self.tokens = StaffTokens(self.stores, self.clock)
        self.endpoints = endpoints_of(self.desk)
        self.door = ApiGate(
            self.desk, self.tokens, self.endpoints, self.clock, lambda request: self.is_open, "https://shop"
        )
        self.described = Described(openapi(self.endpoints, ""))
        app = web.Application()
        app.add_routes(self.door.routes())
        self.server = TestServer(app, port=0)
        await self.server.start_server()
        self.url = self.server.make_url("/")
        self.http = ClientSession(cookie_jar=DummyCookieJar())

    async def _system(self) -> SystemSource:
        return SystemSource(
            *(self.stores, self.seal, lambda: self.settings, self.clock.now),
            lambda channel: f"https://shop/webhook/{channel}",
            trouble=lambda: self.trouble,
        )

    async def stop(self) -> None:
        await self.http.close()
        await self.server.close()
        await self.desk.server.menu_work.close()

    def operation_call(self, by: str = "console:supervisor") -> OperationCall:
        """A call of an operation, without HTTP."""
        return OperationCall(self.desk, by, self.clock.now(), uuid4().hex)

    async def caller(
        self, role: TeamRole = "admin", name: str = "", *, by: str = "command:root", days: int = 30
    ) -> Caller:
        """A new token's."""
        made = await self.tokens.make(name or role, role, days, by)
        return Caller(self.http, self.url, made.text, made.token.name, self.described)

    async def account(self, name: str, role: AdminRole) -> AdminAccount:
        account = AdminAccount(name, role, self.clock.now(), "e")
        assert await self.stores.admins.add(account)
        kept = await self.stores.admins.of(name)
        assert kept is not None
        return kept

    async def add(self, *people: Contact) -> None:
        await store(self.database, self.seal, *people)

    def part(self, caller: Caller, contact: str) -> str:
        return self.parts.sealed(f"token:{caller.name}", "contact", contact)

    async def contact(self, name: str) -> Contact:
        found = await self.stores.contacts.person(name)
        assert found is not None
        return found.contact
