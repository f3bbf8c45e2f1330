"""E3: two of the team at one conversation in the same moment, through real HTTP and two processes."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.staff_browser import StaffBrowser, team_of
from tests.faults.stored import looking
from tests.faults.webhooks import NOTHING, person, says
from tests.faults.world import World

CUSTOMERS = 8


@pytest.mark.ring("soak", "in process: tests/runtime/test_staff_chat.py")
async def test_of_two_who_take_it_or_answer_at_once_one_has_it(started_world: World) -> None:
    """Each at a process of their own: the first turn wins, and the other reads so; the customer hears one."""
    world = started_world
    bots = [await world.bot().start() for _ in range(2)]
    users = [person() for _ in range(CUSTOMERS)]
    for user in users:
        await world.delivered(bots[0], says(user, NOTHING))
    await world.all_done(*users)

    async def both(user: str, staff: list[StaffBrowser], do: str) -> tuple[str, str]:
        """Who had it done, and what the other one was told."""
        fields = {"may_cost": "1"} if do == "answer" else {}
        told = await asyncio.gather(
            *(one.deed(user, do, text=f"{user} {one.name}", **fields) for one in staff)
        )
        unsent = {one.name: this["unsent"] for one, this in zip(staff, told, strict=True)}
        (winner,) = [name for name, why in unsent.items() if why is None]
        (loser,) = [why for why in unsent.values() if why is not None]
        return winner, loser

    async with team_of(world.data) as team:
        amy = await team.agent("amy", world.session, lambda: bots[0].address)
        ben = await team.agent("ben", world.session, lambda: bots[1].address)
        staff = [amy, ben]
        half = CUSTOMERS // 2
        taken = await asyncio.gather(*(both(user, staff, "take") for user in users[:half]))
        answered = await asyncio.gather(*(both(user, staff, "answer") for user in users[half:]))
    await world.all_done(*users)
    assert {loser for _, loser in (*taken, *answered)} == {"theirs"}
    assert sorted(text for one in world.line.taken for text in one.texts) == sorted(
        f"{user} {winner}" for user, (winner, _) in zip(users[half:], answered, strict=True)
    )
    async with looking(world.data) as stored:
        for user, (winner, _) in zip(users, (*taken, *answered), strict=True):
            (desk,) = (await stored.contact(f"main:{user}")).chats
            assert (desk.state, desk.by) == ("has", f"console:{winner}")
