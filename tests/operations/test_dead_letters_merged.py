"""Dead letters of people who were merged or parted since reach who they were for, once. C5, K3"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.members.identity import OfShop
from bot.line.outcome import Refused
from bot.model.inbox import Received
from bot.model.outgoing import DeadLetter
from bot.model.processes import part_of
from bot.operations.resending import Handling, resend
from bot.runtime.effects.merging import Merging
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

pytestmark = pytest.mark.usefixtures("by_our_clock")

PLAYBOOK = compiled(
    """\
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: y}
rules:
  - {when: {text: 優惠}, reply: 這是祕密優惠}
  - {when: {text: 到貨通知}, do: [{push: 到貨了}]}
"""
)
QUOTA = Refused(429, "You have reached your monthly limit.", "r-1", "quota")
MAIN, OUTLET = "main:U1", "outlet:V1"


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(PLAYBOOK)


@pytest.fixture
def merging(stores: Stores, clock: ManualClock) -> Merging:
    return Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)


def on_outlet(
    text: str, clock: ManualClock, ago: timedelta = timedelta(), with_token: bool = True
) -> Received:
    """What V1 says there."""
    heard = said(text, "V1", clock, **({} if with_token else {"replyToken": None}))
    event = replace(heard.event, channel="outlet", id=f"outlet:{heard.event.id.partition(':')[2]}")
    if ago:
        assert event.token is not None
        event = replace(
            event, at=event.at - ago, token=replace(event.token, received=event.token.received - ago)
        )
    entry = replace(heard.entry, id=event.id, channel="outlet", contact=OUTLET, part=part_of(OUTLET))
    return Received(entry, event)


async def both_known(bot: Bot) -> None:
    await bot.hear(said("您好", "U1", bot.clock), on_outlet("您好", bot.clock))
    await bot.settle()


async def pushed_in_vain(bot: Bot) -> DeadLetter:
    bot.line.outcomes.append(QUOTA)
    await bot.hear(on_outlet("到貨通知", bot.clock, with_token=False))
    await bot.settle()
    (letter,) = await bot.dead_letters()
    return letter


async def answered_too_late(bot: Bot) -> DeadLetter:
    await bot.hear(on_outlet("優惠", bot.clock, ago=timedelta(hours=1)))
    await bot.settle()
    (letter,) = await bot.dead_letters()
    assert letter.reason == "too-late"
    return letter


async def again(bot: Bot, stores: Stores, name: str) -> Handling:
    (told,) = await resend(stores, [name], "command:amy", patience=0)
    for contact in (MAIN, OUTLET):
        bot.runtime.recovery.reread(contact)
    await bot.settle()
    return told


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("lose", [pushed_in_vain, answered_too_late])
@pytest.mark.parametrize("parted", [False, True], ids=["merged", "parted"])
async def test_it_reaches_the_line_account_that_it_was_for(
    bot: Bot, stores: Stores, merging: Merging, lose: Callable[[Bot], Awaitable[DeadLetter]], parted: bool
) -> None:
    await both_known(bot)
    letter = await lose(bot)
    await merging.merge(MAIN, OUTLET, "command:amy")
    await bot.settle()
    if parted:
        await merging.undo(OUTLET, "command:amy")
    before = len(bot.line.calls)
    await again(bot, stores, letter.name)
    assert [(one.kind, one.to) for one in bot.line.calls[before:]] == [("push", "V1")]
    for contact in (MAIN, OUTLET):
        stored = (await stores.contacts.load([contact]))[contact]
        assert (stored.open, stored.outgoing) == (frozenset(), ())
    assert (await again(bot, stores, letter.name)).became == "refused"
    assert len(bot.line.calls) == before + 1
