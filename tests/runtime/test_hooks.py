"""Web hooks from a person's text to what the other system's answer does: on a real server (F3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

import orjson
import pytest
from aiohttp import web

from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from bot.operations.resending import resend
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.hooks import HookFigures, HookService
from bot.runtime.sending.person_lines import REQUESTS_AT_MOST
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.fakes.crm import Crm, says
from tests.playbooks import loaded
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

PLAYBOOK = """
attributes: {last_status: text, points: number}
hooks:
  orders:
    url: "http://127.0.0.1/"
    secret: the-secret-of-the-hook
    body: {line: "{{ contact.line_id }}"}
    returns: {status: text, eta: date}
    save: {last_status: status, points: member.points}
  crm: {url: "http://127.0.0.1/", body: {}}
private_hosts: [127.0.0.1]
flows:
  lookup:
    states:
      問:
        do: [{call: orders}]
        rules:
          - when: {hook: orders, result: ok}
            push: "{{ event.status or 沒說 }} {{ event.eta or 沒說 }}"
            to: 完
          - {when: {hook: orders, result: failed}, push: 查不到, to: 完}
        give_up_after: {1h: 完}
      完: {end: true}
  farewell:
    states:
      再見: {do: [{call: crm}], end: true}
rules:
  - {when: {text: 查訂單}, start: lookup}
  - {when: {text: 再見}, start: farewell}
  - {when: {text: 通知}, do: [{call: crm}]}
  - {when: {text: 在嗎}, reply: 在}
