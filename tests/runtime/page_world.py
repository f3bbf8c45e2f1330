"""A playbook with a page, and the desk that serves it: in one process, or in several on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.effects import CheckCode, EffectNotice, EffectRequest, SendCode
from bot.model.event import Facts, Outcome
from bot.model.screen import Screen
from bot.runtime.pages import ContactReader, PageService, Viewer
from bot.services.caller import Caller
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.page_changes import PageChanges
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.answers import next_answer
from tests.runtime.harness import Bot, ScriptedLine

PLAYBOOK = compiled(
    """\
channels:
  main:
    {id: forest, channel_id: "1", channel_secret: x, sms: best, liff: {login_channel_id: "5", liff_id: 5-a}}
sms: {best: {provider: console, text: "驗證碼 {{ sms.code }}"}}
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 手機, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: 2026-08}
attributes: {size: number}
forms:
  survey: {fields: [{ask: 幾號？, answer: number, save: size}], done: {trigger: 我填好了, reply: 謝謝}}
flows:
  joining:
    title: 加入會員
    page: true
    states:
      ask_name:
        ask: 怎麼稱呼您？
        answer: [小美, 小明]
        otherwise: 請選一個。
        give_up_after: {30m: over}
        next: ask_phone
      ask_phone:
        ask: 手機？
        answer: phone
        otherwise: 不是手機號碼。
        give_up_after: {30m: over}
        next: sending
      sending:
        do:
          - send_code: "{{ answer.ask_phone }}"
        rules:
          - {when: {code: sent}, to: ask_code}
          - {when: {code: [too_soon, refused, failed]}, to: over}
        give_up_after: {1m: over}
      ask_code:
        ask: 驗證碼？
        answer: code
        otherwise: 六個數字。
        give_up_after: {30m: over}
        next: checking
      checking:
        do:
          - check_code: "{{ answer.ask_code }}"
        rules:
          - {when: {code: right}, to: joined}
          - {when: {code: [wrong, expired, locked]}, to: ask_code}
        give_up_after: {1m: over}
      joined:
        do:
          - result: {trigger: 我加入了, do: {reply: 歡迎}}
        end: true
      over:
        screen: problem
        end: true
"""
)
PAGE = "joining"
FORM = "survey"
CODE = "123456"
HELD = 25.0
"""Seconds for which a request is held."""


def viewer(user: str = "U1", page: str = PAGE) -> Viewer:
    """Signed in after all that happens in a test."""
    return Viewer("main", user, page, since=NOW + timedelta(days=365))


@dataclass
class Clerk:
    """The world: sends codes when it may, and takes one code only."""

    hold: asyncio.Event | None = None
    asked: list[EffectRequest] = field(default_factory=list)

    async def carry_out(self, asked: EffectRequest, caller: Caller) -> Outcome:
        self.asked.append(asked)
        if self.hold is not None:
            await self.hold.wait()
        match asked:
            case SendCode(origin=origin):
                return Outcome("code", "sent", origin)
            case CheckCode(code=code, origin=origin):
                right = code == CODE
                proven = "+886912345678" if right else None
                return Outcome("code", "right" if right else "wrong", origin, proven=proven)
            case _:
                raise AssertionError(asked)

    async def notify(self, told: EffectNotice, caller: Caller) -> None: ...


@dataclass
class NoShop:
    """A shop that knows nobody; `asked` are the people that it was asked about."""

    facts_told: Facts | None = None
    asked: list[str] = field(default_factory=list)

    async def facts(self, channel: str, user: str) -> Facts | None:
        self.asked.append(user)
        return self.facts_told


@dataclass
class Served:
    """A process of the bot, and the desk of its pages."""

    bot: Bot
    desk: PageService
    shop: NoShop
    clerk: Clerk


class Pages:
    """Makes processes that serve pages."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.database, self.seal, self.clock = database, seal, clock
        self.line = ScriptedLine()
        self.served: list[Served] = []

    async def opens(self, playbook: Playbook = PLAYBOOK, people: ContactReader | None = None) -> Served:
        clerk, shop = Clerk(), NoShop()
        bot = Bot(self.database, self.seal, self.clock, self.line, playbook, effects=clerk)
        desk = PageService(
            lambda: playbook,
            people or Contacts(self.database, self.seal),
            bot.inbox,
            bot.runtime.receiver.store,
            bot.runtime.ownership.owns,
            shop,
            PageChanges(self.database),
            self.clock,
            bot.runtime.places,
        )
        bot.runtime.turns.on_pages = desk.on_turn_written
        bot.runtime.also("pages", desk.run)
        served = Served(await bot.start(), desk, shop, clerk)
        self.served.append(served)
        return served


@pytest.fixture
async def pages(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Pages]:
    pages = Pages(database, seal, clock)
    yield pages
    for served in pages.served:
        await served.bot.crash()


async def answer(desk: PageService, screen: Screen, text: str, user: str = "U1") -> Screen:
    """Answer what this screen asks."""
    return await desk.answered(viewer(user), visit=screen.visit, step=screen.step, text=text)


async def goes_on(desk: PageService, screen: Screen, *texts: str, user: str = "U1") -> Screen:
    """Answer one question after the other; where the world is asked in between, that is waited for."""
    for text in texts:
        screen = await answer(desk, screen, text, user)
        if screen.kind == "busy":
            screen = await desk.screen(viewer(user), screen.step, HELD)
    return screen


async def in_time(pages: Pages, held: asyncio.Future[Screen], step: float = 0.5) -> Screen:
    """Let time pass, a little with each answer of the database, until this request ends."""
    async with asyncio.timeout(PATIENCE):
        while not held.done():
            pages.clock.advance(step)
            await next_answer(pages.database)
    return held.result()
