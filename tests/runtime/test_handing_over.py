"""An event comes to its owner on this machine before it is stored: once and in order, whatever fails.

Real sockets, the real database; processes are runtimes of this one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.line.webhook import read_event
from bot.model.inbox import Received
from bot.model.processes import PARTS
from bot.runtime.intake import siblings as siblings_module
from bot.runtime.intake.handing_over import EventHandover, _HandedOver
from bot.runtime.intake.receive import Storing
from bot.runtime.intake.sibling_socket import SiblingListener
from bot.runtime.intake.siblings import Siblings, Trust, address
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE, eventually
from tests.runtime.harness import HEARING, Bot
from tests.runtime.shop import OPENING, Shop, gone, someone_of, token


class Process:
    """A bot that hands over and is handed to. `takes` may be put in place of storing what is handed."""

    def __init__(self, bot: Bot, folder: Path) -> None:
        self.bot = bot
        self.takes: Callable[[Sequence[Received]], Awaitable[Set[str]]] | None = None
        self.frames = 0
        self.siblings = Siblings(folder)
        self.door = SiblingListener(self._begin, read_event, HEARING)
        runtime = bot.runtime
        self.over = EventHandover(
            runtime.receiver.begin, self.siblings, runtime.ownership.elsewhere, runtime.metrics
        )
        self._folder = folder

    def _begin(self, received: Sequence[Received], seconds: float) -> Storing:
        self.frames += 1
        if self.takes is None:
            return self.bot.runtime.receiver.begin(received, seconds)
        return asyncio.ensure_future(self.takes(received))

    async def open(self) -> None:
        await self.door.open(address(self._folder, self.bot.id))

    async def reaches(self, other: Process) -> None:
        async def reached() -> bool:
            return self.siblings.to(other.bot.id) is not None

        await eventually(reached, bool)

    def hesitates(self) -> tuple[asyncio.Event, asyncio.Event]:
        """What is handed to it is stored once the second event is set; the first says that some was."""
        handed, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(received: Sequence[Received]) -> Set[str]:
            handed.set()
            await goes_on.wait()
            return await self.bot.runtime.receiver.begin(received, HEARING)

        self.takes = slow
        return handed, goes_on

    async def hear(self, *received: Received) -> None:
        """A webhook comes, and is answered 200."""
        async with asyncio.timeout(PATIENCE):
            await self.over.begin(received, HEARING)

    def handed(self, stored: str = "yes") -> int:
        return self.bot.runtime.metrics.handed_over.counts.get((stored,), 0)

    def hang_up(self) -> None:
        for visit in list(self.door.open_now):
            visit._transport.abort()

    async def close(self) -> None:
        await self.siblings.close()
        self.hang_up()
        self.door.open_now.clear()
        await self.door.close()


class Two:
    """Two processes that own half of the parts each, and reach each other. The second is the `owner`."""

    def __init__(self, shop: Shop, first: Process, second: Process) -> None:
        self.shop, self.first, self.owner = shop, first, second

    def someone(self) -> str:
        return someone_of(self.owner.bot)


def knows_whose_the_others_are(bot: Bot) -> bool:
    """A process hears with each renewal of its lease who owns what."""
    owner = bot.runtime.ownership
    return sum(owner.elsewhere(part) is not None for part in range(PARTS)) == PARTS - len(owner.parts)


@pytest.fixture
async def two(shop: Shop) -> AsyncIterator[Two]:
    with TemporaryDirectory(prefix="oaflow-") as folder:
        bots = await shop.two()
        await shop.until(lambda: all(map(knows_whose_the_others_are, bots)), OPENING)
        both = [Process(bot, Path(folder)) for bot in bots]
        for process in both:
            await process.open()
        await both[0].reaches(both[1])
        await both[1].reaches(both[0])
        yield Two(shop, *both)
        for process in both:
            await process.close()


@pytest.mark.ring("all", "several processes of a bot")
async def test_the_owner_stores_it_and_decides_it_at_once(two: Two) -> None:
    """Who is known has the turn written with the event: nobody reads the inbox, nobody is told."""
    shop, user = two.shop, two.someone()
    before = shop.says(user)
    await two.first.hear(before)
    await shop.answered(before)
    event = shop.says(user)
    await two.first.hear(event)
    stored = await two.owner.bot.stored(user)
    assert (stored.revision, stored.waiting) == (2, frozenset()), "its turn is taken before the 200"
    await shop.answered(event)
    assert await shop.taken(user) == [before.entry.id, event.entry.id]
    assert (two.first.handed(), two.first.handed("no")) == (2, 0)


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_webhook_of_many_people_is_shared_out(two: Two) -> None:
    """Some are ours, some the other's; one answer for all."""
    bots = (two.first.bot, two.owner.bot)
    events = [two.shop.says(someone_of(bots[n % 2], n)) for n in range(10)]
    await two.first.hear(*events)
    await two.shop.answered(*events)
    assert two.first.handed() == 5
    assert two.owner.frames == 1, "all of one webhook go together"


