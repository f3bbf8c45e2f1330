"""L8: publish is a gate. What a folder holds is served nowhere before it is published, whatever restarts."""

from __future__ import annotations

import signal
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from bot.engine.compiled.card import FileAddress
from tests.faults.bot_process import PLAYBOOK, BotProcess
from tests.faults.test_rollback import answers
from tests.faults.test_versions import (
    NEW_HOURS,
    NEW_PLAYBOOK,
    OLD_HOURS,
    answer,
    new_folder,
    publishes,
    says_why,
)
from tests.faults.webhooks import HOURS, person, says
from tests.faults.world import World
from tests.web.test_media import painted

__all__ = ["new_folder"]

SCENARIO = "scenario: 營業時間\nsteps:\n  - user: 營業時間\n  - bot: 整天\n"


@pytest.fixture
def world(started_world: World) -> World:
    return started_world


def write(world: World, text: str) -> None:
    (world.folder / "bot.yaml").write_text(text, "utf-8")


async def killed_and_started_again(world: World, bot: BotProcess) -> None:
    await bot.kill()
    bot.log.clear()
    await bot.start()
    await world.is_ready(bot)


async def test_an_unpublished_edit_is_not_live_after_kill_9(world: World) -> None:
    """Nor is one with a mistake in it: it is logged, and the published one served."""
    bot = await world.bot().start()
    write(world, NEW_PLAYBOOK)
    await killed_and_started_again(world, bot)
    await bot.says_so("the files of this folder hold another one")
    await answers(world, bot, OLD_HOURS)
    write(world, NEW_PLAYBOOK.replace("rules:", "ruls:"))
    await killed_and_started_again(world, bot)
    await bot.says_so("the files of this folder hold no playbook that can be served")
    assert any('"unknown-section"' in line for line in bot.log), "with file and line"
    await answers(world, bot, OLD_HOURS)
    write(world, NEW_PLAYBOOK)
    await bot.says_so("oaflow publish makes it live; a restart does not")
    assert "is live now: number 2" in await publishes(world, world.folder)
    await answers(world, bot, NEW_HOURS)


@pytest.mark.ring("soak", "in process each serves what is live: tests/runtime/kept_schedules.py")
async def test_a_machine_with_other_files_serves_what_is_published(world: World, new_folder: Path) -> None:
    """Of several machines each takes a publish over, whichever folder it was made from."""
    bots = [await world.bot().start(), await world.bot_of(new_folder).start()]
    for bot in bots:
        await world.owns(bot, 128)
    await answers(world, bots[0], OLD_HOURS)
    third = new_folder.parent / "third"
    third.mkdir()
    (third / "bot.yaml").write_text(PLAYBOOK.replace(OLD_HOURS, "整天"), "utf-8")
    told = await publishes(world, third)
    assert "is live now: number 2" in told
    assert "served by 2 processes" in told
    for bot in bots:
        await answers(world, bot, "整天")
        await world.is_ready(bot)


@pytest.mark.ring("soak", "each begins as one that was killed")
async def test_new_processes_behind_one_address_serve_what_is_published(world: World) -> None:
    """`--processes`, and SIGHUP: a replacement is no publish."""
    bot = await world.bot().start("--processes", "1")
    write(world, NEW_PLAYBOOK)
    bot.send(signal.SIGHUP)
    await bot.says_so("all processes are new")
    await answers(world, bot, OLD_HOURS)
    assert "is live now: number 2" in await publishes(world, world.folder)
    await answers(world, bot, NEW_HOURS)
    assert await bot.stop() == 0


async def test_the_first_start_publishes_after_the_checks_of_publish(world: World) -> None:
    """A scenario that fails ends it, and nothing is live then; mended, it is number 1."""
    scenario = world.folder / "tests" / "scenarios" / "hours.yaml"
    scenario.parent.mkdir(parents=True)
    scenario.write_text(SCENARIO, "utf-8")
    bot = world.bot()
    await bot.spawn()
    assert await bot.ended() == 1
    assert any("1 scenario, 1 failed" in line for line in bot.log)
    assert "oaflow publish --untested" in bot.log[-1]
    assert all(line.startswith("{") for line in bot.log), "machines read it"
    scenario.write_text(SCENARIO.replace("整天", OLD_HOURS), "utf-8")
    await bot.start()
    assert any("1 scenario, 0 failed" in line for line in bot.log)
    assert "was live already: number 1" in await publishes(world, world.folder)


