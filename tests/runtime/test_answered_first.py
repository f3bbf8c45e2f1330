"""Who delivers hears 200 as soon as all is stored; what follows on it is done after that, and is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence, Set

import pytest

from bot.model.inbox import InboxEntry, Received
from bot.model.stored import TurnWrite
from bot.runtime.intake import receive
from bot.runtime.turn_taking.deciding import PendingTurn
from tests.eventually import PATIENCE
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, someone_of, token


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
    bot = await shop.met()
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
    bot = await shop.met()

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
    bot = await shop.met()

    def broken(draft: PendingTurn) -> None:
        monkeypatch.undo()
        raise RuntimeError("broken")

    monkeypatch.setattr(bot.runtime.turns, "_publish", broken)
    event = shop.says("U1")
    await shop.hears(bot, event)
    assert "broken" in caplog.text
    assert shop.line.answered.count(token(event)) == 1
    assert bot.runtime.receiver.is_at_rest


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_speaks_again_after_a_fault_is_answered_in_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 6: what was answered 200 and has failed comes before what is said after it, at once."""
    bot = await shop.met()
    receiver, conclude = bot.runtime.receiver, bot.runtime.turns.conclude
    monkeypatch.setattr(receiver, "_on_failure", lambda: None)  # which has all that is open read again

    def broken(ahead: Sequence[tuple[PendingTurn, TurnWrite]], refused: Collection[str] | None) -> set[str]:
        conclude(ahead, refused)
        monkeypatch.setattr(bot.runtime.turns, "conclude", conclude)
        raise RuntimeError("broken")

    monkeypatch.setattr(bot.runtime.turns, "conclude", broken)
    first, second = shop.says("U2"), shop.says("U2")
    await bot.hear(first)
    await bot.hear(second)
    await shop.answered(first, second)
    assert [one for one in shop.line.answered if one in (token(first), token(second))] == [
        token(first),
        token(second),
    ]


async def test_nobody_is_answered_before_the_last_of_many_is_stored(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: what comes together is stored in several writes where it is too much for one."""
    monkeypatch.setattr(receive, "FLUSH", 1)
    bot = await shop.met()
    inbox_commit, answered = bot.stores.inbox_commit, list[bool]()
    store = inbox_commit.store

    async def slow(
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool],
    ) -> tuple[set[str], set[str]]:
        answered.append(storing.done())
        return await store(entries, foreign, turns, are_young)

    monkeypatch.setattr(inbox_commit, "store", slow)
    events = [shop.says("U1"), shop.says("U2"), shop.says("U3")]
    storing = bot.runtime.receiver.begin(events, PATIENCE)
    await storing
    assert answered == [False] * 3
    await shop.answered(*events)


@pytest.mark.parametrize("with_ours", [False, True], ids=["alone", "with one of ours"])
async def test_whose_part_is_anothers_is_told_of_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, with_ours: bool
) -> None:
    """Law 6: the order of events over several processes holds when LINE hears 200."""
    first, second = await shop.two()
    events = [shop.says(someone_of(second))]
    if with_ours:
        events.insert(0, shop.says(someone_of(first)))
    storing, poke, done = first.runtime.receiver.begin(events, PATIENCE), first.contacts.poke, list[bool]()

    async def poking(told: Sequence[tuple[str, str]]) -> set[str]:
        made = await poke(told)
        done.append(storing.done())
        return made

    monkeypatch.setattr(first.contacts, "poke", poking)
    await storing
    assert done == [False]
    await shop.answered(*events)


@pytest.mark.ring("all", "a crowd")
async def test_what_was_refused_comes_before_what_is_said_after_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 6: also where somebody of another process has to be told meanwhile."""
    first, second = await shop.two()
    user, another = someone_of(first), someone_of(second)
    early, late, foreign = shop.says(user), shop.says(user), shop.says(another)
    await first.inbox.store([early.entry], set())  # LINE heard 503, and delivers it again
    poke = first.contacts.poke

    async def poking(told: Sequence[tuple[str, str]]) -> set[str]:
        for _ in range(100):  # whoever wants a turn has one
            await asyncio.sleep(0)
        return await poke(told)

    monkeypatch.setattr(first.contacts, "poke", poking)
    await shop.hears(first, early, late, foreign)
    order = [one for one in shop.line.answered if one in (token(early), token(late))]
    assert order == [token(early), token(late)]
