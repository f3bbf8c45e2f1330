"""Calling a web hook: signed, again where that helps, within bounds, and nobody waits for a slow one (F3)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from aiohttp import web

from bot.hooks.answer import HookFailure, HookReply
from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from tests.conftest import NOW
from tests.fakes.crm import Crm, says
from tests.hooks.conftest import SECRET, WaitingClock


@pytest.mark.parametrize(
    ("secret", "key"),
    [(SECRET, SECRET.encode()), (f"whsec_{base64.b64encode(b'k' * 24).decode()}", b"k" * 24)],
    ids=["opaque", "of the standard"],
)
async def test_it_is_signed_as_standard_webhooks_says(
    crm: Crm, caller: HookCaller, hook: HookSettings, secret: str, key: bytes
) -> None:
    """A secret `whsec_…` is read as the specification has it."""
    crm.answers = [says(b'{"status": "sent"}')]
    signed = replace(hook, secret=secret)
    assert await caller.call(signed, "c1", {"order": "A-1", "姓": "林"}) == HookReply({"status": "sent"})
    [(headers, body)] = crm.seen
    assert orjson.loads(body) == {"order": "A-1", "姓": "林"}
    assert headers["Idempotency-Key"] == headers["webhook-id"] == "c1"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert (headers["X-Shop"], headers["Content-Type"]) == ("forest", "application/json")
    content = b"c1." + headers["webhook-timestamp"].encode() + b"." + body
    mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
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
    date = f"{NOW + timedelta(seconds=27):%a, %d %b %Y %H:%M:%S} GMT"
    odd = "soon"
    crm.answers = [says(b"", 503, **{"Retry-After": said}) for said in ("7", date, odd)] + [says(b"{}")]
    assert await caller.call(replace(hook, tries=4), "c1", {}) == HookReply({})
    assert clock.waited == [7.0, 20.0, 10.0]
    crm.answers = [says(b"", 503, **{"Retry-After": "3600"})]
    assert await caller.call(hook, "c2", {}) == HookFailure("status", 503)


async def test_one_that_hangs_has_its_time(crm: Crm, caller: HookCaller, hook: HookSettings) -> None:
    never = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    crm.answers = [hang]
    assert await caller.call(replace(hook, timeout=0.05, tries=2), "c1", {}) == HookFailure("late", None, 2)


def test_no_secret_is_shown() -> None:
    hook = HookSettings("crm", "https://u:p@crm.example/k", SECRET, {"Authorization": "Bearer a"})
    assert str(hook) == repr(hook)
    assert "crm.example" not in repr(hook)
    assert "Bearer" not in repr(hook)
    assert SECRET not in repr(hook)


async def test_how_long_each_try_took_is_told(crm: Crm, clock: WaitingClock, hook: HookSettings) -> None:
    took: list[tuple[str, float]] = []
    crm.answers = [says(b"", 500), says(b"{}")]
    async with HookCaller(clock, lambda: ["127.0.0.1"], lambda name, s: took.append((name, s))) as caller:
        await caller.call(hook, "c1", {})
    assert [name for name, _ in took] == ["crm", "crm"]
    assert all(0 < seconds < 30 for _, seconds in took)


async def test_headers_of_the_hook_do_not_replace_ours(
    crm: Crm, caller: HookCaller, hook: HookSettings
) -> None:
    crm.answers = [says(b"{}")]
    await caller.call(replace(hook, headers={"User-Agent": "forest", "Accept": "text/plain"}), "c1", {})
    [(headers, _)] = crm.seen
    assert (headers["User-Agent"], headers["Accept"]) == ("forest", "text/plain")
