"""Calling a web hook: signed, again where that helps, within bounds, and nobody waits for a slow one (F3)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import orjson
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.hooks.answer import ANSWER_LIMIT, HookFailure, HookReply
from bot.hooks.call import HookCaller
from bot.hooks.host import AT_ONCE
from bot.model.settings import HookSettings
from tests.fakes.manual_clock import NOON, ManualClock

SECRET = "opaque"
Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WaitingClock(ManualClock):
    """Waits by going forward at once; `waited` has how long."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.forward(seconds)


class Crm:
    """The other side: what it answers, one after the other, the last again and again; what it was sent."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.seen: list[tuple[dict[str, str], bytes]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((dict(request.headers), await request.read()))
        say = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await say(request)


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers=headers)

    return answer


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def server(crm: Crm) -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    app.router.add_post("/{any:.*}", crm.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server


@pytest.fixture
def hook(server: BaseTestServer) -> HookSettings:
    return HookSettings("crm", str(server.make_url("/orders")), SECRET, {"X-Shop": "forest"}, tries=3)


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()


@pytest.fixture
async def caller(clock: WaitingClock) -> AsyncIterator[HookCaller]:
    async with HookCaller(clock, lambda: frozenset({"127.0.0.1", "localhost"})) as caller:
        yield caller


async def test_it_is_signed_as_standard_webhooks_says(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    crm.answers = [says(b'{"status": "sent"}')]
    assert await caller.call(hook, "c1", {"order": "A-1", "姓": "林"}) == HookReply({"status": "sent"})
    [(headers, body)] = crm.seen
    assert orjson.loads(body) == {"order": "A-1", "姓": "林"}
    assert headers["Idempotency-Key"] == headers["webhook-id"] == "c1"
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert (headers["X-Shop"], headers["Content-Type"]) == ("forest", "application/json")
    content = b"c1." + headers["webhook-timestamp"].encode() + b"." + body
    mac = base64.b64encode(hmac.new(SECRET.encode(), content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"


async def test_a_secret_of_the_standard_is_read_as_it_says(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    """The example of the specification: its id, moment and body with `whsec_…` give its signature."""
    crm.answers = [says(b"{}")]
    key = base64.b64encode(b"k" * 24).decode()
    await caller.call(replace(hook, secret=f"whsec_{key}"), "c1", {})
    [(headers, body)] = crm.seen
    content = b"c1." + headers["webhook-timestamp"].encode() + b"." + body
    mac = base64.b64encode(hmac.new(b"k" * 24, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"


async def test_without_a_secret_it_is_not_signed(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    crm.answers = [says(b"")]
    assert await caller.call(replace(hook, secret=None), "c1", {}) == HookReply({})
    assert "webhook-signature" not in crm.seen[0][0]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
async def test_it_is_called_again_with_the_same_id(
    crm: Crm, caller: HookCaller, hook: HookSettings, clock: WaitingClock, status: int
) -> None:
    crm.answers = [says(b"", status), says(b"", status), says(b'{"a": 1}')]
    assert await caller.call(hook, "c1", {}) == HookReply({"a": 1})
    assert [headers["Idempotency-Key"] for headers, _ in crm.seen] == ["c1"] * 3
    assert clock.waited == [1.0, 3.0]


async def test_after_so_many_tries_it_has_failed(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    crm.answers = [says(b"", 503)]
    assert await caller.call(replace(hook, tries=2), "c1", {}) == HookFailure("status", 503, 2)
    assert len(crm.seen) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422, 301, 304])
async def test_what_will_not_be_better_is_not_tried_again(
    crm: Crm, caller: HookCaller, hook: HookSettings, status: int
) -> None:
    crm.answers = [says(b"", status)]
    assert await caller.call(hook, "c1", {}) == HookFailure("status", status)


async def test_it_waits_as_long_as_it_is_asked_to(
    crm: Crm, caller: HookCaller, hook: HookSettings, clock: WaitingClock
) -> None:
    date = f"{NOON + timedelta(seconds=27):%a, %d %b %Y %H:%M:%S} GMT"
    odd = "soon"
    crm.answers = [says(b"", 503, **{"Retry-After": said}) for said in ("7", date, odd)] + [says(b"{}")]
    assert await caller.call(replace(hook, tries=4), "c1", {}) == HookReply({})
    assert clock.waited == [7.0, 20.0, 10.0]
    crm.answers = [says(b"", 503, **{"Retry-After": "3600"})]
    assert await caller.call(hook, "c2", {}) == HookFailure("status", 503)


async def test_a_redirect_is_not_followed(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    """Whatever it leads to: the body is a person's, and was meant for one address."""
    crm.answers = [says(b"", 307, Location="http://127.0.0.1:1/")]
    assert await caller.call(hook, "c1", {}) == HookFailure("status", 307)
    assert len(crm.seen) == 1


