"""`kill -9` while two processes stamp cards: no stamp is lost, none twice, each reward once (N2).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
In `make test` processes die at random steps instead (`tests/runtime/test_stamp_schedules.py`).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from random import Random

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.operations.coupons import Redeemer
from bot.operations.stamps import clerk_act, stamp
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.bot_process import PLAYBOOK, BotProcess, comes_to
from tests.faults.staff_browser import team_of
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS, SEED, VICTIMS, Killing
from tests.faults.webhooks import person, says
from tests.faults.world import World
from tests.playbooks import compiled

PEOPLE, SAID, CELLS = 10, 3, 4
PRESSES = (1, 1, 2, 1)
"""Stamps of each press at the tills, the last of which is taken back."""
SECTION = f"""\
coupons: {{贈品: {{for: 30d, per_person: 50}}}}
stamp_cards: {{集點: {{cells: {CELLS}, rewards: {{{CELLS}: 贈品}}}}}}
"""
RULES = """\
  - {when: {text: 集點}, add_stamp: 集點}
  - {when: {coupon: any, result: [given, had]}, push: 送您贈品}
"""


async def pressed(stores: Stores, playbook: Playbook, user: str, till: str) -> None:
    """Each press until it is done, at whichever till: another may have done it meanwhile."""
    who = Redeemer(f"console:{till}")
    acts = [clerk_act("集點", count, who, f"{user} {number}") for number, count in enumerate(PRESSES)]
    acts.append(clerk_act("集點", 1, who, f"{user} undo", undoes=acts[-1].id))
    for act in acts:
        result = ""
        while result != "done":
            with suppress(DatabaseUnavailable):  # perhaps it was stored, which the same press again tells
                result = await stamp(stores, playbook, f"main:{user}", act)
            await asyncio.sleep(0.02)


async def one_round(
    killing: Killing, other: BotProcess, victim: str, stores: Stores, playbook: Playbook
) -> None:
    """People say so themselves and are stamped at two tills, whose clerks press the same; one is killed."""
    dice, world = killing.dice, killing.world
    users = [person() for _ in range(PEOPLE)]
    before = len(world.courier.taken)

    def address(mine: bool) -> str:
        return killing.bot.address if mine else other.address

    async def talks(user: str) -> None:
        for text in ("嗨", *["集點"] * SAID):
            events = [says(user, text)]
            await world.courier.deliver_until_taken(partial(address, dice.random() < 0.5), events)

    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        for user in users:
            group.create_task(talks(user))
            for till in ("mei", "ning"):
                group.create_task(pressed(stores, playbook, user, till))
        await killing.moment(before + 1, before + PEOPLE * (SAID + 1))
        await killing.strike(victim)
    await world.all_done(*users, seconds=ROUND_SECONDS)
    await check(stores, users)


async def check(stores: Stores, users: list[str]) -> None:
    people = await stores.contacts.people_of(f"main:{user}" for user in users)
    assert len(people) == PEOPLE
    for person_ in people.values():
        (card,) = person_.stamp_cards
        ids = [line.id for line in card.entries]
        assert len(set(ids)) == len(ids) == SAID + len(PRESSES) + 1, "each act once"
        stamps = SAID + sum(PRESSES[:-1])
        assert card.full * CELLS + card.count == stamps, "no stamp is lost, none is there twice"
        assert len(person_.coupons) == card.full, "a reward for each full card"


@pytest.mark.soak
async def test_killed_while_cards_are_stamped(world: World) -> None:
    """N2: whichever of a process and its database dies, beside another process."""
    dice = Random(SEED)
    (world.folder / "bot.yaml").write_text(SECTION + PLAYBOOK + RULES, "utf-8")
    killing = Killing(world, await world.bot().start(), dice)
    other, playbook = await world.bot().start(), compiled(f"{SECTION}rules:\n{RULES}")
    async with team_of(world.data) as team:
        await comes_to(team.stores.leases.somebody_runs)
        for number in range(ROUNDS):
            victim = VICTIMS[number] if number < len(VICTIMS) else dice.choice(VICTIMS)
            try:
                await one_round(killing, other, victim, team.stores, playbook)
            except BaseException as error:
                error.add_note(f"round {number + 1} of {ROUNDS}, {victim} killed; OAFLOW_KILL_SEED={SEED}")
                raise
