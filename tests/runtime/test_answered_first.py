"""Who delivers hears 200 as soon as all is stored; what follows on it is done after that, and is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

import pytest

from bot.model.inbox import Received
from bot.model.stored import TurnWrite
from bot.runtime.intake import receive
from bot.runtime.turn_taking.deciding import PendingTurn
from tests.eventually import PATIENCE
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, someone_of, token


async def met(shop: Shop) -> Bot:
    """A bot that remembers a person, whose next turn is decided ahead."""
    bot = await shop.opens()
    event = shop.says("U1")
    await bot.hear(event)
    await shop.answered(event)
    return bot


async def stored(bot: Bot, event: Received, then: Callable[[], None]) -> None:
    """Have it stored; `then` is called in the moment in which that is told."""
    storing = bot.runtime.receiver.begin([event], PATIENCE)
    storing.add_done_callback(lambda _: then())
    await storing


@pytest.mark.parametrize("user", ["U1", "U2"], ids=["known", "stranger"])
async def test_who_waits_is_answered_before_what_follows(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    """A2: nothing of the turn is told to anybody yet, and the process is not at rest."""
    bot = await met(shop)
    told, conclude = list[str](), bot.runtime.turns.conclude

    def concluding(
        ahead: Sequence[tuple[PendingTurn, TurnWrite]], refused: Collection[str] | None
    ) -> set[str]:
        told.append("follows")
        return conclude(ahead, refused)

    def answered() -> None:
        told.append("answered, at rest" if bot.runtime.is_at_rest else "answered")

    monkeypatch.setattr(bot.runtime.turns, "conclude", concluding)
    event = shop.says(user)
    await stored(bot, event, answered)
    await shop.answered(event)
    assert told == ["answered", "follows"]


async def test_a_stop_in_that_moment_still_sends_the_reply(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: its last webhook is answered, so the process is told to stop."""
    bot = await met(shop)

    async def on_a_busy_loop() -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    monkeypatch.setattr(receive, "_sent", on_a_busy_loop)
    event, stops = shop.says("U1"), list[asyncio.Task[None]]()
    await stored(bot, event, lambda: stops.append(asyncio.ensure_future(bot.runtime.stop())))
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*stops)
    assert len(stops) == 1
    assert token(event) in shop.line.answered


async def test_a_fault_in_what_follows_is_told_and_loses_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A8: LINE does not deliver it again, for it heard 200."""
    bot = await met(shop)

    def broken(draft: PendingTurn) -> None:
        monkeypatch.undo()
        raise RuntimeError("broken")

    monkeypatch.setattr(bot.runtime.turns, "_tell", broken)
    event = shop.says("U1")
    await bot.hear(event)
    await shop.answered(event)
    assert "broken" in caplog.text
    assert shop.line.answered.count(token(event)) == 1
    assert bot.runtime.receiver.is_quiet


async def test_whose_part_is_anothers_is_told_of_before(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 6: the order of events over several processes holds when LINE hears 200."""
    first, second = await shop.two()
    event = shop.says(someone_of(second))
    storing, poke, done = first.runtime.receiver.begin([event], PATIENCE), first.contacts.poke, list[bool]()

    async def poking(events: Sequence[tuple[str, str]]) -> None:
        await poke(events)
        done.append(storing.done())

    monkeypatch.setattr(first.contacts, "poke", poking)
    await storing
    assert done == [False]
    await shop.answered(event)
