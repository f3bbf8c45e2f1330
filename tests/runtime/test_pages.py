"""The desk of pages, in one process, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest

from bot.model.event import Facts, Profile
from bot.model.screen import Screen
from bot.model.stored import Stored
from bot.runtime.pages import BACKSTOP, PageService
from bot.store.contacts.contacts import Contacts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.runtime.answers import until
from tests.runtime.page_world import CODE, HELD, Pages, Served, answer, goes_on, in_time, pages, viewer

__all__ = ["pages"]


@pytest.fixture
async def served(pages: Pages) -> Served:
    return await pages.opens()


async def to_the_phone(served: Served) -> Screen:
    return await answer(served.desk, await served.desk.opened(viewer(), {}), "小美")


async def held_for(pages: Pages, served: Served, screen: Screen) -> asyncio.Future[Screen]:
    """A request for what comes behind this screen, which is held by now."""
    held = asyncio.ensure_future(served.desk.screen(viewer(), screen.step, HELD))
    await waited_for(pages, served.desk)
    return held


async def events(pages: Pages) -> int:
    return await pages.database.collection("inbox").count_documents({})


async def waited_for(pages: Pages, desk: PageService, people: int = 1) -> None:
    """Return when requests are held for so many people."""
    await until(pages.database, lambda: len(desk._held.contacts()) >= people)


@pytest.mark.ring("all", "starts a process")
async def test_a_stranger_opens_a_page_and_is_known_from_then_on(served: Served) -> None:
    screen = await served.desk.opened(viewer(), {})
    assert (screen.kind, screen.state, screen.choices) == ("question", "ask_name", ("小美", "小明"))
    stored = await served.bot.stored("U1")
    assert stored.contact.identity("main").user == "U1"
    assert screen.step > 0


async def test_a_stranger_is_called_as_line_calls_them_to_the_page(pages: Pages, served: Served) -> None:
    """D3: LINE tells the profile of friends only; what it says in earnest goes first, and stays."""
    await served.desk.opened(viewer(), {}, "Mei")
    assert (await served.bot.stored("U1")).contact.name == "Mei"
    pages.line.profiles["U2"] = Profile("小美", "zh-TW")
    for called in ("Mei", "Someone"):
        await served.desk.opened(viewer("U2"), {}, called)
    contact = (await served.bot.stored("U2")).contact
    assert (contact.name, contact.language) == ("小美", "zh-TW")


async def test_the_whole_way(served: Served) -> None:
    screen = await to_the_phone(served)
    assert (screen.state, screen.answer) == ("ask_phone", "phone")
    screen = await goes_on(served.desk, screen, "0912345678")
    assert screen.state == "ask_code"
    screen = await goes_on(served.desk, screen, CODE)
    assert (screen.kind, screen.say) == ("done", "我加入了")


async def test_an_answer_to_an_older_screen_is_none(pages: Pages, served: Served) -> None:
    first = await served.desk.opened(viewer(), {})
    second = await answer(served.desk, first, "小美")
    before = await events(pages)
    assert await answer(served.desk, first, "小明") == second
    assert await events(pages) == before


async def test_a_page_that_was_forgotten_is_opened_again_by_an_answer(
    served: Served, clock: ManualClock
) -> None:
    unbind = viewer(page="unbind")
    yesterday = await served.desk.opened(unbind, {})
    clock.advance(25 * 3600)
    await served.desk.opened(viewer(), {})
    assert (await served.bot.stored("U1")).contact.page("unbind", "main") is None
    again = await served.desk.answered(unbind, visit=0, step=yesterday.step, text="unbind")
    assert again.kind == yesterday.kind == "problem"
    assert again.step > yesterday.step


async def test_who_answers_yesterdays_question_is_told_that_it_is_over(
    served: Served, clock: ManualClock
) -> None:
    yesterday = await served.desk.opened(viewer(), {})
    clock.advance(25 * 3600)
    over = await answer(served.desk, yesterday, "小美")
    assert (over.kind, over.state) == ("problem", "over")
    assert (await served.desk.opened(viewer(), {})).state == "ask_name"


@pytest.mark.ring("all", "starts a process")
async def test_a_double_tap_is_one_event(pages: Pages, served: Served) -> None:
    first = await served.desk.opened(viewer(), {})
    before = await events(pages)
    screens = await asyncio.gather(*(answer(served.desk, first, "小美") for _ in range(20)))
    assert {(screen.state, screen.step) for screen in screens} == {("ask_phone", screens[0].step)}
    assert await events(pages) == before + 1


async def test_an_answer_counts_where_its_question_is_still_asked(pages: Pages, served: Served) -> None:
    """Another device has opened the page meanwhile, which changes the screen and not the question."""
    first = await served.desk.opened(viewer(), {})
    other = await served.desk.opened(viewer(), {})
    assert (other.step > first.step, other.visit) == (True, first.visit)
    assert (await answer(served.desk, first, "小美")).state == "ask_phone"


async def test_a_double_tap_on_an_answer_that_is_none_counts_once(pages: Pages, served: Served) -> None:
    """The question stays as it is, so the second tap still answers it: it is the same event."""
    first = await served.desk.opened(viewer(), {})
    await served.desk.opened(viewer(), {})
    before = await events(pages)
    again = await answer(served.desk, first, "？")
    assert again.texts == ("請選一個。",)
    assert await answer(served.desk, first, "？") == again
    assert await events(pages) == before + 1


async def test_of_two_answers_at_once_one_counts(pages: Pages, served: Served) -> None:
    first = await served.desk.opened(viewer(), {})
    both = await asyncio.gather(*(answer(served.desk, first, name) for name in ("小美", "小明")))
    assert both[0] == both[1]
    (instance,) = (await served.bot.stored("U1")).contact.flows
    assert instance.answers["ask_name"].value in ("小美", "小明")


async def test_opening_again_goes_on_where_one_is(served: Served) -> None:
    await to_the_phone(served)
    assert (await served.desk.opened(viewer(), {})).state == "ask_phone"


async def test_a_held_request_ends_when_the_world_has_answered(pages: Pages, served: Served) -> None:
    served.clerk.hold = asyncio.Event()
    busy = await answer(served.desk, await to_the_phone(served), "0912345678")
    assert (busy.kind, busy.state) == ("busy", "sending")
    held = await held_for(pages, served, busy)
    assert not held.done()
    served.clerk.hold.set()
    async with asyncio.timeout(PATIENCE):
        assert (await held).state == "ask_code"


@pytest.mark.ring("all", "starts a process")
async def test_a_held_request_ends_in_time(pages: Pages, served: Served) -> None:
    screen = await to_the_phone(served)
    held = await held_for(pages, served, screen)
    assert await in_time(pages, held) == screen
    assert served.desk._held.contacts() == []


async def test_what_is_later_already_is_shown_at_once(served: Served) -> None:
    screen = await to_the_phone(served)
    assert await served.desk.screen(viewer(), screen.step - 1, HELD) == screen


async def test_nobody_is_held_when_the_process_ends(pages: Pages, served: Served) -> None:
    screen = await to_the_phone(served)
    held = await held_for(pages, served, screen)
    served.desk.close()
    async with asyncio.timeout(PATIENCE):
        assert await held == screen
        assert await served.desk.screen(viewer(), screen.step, HELD) == screen


async def test_who_goes_away_is_not_waited_for(pages: Pages, served: Served) -> None:
    screen = await to_the_phone(served)
    held = await held_for(pages, served, screen)
    held.cancel()
    with suppress(asyncio.CancelledError):
        await held
    assert served.desk._held.contacts() == []


async def test_a_turn_that_does_not_come_is_not_waited_for_for_ever(pages: Pages, served: Served) -> None:
    screen = await to_the_phone(served)
    async with served.bot.runtime.batches.none():
        served.bot.runtime.turns.recent.drop("main:U1")  # else the turn is taken ahead
        answering = asyncio.ensure_future(answer(served.desk, screen, "0912345678"))
        assert await in_time(pages, answering) == Screen("busy", screen.step)
    later = await served.desk.screen(viewer(), screen.step, HELD)
    assert later.step > screen.step


async def test_what_was_perhaps_stored_is_sent_again_and_counts_once(pages: Pages, served: Served) -> None:
    """The answer gets lost after the write: the page hears 503, and sends the same once more."""
    screen = await served.desk.opened(viewer(), {})
    before = await events(pages)
    store = served.desk._store

    async def stored_and_lost(*what: Any) -> None:
        await store(*what)
        raise DatabaseUnavailable("the answer is lost")

    served.desk._store = stored_and_lost
    with pytest.raises(DatabaseUnavailable):
        await answer(served.desk, screen, "小美")
    served.desk._store = store
    assert (await answer(served.desk, screen, "小美")).state == "ask_phone"
    assert await events(pages) == before + 1


class Counted:
    """The contacts of a database; how often one was read by itself, or several at once."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts
        self.persons = self.loads = 0

    async def person(self, contact: str) -> Stored | None:
        self.persons += 1
        return await self._contacts.person(contact)

    async def load(self, ids: Iterable[str]) -> dict[str, Stored]:
        self.loads += 1
        return await self._contacts.load(ids)