async def test_our_own_network_is_not_called_but_by_the_names_of_bot_yaml(
    crm: Crm, clock: WaitingClock, hook: HookSettings
) -> None:
    crm.answers = [says(b"{}")]
    async with HookCaller(clock, frozenset) as caller:
        assert await caller.call(hook, "c1", {}) == HookFailure("inside")
        named = replace(hook, url=hook.url.replace("127.0.0.1", "localhost"))
        assert await caller.call(named, "c1", {}) == HookFailure("inside")
    assert crm.seen == []
    async with HookCaller(clock, lambda: frozenset({"localhost"})) as caller:
        assert await caller.call(named, "c1", {}) == HookReply({})
        assert await caller.call(hook, "c1", {}) == HookFailure("inside"), "not by another name"


@pytest.mark.parametrize("body", [b"<html>", b'{"a": ', b"\xff\xfe", b'{"a": NaN}', b"[" * 2_000])
async def test_what_is_no_json_is_no_answer(
    crm: Crm, caller: HookCaller, hook: HookSettings, body: bytes
) -> None:
    crm.answers = [says(body)]
    assert await caller.call(hook, "c1", {}) == HookFailure("not json", 200)


@pytest.mark.parametrize("body", [b"", b" ", b"[1]", b"null", b'"ok"', b"3"])
async def test_what_has_no_fields_is_an_answer_without_any(
    crm: Crm, caller: HookCaller, hook: HookSettings, body: bytes
) -> None:
    crm.answers = [says(body)]
    assert await caller.call(hook, "c1", {}) == HookReply({})


async def test_an_answer_that_does_not_end_is_not_read_to_its_end(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65_536)

    crm.answers = [endless]
    assert await caller.call(hook, "c1", {}) == HookFailure("too long", 200)


async def test_an_answer_that_is_small_only_on_the_way(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    async def packed(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b" " * (50 * ANSWER_LIMIT))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    crm.answers = [packed]
    assert await caller.call(hook, "c1", {}) == HookFailure("not json", 200), "nothing is unpacked"
    assert crm.seen[0][0]["Accept-Encoding"] == "identity"


async def test_one_that_hangs_has_its_time(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    never = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    crm.answers = [hang]
    assert await caller.call(replace(hook, timeout=0.05, tries=2), "c1", {}) == HookFailure("late", None, 2)


async def test_a_slow_host_holds_up_no_other(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    """More calls than it gets at once wait for it; those of another host do not."""
    there, go = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        if request.path == "/slow":
            if len(crm.seen) == AT_ONCE:
                there.set()
            await go.wait()
        return web.Response(body=b"{}")

    crm.answers = [slow]
    at_slow = replace(hook, url=hook.url.replace("/orders", "/slow"))
    waiting = [asyncio.ensure_future(caller.call(at_slow, str(n), {})) for n in range(AT_ONCE + 5)]
    await there.wait()
    other = replace(hook, url=hook.url.replace("127.0.0.1", "localhost"))
    assert await caller.call(other, "c1", {}) == HookReply({})
    assert len(crm.seen) == AT_ONCE + 1
    go.set()
    assert set(map(str, await asyncio.gather(*waiting))) == {str(HookReply({}))}


async def test_nobody_there(caller: HookCaller, hook: HookSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = replace(hook, url=f"http://127.0.0.1:{taken.getsockname()[1]}/")
        assert await caller.call(gone, "c1", {}) == HookFailure("unreachable", None, 3)


async def test_a_certificate_that_is_not_theirs(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    """It is called neither then nor again: somebody else answers there."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("forest.example").configure_cert(context)
    app = web.Application()
    app.router.add_post("/", crm.answer)
    crm.answers = [says(b"{}")]
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=context)
    try:
        theirs = replace(hook, url=str(server.make_url("/")))
        assert await caller.call(theirs, "c1", {}) == HookFailure("certificate")
    finally:
        await server.close()
    assert crm.seen == []


def test_no_secret_is_shown() -> None:
    hook = HookSettings("crm", "https://u:p@crm.example/k", SECRET, {"Authorization": "Bearer a"})
    assert str(hook) == repr(hook)
    assert "crm.example" not in repr(hook)
    assert "Bearer" not in repr(hook)
    assert SECRET not in repr(hook)