async def test_nothing_is_handed_over_of_nothing(two: Two) -> None:
    """LINE's Verify button."""
    await two.first.hear()
    assert two.owner.frames == 0


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("stored", [True, False])
async def test_the_owner_dies_before_it_answers(two: Two, stored: bool) -> None:
    """Once, whether it has stored the event or not: it is known by its id."""
    shop, owner, user = two.shop, two.owner, two.someone()
    dying = asyncio.Event()

    async def dies(received: Sequence[Received]) -> Set[str]:
        if stored:
            await owner.bot.inbox.store([item.entry for item in received], frozenset())
        dying.set()
        never: Storing = asyncio.get_running_loop().create_future()
        return await never

    owner.takes = dies
    event = shop.says(user)
    heard = asyncio.ensure_future(two.first.hear(event))
    await asyncio.wait_for(dying.wait(), PATIENCE)
    await gone(shop, owner.bot, two.first.bot)
    owner.hang_up()
    await heard
    await shop.answered(event)
    assert await shop.taken(user) == [event.entry.id]
    assert shop.line.answered == [token(event)]
    assert two.first.handed("no") == 1


async def test_who_says_that_it_is_not_stored_is_believed(two: Two) -> None:
    shop, user = two.shop, two.someone()

    async def fails(received: Sequence[Received]) -> Set[str]:
        raise DatabaseUnavailable("away")

    two.owner.takes = fails
    event = shop.says(user)
    await two.first.hear(event)
    await shop.answered(event)
    assert await shop.taken(user) == [event.entry.id]
    assert (two.first.handed(), two.first.handed("no")) == (0, 1)


