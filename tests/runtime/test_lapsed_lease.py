"""A lease that lapsed for a moment and was renewed: what was stored or decided meanwhile goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence, Set
from datetime import datetime

import pytest

from bot.model.inbox import InboxEntry
from bot.model.processes import Shares
from bot.model.stored import TurnWrite
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, token

Lapse = Callable[[Bot, Callable[[], None], pytest.MonkeyPatch], None]


def lapse_in_turns(bot: Bot, lapse: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    save = bot.contacts.save

    async def slow(writes: Sequence[TurnWrite]) -> set[str]:
        losers = await save(writes)
        lapse()
        return losers

    monkeypatch.setattr(bot.contacts, "save", slow)


def lapse_in_arrivals(bot: Bot, lapse: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    inbox_commit = bot.stores.inbox_commit
    store = inbox_commit.store

    async def slow(
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool],
    ) -> tuple[set[str], set[str]]:
        stored = await store(entries, foreign, turns, are_young)
        lapse()
        return stored

    monkeypatch.setattr(inbox_commit, "store", slow)


@pytest.mark.usefixtures("no_backstop")
@pytest.mark.parametrize("known", [False, True], ids=["stranger", "known"])
@pytest.mark.parametrize("lapse_in", [lapse_in_turns, lapse_in_arrivals])
async def test_replies_go_out_when_a_lapsed_lease_is_renewed(
    shop: Shop, listener: Bot, monkeypatch: pytest.MonkeyPatch, lapse_in: Lapse, known: bool
) -> None:
    """A8: the answer of the database came when the lease was not sure any more; nobody took it."""
    bot = listener
    if known:
        await shop.hears(bot, shop.says("U1"))
    ownership, lapses = bot.runtime.ownership, list[float]()

    def lapse() -> None:
        if not lapses:
            lapses.append(ownership._until)
            ownership._until = 0.0

    event = shop.says("U1")
    if lapse_in is lapse_in_turns:
        bot.runtime.turns.recent.drop("main:U1")  # so that it is not decided ahead
    lapse_in(bot, lapse, monkeypatch)
    heard = asyncio.Event()
    renewals = hold_renewals(bot, heard, monkeypatch)
    await bot.hear(event)
    heard.set()
    await shop.until(lambda: token(event) in shop.line.answered)
    assert lapses
    assert len(renewals) <= 3  # seconds: one that was under way, one after the lapse, one to spare
    await shop.quiet()


def hold_renewals(bot: Bot, until: asyncio.Event, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Renew from then on; when that was."""
    renew, renewals = bot.leases.renew, list[datetime]()

    async def held() -> Shares | None:
        await until.wait()
        renewals.append(bot.clock.now())
        return await renew()

    monkeypatch.setattr(bot.leases, "renew", held)
    return renewals