async def test_a_version_that_cannot_be_read_here_ends_in_no_loop(world: World, new_folder: Path) -> None:
    """A variable is missing here: it stores, says why, and serves the next version that it can read."""
    named = PLAYBOOK.replace("channels:", "api_token: ${SHOP_TOKEN}\nchannels:")
    (new_folder / "bot.yaml").write_text(named, "utf-8")
    (new_folder / ".env").write_text("SHOP_TOKEN=0123456789abcdef0123\n", "utf-8")
    await publishes(world, new_folder)
    bot = await world.bot().start()
    await says_why(world, bot, "number 1", "cannot be read from the database", "SHOP_TOKEN")
    event = says(person(), HOURS)
    await world.delivered(bot, event)
    assert await bot.figure(world.session, "oaflow_parts_owned") == 0
    assert "is live now: number 2" in await publishes(world, world.folder)
    assert await answer(world, event) == OLD_HOURS


async def test_what_no_running_process_can_read_is_not_published(world: World, new_folder: Path) -> None:
    """It is announced first, as a rollback is: the bot would be silent. A candidate is no version."""
    bot = await world.bot().start()
    named = NEW_PLAYBOOK.replace("channels:", "api_token: ${SHOP_TOKEN}\nchannels:")
    (new_folder / "bot.yaml").write_text(named, "utf-8")
    (new_folder / ".env").write_text("SHOP_TOKEN=0123456789abcdef0123\n", "utf-8")
    told = await publishes(world, new_folder, code=1)
    assert "no process that runs can read number 2" in told
    assert "it is not published, and what is live goes on" in told
    await bot.says_so("is about to be live, and cannot be read here")
    await answers(world, bot, OLD_HOURS)
    (new_folder / "bot.yaml").write_text(NEW_PLAYBOOK, "utf-8")
    assert "is live now: number 2" in await publishes(world, new_folder)
    await answers(world, bot, NEW_HOURS)


async def test_a_secret_in_the_files_is_served_where_they_are(world: World, new_folder: Path) -> None:
    """It is kept nowhere else, so another folder's process stands aside, and says that."""
    text = NEW_PLAYBOOK.replace("${LINE_CHANNEL_ACCESS_TOKEN}", "a-literal-token-77")
    (new_folder / "bot.yaml").write_text(text, "utf-8")
    bot = await world.bot_of(new_folder).start()
    other = await world.bot().start()
    await says_why(world, other, "a secret stands in its files")
    await bot.kill()
    await bot.start()
    await world.is_ready(bot)
    await world.owns(bot, 256)


async def test_a_picture_stays_what_it_was_sent_as(world: World) -> None:
    """Overwritten or deleted in the folder it is shown as it was published, also in the width of an imagemap;
    after a publish both have their address, and after a `kill -9`, too."""
    first, second = painted("PNG", (1024, 500)), painted("PNG", (700, 300))
    picture = world.folder / "poster.png"
    picture.write_bytes(first)
    write(world, PLAYBOOK + "cards: {poster: {image: poster.png}}\n")
    bot = await world.bot().start()

    async def shows(content: bytes, width: str = "") -> bool:
        address = FileAddress("poster.png", sha256(content).hexdigest()).path
        async with world.session.get(f"{bot.address}/{address}{width}") as answer:
            return answer.status == 200 and (bool(width) or await answer.read() == content)

    for spoil in (partial(picture.write_bytes, second), picture.unlink):
        spoil()
        assert await shows(first)
        assert not await shows(second)
    picture.write_bytes(second)
    await publishes(world, world.folder)
    picture.unlink()
    for _ in range(2):
        assert await shows(first)
        assert await shows(second)
        await killed_and_started_again(world, bot)
    assert await shows(second, "/240")


@pytest.mark.ring("soak", "a new process with --files does the same: test_versions.py")
async def test_with_files_a_restart_takes_the_folder(world: World) -> None:
    """`--files`: for whoever deploys by a restart."""
    bot = await world.bot().start("--files")
    write(world, NEW_PLAYBOOK)
    await bot.kill()
    await bot.start("--files")
    await answers(world, bot, NEW_HOURS)