async def test_a_late_yes_counts_where_we_are_not_faster(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow database: the event is stored in time, so LINE hears 200."""
    shop, owner, user = two.shop, two.owner, two.someone()
    monkeypatch.setattr(siblings_module, "PATIENCE", 0.05)
    begun, here = asyncio.Event(), asyncio.get_running_loop().create_future()
    _, goes_on = owner.hesitates()

    def begin(received: Sequence[Received], seconds: float) -> Storing:
        begun.set()
        return here

    two.first.over._begin = begin
    event = shop.says(user)
    heard = asyncio.ensure_future(two.first.hear(event))
    await asyncio.wait_for(begun.wait(), PATIENCE)
    here.set_exception(DatabaseUnavailable("away"))
    goes_on.set()
    await heard
    await shop.answered(event)
    assert (two.first.handed(), two.first.handed("no")) == (0, 1), "it was not stored in time"


async def test_nobody_is_met_in_a_folder_that_others_may_enter(tmp_path: Path) -> None:
    """A folder for what is temporary is cleaned now and then, and anybody may make one of that name."""
    folder = tmp_path / "open"
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    with pytest.raises(PermissionError):
        address(folder, "p")
    siblings = Siblings(folder)
    assert siblings.to("p") is None
    await asyncio.sleep(0)
    assert not siblings._reached
    await siblings.close()
    assert siblings.to("p") is None
    assert not siblings._tried, "nothing is tried after the end"


@pytest.mark.parametrize("answers", [True, False])
async def test_it_fails_when_both_have_failed_or_the_time_is_over(answers: bool) -> None:
    loop = asyncio.get_running_loop()
    here: Storing = loop.create_future()
    handed = _HandedOver(lambda left: here, 60 if answers else 0)
    handed.answered("late")
    here.set_exception(DatabaseUnavailable("away"))
    await asyncio.sleep(0)
    assert not handed.done.done()
    if answers:
        handed.answered("no")
    with pytest.raises(DatabaseUnavailable):
        async with asyncio.timeout(PATIENCE):
            await handed.done


async def test_who_does_not_answer_is_not_waited_for_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first waits for the answer in vain, the next for none; until it has rested."""
    shop, owner, user = two.shop, two.owner, two.someone()
    monkeypatch.setattr(siblings_module, "PATIENCE", 0.05)
    now = 0.0
    sibling = two.first.siblings._reached[owner.bot.id]
    sibling._trust = Trust(lambda: now)
    _, wakes = owner.hesitates()

    async def unanswered() -> int:
        return sibling._bytes

    first, second, third, fourth = (shop.says(user) for _ in range(4))
    await two.first.hear(first)
    await two.first.hear(second)
    assert (two.first.handed("no"), owner.frames) == (1, 1)
    monkeypatch.setattr(siblings_module, "PATIENCE", PATIENCE)
    wakes.set()
    await eventually(unanswered, lambda size: size == 0)
    await two.first.hear(third)
    assert (two.first.handed("yes"), owner.frames) == (0, 1), "it has answered, but late"
    now = siblings_module.AGAIN
    await two.first.hear(fourth)
    assert (two.first.handed("yes"), owner.frames) == (1, 2)
    await shop.answered(first, second, third, fourth)
    assert await shop.taken(user) == [event.entry.id for event in (first, second, third, fourth)]


def test_who_fails_rests_each_time_longer_and_is_tried_once() -> None:
    now = 0.0
    trust = Trust(lambda: now)

    def allows() -> bool:
        return trust.allows

    trust.on_request()
    trust.answered(well=False, trial=False)
    rests = []
    for _ in range(7):
        began = now
        assert not allows()
        trust.answered(well=True, trial=False)
        trust.answered(well=False, trial=False)
        assert not allows(), "what was handed before says nothing"
        while not allows():
            now += 0.5
        rests.append(now - began)
        trust.on_request()
        assert trust.is_tried
        assert not allows(), "one at a time, and only its answer counts"
        trust.answered(well=False, trial=True)
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    now += siblings_module.RAREST
    trust.on_request()
    trust.answered(well=True, trial=True)
    assert allows()
    trust.on_request()
    assert allows()
    trust.answered(well=False, trial=False)
    now += siblings_module.AGAIN
    assert allows(), "after a yes it begins anew"


async def test_what_it_does_not_answer_does_not_pile_up(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, owner = two.shop, two.owner
    monkeypatch.setattr(siblings_module, "MOST", 3_000)
    _, goes_on = owner.hesitates()
    events = [shop.says(someone_of(owner.bot, n)) for n in range(40)]
    heard = [asyncio.ensure_future(two.first.hear(event)) for event in events]
    await asyncio.wait(heard, return_when=asyncio.FIRST_COMPLETED)
    waiting = [one for one in heard if not one.done()]
    sibling = two.first.siblings._reached[owner.bot.id]
    assert sibling._bytes >= 3_000
    assert 0 < len(waiting) < 20
    goes_on.set()
    await asyncio.gather(*heard)
    assert sibling._bytes == 0
    await shop.answered(*events)


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("fails", [False, True])
async def test_an_answered_event_comes_before_the_next(two: Two, fails: bool) -> None:
    """A2: event k has had its 200 before k+1 is sent, now here, now there; also where some are handed in
    vain, of which the owner has stored every other."""
    shop, owner = two.shop, two.owner

    async def now_and_then(received: Sequence[Received]) -> Set[str]:
        count = owner.frames
        if count % 3 == 0:
            if count % 2:
                await owner.bot.runtime.receiver.begin(received, HEARING)
            raise DatabaseUnavailable("away")
        return await owner.bot.runtime.receiver.begin(received, HEARING)

    if fails:
        owner.takes = now_and_then
    processes = (two.first, owner)
    users = [someone_of(processes[n % 2].bot, n) for n in range(4)]
    said_by = {user: [shop.says(user) for _ in range(15)] for user in users}

    async def talk(user: str) -> None:
        for number, event in enumerate(said_by[user]):
            await processes[number * number % 3 % 2].hear(event)

    await asyncio.gather(*map(talk, users))
    await shop.answered(*(event for events in said_by.values() for event in events))
    for user, events in said_by.items():
        mine = [token(event) for event in events]
        assert [t for t in shop.line.answered if t in mine] == mine, user
        assert await shop.taken(user) == [event.entry.id for event in events]
    assert bool(two.first.handed("no")) == fails


async def test_what_was_taken_is_answered_before_the_door_closes(two: Two) -> None:
    """An orderly stop: what was handed over until then is stored by who stops, the next by who heard it."""
    shop, owner, user = two.shop, two.owner, two.someone()
    asked, goes_on = owner.hesitates()
    event, later = shop.says(user), shop.says(user)
    heard = asyncio.ensure_future(two.first.hear(event))
    await asyncio.wait_for(asked.wait(), PATIENCE)
    closing = asyncio.ensure_future(owner.door.close())
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.gather(heard, closing)
    assert two.first.handed() == 1
    await two.first.hear(later)
    await shop.answered(event, later)
    assert owner.frames == 1
