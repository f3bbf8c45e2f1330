"""Several processes on one database: in order and once, whichever process stores an event."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from bot.model.inbox import InboxEntry
from tests.runtime.harness import Bot
from tests.runtime.held_calls import HeldCall, held_before, held_behind
from tests.runtime.shop import HOURS, Shop, someone_of, token

pytestmark = pytest.mark.both_ways


async def an_own_event_comes_meanwhile(shop: Shop, owner: Bot, other: Bot, held: HeldCall) -> None:
    """The owner reads another's event, is held over it, and hears one itself: both are answered."""
    user = someone_of(owner)
    foreign, own = shop.says(user), shop.says(user)
    await other.hear(foreign)
    await shop.until(held.reached.is_set)
    await owner.hear(own)
    held.go_on.set()
    await shop.answered(foreign, own)
    assert shop.line.answered == [token(foreign), token(own)]


async def test_an_event_that_another_process_stored_is_taken_by_the_owner(shop: Shop) -> None:
    """A2."""
    owner, other = await shop.two()
    user = someone_of(owner)
    event = shop.says(user)
    await shop.hears(other, event)
    assert shop.line.texts() == [HOURS]
    assert await shop.taken(user) == [event.entry.id]
    stored = await owner.stored(user)
    assert (stored.revision, stored.open, stored.outgoing) == (1, frozenset(), ())


async def test_a_stranger_who_is_heard_of_by_another_is_waiting_before_the_200(shop: Shop) -> None:
    owner, other = await shop.two()
    user = someone_of(owner)
    event = shop.says(user)
    async with owner.runtime.batches.none():
        await other.hear(event)
        stored = await owner.stored(user)
        assert (stored.revision, stored.waiting) == (0, frozenset({event.entry.id}))
    await shop.answered(event)
    stored = await owner.stored(user)
    assert (stored.revision, stored.waiting) == (1, frozenset())


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("people", [1, 6])
async def test_an_answered_event_comes_before_the_next_whichever_process_hears_it(
    shop: Shop, people: int
) -> None:
    """A2: event k has had its 200 before k+1 is sent, now here, now there."""
    bots = await shop.two()
    users = [someone_of(bots[n % 2], n) for n in range(people)]
    said_by = {user: [shop.says(user) for _ in range(20)] for user in users}

    async def talk(user: str) -> None:
        for number, event in enumerate(said_by[user]):
            await bots[number * number % 3 % 2].hear(event)

    await asyncio.gather(*map(talk, users))
    await shop.answered(*(event for events in said_by.values() for event in events))
    sent = shop.line.answered
    assert len(sent) == 20 * people
    for user, events in said_by.items():
        mine = [token(event) for event in events]
        assert [t for t in sent if t in mine] == mine, user
        assert len(await shop.taken(user)) == 20


async def test_twenty_at_once_to_both_are_twenty_turns(shop: Shop) -> None:
    """A2, in whatever order they are stored: each once."""
    first, second = await shop.two()
    user = someone_of(first)
    events = [shop.says(user) for _ in range(20)]
    await asyncio.gather(*((first, second)[n % 2].hear(event) for n, event in enumerate(events)))
    await shop.answered(*events)
    assert sorted(shop.line.answered) == sorted(map(token, events))
    assert sorted(await shop.taken(user)) == sorted(event.entry.id for event in events)


@pytest.mark.ring("all", "a crowd")
async def test_s28_one_event_twenty_times_to_both_is_one_turn(shop: Shop) -> None:
    """A1: delivered again, at once and later: one turn, one reply."""
    bots = await shop.two()
    user = someone_of(bots[0])
    event = shop.says(user)
    await asyncio.gather(*(bots[n % 2].hear(event) for n in range(20)))
    await shop.answered(event)
    await asyncio.gather(*(bot.hear(event) for bot in bots))
    await shop.quiet()
    assert shop.line.answered == [token(event)]
    assert await shop.taken(user) == [event.entry.id]
    assert (await bots[0].stored(user)).revision == 1


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_an_own_event_that_comes_while_the_inbox_is_read_is_not_lost(shop: Shop) -> None:
    """A2: the lane is being rebuilt from the inbox, and an event of the owner's own arrives."""
    owner, other = await shop.two()
    await an_own_event_comes_meanwhile(shop, owner, other, held_behind(owner.inbox, "begin"))


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_an_own_event_stored_just_after_the_inbox_was_read_is_not_lost(shop: Shop) -> None:
    owner, other = await shop.two()
    await an_own_event_comes_meanwhile(shop, owner, other, held_behind(owner.inbox, "open_of"))


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_own_and_foreign_events_stored_before_the_inbox_is_read_keep_their_order(shop: Shop) -> None:
    """A2: the owner's own event stands between two of another process's, all of them in one reading."""
    owner, other = await shop.two()
    user = someone_of(owner)
    greeting = shop.says(user)
    await shop.hears(owner, greeting)
    reading = held_before(owner.inbox, "open_of")
    events = [shop.says(user) for _ in range(3)]
    await other.hear(events[0])
    await shop.until(reading.reached.is_set)
    await owner.hear(events[1])
    await other.hear(events[2])
    reading.go_on.set()
    await shop.answered(*events)
    assert shop.line.answered == [token(event) for event in (greeting, *events)]


@pytest.mark.usefixtures("no_backstop")
async def test_a_foreign_event_stored_just_after_the_inbox_was_read_is_not_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: the owner is told of it while it is still busy with the one before."""
    owner, other = await shop.two()
    user = someone_of(owner)
    told, reread = asyncio.Event(), owner.runtime.lanes.reread

    def noted(contact: str, part: int, *, bulk: bool = False) -> None:
        reread(contact, part, bulk=bulk)
        told.set()

    reading = held_behind(owner.inbox, "begin")
    first, second = shop.says(user), shop.says(user)
    await other.hear(first)
    await shop.until(reading.reached.is_set)
    monkeypatch.setattr(owner.runtime.lanes, "reread", noted)
    await other.hear(second)
    await shop.until(told.is_set)
    reading.go_on.set()
    await shop.answered(first, second)
    assert shop.line.answered == [token(first), token(second)]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_message_waits_for_no_turn_of_bulk_work(shop: Shop) -> None:
    """M2: what a list of thousands has ordered is being read; who writes meanwhile is answered at once."""
    owner, other = await shop.two()
    listed, message = (shop.says(someone_of(owner, number)) for number in range(2))
    reading = held_before(owner.inbox, "open_of")
    await other.stores.inbox_commit.store_bulk([listed.entry])
    await shop.until(reading.reached.is_set)
    await owner.hear(message)
    await shop.until(lambda: shop.line.answered == [token(message)])
    reading.go_on.set()
    await shop.answered(listed, message)


async def test_what_others_stored_for_several_people_is_read_side_by_side(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the reading of all who stand before them."""
    owner, other = await shop.two()
    people = [someone_of(owner, n) for n in range(4)]
    reading, all_read = 0, asyncio.Event()
    open_of = owner.inbox.open_of

    async def counted(contact: str, part: int, limit: int, but: Collection[str] = ()) -> list[InboxEntry]:
        nonlocal reading
        reading += 1
        if reading == len(people):
            all_read.set()
        await all_read.wait()
        return await open_of(contact, part, limit, but)

    monkeypatch.setattr(owner.inbox, "open_of", counted)
    events = [shop.says(user) for user in people]
    async with owner.runtime.batches.none():
        await other.hear(*events)
        await shop.until(lambda: len(owner.runtime.lanes._ready) == len(people))
    await shop.answered(*events)
