"""`kill -9` while somebody binds whom a list is just telling of: of the import, and of the bots. C7, C12"""

from __future__ import annotations

import asyncio
import json
import signal
from random import Random

import pytest

from tests.faults.bot_process import PATIENCE, comes_to
from tests.faults.members import BINDING, Member, codes_sent
from tests.faults.stored import looking
from tests.faults.test_kill import SEED
from tests.faults.world import World
from tests.started import started

NUMBER = "K1"
OTHERS = 300
"""Further lines of the list, so that it is killed in the middle, too."""


@pytest.mark.parametrize(
    "round_", [0, *(pytest.param(n, marks=pytest.mark.ring("soak", "more of the same")) for n in range(1, 8))]
)
async def test_whoever_dies_the_member_is_one_contact(started_world: World, round_: int) -> None:
    """Whichever comes first, list or binding, and whatever is killed between: one person, with both."""
    world, dice = started_world, Random(f"{SEED} {round_}")
    (world.folder / "bot.yaml").write_text(BINDING, "utf-8")
    bots = [await world.bot().start(), await world.bot().start()]
    member = Member(
        world.session, lambda: [bot.address for bot in bots if bot.runs] or ["http://127.0.0.1:1"]
    )
    lines = [f"X{n},09{50_000_000 + n}" for n in range(OTHERS)]
    lines.insert(dice.randrange(OTHERS), f"{NUMBER},{member.phone}")
    (world.folder / "members.csv").write_text("member_no,phone\n" + "\n".join(lines), "utf-8")
    await member.sign_in()
    await member.open()
    await member.answer(member.phone)
    (code,) = await codes_sent(bots)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        group.create_task(member.answer(code))
        group.create_task(import_until_done(world, dice))
        group.create_task(kill(world, dice))
    await is_one(world, member)


async def import_until_done(world: World, dice: Random) -> None:
    """The first time the command is killed, then it is given again until it ends by itself."""
    words = ("members", "import", str(world.folder), str(world.folder / "members.csv"))
    await world.killed(dice.random(), *words)
    while True:
        command = await started(*words, env=world.environment, apart=False)
        told = (await command.communicate())[0].decode()
        if command.returncode == 0:
            return
        assert command.returncode == 2, told


async def kill(world: World, dice: Random) -> None:
    await asyncio.sleep(dice.random())
    bot = dice.choice(world.bots)
    await bot.kill()
    await bot.start()


async def is_one(world: World, member: Member) -> None:
    who, phone = f"main:{member.user}", f"+886{member.phone[1:]}"
    async with looking(world.data) as stored:

        async def is_bound() -> bool:
            now = await stored.contacts.person(who)
            return now is not None and now.contact.member_no == NUMBER

        await comes_to(is_bound)
        await world.all_done()
        now = await stored.contacts.person(who)
        assert now is not None
        assert (now.contact.id, now.contact.phone, list(now.contact.bindings)) == (who, phone, ["phone"])
        people = await stored.everybody()
        assert people == {who, *(one for one in people if one.startswith("M:"))}
        assert len(people) == OTHERS + 1, "nobody is lost, nobody twice"


@pytest.mark.ring("soak", "in process it dies at each step: tests/operations/test_joined_lines.py")
async def test_an_import_that_was_killed_goes_on_where_it_was(started_world: World) -> None:
    """M2: by kill -9 in the middle, the same command does the rest, and nobody is lost or there twice."""
    world, number = started_world, 6_000
    (world.folder / "bot.yaml").write_text(BINDING, "utf-8")
    rows = "".join(f"X{n},09{50_000_000 + n}\n" for n in range(number))
    (world.folder / "members.csv").write_text(f"member_no,phone\n{rows}X3,0950000003\n", "utf-8")
    words = ("members", "import", str(world.folder), str(world.folder / "members.csv"), "--json")
    await world.bot().start()
    async with asyncio.timeout(PATIENCE), looking(world.data) as stored:
        command = await started(*words, env=world.environment, apart=False)

        async def is_under_way() -> bool:
            return (await stored.imported_lines() or 0) > 1_000

        await comes_to(is_under_way)
        command.send_signal(signal.SIGKILL)
        await command.communicate()
        again = await started(*words, env=world.environment, apart=False)
        told = (await again.communicate())[0].decode()
        done = json.loads(told[told.index("{") :])  # behind the progress
        assert 1_000 < done["resumed"] <= number
        assert done["new"] + done["same"] == number, "of a batch whose mark was lost nobody is new again"
        assert (done["changed"], done["united"], done["refused"]) == (0, 1, 0)
        assert len(await stored.everybody()) == number
        assert await stored.imported_lines() is None
