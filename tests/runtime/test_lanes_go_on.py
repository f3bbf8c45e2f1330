"""No lane waits for ever: after lost races, failed writes, or a full outbox."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.engine.compiled.rule import OnText
from bot.model.event import Profile
from bot.model.inbox import InboxEntry, Received
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.turn_taking.deciding import OUTBOX_CALLS
from bot.store.unavailable import DatabaseUnavailable
from tests.playbooks import HOURS, playbook, push, reply, rule
from tests.runtime.harness import Bot, followed
from tests.runtime.held_calls import held_behind
from tests.runtime.shop import Shop, someone_of, token

MANY = OUTBOX_CALLS + 5
"""Events of one person whose calls do not all fit on the contact."""

THREE_CALLS = playbook(rule(OnText(("多",)), reply("1"), push(*"abcdefghij")), HOURS)
"""A reply and ten pushed messages, of which LINE takes five at a time."""


async def everything_is_answered(shop: Shop, events: Sequence[Received]) -> None:
    """Each of them, once, in this order; and no lane is left."""
    await shop.answered(*events)
    assert shop.line.answered == [token(event) for event in events]
    assert all(not bot.runtime.lanes._lanes for bot in shop.bots)


async def greeted(shop: Shop, bot: Bot) -> Received:
    """A first event of U1, who is known from then on."""
    greeting = shop.says("U1")
    await shop.hears(bot, greeting)
    return greeting


# -- more than lies on one contact


@pytest.mark.usefixtures("no_backstop")
async def test_many_events_whose_write_loses_a_race(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: the turn that filled the outbox was not made, so nothing of it will ever be settled."""
    owner, other = await shop.two()
    user = someone_of(owner)
    late = shop.says(user)
    save, lost = owner.contacts.save, list[int]()

    async def overtaken(writes: Sequence[TurnWrite]) -> set[str]:
        if not lost:
            lost.append(len(writes[0].outgoing))
            await other.hear(late)
        return await save(writes)

    monkeypatch.setattr(owner.contacts, "save", overtaken)
    events = [shop.says(user) for _ in range(MANY)]
    await owner.hear(*events)
    await everything_is_answered(shop, [*events, late])
    assert lost == [OUTBOX_CALLS]


@pytest.mark.usefixtures("no_backstop")
async def test_many_events_whose_write_fails_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: MongoDB was away for a moment."""
    bot = await shop.opens()
    refused = fail(bot, 1, monkeypatch)
    events = [shop.says("U1") for _ in range(MANY)]
    await bot.hear(*events)
    await everything_is_answered(shop, events)
    assert refused == [OUTBOX_CALLS]


@pytest.mark.usefixtures("no_backstop")
async def test_many_calls_of_events_decided_ahead(shop: Shop) -> None:
    """A8: three calls each, where room was kept for two: the outbox is full before the events are taken."""
    bot = await shop.opens(THREE_CALLS)
    greeting = await greeted(shop, bot)
    first = [shop.says("U1", "多") for _ in range(OUTBOX_CALLS // 2 - 1)]
    more = [shop.says("U1", "多") for _ in range(MANY - len(first))]
    await bot.hear(*first)
    await bot.hear(*more)
    await everything_is_answered(shop, [greeting, *first, *more])
    assert len(shop.line.calls) == 1 + 3 * MANY


def fail(bot: Bot, times: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let so many writes of turns fail; how many calls the first of each would have stored."""
    save, refused = bot.contacts.save, list[int]()

    async def failing(writes: Sequence[TurnWrite]) -> set[str]:
        if len(refused) < times:
            refused.append(len(writes[0].outgoing))
            raise DatabaseUnavailable("away")
        return await save(writes)

    monkeypatch.setattr(bot.contacts, "save", failing)
    return refused


# -- what is asked for while a batch is read


async def test_an_event_asked_for_again_while_others_are_read_is_decided_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: between the reading of contacts and the reading of the inbox."""
    bot = await shop.opens()
    greeting = await greeted(shop, bot)
    loading = held_behind(bot.contacts, "load")
    flush_after_reading(bot, monkeypatch)
    offer, stranger = shop.says("U1", "優惠"), shop.says("X")
    async with bot.runtime.batches.none():
        await bot.hear(offer)  # decided ahead, not yet marked done
        bot.runtime.lanes.tick("main:U1", part_of("main:U1"))
        await bot.hear(stranger)
    await shop.until(loading.reached.is_set)
    bot.runtime.lanes.reread("main:U1", part_of("main:U1"))
    loading.go_on.set()
    await shop.answered(offer, stranger)
    assert (await bot.stored("U1")).revision == 2
    assert bot.runtime.metrics.turns.counts[()] == 3
    assert sorted(shop.line.answered) == sorted(map(token, [greeting, offer, stranger]))


def flush_after_reading(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read as open is marked done, and forgotten, before whoever read it sees it."""
    open_of = bot.inbox.open_of

    async def slow(contact: str, part: int, limit: int, but: Sequence[str] = ()) -> list[InboxEntry]:
        entries = await open_of(contact, part, limit, but)
        await bot.runtime.journal.flush()
        return entries

    monkeypatch.setattr(bot.inbox, "open_of", slow)


# -- reads that work, and writes that fail


@pytest.mark.ring("all", "a crowd")
async def test_writes_that_fail_are_attempted_by_the_clock(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: a full disk refuses what a ping does not show; no busy loop, and nothing is lost."""
    bot = await shop.opens()
    save, refused = bot.contacts.save, fail(bot, 10**9, monkeypatch)
    events = [shop.says(user) for user in ("U1", "U2", "U1")]
    await bot.hear(*events)
    await shop.until(lambda: bool(refused))
    for _ in range(200):
        await shop.database.ping()  # no time passes
    assert len(refused) <= 2
    begun = shop.clock.now()
    await shop.until(lambda: (shop.clock.now() - begun).total_seconds() >= 20)
    assert 3 <= len(refused) <= 20
    assert shop.line.calls == []
    monkeypatch.setattr(bot.contacts, "save", save)
    await shop.answered(*events)
    assert sorted(shop.line.answered) == sorted(map(token, events))


@pytest.mark.usefixtures("no_backstop")
async def test_a_name_told_in_time_is_used_although_the_first_attempt_failed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.line.profiles["U1"] = Profile("小明")
    bot = await shop.opens()
    refused = fail(bot, 1, monkeypatch)
    event = followed("U1", shop.clock)
    await shop.hears(bot, event)
    assert refused == [1]
    assert shop.line.texts() == ["歡迎 小明！"]
    assert (await bot.stored("U1")).contact.name == "小明"
