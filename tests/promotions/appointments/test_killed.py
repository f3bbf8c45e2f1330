"""`kill -9` while two processes book and cancel: as many as there are places, nobody twice (N5).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
In `make test` processes die at random steps instead (`tests/promotions/appointments/test_schedules.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.store.database.mongo import reaching
from bot.store.stores import Stores
from tests.faults.bot_process import PLAYBOOK
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS
from tests.faults.two_killed import TwoKilled, two_killed
from tests.faults.webhooks import person, says
from tests.faults.world import World

PEOPLE, PLACES, CANCELLING = 16, 5, 4
SERVICES = [f"剪髮{number}" for number in range(max(ROUNDS, 3))]
START = datetime.now(UTC).astimezone(ZoneInfo("Asia/Taipei")) + timedelta(days=3)
SECTION = "appointments:\n" + "".join(
    f"  {name}: {{hours: 09:00-21:00, minutes: 60, places: {PLACES}}}\n" for name in SERVICES
)
RULES = "".join(
    f"  - {{when: {{text: 約{name}}}, "
    f"book_appointment: {{appointment: {name}, start: {START:%Y-%m-%d} 10:00}}}}\n"
    f"  - {{when: {{text: 取消{name}}}, cancel_appointment: {name}}}\n"
    for name in SERVICES
)
HEARD = "  - {when: {appointment: any, result: booked}, add_tags: [約到]}\n"
HEARD += "  - {when: {appointment: any, result: cancelled}, remove_tags: [約到]}\n"


async def one_round(two: TwoKilled, service: str) -> None:
    """All want one hour, some cancel at once; whoever was told that they have it has a tag."""
    users = [person() for _ in range(PEOPLE)]

    async def asks(user: str, *, cancels: bool) -> None:
        texts = ("約", "約", *(["取消"] if cancels else []))
        await two.deliver(*(says(user, f"{text}{service}") for text in texts))

    async with two.struck(2 * PEOPLE) as group:
        for number, user in enumerate(users):
            group.create_task(asks(user, cancels=number < CANCELLING))
    await two.world.all_done(*users, seconds=ROUND_SECONDS)
    await check(two.stores, users, service)


async def check(stores: Stores, users: list[str], service: str) -> None:
    async with reaching():
        rows = stores.database.collection("appointments").find(
            {"service": service, "cells.0": {"$exists": True}}
        )
        standing = [row async for row in rows]
    assert PLACES - CANCELLING <= len(standing) <= PLACES
    assert len({row["place"] for row in standing}) == len(standing), "no place twice"
    people = await stores.contacts.people_of(f"main:{user}" for user in users)
    tagged = {id_ for id_, one in people.items() if "約到" in {tag.name for tag in one.tags}}
    assert tagged == {row["contact"] for row in standing}, "who was told is who has a place"


@pytest.mark.ring("soak", "rounds of kill -9")
async def test_killed_while_appointments_are_booked_and_cancelled(processes: World) -> None:
    """N5: whichever of a process and its database dies, beside another process."""
    async with two_killed(processes, SECTION + PLAYBOOK + RULES + HEARD) as two:
        await two.rounds(lambda number: one_round(two, SERVICES[number]))
