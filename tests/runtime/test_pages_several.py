"""Pages with several processes on one database: any of them serves any step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.model.contact import contact_id
from tests.eventually import PATIENCE
from tests.runtime.answers import time_passes, until
from tests.runtime.page_world import CODE, HELD, Pages, Served, answer, goes_on, in_time, pages, viewer
from tests.runtime.shop import OPENING, parts, someone_of

__all__ = ["pages"]


@pytest.fixture
async def two(pages: Pages) -> tuple[Served, Served]:
    """Two processes with half of the parts each."""
    first, second = await pages.opens(), await pages.opens()
    async with asyncio.timeout(PATIENCE):
        while not parts(first.bot) == parts(second.bot) == 128:
            await time_passes(pages.clock, pages.database, OPENING)
    return first, second


async def listens(pages: Pages, served: Served, contact: str) -> None:
    """Return when this process holds a request for this contact."""
    await until(pages.database, lambda: contact in served.desk._held.contacts())


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_page_is_served_here_and_its_turns_are_taken_there(two: tuple[Served, Served]) -> None:
    """The clock stands still: no backstop helps."""
    owner, other = two
    user = someone_of(owner.bot)
    async with asyncio.timeout(PATIENCE):
        screen = await other.desk.opened(viewer(user), {})
        assert screen.state == "ask_name"
        screen = await answer(other.desk, screen, "小美", user)
        assert screen.state == "ask_phone"
        screen = await goes_on(other.desk, screen, "0912345678", user=user)
    assert screen.state == "ask_code"
    assert len(owner.clerk.asked) == 1
    assert other.clerk.asked == []


async def test_each_step_at_another_process(two: tuple[Served, Served]) -> None:
    owner, other = two
    for number in range(4):
        user = someone_of(owner.bot, number)
        async with asyncio.timeout(PATIENCE):
            screen = await other.desk.opened(viewer(user), {})
            for turn, text in enumerate(("小美", "0912345678", CODE)):
                at = two[turn % 2]
                screen = await answer(at.desk, screen, text, user)
                if screen.kind == "busy":
                    screen = await two[number % 2].desk.screen(viewer(user), screen.step, HELD)
        assert (screen.kind, screen.say) == ("done", "我加入了")


async def test_a_double_tap_at_two_processes_is_one_event(pages: Pages, two: tuple[Served, Served]) -> None:
    user = someone_of(two[0].bot)
    async with asyncio.timeout(PATIENCE):
        screen = await two[1].desk.opened(viewer(user), {})
        before = await pages.database.collection("inbox").count_documents({})
        both = await asyncio.gather(*(answer(two[n % 2].desk, screen, "小美", user) for n in range(10)))
    assert {one.state for one in both} == {"ask_phone"}
    assert await pages.database.collection("inbox").count_documents({}) == before + 1


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_done_in_one_process_wakes_a_page_that_is_held_in_another(
    pages: Pages, two: tuple[Served, Served]
) -> None:
    owner, other = two
    user = someone_of(owner.bot)
    async with asyncio.timeout(PATIENCE):
        screen = await owner.desk.opened(viewer(user), {})
        held = asyncio.ensure_future(other.desk.screen(viewer(user), screen.step, HELD))
        await listens(pages, other, contact_id("main", user))
        await answer(owner.desk, screen, "小美", user)
        assert (await held).state == "ask_phone"


async def test_without_a_stream_a_page_is_two_seconds_late(
    pages: Pages, two: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = two

    async def deaf() -> AsyncGenerator[str | None, None]:
        await asyncio.Event().wait()
        yield None

    monkeypatch.setattr(other.desk._changes, "listen", deaf)
    user = someone_of(owner.bot)
    screen = await owner.desk.opened(viewer(user), {})
    held = asyncio.ensure_future(other.desk.screen(viewer(user), screen.step, HELD))
    await listens(pages, other, contact_id("main", user))
    await answer(owner.desk, screen, "小美", user)
    begun = pages.clock.now()
    assert (await in_time(pages, held, 0.1)).state == "ask_phone"
    assert (pages.clock.now() - begun).total_seconds() < HELD


@pytest.mark.ring("test", "the death within a page in this ring")
async def test_another_process_goes_on_where_one_has_died(pages: Pages, two: tuple[Served, Served]) -> None:
    """Between storing an answer and its turn: the page hears of it from whoever takes over."""
    owner, other = two
    user = someone_of(owner.bot)
    screen = await other.desk.opened(viewer(user), {})
    await owner.bot.crash()
    pages.served.remove(owner)
    answering = asyncio.ensure_future(answer(other.desk, screen, "小美", user))
    other.bot.dead.add(owner.bot.id)
    async with asyncio.timeout(PATIENCE):
        while not answering.done():
            await time_passes(pages.clock, pages.database, 0.02)
        screen = answering.result()
        if screen.kind == "busy":
            screen = await other.desk.screen(viewer(user), screen.step, HELD)
    assert screen.state == "ask_phone"
