"""A lease that lapsed for a moment and was renewed: what was stored or decided meanwhile goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bot.model.processes import Shares
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, token


def lapse_behind(of: object, call: str, lapse: Callable[[], None]) -> None:
    """The lease is over when the database's answer to this call comes."""
    made = getattr(of, call)

    async def slow(*given: Any) -> Any:
        answer = await made(*given)
        lapse()
        return answer

    setattr(of, call, slow)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
@pytest.mark.parametrize("known", [False, True], ids=["stranger", "known"])
@pytest.mark.parametrize("ahead", [False, True], ids=["in turns", "in arrivals"])
async def test_replies_go_out_when_a_lapsed_lease_is_renewed(
    shop: Shop, listener: Bot, monkeypatch: pytest.MonkeyPatch, ahead: bool, known: bool
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
    if ahead:
        lapse_behind(bot.stores.inbox_commit, "store", lapse)
    else:
        bot.runtime.turns.recent.drop("main:U1")  # so that it is not decided ahead
        lapse_behind(bot.contacts, "save", lapse)
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
