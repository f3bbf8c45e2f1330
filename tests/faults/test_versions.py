"""Two playbooks on one database, each served from its folder (`--files`): the live one decides, the other
stores and says why."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.cli.oaflow import ended
from tests.faults.bot_process import PLAYBOOK, BotProcess, comes_to
from tests.faults.webhooks import HOURS, Occurrence, person, says
from tests.faults.world import World

OLD_HOURS, NEW_HOURS = "每天 11:00–21:00", "每天 10:00–22:00"
NEW_PLAYBOOK = PLAYBOOK.replace(OLD_HOURS, NEW_HOURS)


@pytest.fixture
def world(started_world: World) -> World:
    return started_world


@pytest.fixture
def new_folder(world: World) -> Path:
    """A folder beside the world's own, with a newer playbook."""
    folder = world.folder.parent / "new"
    folder.mkdir()
    (folder / "bot.yaml").write_text(NEW_PLAYBOOK, "utf-8")
    return folder


async def publishes(world: World, folder: Path, *options: str, code: int = 0) -> str:
    """`oaflow publish`; what it says."""
    end = await ended("publish", str(folder), *options, **world.environment)
    assert end.code == code, end
    return end.out + end.err


async def says_why(world: World, bot: BotProcess, *words: str) -> None:
    """Wait until it stands aside, with all of these words; a busy database may count as away for a moment."""

    async def told() -> bool:
        status, reason = await bot.readyz(world.session)
        return status == 503 and all(word in reason for word in words)

    await comes_to(told)


async def answer(world: World, event: Occurrence) -> str:
    """What this event was answered, once."""
    [text] = await answers_to(world, event)
    return text


async def answers_to(world: World, *events: Occurrence) -> list[str]:
    """What each of these events was answered, once."""
    await world.all_done(*(event.user for event in events))
    answers = []
    for event in events:
        [texts] = [taken.texts for taken in world.line.taken if taken.key == event.token]
        answers.append(texts[0])
    return answers


async def is_answered(world: World, bot: BotProcess, hours: str) -> None:
    """Somebody asks at this process, whoever owns their part."""
    event = says(person(), HOURS)
    await world.delivered(bot, event)
    assert await answer(world, event) == hours


async def test_a_rolling_deployment(world: World, new_folder: Path) -> None:
    """The new one decides as soon as it is there; what the old one is sent is stored, and answered by it."""
    old = await world.bot().start("--files")
    first = says(person(), HOURS)
    await world.delivered(old, first)
    assert await answer(world, first) == OLD_HOURS
    new = await world.bot_of(new_folder).start("--files")
    await world.owns(new, 256)
    await world.owns(old, 0)
    await says_why(world, old, "number 2", "oaflow publish")
    await world.is_ready(new)
    events = [says(person(), HOURS), says(first.user, HOURS)]
    for event in events:
        await world.delivered(old, event)
    assert [await answer(world, event) for event in events] == [NEW_HOURS] * 2
    assert await old.stop() == 0
    assert not old.complaints() + new.complaints()


@pytest.mark.ring("soak", "starts old versions over and over")
async def test_an_old_process_that_is_started_again_and_again_brings_nothing_back(
    world: World, new_folder: Path
) -> None:
    """Not even where nobody else is there: it stores, and what it stored waits for the new one."""
    old = await world.bot().start("--files")
    assert await old.stop() == 0
    new = await world.bot_of(new_folder).start("--files")
    assert await new.stop() == 0
    event = says(person(), HOURS)
    for _ in range(2):
        await old.start("--files")
        assert (await old.readyz(world.session))[0] == 503
        assert await old.figure(world.session, "oaflow_parts_owned") == 0
        await world.delivered(old, event)
        await old.kill()
    assert world.line.taken == []
    new = await world.bot_of(new_folder).start("--files")
    assert await answer(world, event) == NEW_HOURS


