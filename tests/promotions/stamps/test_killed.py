"""`kill -9` while two processes stamp cards: no stamp is lost, none twice, each reward once (N2).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
In `make test` processes die at random steps instead (`tests/promotions/stamps/test_schedules.py`).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.operations.till import TillActor
from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.stamps.model import HELD_CARDS
from bot.promotions.stamps.operations.acts import clerk_act, stamp
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.bot_process import PLAYBOOK
from tests.faults.test_kill import ROUND_SECONDS
from tests.faults.two_killed import TwoKilled, two_killed
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
    who = TillActor(f"console:{till}")
    acts = [clerk_act("集點", count, who, f"{user} {number}") for number, count in enumerate(PRESSES)]
    acts.append(clerk_act("集點", 1, who, f"{user} undo", undoes=acts[-1].id))
    for act in acts:
        result = ""
        while result != "done":
            with suppress(DatabaseUnavailable):  # perhaps it was stored, which the same press again tells
                result = await stamp(stores, playbook, f"main:{user}", act)
            await asyncio.sleep(0.02)


async def one_round(two: TwoKilled, playbook: Playbook) -> None:
    """People say so themselves and are stamped at two tills, whose clerks press the same; one is killed."""
    users = [person() for _ in range(PEOPLE)]
    async with two.struck(PEOPLE * (SAID + 1)) as group:
        for user in users:
            group.create_task(two.deliver(*(says(user, text) for text in ("嗨", *["集點"] * SAID))))
            for till in ("mei", "ning"):
                group.create_task(pressed(two.stores, playbook, user, till))
    await two.world.all_done(*users, seconds=ROUND_SECONDS)
    await check(two.stores, users)


async def check(stores: Stores, users: list[str]) -> None:
    people = await stores.contacts.people_of(f"main:{user}" for user in users)
    assert len(people) == PEOPLE
    for person_ in people.values():
        (card,) = HELD_CARDS.of(person_)
        ids = [line.id for line in card.entries]
        assert len(set(ids)) == len(ids) == SAID + len(PRESSES) + 1, "each act once"
        stamps = SAID + sum(PRESSES[:-1])
        assert card.full * CELLS + card.count == stamps, "no stamp is lost, none is there twice"
        assert len(HELD_COUPONS.of(person_)) == card.full, "a reward for each full card"


@pytest.mark.ring("soak", "rounds of kill -9")
async def test_killed_while_cards_are_stamped(processes: World) -> None:
    """N2: whichever of a process and its database dies, beside another process."""
    playbook = compiled(f"{SECTION}rules:\n{RULES}")
    async with two_killed(processes, SECTION + PLAYBOOK + RULES) as two:
        await two.rounds(lambda number: one_round(two, playbook))