"""


@dataclass
class HookShop:
    bots: Bots
    clock: ManualClock
    crm: Crm
    url: str
    stack: AsyncExitStack
    figures: HookFigures = field(default_factory=HookFigures)

    async def opens(self) -> Bot:
        found = loaded(PLAYBOOK)
        assert found.playbook is not None, found.problems
        playbook = found.playbook
        settings = {
            name: replace(hook, url=f"{self.url}{name}") for name, hook in found.settings.hooks.items()
        }
        private = found.settings.private_hosts
        caller = await self.stack.enter_async_context(HookCaller(self.clock, lambda: private))

        def live() -> dict[str, HookSettings]:
            return settings

        desk = HookService(caller, lambda: playbook, live, self.figures, self.clock)
        self.stack.push_async_callback(desk.watch.stop)
        bot = self.bots.make(playbook, effects=EffectRouter(desk))
        bot.dead.update(other.id for other in self.bots.made if other is not bot)
        return await bot.start()

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _ in self.crm.seen]


@pytest.fixture
async def shop(bots: Bots, clock: ManualClock) -> AsyncIterator[HookShop]:
    crm = Crm()
    async with crm.serving() as server, AsyncExitStack() as stack:
        yield HookShop(bots, clock, crm, str(server.make_url("/")), stack)


async def settled(bot: Bot) -> None:
    """All is done, however long calls are tried again."""
    async with asyncio.timeout(PATIENCE):
        await bot.settle()


async def test_what_is_answered_is_said_and_saved(shop: HookShop) -> None:
    """F3: `returns` gives `event.x`, `save` attributes; the call leaves nothing behind."""
    answer = {"status": "已出貨", "eta": "2026-09-03", "member": {"points": "12"}, "more": [1]}
    shop.crm.answers = [says(orjson.dumps(answer))]
    bot = await shop.opens()
    await bot.hear(said("查訂單"))
    await settled(bot)
    assert shop.bots.line.texts() == ["已出貨 2026-09-03"]
    [(_, body)] = shop.crm.seen
    assert body == b'{"line":"U1"}'
    stored = await bot.stored("U1")
    assert {name: value.value for name, value in stored.contact.attributes.items()} == {
        "t.last_status": "已出貨",
        "n.points": 12,
    }
    assert (stored.outgoing, stored.contact.flows) == ((), ())
    assert shop.figures.results.counts == {("orders", "ok"): 1}


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": ["a"], "eta": 5, "member": 3}',
        b'{"status": null, "eta": "soon"}',
        b'{"status": "%s"}' % (b"x" * 5_001),
        b"[]",
        b"",
    ],
)
async def test_a_field_of_another_type_or_without_end_is_not_known(shop: HookShop, body: bytes) -> None:
    shop.crm.answers = [says(body)]
    bot = await shop.opens()
    await bot.hear(said("查訂單"))
    await settled(bot)
    assert shop.bots.line.texts() == ["沒說 沒說"]
    assert (await bot.stored("U1")).contact.attributes == {}


async def test_a_failure_is_heard_once(shop: HookShop) -> None:
    """After all tries, with one key; a flow hears it, so that it is no dead letter."""
    shop.crm.answers = [says(b"", 500)]
    bot = await shop.opens()
    await bot.hear(said("查訂單"))
    await settled(bot)
    assert shop.bots.line.texts() == ["查不到"]
    assert len(shop.keys) == 3
    assert len(set(shop.keys)) == 1
    assert await bot.dead_letters() == []
    assert [row.what for row in await bot.timeline("U1")] == ["text", "hook orders: failed", "flow_ended"]


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("text", ["通知", "再見"])
async def test_a_failure_that_nobody_hears_is_listed_with_its_reason(shop: HookShop, text: str) -> None:
    """Outside flows and in an end state nobody waits for it (language, 4.2)."""
    shop.crm.answers = [says(b"", 404)]
    bot = await shop.opens()
    await bot.hear(said(text))
    await settled(bot)
    [letter] = await bot.dead_letters()
    assert (letter.reason, letter.detail) == ("failed", "hook crm: it answered with status 404")
    assert letter.contact == "main:U1"
    assert "hook crm: failed" in [row.what for row in await bot.timeline("U1")]


async def test_what_staff_send_once_more_has_the_same_key(
    shop: HookShop, database: Database, seal: Seal
) -> None:
    """However often: so it needs no word that it may be the second one. A2, F3"""
    shop.crm.answers = [says(b"", 404), says(b"", 404), says(b"")]
    bot = await shop.opens()
    await bot.hear(said("通知"))
    await settled(bot)
    stores = stores_of(database, seal, "commander")
    for _ in range(2):
        [letter] = [one for one in await bot.dead_letters() if one.handled is None]
        [told] = await resend(stores, [letter.name], "command:deadletters", patience=0)
        assert (told.became, told.doubt) == ("under-way", "same-key")
        bot.runtime.recovery.reread("main:U1")
        await settled(bot)
    assert len(shop.keys) == 3
    assert len({*shop.keys, *(headers["webhook-id"] for headers, _ in shop.crm.seen)}) == 1
    assert [one for one in await bot.dead_letters() if one.handled is None] == []


async def test_a_crash_before_the_answer_calls_again_with_the_same_key(shop: HookShop) -> None:
    """A2: the other side knows it again; the flow hears it once."""
    there = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        there.set()
        await asyncio.Event().wait()
        return web.Response()

    shop.crm.answers = [hang, says(b'{"status": "a"}')]
    first = await shop.opens()
    await first.hear(said("查訂單"))
    await asyncio.wait_for(there.wait(), PATIENCE)
    await first.crash()
    second = await shop.opens()
    await settled(second)
    assert len(shop.keys) == 2
    assert len(set(shop.keys)) == 1
    assert shop.bots.line.texts() == ["a 沒說"]


async def test_hooks_that_hang_hold_up_nobody(shop: HookShop) -> None:
    """Not the same person, who has asked for more than is called at a time; nor anybody else."""
    go = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await go.wait()
        return web.Response(body=b"{}")

    shop.crm.answers = [hang]
    bot = await shop.opens()
    for _ in range(REQUESTS_AT_MOST + 5):
        await bot.hear(said("通知"))
    await bot.hear(said("在嗎"))
    await bot.hear(said("在嗎", "U2"))
    async with asyncio.timeout(PATIENCE):
        while len(shop.bots.line.texts()) < 2:
            shop.bots.line.called.clear()
            await shop.bots.line.called.wait()
    assert shop.bots.line.texts() == ["在", "在"]
    assert len((await bot.stored("U1")).outgoing) >= REQUESTS_AT_MOST
    go.set()
    await settled(bot)
    letters = await bot.dead_letters()
    assert [letter.detail for letter in letters] == [
        "hook crm: so many calls for this person wait already that it was not called"
    ] * 5
    assert len(shop.crm.seen) == REQUESTS_AT_MOST
    assert shop.figures.open["crm"] == 0


@pytest.mark.ring("all", "several processes of a bot")
async def test_as_many_as_are_called_at_a_time_are_called_again_after_a_crash(shop: HookShop) -> None:
    """Not all of them fail because they are found together."""
    there = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        if len(shop.crm.seen) == REQUESTS_AT_MOST:
            there.set()
        await asyncio.Event().wait()
        return web.Response()

    shop.crm.answers = [hang]
    first = await shop.opens()
    for _ in range(REQUESTS_AT_MOST):
        await first.hear(said("通知"))
    await asyncio.wait_for(there.wait(), PATIENCE)
    await first.hear(said("通知"))
    await first.crash()
    before = set(shop.keys)
    shop.crm.seen.clear()
    shop.crm.answers = [says(b"{}")]
    second = await shop.opens()
    await settled(second)
    assert len(before & set(shop.keys)) >= REQUESTS_AT_MOST - 1


async def test_no_log_line_holds_what_is_secret(shop: HookShop, caplog: pytest.LogCaptureFixture) -> None:
    """Told once when it begins, with why; neither secret nor address nor what was sent."""
    caplog.set_level(logging.INFO)
    shop.crm.answers = [says(b"the-answer", 500)]
    bot = await shop.opens()
    await bot.hear(said("查訂單"), said("查訂單", "U2"))
    await settled(bot)
    told = [record.getMessage() for record in caplog.records if record.name == "oaflow.hooks"]
    assert told == [
        'the hook "orders" does not answer: it answered with status 500 (tried 3 times); '
        "what it was asked has failed"
    ]
    for secret in ("the-secret-of-the-hook", shop.url, "the-answer", "U1"):
        assert secret not in caplog.text