@pytest.mark.ring("all", "a crowd")
async def test_waiting_costs_one_read_every_two_seconds_for_all_together(
    pages: Pages, database: Database, seal: Seal, clock: ManualClock
) -> None:
    people = Counted(Contacts(database, seal))
    served = await pages.opens(people=people)
    steps = {}
    for number in range(30):
        steps[f"U{number}"] = (await served.desk.opened(viewer(f"U{number}"), {})).step
    held = [
        asyncio.ensure_future(served.desk.screen(viewer(user), step, HELD)) for user, step in steps.items()
    ]
    await waited_for(pages, served.desk, people=30)
    before = people.persons, people.loads
    clock.advance(BACKSTOP)
    await until(database, lambda: people.loads > before[1])
    assert (people.persons, people.loads) == (before[0], before[1] + 1)
    assert not any(one.done() for one in held)
    served.desk.close()
    await asyncio.gather(*held)


async def test_the_shop_is_asked_about_who_is_not_bound(served: Served) -> None:
    """B18: what it says rides with the opening."""
    served.shop.facts_told = Facts({}, {}, "M1", True)
    await served.desk.opened(viewer(), {})
    contact = (await served.bot.stored("U1")).contact
    assert (contact.member_no, list(contact.bindings)) == ("M1", ["shop"])
    await served.desk.opened(viewer(), {})
    assert served.shop.asked == ["U1"]


async def test_the_page_that_unbinds_asks_no_shop(served: Served) -> None:
    await served.desk.opened(viewer(page="unbind"), {})
    assert served.shop.asked == []
