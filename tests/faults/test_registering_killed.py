"""A phone is registered while processes die: the shop has one member, who is bound and told once. D3, D7"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from functools import partial
from itertools import count

import pytest
from aiohttp import web

from bot.simulator.shop.members import PretendMember
from tests.depth import one_of
from tests.faults.bot_process import PATIENCE, BotProcess, comes_to
from tests.faults.members import codes_sent
from tests.faults.shops import (
    ERP,
    FOREST,
    HARBOUR,
    IN_PLAYBOOK,
    Shops,
    changed,
    shops_open,
    told_until_taken,
)
from tests.faults.stored import looking
from tests.faults.webhooks import Occurrence, person, says
from tests.faults.world import World

SHOPS = {"forest": FOREST, "harbour": HARBOUR, "erp": ERP}
WELCOME, FAILED = "歡迎加入會員", "沒有完成"
PLAYBOOK = """\
bot: 森活選品
private_hosts: [127.0.0.1]
channels:
  main: {id: "@a", channel_id: "${LINE_CHANNEL_ID}", channel_secret: "${LINE_CHANNEL_SECRET}",
    access_token: "${LINE_CHANNEL_ACCESS_TOKEN}", sms: printed, shop: SHOP,
    liff: {login_channel_id: "1657000099", liff_id: 1657000099-abc}}
sms: {printed: {provider: console, text: "驗證碼 {{ sms.code }}"}}
shops: {SHOP: SETTINGS}
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 手機, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: 2026-08}
rules:
  - {when: {text: 加入會員}, start: joining}
flows:
  joining:
    title: 加入會員
    page: true
    states:
      ask_phone:
        {ask: 手機？, answer: phone, otherwise: 不是手機號碼。, give_up_after: {30m: over}, next: sending}
      sending:
        do: [{send_code: "{{ answer.ask_phone }}"}]
        rules: [{when: {code: sent}, to: ask_code}, {when: {code: [too_soon, refused, failed]}, to: over}]
        give_up_after: {30m: over}
      ask_code:
        {ask: 驗證碼？, answer: code, otherwise: 六個數字。, give_up_after: {30m: over}, next: checking}
      checking:
        do: [{check_code: "{{ answer.ask_code }}"}]
        rules: [{when: {code: right}, to: joining}, {when: {code: [wrong, expired, locked]}, to: over}]
        give_up_after: {30m: over}
      joining:
        do: [register_member]
        rules: [{when: {member: found}, to: bound}, {when: {member: [missing, taken, shop_failed]}, to: over}]
        give_up_after: {30m: over}
      bound: {do: [bind_member, {push: WELCOME}], end: true}
      over: {push: FAILED, end: true}
