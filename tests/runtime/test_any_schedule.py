"""Each event is decided and answered once, in order, whatever comes when in several processes (A1, A2, A8).

OAFLOW_SCHEDULES sets how many schedules are played, OAFLOW_SCHEDULE_SEED with which seed they begin.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

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
from tests.runtime.planted import (
    BRAKE_FAULTS,
    CARRIED_FAULTS,
    FAULTS,
    RARE,
    STRANGER_FAULTS,
    Plant,
    nothing,
)
from tests.runtime.schedule_words import FEW_PLACES
from tests.runtime.schedules import PROCESSES, DoesNotRest, Schedule
from tests.runtime.stranger_schedules import OVERTAKEN, StrangerSchedule
from tests.turns_written import now_in_log, turns_written

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES") or examples(24))
FIRST = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "1"))
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


async def test_any_schedule(database: Database, seal: Seal) -> None:
    for seed in range(FIRST, FIRST + SCHEDULES):
        wrong = await played(Schedule(database, seal, seed))
        assert wrong is None, wrong


class NobodyLeft(Schedule):
    """All processes that a schedule may start have died before the first webhook."""

    steps = 0

    async def _begin(self) -> None:
        await super()._begin()
        while len(self.gone) < PROCESSES:
            await self._end(self.processes[0] if self.processes else self._opens())


async def test_where_every_process_has_died_one_more_does_what_is_left(
    database: Database, seal: Seal
) -> None:
    schedule = NobodyLeft(database, seal, FIRST)
    wrong = await played(schedule)
    assert wrong is None, wrong
    assert any("K is started" in line for line in schedule.log)


async def test_any_schedule_of_people_who_chat(database: Database, seal: Seal) -> None:
    """Turns carry what they answer into the database, and others bring it, too, before and after."""
    carried = 0
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = ChattySchedule(database, seal, seed)
        wrong = await played(schedule)
        assert wrong is None, wrong
        carried += sum(CARRIES in line for line in schedule.log)
    assert carried or SCHEDULES < 24, "no turn has carried its event"


async def test_any_schedule_of_strangers(database: Database, seal: Seal) -> None:
    """A turn that is written late, while the next owner asks for the name, is not decided once more."""
    written_late = 0
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = StrangerSchedule(database, seal, seed)
        wrong = await played(schedule)
        assert wrong is None, wrong
        written_late += sum(OVERTAKEN in line for line in schedule.log)
    assert written_late or SCHEDULES < 24, "nobody has woken up while another asked"


async def test_any_schedule_of_people_who_want_few_places(database: Database, seal: Seal) -> None:
    """The same laws, and whoever dies or overtakes whom: so many have one, and each is counted once."""
    together: list[int] = []
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = Schedule(database, seal, seed, FEW_PLACES)
        wrong = await played(schedule)
        assert wrong is None, wrong
        together += schedule.together
    assert max(together) > 1 or SCHEDULES < 24, Counter(together)  # some of them were written together


async def test_s35_any_schedule_in_which_staff_stop_pushes(database: Database, seal: Seal) -> None:
    """K5, L8: nobody is pushed to while everybody is held, everybody once afterwards; by what is live."""
    for seed in range(FIRST, FIRST + SCHEDULES):
        wrong = await played(BrakedSchedule(database, seal, seed))
        assert wrong is None, wrong


async def test_any_schedule_in_which_lists_tell_of_who_binds(database: Database, seal: Seal) -> None:
    """C7, C12, J2: list, binding, merge and its undoing at once, whoever dies: one person."""
    joined = 0
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = ListedSchedule(database, seal, seed)
        wrong = await played(schedule)
        assert wrong is None, wrong
        joined += sum("rewriter.change" in line for line in schedule.log)
    assert joined or SCHEDULES < 6, "nobody was made one with anybody"


async def test_any_schedule_in_which_playbooks_are_brought_back_while_lists_tell(
    database: Database, seal: Seal, tmp_path: Path
) -> None:
    """C7, L8: the same people, and every process serves what is live, from the database where it lacks it."""
    known, brought_back = editions(tmp_path), 0
    for seed in range(FIRST, FIRST + SCHEDULES):
        schedule = KeptSchedule(database, seal, seed, known, tmp_path)
        wrong = await played(schedule)
        assert wrong is None, wrong
        brought_back += schedule.taken_from_database
    assert brought_back or SCHEDULES < 24, "nobody served anything from the database"


async def assert_found(of: Callable[[int], Schedule], plant: Plant, hint: int = 1) -> None:
    """The schedules see it, and so are not blind. None is played twice: it would meet what it has left."""
    for seed in (hint, *(seed for seed in range(1, UNTIL_FOUND + 1) if seed != hint)):
        if await played(of(seed), plant) is not None:
            return
    pytest.fail(f"nobody saw it in {UNTIL_FOUND} schedules")


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=[pytest.mark.soak] if fault in RARE else []) for fault in FAULTS]
)
async def test_a_planted_fault_is_found(database: Database, seal: Seal, fault: str) -> None:
    await assert_found(lambda seed: Schedule(database, seal, seed), *FAULTS[fault])


@pytest.mark.soak  # two schedules in a hundred meet it
@pytest.mark.parametrize("fault", STRANGER_FAULTS)
async def test_a_fault_planted_into_who_is_read_again_is_found(
    database: Database, seal: Seal, fault: str
) -> None:
    await assert_found(lambda seed: StrangerSchedule(database, seal, seed), *STRANGER_FAULTS[fault])


@pytest.mark.soak  # six schedules in a hundred meet each
@pytest.mark.parametrize("fault", CARRIED_FAULTS)
async def test_a_fault_planted_into_what_is_carried_is_found(
    database: Database, seal: Seal, fault: str
) -> None:
    await assert_found(lambda seed: ChattySchedule(database, seal, seed), CARRIED_FAULTS[fault])


@pytest.mark.soak  # some are met once in a dozen schedules
@pytest.mark.parametrize("fault", BRAKE_FAULTS)
async def test_a_fault_planted_into_the_brake_is_found(database: Database, seal: Seal, fault: str) -> None:
    await assert_found(lambda seed: BrakedSchedule(database, seal, seed), BRAKE_FAULTS[fault])