async def test_going_back_is_publishing_the_old_one(world: World, new_folder: Path) -> None:
    """A process with the old files stands aside until then, and there is no gap."""
    old = await world.bot().start("--files")
    new = await world.bot_of(new_folder).start("--files")
    await world.owns(new, 256)
    told = await publishes(world, world.folder)
    assert "is live now: number 3" in told
    assert "served by 1 process; with other files stand aside: 1 process" in told
    await world.owns(old, 256)
    await world.owns(new, 0)
    await world.is_ready(old)
    await is_answered(world, new, OLD_HOURS)
    assert "was live already: number 3" in await publishes(world, world.folder)


async def started_and_stopped(world: World) -> None:
    """What the world's own folder holds was live once."""
    old = await world.bot().start("--files")
    assert await old.stop() == 0


async def test_going_back_to_files_that_nobody_has_is_refused(
    world: World, new_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would silence the bot: said before, with what runs, and nothing is changed."""
    monkeypatch.setattr("bot.operations.publishing.ANSWER_PATIENCE", 1.0)  # for files that nobody will have
    await started_and_stopped(world)
    new = await world.bot_of(new_folder).start("--files")
    told = await publishes(world, world.folder, code=1)
    assert "no running process has these files, so that nobody would be answered" in told
    assert f":{new_folder} serves " in told
    assert "(oaflow run; where it stands aside, publish again)" in told
    assert "oaflow publish --unserved" in told
    await world.is_ready(new)
    await is_answered(world, new, NEW_HOURS)


@pytest.mark.ring("soak", "starts old versions over and over")
async def test_going_back_despite_all_and_starting_the_old_one_then(world: World, new_folder: Path) -> None:
    await started_and_stopped(world)
    new = await world.bot_of(new_folder).start("--files")
    told = await publishes(world, world.folder, "--unserved")
    assert "number 3" in told
    assert "nobody is answered until a process with these files runs" in told
    assert "live now" not in told
    await world.owns(new, 0)  # it has heard of it, at a renewal of its lease
    event = says(person(), HOURS)
    await world.delivered(new, event)
    assert await new.stop() == 0
    back = await world.bot().start("--files")
    assert await answer(world, event) == OLD_HOURS
    assert not back.complaints()


@pytest.mark.parametrize(
    "end",
    [pytest.param(BotProcess.stop, marks=pytest.mark.ring("soak", "more of the same")), BotProcess.kill],
)
async def test_where_no_process_runs_it_is_not_said_to_be_live(
    world: World, new_folder: Path, end: Callable[[BotProcess], Awaitable[object]]
) -> None:
    """Neither of one that has stopped, nor of one that was killed a moment ago on this machine."""
    old = await world.bot().start("--files")
    await end(old)
    told = await publishes(world, new_folder)
    assert "is live with the next start: number 2" in told
    assert "no process runs now" in told


@pytest.mark.ring("soak", "tests/cli/test_reload.py")
async def test_a_typo_in_the_folder_at_night(world: World) -> None:
    """The process that serves says at once what a restart would do, and goes on."""
    bot = await world.bot().start("--files")
    (world.folder / "bot.yaml").write_text(PLAYBOOK.replace("rules:", "ruls:"), "utf-8")

    await bot.says_so("ends at once (exit 1): mend them before a restart")
    told = await publishes(world, world.folder, code=1)
    assert "it is not published, and what is live goes on" in told
    await is_answered(world, bot, OLD_HOURS)
    (world.folder / "bot.yaml").write_text(NEW_PLAYBOOK, "utf-8")
    await bot.says_so("a process that is started with these files makes them live")
    assert "is live now: number 2" in await publishes(world, world.folder)
    (world.folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    await bot.says_so("a process that is started with these files stands aside")


@pytest.mark.ring("soak", "the same without --files: test_published.py")
async def test_what_is_published_in_its_own_folder_is_taken_over_while_running(
    world: World, new_folder: Path
) -> None:
    """No restart: and before it is published, a changed file changes nothing."""
    bot = await world.bot().start("--files")
    shutil.copy(new_folder / "bot.yaml", world.folder / "bot.yaml")
    await is_answered(world, bot, OLD_HOURS)
    assert "is live now: number 2" in await publishes(world, world.folder)
    await bot.says_so("the playbook was taken over")
    await is_answered(world, bot, NEW_HOURS)
    await world.is_ready(bot)
    assert not bot.complaints()