"""
_numbers = count(1)


@pytest.fixture
async def shops(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shops]:
    monkeypatch.setattr("bot.connectors.shops.cyberbiz.simulator.api.PER_SECOND", 1_000)
    async with shops_open(*SHOPS.values()) as shops:
        yield shops


class Newcomer:
    """Somebody who registers in the chat."""

    def __init__(self, world: World, bots: Sequence[BotProcess]) -> None:
        self.world, self.bots, self.user = world, bots, person()
        self.phone = f"09{next(_numbers):08}"

    @property
    def contact(self) -> str:
        return f"main:{self.user}"

    async def proves_all_but(self) -> Occurrence:
        """Everything up to the code, which is what is returned: said, it registers the phone."""
        bot = self.bots[0]
        await self.world.delivered(bot, says(self.user, "加入會員"))
        await self.comes_to("ask_phone")
        await self.world.delivered(bot, says(self.user, self.phone))
        await self.comes_to("ask_code")
        code = (await codes_sent(self.bots))[-1]
        return says(self.user, code)

    async def comes_to(self, state: str) -> None:
        async with looking(self.world.data) as stored:

            async def there() -> bool:
                here = (await stored.contacts.load([self.contact])).get(self.contact)
                return here is not None and [one.state for one in here.contact.flows] == [state]

            await comes_to(there)

    def texts(self) -> list[str]:
        """What came of it, as they were told: nobody else is there. What is pushed may ride in a reply."""
        told = [text for one in self.world.line.taken for text in one.texts]
        return [text for text in told if text in (WELCOME, FAILED)]


async def started(world: World, shops: Shops, shop: str, processes: int) -> list[BotProcess]:
    playbook = PLAYBOOK.replace("SETTINGS", IN_PLAYBOOK[shop] % "attributes: {}").replace("SHOP", shop)
    playbook = playbook.replace("WELCOME", WELCOME).replace("FAILED", FAILED)
    (world.folder / "bot.yaml").write_text(playbook, "utf-8")
    return [await world.bot(**shops.environment(n)).start() for n in range(processes)]


def running(bots: Sequence[BotProcess]) -> str:
    """The address of one of them that runs."""
    return next((bot.address for bot in bots if bot.runs), "http://127.0.0.1:1")


async def is_one_member(world: World, shops: Shops, shop: str, who: Newcomer) -> PretendMember:
    """The shop has made one, the person is bound to it, and was told once."""
    await world.all_done(who.user)
    [member] = shops.of_phone(shop, who.phone)
    async with looking(world.data) as stored:
        contact = await stored.contact(who.contact)
        bound = (contact.member_no, contact.member_shop, contact.phone, list(contact.bindings))
        assert bound == (member.number, shop, f"+886{who.phone[1:]}", ["phone"])
        assert await stored.everybody() == {who.contact}
    assert who.texts() == [WELCOME]
    return member


@pytest.mark.parametrize(
    ("shop", "processes", "is_answered"),
    one_of(
        6,
        [
            *(("forest", 2, True), ("forest", 1, False)),
            *(("harbour", 1, False), ("harbour", 2, True)),
            *(("erp", 1, True), ("erp", 2, False)),
        ],
    ),
)
async def test_dying_between_the_shops_yes_and_what_is_made_of_it(
    started_world: World, shops: Shops, shop: str, processes: int, is_answered: bool
) -> None:
    """The member is made; the process that has asked is dead before it has written anything of it.

    `is_answered`: the answer has come there, and nobody has read it. Of two the other goes on.
    """
    world = started_world
    bots = await started(world, shops, shop, processes)
    who = Newcomer(world, bots)
    code = await who.proves_all_but()
    asking: asyncio.Future[BotProcess] = asyncio.get_running_loop().create_future()

    async def made(asker: int, request: web.Request, answer: web.StreamResponse) -> None:
        bots[asker].send(signal.SIGSTOP)  # it reads no more
        if is_answered:
            await answer.prepare(request)
            await answer.write_eof()
        asking.set_result(bots[asker])
        await asyncio.Event().wait()  # until nobody is there any more

    shops.on_registered = made
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        group.create_task(world.courier.deliver_until_taken(lambda: running(bots), [code]))
        bot = await asking
        await bot.kill()
        if processes == 1:
            await bot.start()
    await is_one_member(world, shops, shop, who)
    assert len(shops.registering) == 1, "whoever goes on finds the member"


@pytest.mark.ring("soak", "in process: tests/services/test_members.py")
@pytest.mark.parametrize("shop", SHOPS)
async def test_said_twice_to_two_processes_at_once(started_world: World, shops: Shops, shop: str) -> None:
    """A double tap, and LINE delivering again what it has delivered elsewhere."""
    world = started_world
    bots = await started(world, shops, shop, 2)
    who = Newcomer(world, bots)
    code = await who.proves_all_but()
    again = says(who.user, code.text or "")
    async with asyncio.TaskGroup() as group:
        for event in (code, again):
            for bot in bots:
                group.create_task(world.delivered(bot, event))
    await is_one_member(world, shops, shop, who)
    assert len(shops.registering) == 1


@pytest.mark.parametrize(
    "shop", ["forest", pytest.param("harbour", marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_the_shop_tells_of_its_new_member_before_it_answers(
    started_world: World, shops: Shops, shop: str
) -> None:
    """Its webhook is about somebody without LINE then, who is the same person once the phone is bound."""
    world = started_world
    bots = await started(world, shops, shop, 1)
    who = Newcomer(world, bots)
    code = await who.proves_all_but()

    async def made(asker: int, request: web.Request, answer: web.StreamResponse) -> None:
        [member] = shops.of_phone(shop, who.phone)
        tells = partial(changed, shops.by_name[shop], "main", member)
        await told_until_taken(world.session, [tells], lambda: running(bots), lambda: None)
        async with looking(world.data) as stored:

            async def is_notified() -> bool:
                return not await stored.shop_news_left()

            await comes_to(is_notified)

    shops.on_registered = made
    await world.delivered(bots[0], code)
    await is_one_member(world, shops, shop, who)
