"""A process that lost its lease writes a turn late: the owner, who holds that event, takes no second one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.contact import Contact
from bot.model.inbox import Received
from bot.model.instance import Timer
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.stored import Settled, TurnWrite
from bot.runtime.turn_taking.contact_cache import CachedContact
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop

pytestmark = pytest.mark.both_ways

USER = "U1"
ID = f"main:{USER}"


def late_turn(event: Received, base: int = 0, before: Contact | None = None) -> TurnWrite:
    """The turn of a process that is paused between deciding this event and writing it."""
    contact = before or Contact(ID, seed=7)
    after = replace(contact, turned=event.entry.at)
    return TurnWrite(contact, after, part_of(ID), base, 0, (event.entry.id,), (), born=base == 0)


async def settled_by_the_late_one(bot: Bot, event: Received) -> None:
    row = TimelineRow(event.entry.id, ID, part_of(ID), event.entry.at, "text", (), None, None)
    await bot.stores.journal.timeline([row])
    await bot.inbox.done([event.entry.id], [part_of(ID)])
    await bot.contacts.settle([Settled(ID, part_of(ID), (event.entry.id,), ())])


@pytest.mark.usefixtures("no_backstop")
@pytest.mark.parametrize(
    ("settled", "forgotten"),
    [(False, False), (True, False), (True, True)],
    ids=["just written", "settled too", "and the owner has thrown the contact out of memory"],
)
async def test_a_strangers_event_that_waits_for_the_profile(
    shop: Shop, listener: Bot, settled: bool, forgotten: bool
) -> None:
    """A1, A8: while the owner waits for LINE to tell the name, the paused process wakes up and writes."""
    bot = listener
    shop.line.profile_hold = asyncio.Event()
    event = shop.says(USER, "嗯嗯")
    await bot.hear(event)
    await shop.until(shop.line.profile_asked.is_set)
    assert await bot.contacts.save([late_turn(event)]) == set()
    if settled:
        await settled_by_the_late_one(bot, event)
    if forgotten:
        bot.runtime.turns.recent.drop(ID)
    shop.line.profile_hold.set()
    await shop.quiet()
    stored = await bot.stored(USER)
    assert (stored.revision, stored.open) == (1, frozenset())
    assert stored.contact.seed == 7  # the owner goes on with what is written, not with its own thoughts
    after = shop.says(USER)
    await shop.hears(bot, after)
    assert (await bot.stored(USER)).revision == 2
    assert await shop.taken(USER) == [event.entry.id, after.entry.id]


@pytest.mark.usefixtures("no_backstop")
async def test_a_turn_lost_while_the_lease_was_not_sure(
    shop: Shop, listener: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1, A8: the write lost to a late one; the lease, lapsed just then, was renewed by itself."""
    bot = listener
    save, ownership = bot.contacts.save, bot.runtime.ownership
    event = shop.says(USER, "嗯嗯")
    wrote: list[set[str]] = []

    async def beaten(writes: Sequence[TurnWrite]) -> set[str]:
        if not wrote:
            wrote.append(await save([late_turn(event)]))
            await settled_by_the_late_one(bot, event)
            ownership._until = 0.0
        return await save(writes)

    monkeypatch.setattr(bot.contacts, "save", beaten)
    await bot.hear(event)
    await shop.until(lambda: bool(wrote))
    await shop.until(lambda: ownership.owns(part_of(ID)))
    await shop.quiet()
    assert wrote == [set()]
    assert (await bot.stored(USER)).revision == 1
    assert not (await bot.stored(USER)).open


async def test_a_turn_written_by_another_is_not_taken_for_ones_own(shop: Shop) -> None:
    """A8: both hold the same event; who comes second has lost, although the event stands on the contact."""
    bot = await shop.opens()
    event = shop.says(USER)
    first = late_turn(event)
    assert await bot.contacts.save([first]) == set()
    second = replace(first, after=replace(first.after, seed=8), fence=1)
    assert await bot.contacts.save([second]) == {ID}
    assert (await bot.stored(USER)).contact.seed == 7


async def test_a_timer_that_was_written_late_wakes_whom_the_owner_remembers_without_it(shop: Shop) -> None:
    """C4: read before that write, and remembered since; the database alone knows of the timer."""
    bot = await shop.opens()
    before, now = Contact(ID, seed=7), shop.clock.now()
    bot.runtime.turns.recent.put(CachedContact(before, 0))
    after = replace(before, timers=(Timer("", "main", 0, "staff", now + timedelta(minutes=5)),))
    late = replace(late_turn(shop.says(USER)), after=after, opened=())
    assert await bot.contacts.save([late]) == set()
    shop.clock.advance(600)
    bot.runtime.timers.read_anew()
    await shop.until(lambda: (bot.runtime.turns.recent.get(ID) or CachedContact(before, 0)).revision == 2)
    assert not (await bot.stored(USER)).contact.timers
