"""Each event is decided and answered once, in order, whatever comes when in several processes (A1, A2, A8).

OAFLOW_SCHEDULES sets how many schedules are played, OAFLOW_SCHEDULE_SEED with which seed they begin.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.depth import examples
from tests.runtime.braked_schedules import BrakedSchedule, broken_by_staff
from tests.runtime.chatty_schedules import ChattySchedule
from tests.runtime.gated_world import CARRIES
from tests.runtime.kept_schedules import KeptSchedule, broken_by_versions, editions
from tests.runtime.laws import broken
from tests.runtime.listed_schedules import ListedSchedule, broken_by_lists
from tests.runtime.planted import FAULTS, Plant, nothing
from tests.runtime.schedule_words import FEW_PLACES
from tests.runtime.schedules import PROCESSES, DoesNotRest, Schedule
from tests.runtime.stranger_schedules import OVERTAKEN, StrangerSchedule
from tests.turns_written import now_in_log, turns_written

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES") or examples(12))
FIRST = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "1"))
S = TypeVar("S", bound=Schedule)
UNTIL_FOUND = 400
"""Within so many schedules a planted fault must be seen."""


async def played(schedule: Schedule, plant: Plant = nothing) -> str | None:
    """The laws that this schedule breaks when it is played, and the schedule itself."""
    schedule.since = await now_in_log(schedule.database.client)
    with pytest.MonkeyPatch.context() as patched:
        plant(patched)
        try:
            await schedule.run(patched)
        except DoesNotRest as error:
            return f"{schedule.told()}\nit does not come to rest: {error}"
    if isinstance(schedule, KeptSchedule):
        found = await broken_by_versions(schedule)
    elif isinstance(schedule, ListedSchedule):
        found = await broken_by_lists(schedule)
    else:
        found = await broken(schedule)
    if isinstance(schedule, BrakedSchedule):
        turns = await turns_written(schedule.database.client, schedule.since)
        found += broken_by_staff(schedule, turns)
    return "\n".join([schedule.told(), *found]) if found else None


async def all_played(of: Callable[[int], S], counted: Callable[[S], int] = lambda schedule: 0) -> int:
    """Play those of all seeds; none breaks a law. The sum of what is counted of each."""
    total = 0
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = of(seed)
        wrong = await played(schedule)
        assert wrong is None, wrong
        total += counted(schedule)
    return total


def lines_with(words: str) -> Callable[[Schedule], int]:
    """Counts the lines of a play that have these words."""
    return lambda schedule: sum(words in line for line in schedule.log)


@pytest.mark.ring("test", "random schedules of events, deaths, pauses and lost leases")
async def test_any_schedule(database: Database, seal: Seal) -> None:
    await all_played(lambda seed: Schedule(database, seal, seed))


class NobodyLeft(Schedule):
    """All processes that a schedule may start have died before the first webhook."""

    steps = 0

    async def _begin(self) -> None:
        await super()._begin()
        while len(self.gone) < PROCESSES:
            await self._end(self.processes[0] if self.processes else self._opens())


@pytest.mark.ring("all", "many random schedules")
async def test_where_every_process_has_died_one_more_does_what_is_left(
    database: Database, seal: Seal
) -> None:
    schedule = NobodyLeft(database, seal, FIRST)
    wrong = await played(schedule)
    assert wrong is None, wrong
    assert any("K is started" in line for line in schedule.log)


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_of_people_who_chat(database: Database, seal: Seal) -> None:
    """Turns carry what they answer into the database, and others bring it, too, before and after."""
    carried = await all_played(lambda seed: ChattySchedule(database, seal, seed), lines_with(CARRIES))
    assert carried or SCHEDULES < 12, "no turn has carried its event"


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_of_strangers(database: Database, seal: Seal) -> None:
    """A turn that is written late, while the next owner asks for the name, is not decided once more."""
    written_late = await all_played(
        lambda seed: StrangerSchedule(database, seal, seed), lines_with(OVERTAKEN)
    )
    assert written_late or SCHEDULES < 12, "nobody has woken up while another asked"


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_of_people_who_want_few_places(database: Database, seal: Seal) -> None:
    """The same laws, and whoever dies or overtakes whom: so many have one, and each is counted once."""
    together = await all_played(
        lambda seed: Schedule(database, seal, seed, FEW_PLACES),
        lambda one: sum(turns > 1 for turns in one.together),
    )
    assert together or SCHEDULES < 12, "no two were written together"


@pytest.mark.ring("all", "many random schedules")
async def test_s35_any_schedule_in_which_staff_stop_pushes(database: Database, seal: Seal) -> None:
    """K5, L8: nobody is pushed to while everybody is held, everybody once afterwards; by what is live."""
    await all_played(lambda seed: BrakedSchedule(database, seal, seed))


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_in_which_lists_tell_of_who_binds(database: Database, seal: Seal) -> None:
    """C7, C12, J2: list, binding, merge and its undoing at once, whoever dies: one person."""
    joined = await all_played(
        lambda seed: ListedSchedule(database, seal, seed), lines_with("rewriter.change")
    )
    assert joined or SCHEDULES < 3, "nobody was made one with anybody"


@pytest.mark.ring("all", "many random schedules")
async def test_any_schedule_in_which_playbooks_are_brought_back_while_lists_tell(
    database: Database, seal: Seal, tmp_path: Path
) -> None:
    """C7, L8: the same people, and every process serves what is live, from the database where it lacks it."""
    known = editions(tmp_path)
    brought_back = await all_played(
        lambda seed: KeptSchedule(database, seal, seed, known, tmp_path), lambda one: one.taken_from_database
    )
    assert brought_back or SCHEDULES < 12, "nobody served anything from the database"


@pytest.mark.ring("all", "many random schedules")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.ring("soak", "more of the same")] if one.rare else [])
        for name, one in FAULTS.items()
    ],
)
async def test_a_planted_fault_is_found(database: Database, seal: Seal, name: str) -> None:
    """The schedules see it, and so are not blind. None is played twice: it would meet what it has left."""
    fault = FAULTS[name]
    for seed in (fault.seed, *(seed for seed in range(1, UNTIL_FOUND + 1) if seed != fault.seed)):
        if await played(fault.schedule(database, seal, seed), fault.plant) is not None:
            return
    pytest.fail(f"nobody saw it in {UNTIL_FOUND} schedules")
