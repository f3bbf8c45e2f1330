"""Two processes on one database: one order per contact, one turn per event, and one goes on for the other."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.bot_process import PACE, PATIENCE, BotProcess
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, NOTHING, OFFER, Occurrence, follows, person, says
from tests.faults.world import World, new_world


@dataclass
class Pair:
    """Two processes, each of which owns its half of the parts."""

    world: World
    bots: tuple[BotProcess, BotProcess]

    @classmethod
    async def started(cls, world: World, pace: str = PACE) -> Pair:
        first = await world.bot(OAFLOW_TEST_PACE=pace).start()
        second = await world.bot(OAFLOW_TEST_PACE=pace).start()
        for bot in (first, second):
            await world.owns(bot, 128)
        return cls(world, (first, second))

    async def deliver(self, number: int, *events: Occurrence) -> None:
        """Deliver to one of the two, which takes it."""
        await self.world.delivered(self.bots[number % 2], *events)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Two processes that run all through this module, for the tests that harm neither."""
    place = tmp_path_factory.mktemp("p")
    shutil.copytree(fresh_data, place / "data")
    async with new_world(place) as world:
        pair = await Pair.started(world)
        yield pair
        assert not pair.bots[0].complaints() + pair.bots[1].complaints()


async def same_order(world: World, contact: str) -> list[str]:
    """The turns of this contact: each event's once, its replies in the order of the turns."""
    async with looking(world.data) as stored:
        turns = (await stored.turns())[contact]
    assert len(set(turns)) == len(turns)
    tokens = [f"replytoken{turn.partition(':')[2]}" for turn in turns]
    accepted = [taken.key for taken in world.line.taken if taken.key in set(tokens)]
    assert accepted == tokens
    return turns


@pytest.mark.ring("soak", "in process: tests/runtime/test_several.py")
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("again", range(3))
async def test_twenty_events_of_one_person_at_once(pair: Pair, again: int) -> None:
    """A8: spread over both processes: 20 turns and 20 replies, in one order."""
    user = person()
    said = [says(user, HOURS) for _ in range(20)]
    await asyncio.gather(*(pair.deliver(n, event) for n, event in enumerate(said)))
    await pair.world.all_done(user)
    assert set(await same_order(pair.world, f"main:{user}")) == {event.key for event in said}


@pytest.mark.ring("soak", "in process: tests/runtime/test_several.py")
@pytest.mark.asyncio(loop_scope="module")
async def test_many_people_through_both_processes_at_once(pair: Pair) -> None:
    """A8: each person's webhooks in a row, through either process: everybody's turns in that order."""
    talks = [[says(user, HOURS) for _ in range(10)] for user in (person() for _ in range(20))]

    async def talk(events: Sequence[Occurrence], start: int) -> None:
        for number, event in enumerate(events, start):
            await pair.deliver(number, event)

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for number, events in enumerate(talks):
            group.create_task(talk(events, number))
    await pair.world.all_done(*(events[0].user for events in talks))
    await pair.world.check(event for events in talks for event in events)


@pytest.mark.ring("soak", "in process: tests/runtime/test_several.py")
@pytest.mark.asyncio(loop_scope="module")
async def test_two_streams_of_one_person(pair: Pair) -> None:
    """A8: both processes get more than lies on one contact, at once: each stream keeps its order."""
    user = person()
    streams = [[[says(user, HOURS) for _ in range(5)] for _ in range(8)] for _ in pair.bots]

    async def talk(number: int) -> None:
        for events in streams[number]:
            await pair.deliver(number, *events)

    await asyncio.gather(talk(0), talk(1))
    await pair.world.all_done(user)
    turns = await same_order(pair.world, f"main:{user}")
    assert len(turns) == 80
    for stream in streams:
        keys = [event.key for events in stream for event in events]
        assert [turn for turn in turns if turn in set(keys)] == keys


@pytest.mark.ring("soak", "in process: tests/runtime/test_several.py")
@pytest.mark.asyncio(loop_scope="module")
async def test_one_event_twenty_times_at_once_to_both(pair: Pair) -> None:
    """A1: one turn, one reply; for a person who is new and for one who is not."""
    user = person()
    for event in (follows(user), says(user, f"有{OFFER}嗎")):
        await asyncio.gather(*(pair.deliver(number, event) for number in range(20)))
        await pair.world.all_done(user)
        await pair.world.check([event])
        assert pair.world.line.asked[event.token] == 1


@asynccontextmanager
async def half_way(
    world: World, pace: str = PACE
) -> AsyncIterator[tuple[BotProcess, BotProcess, list[Occurrence]]]:
    """Two processes, events of many people stored through both, and LINE that answers nothing yet."""
    first, second = (await Pair.started(world, pace)).bots
    world.line.hold = asyncio.Event()
    said = [says(person(), HOURS if number % 2 else NOTHING) for number in range(60)]
    await asyncio.gather(*(world.delivered(bot, *said[n::6]) for n, bot in enumerate((first, second) * 3)))
    yield first, second, said
    world.line.hold.set()
    later = [says(event.user, HOURS) for event in said]
    await world.delivered(second, *later)
    await world.all_done()
    await world.check(said + later)


async def test_one_is_killed(started_world: World) -> None:
    """A8: the other one takes over what the killed one had, and answers it."""
    async with half_way(started_world) as (first, second, _):
        await first.kill()
        await started_world.owns(second, 256)
    assert not second.complaints()


async def test_one_is_stopped(started_world: World) -> None:
    """A8: a graceful stop gives the parts back at once, with exit code 0; mongod runs on for the other."""
    async with half_way(started_world) as (first, second, _):
        first.send(signal.SIGTERM)
        assert started_world.line.hold is not None
        started_world.line.hold.set()
        assert await first.ended() == 0
        async with looking(started_world.data) as stored:
            assert len(await stored.owners() - {""}) == 1, "the lease was given back, not left to lapse"
        await started_world.owns(second, 256)
    assert not first.complaints() + second.complaints()


@pytest.mark.ring("soak", "the same by the other of two processes")
async def test_the_starter_of_mongod_is_killed_and_the_other_stops(world: World) -> None:
    """A8: the last one to leave stops mongod, whoever started it."""
    first, second = (await Pair.started(world)).bots
    await first.kill()
    assert await second.stop() == 0
    assert world.mongod is None
