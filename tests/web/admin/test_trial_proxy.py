"""L8: requests to the phone of a trial: which go on, with what, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import TestServer

from bot.model.admin import Signed
from bot.operations.drafts.trials import TrialAddress, Trials
from bot.web.admin.cookies import NAME, AdminCookies
from bot.web.admin.route import COMMERCE
from bot.web.admin.trial_proxy import PHONE, TrialProxy, process_address
from tests.web.admin.conftest import StaffWorlds

GOES_ON = (
    "/simulator/",
    "/simulator/api/state?friend=U1",
    "/liff/main/unbind?x=%2Fa",
    "/media/0f/a%20b.png",
    "/o/x",
)
STAYS = (
    *("/simulator/../admin", "/simulator/%2e%2e/admin", "/simulator/%252e%252e/admin", "/simulator//admin"),
    *("/simulator/%2fadmin", "/simulator/\\..\\admin", "/simulator/%5c..%5cadmin", "/liff/..%2f..%2fmetrics"),
    *("/admin", "/metrics", "/webhook/main", "/api/events", "/healthz", "/", "", "@evil.example/simulator/"),
    *("/simulator/line/v2/bot/message/push", "/simulator/shop/cyberbiz/x/office", "/simulator/%0d%0aX: y"),
    *("/liffx", "/simulator/%6cine/v2/bot/info", "/simulator/.", "?/simulator/"),
)


@pytest.mark.parametrize("path", GOES_ON)
def test_what_a_phone_asks_for_goes_on_as_it_is(path: str) -> None:
    assert process_address(PHONE + path) == path


@pytest.mark.parametrize("path", STAYS)
def test_nothing_else_does_however_it_is_written(path: str) -> None:
    assert process_address(PHONE + path) is None


@dataclass
class Running:
    """A process that was begun by nobody."""

    address: str
    headers: dict[str, str] = field(default_factory=lambda: {"X-Oaflow-Trial": "t"})


@dataclass
class Used:
    """Everybody's trial is this one."""

    process: Running

    def used(self, who: Signed) -> TrialAddress:
        return self.process


@dataclass
class Proxied:
    """Somebody signed in, the proxy, and the requests that came through it."""

    http: ClientSession
    url: str
    came: list[web.Request]
    process: Running


@pytest.fixture
async def proxied(worlds: StaffWorlds) -> AsyncIterator[Proxied]:
    world = await worlds({})
    staff = await world.signed_in(await world.account("admin", "mei"))
    came: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        came.append(request)
        if request.path == "/simulator/away":
            raise web.HTTPFound("/simulator/")
        if request.path == "/simulator/hangs_up":
            assert request.transport is not None
            request.transport.abort()
        if request.path == "/simulator/stream":
            stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await stream.prepare(request)
            await stream.write(b"data: 1\n\n")
            await asyncio.sleep(60)
        given = await request.text()
        return web.Response(text=given, headers={"Set-Cookie": f"{NAME}=theirs", "X-Odd": "1", "ETag": '"1"'})

    app = web.Application()
    app.add_routes([web.route("*", "/{rest:.*}", answer)])
    async with TestServer(app, port=0) as child, ClientSession(cookie_jar=DummyCookieJar()) as out:
        process = Running(str(child.make_url("")).rstrip("/"))
        trials = cast("Trials", Used(process))
        front = web.Application()
        front.add_routes(
            TrialProxy(
                world.sessions, AdminCookies(secure=False), COMMERCE, trials, out, world.frame
            ).routes()
        )
        async with TestServer(front, port=0) as server, ClientSession() as http:
            http.cookie_jar.update_cookies({NAME: staff.secret})
            http.headers["Cookie"] = f"{NAME}={staff.secret}"
            yield Proxied(http, str(server.make_url(PHONE)), came, process)


async def test_nothing_of_the_console_goes_to_the_process_and_no_cookie_comes_back(proxied: Proxied) -> None:
    headers = {
        "Authorization": "Bearer of-the-page",
        "Origin": proxied.url.removesuffix(PHONE),
        "X-Mine": "1",
    }
    async with proxied.http.post(f"{proxied.url}/liff/main", data="{}", headers=headers) as answer:
        assert (answer.status, await answer.text()) == (200, "{}")
        assert "Set-Cookie" not in answer.headers
        assert "X-Odd" not in answer.headers
        assert answer.headers["ETag"] == '"1"'
    (request,) = proxied.came
    assert request.headers["X-Oaflow-Trial"] == "t"
    assert request.headers["Authorization"] == "Bearer of-the-page"
    assert not {"Cookie", "Origin", "X-Mine", "X-Forwarded-Host"} & set(request.headers)


async def test_it_leads_on_below_its_own_address(proxied: Proxied) -> None:
    async with proxied.http.get(f"{proxied.url}/simulator/away", allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"{PHONE}/simulator/"


async def test_events_come_as_they_are_said(proxied: Proxied) -> None:
    async with proxied.http.get(f"{proxied.url}/simulator/stream") as answer:
        assert await answer.content.readuntil(b"\n\n") == b"data: 1\n\n"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_page_of_another_site_sends_nothing(proxied: Proxied) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": proxied.url.removesuffix(PHONE).replace("http:", "https:")},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        async with proxied.http.post(f"{proxied.url}/simulator/api/friends", headers=headers) as answer:
            assert answer.status == 403
    assert proxied.came == []


@pytest.mark.parametrize(
    ("language", "says"), [("zh-TW", "手機沒有這個網址"), ("en", "A phone has no such address")]
)
async def test_what_keeps_a_phone_away_is_said_in_the_visitors_language(
    proxied: Proxied, language: str, says: str
) -> None:
    headers = {"Accept-Language": language}
    async with proxied.http.get(f"{proxied.url}/elsewhere/page", headers=headers) as answer:
        assert (answer.status, (await answer.text()).strip()) == (404, says)


async def test_a_phone_that_does_not_answer_says_so_kindly_and_nothing_ends(proxied: Proxied) -> None:
    """Its process hangs up, or is not there: the next request is passed on as before."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-TW"}
    async with proxied.http.get(f"{proxied.url}/simulator/hangs_up", headers=headers) as answer:
        assert answer.status == 502
        assert "手機暫時沒有回應" in await answer.text()
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    there, proxied.process.address = proxied.process.address, "http://127.0.0.1:1"
    async with proxied.http.get(f"{proxied.url}/simulator/api/state") as answer:
        assert (answer.status, answer.content_type) == (502, "text/plain")
    proxied.process.address = there
    async with proxied.http.get(f"{proxied.url}/simulator/") as answer:
        assert answer.status == 200
