"""Which hosts are called, and when: never our own network, one that is slow or gone alone (F3)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace

import aiohttp
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.hooks.answer import HookFailure, HookReply
from bot.hooks.call import AT_ONCE, LEFT_ALONE, LOST_IN_A_ROW, HookCaller
from bot.model.settings import HookSettings
from tests.fakes.crm import Crm, says
from tests.hooks.conftest import WaitingClock


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


async def test_a_redirect_is_not_followed(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    """Whatever it leads to: the body is a person's, and was meant for one address."""
    inside = Crm()
    inside.answers = [says(b"{}")]
    async with inside.serving() as server:
        for status in (301, 302, 303, 307, 308):
            crm.answers = [says(b"", status, Location=str(server.make_url("/secret")))]
            assert await caller.call(hook, "c1", {}) == HookFailure("status", status)
    assert (len(crm.seen), inside.seen) == (5, [])


async def test_a_name_that_leads_inside(
    crm: Crm, clock: WaitingClock, hook: HookSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that has led outside a moment before: the address is looked at where it is connected to."""
    crm.answers = [says(b"{}")]
    answers = iter(("127.0.0.1", "10.0.0.1", "::ffff:127.0.0.1"))

    async def resolve(*_: object, **__: object) -> list[dict[str, object]]:
        host = next(answers)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [{"hostname": "a", "host": host, "port": 80, "family": family, "proto": 6, "flags": 0}]

    monkeypatch.setattr(aiohttp.TCPConnector, "_resolve_host", resolve)
    public = replace(hook, url=hook.url.replace("127.0.0.1", "crm.forest.example"))
    async with HookCaller(clock, lambda: ["127.0.0.1", "localhost"]) as caller:
        for _ in range(3):
            assert await caller.call(public, "c1", {}) == HookFailure("inside")
    assert crm.seen == []


NO_ADDRESSES = ("simulated-crm-1", "http://", "ftp://crm.example/", "http://[::1", "/orders")


@pytest.mark.parametrize("url", NO_ADDRESSES)
async def test_what_is_no_address_is_not_called(caller: HookCaller, hook: HookSettings, url: str) -> None:
    assert await caller.call(replace(hook, url=url), "c1", {}) == HookFailure("no address", None, 0)


@pytest.mark.parametrize("written", ["CRM.Internal", "crm.internal", "例.internal", "xn--fsq.internal"])
async def test_hosts_of_ours_are_the_same_in_any_spelling(
    crm: Crm, clock: WaitingClock, hook: HookSettings, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(self: object, host: str, port: int, **_: object) -> list[dict[str, object]]:
        where = {"hostname": host, "host": "127.0.0.1", "port": port}
        return [{**where, "family": socket.AF_INET, "proto": 6, "flags": 0}]

    monkeypatch.setattr(aiohttp.TCPConnector, "_resolve_host", resolve)
    crm.answers = [says(b"{}")]
    host = "例.internal" if "crm" not in written.lower() else "crm.INTERNAL"
    async with HookCaller(clock, lambda: [written]) as caller:
        named = replace(hook, url=hook.url.replace("127.0.0.1", host))
        assert await caller.call(named, "c1", {}) == HookReply({})


async def test_a_host_that_is_gone_is_left_alone(
    crm: Crm, caller: HookCaller, hook: HookSettings, clock: WaitingClock
) -> None:
    """Else thousands would wait an hour for each other's time-outs. One call after a while looks for it."""
    async with crm.serving() as server:
        port = server.port
    gone = replace(hook, url=f"http://127.0.0.1:{port}/", tries=1)
    for _ in range(LOST_IN_A_ROW):
        assert await caller.call(gone, "c", {}) == HookFailure("unreachable")
    assert await caller.call(gone, "c", {}) == HookFailure("away", None, 0)
    crm.answers = [says(b"{}")]
    assert await caller.call(hook, "c", {}) == HookFailure("away", None, 0), "whatever is at this host"
    clock.advance(LEFT_ALONE.total_seconds())
    assert await caller.call(gone, "c", {}) == HookFailure("unreachable")
    assert await caller.call(hook, "c", {}) == HookFailure("away", None, 0), "one each half minute"
    clock.advance(LEFT_ALONE.total_seconds())
    assert await caller.call(hook, "c", {}) == HookReply({})
    assert await caller.call(hook, "c", {}) == HookReply({}), "and then all of them"


async def test_a_host_that_answers_is_not_gone(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    crm.answers = [says(b"", 500)]
    for _ in range(LOST_IN_A_ROW + 1):
        assert await caller.call(replace(hook, tries=1), "c", {}) == HookFailure("status", 500)
