"""K2, E3: what a page hears while it is open, who hears nothing any more, and how many may listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson
import pytest
from aiohttp import ClientResponse
from yarl import URL

from bot.model.admin import IDLE
from bot.model.brake import PushStop
from bot.model.processes import RefusedCalls
from bot.model.translatable import Translatable
from bot.operations.refused_calls import refused_in_words
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.live import MOST, LiveTopic
from bot.web.admin.visit import Visit
from tests.conftest import NOW
from tests.eventually import PATIENCE, eventually
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff, StaffWorld


async def opened(browser: Staff, query: str = "attention=") -> ClientResponse:
    return await browser.http.get(browser.url.join(URL(f"/admin/live?{query}")))


async def said(answer: ClientResponse, event: str) -> Any:
    """The data of the next event of this kind."""
    name = ""
    async with asyncio.timeout(PATIENCE):
        async for line in answer.content:
            kind, _, value = line.decode().rstrip("\n").partition(": ")
            if kind == "event":
                name = value
            elif kind == "data" and name == event:
                return orjson.loads(value)
    raise AssertionError(f"ended without {event}")


async def quiet(staff: StaffWorld) -> None:
    """Nobody listens any more."""

    async def read() -> int:
        return staff.live.open

    await eventually(read, lambda number: not number)


class Counted:
    """How many wait."""

    def __init__(self) -> None:
        self.number = 0

    async def __call__(self, most: int) -> int:
        return min(self.number, most)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_numbers_are_heard_when_they_change(worlds: StaffWorlds) -> None:
    waiting, shops = Counted(), Counted()
    staff = await worlds(counts={"waiting": waiting, "shops": shops})
    admin = await staff.signed_in(await staff.account("admin"))
    async with await opened(admin) as answer:
        assert answer.content_type == "text/event-stream"
        assert (await said(answer, "attention"))["counts"]["shops"] == ""
        shops.number = 3
        assert (await said(answer, "attention"))["counts"]["shops"] == "3"
        shops.number = 1_000
        assert (await said(answer, "attention"))["counts"]["shops"] == "99+"
        _, page = await admin.get("/admin/me")
        assert 'data-count="shops">99+<' in page
    agent = await staff.signed_in(await staff.account("agent"))
    async with await opened(agent) as answer:
        assert "shops" not in (await said(answer, "attention"))["counts"], "no page of theirs"


async def test_that_pushes_are_stopped_is_on_every_page_at_once(staff: StaffWorld) -> None:
    admin, agent = [await staff.signed_in(await staff.account(role)) for role in ("admin", "agent")]
    async with await opened(agent) as answer:
        assert (await said(answer, "attention"))["stopped"] == ""
        assert (await admin.post("/admin/stop", typed="停止"))[0] == 303
        news = await said(answer, "attention")
        assert "Pushes are stopped" in news["stopped"]
        assert news["stop_title"] == "Let pushes go on"
    _, page = await agent.get("/admin/me", **ZH)
    assert "推播停止中：全部。回覆照常" in page
    _, page = await admin.get("/admin/me", **ZH)
    entry = page.partition('href="/admin/stop"')[2].partition("</a>")[0]
    assert ["恢復推播" in entry, "全部停止推播" in entry] == [True, False]
    assert staff.brake.brake.stop_of(PushStop(None, None, "", staff.clock.now()).key) is not None


async def test_that_line_refuses_is_on_every_page_at_once(worlds: StaffWorlds) -> None:
    """K2: for every role, from one source."""
    refused: list[Translatable] = []

    async def look() -> Sequence[Translatable]:
        return tuple(refused)

    staff = await worlds(refused=look)
    agent = await staff.signed_in(await staff.account("agent"))
    async with await opened(agent) as answer:
        assert (await said(answer, "attention"))["refused"] == ""
        refused.append(refused_in_words(RefusedCalls("line", "main", "token", NOW), "森活", "18:14", NOW))
        news = await said(answer, "attention")
        assert news["refused"].startswith("森活: LINE refuses the access token since 18:14")
    admin = await staff.signed_in(await staff.account("admin"))
    for browser, leads in ((agent, False), (admin, True)):
        _, page = await browser.get("/admin/me", **ZH)
        banner = page.partition('id="refused"')[2].partition("</p>")[0]
        assert "森活：LINE 從 18:14 起不接受存取權杖" in banner
        assert [" hidden>" in banner, "/admin/unsent" in banner] == [False, leads]


async def test_who_is_signed_out_suspended_or_of_another_role_hears_nothing_more(staff: StaffWorld) -> None:
    account = await staff.account("supervisor")
    browser = await staff.signed_in(account)
    async with await opened(browser) as answer:
        await said(answer, "attention")
        await staff.change(account.name, role="agent")
        assert await said(answer, "over") == {"why": "signed_out"}
    async with await opened(browser) as answer:
        await said(answer, "attention")
        await staff.change(account.name, suspended=staff.clock.now())
        assert await said(answer, "over") == {"why": "signed_out"}
    await quiet(staff)
    assert (await opened(browser)).status == 200, "led to the sign-in"


async def test_an_open_page_keeps_nobody_signed_in(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("agent"))
    async with await opened(browser) as answer:
        await said(answer, "attention")
        staff.clock.advance(IDLE.total_seconds())
        assert await said(answer, "over") == {"why": "signed_out"}


async def test_of_too_many_the_oldest_ends(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("agent"))
    answers = [await opened(browser) for _ in range(MOST)]
    for one in answers:
        await said(one, "attention")
    other = await staff.signed_in(await staff.account("supervisor"))
    async with await opened(other) as theirs:
        await said(theirs, "attention")
        answers.append(await opened(browser))
        assert await said(answers[0], "over") == {"why": "elsewhere"}
        await said(answers[-1], "attention")
        assert staff.live.open == MOST + 1
    for one in answers:
        one.close()
    await quiet(staff)


async def test_a_listener_who_has_gone_is_noticed(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("agent"))
    answer = await opened(browser)
    await said(answer, "attention")
    answer.close()
    await quiet(staff)


async def test_a_server_that_stops_waits_for_no_stream(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("agent"))
    answer = await opened(browser)
    await said(answer, "attention")
    async with asyncio.timeout(PATIENCE / 2):
        await asyncio.gather(staff.server.close(), said(answer, "over"))


async def told(visit: Visit, subject: str) -> AsyncIterator[Mapping[str, Any]]:
    yield {"subject": subject, "name": visit.signed.name}
    await asyncio.Event().wait()


async def away(visit: Visit, subject: str) -> AsyncIterator[Mapping[str, Any]]:
    yield {}
    raise DatabaseUnavailable("away")


async def test_several_topics_are_heard_by_those_who_may(worlds: StaffWorlds) -> None:
    topics = {"chat": LiveTopic(told, frozenset({"agent"})), "away": LiveTopic(away)}
    staff = await worlds(topics=topics)
    agent = await staff.signed_in(await staff.account("agent"))
    async with await opened(agent, "attention=&chat=%E6%A3%AE") as answer:
        assert await said(answer, "chat") == {"subject": "森", "name": "agent"}
    admin = await staff.signed_in(await staff.account("admin"))
    for query in ("chat=x", "attention=&chat=x", "nothing=", ""):
        async with await opened(admin, query) as answer:
            assert (answer.status, answer.content_type) == (404, "application/json"), query
    async with await opened(agent, "away=") as answer:
        await said(answer, "away")
        assert (await answer.content.read()).strip() == b"", "the browser comes again by itself"
    await quiet(staff)


async def test_a_quiet_stream_shows_that_it_lives(worlds: StaffWorlds) -> None:
    staff = await worlds(topics={"chat": LiveTopic(told)})
    browser = await staff.signed_in(await staff.account("agent"))
    async with await opened(browser, "chat=") as answer:
        await said(answer, "chat")
        async with asyncio.timeout(PATIENCE):
            while await answer.content.readline() != b":\n":
                pass
