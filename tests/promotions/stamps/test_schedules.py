"""N1, N2: stamps and coupons of people who are merged and parted, by two processes on two clients, which die
between any two calls: no stamp is lost, none is put on twice, each reward is given once.

OAFLOW_SCHEDULES sets how many schedules are played, OAFLOW_SCHEDULE_SEED with which seed they begin.
"""

from __future__ import annotations

import os

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.promotions.stamps.laws import broken_by_stamps
from tests.promotions.stamps.schedules import StampSchedule
from tests.runtime.schedules import DoesNotRest

SCHEDULES = int(os.environ.get("OAFLOW_SCHEDULES", "3"))
SEED = int(os.environ.get("OAFLOW_SCHEDULE_SEED", "61"))


async def played(schedule: StampSchedule) -> str | None:
    """The laws that this schedule breaks when it is played, and the schedule itself."""
    with pytest.MonkeyPatch.context() as patched:
        try:
            await schedule.run(patched)
        except DoesNotRest as error:
            return f"{schedule.told()}\nit does not come to rest: {error}"
    found = await broken_by_stamps(schedule)
    return "\n".join([schedule.told(), *found]) if found else None


@pytest.mark.ring("all", "many random schedules")
async def test_s41_any_schedule_of_who_is_stamped(database: Database, prepared: str, seal: Seal) -> None:
    other = Database(prepared)
    for seed in range(SEED, SEED + SCHEDULES):
        wrong = await played(StampSchedule((database, other), seal, seed))
        assert wrong is None, wrong
    other.close()
