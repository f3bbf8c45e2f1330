"""`POST /webhook/{channel}`: what is answered, and that a 200 means stored."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from bot.store.unavailable import DatabaseUnavailable
from bot.web import webhook
from bot.web.webhook import BODY_LIMIT
from tests.eventually import PATIENCE
from tests.playbooks import SECRET
from tests.runtime.test_photos import REPAIR
from tests.web.conftest import Site, event, signature, text

pytestmark = pytest.mark.both_ways

STORED: tuple[int, dict[str, str]] = (200, {})
LINE_WAITS = 2.0
"""Seconds."""
STORE_SECONDS = webhook.STORE_SECONDS


async def test_a_webhook_is_stored_then_answered_then_replied_to(site: Site) -> None:
    """A1, F1: the whole way, from LINE's request to LINE's API."""
    assert await site.deliver(text("營業時間")) == STORED
    [(entry, _)] = await site.inbox()
    assert (entry.id, entry.contact) == ("main:01E" + "1".zfill(23), "main:U1")
    await site.bot.settle()
    assert [(call.kind, call.to, call.texts) for call in site.line.calls] == [
        ("reply", "token-1", ["每天 11:00–21:00"])
    ]


async def test_photos_of_one_dialogue_in_several_webhooks_are_answered_once(site: Site) -> None:
    """F9: each is stored and answered 200; what the bot says goes by the token of the first that came."""
    site.bot.playbook = REPAIR

    def photo(number: int) -> dict[str, Any]:
        of = {"id": "E005D4", "index": number, "total": 4}
        return event("message", number, message={"type": "image", "id": f"77{number}", "imageSet": of})

    assert await site.deliver(photo(3)) == STORED
    await site.bot.settle()
    assert await site.deliver(photo(1), text("在嗎", 9), photo(4)) == STORED
    assert await site.deliver(photo(2)) == STORED
    await site.bot.settle()
    assert len(await site.inbox()) == 5
    assert [(call.kind, call.to, call.texts) for call in site.line.calls] == [
        ("reply", "token-3", ["收到照片了"])
    ]
    assert await site.bot.dead_letters() == []


async def test_no_events_is_a_success(site: Site) -> None:
    """A2: LINE's "Verify"."""
    assert await site.deliver() == STORED
    assert await site.inbox() == []


async def test_the_old_form_of_verify_uses_no_dummy_token(site: Site) -> None:
    """A2: two events of nobody, with reply tokens that never worked."""
    nobody = "Udeadbeefdeadbeefdeadbeefdeadbeef"
    hours = {"type": "text", "id": "100001", "text": "營業時間"}
    sticker = {"type": "sticker", "id": "100002", "packageId": "1", "stickerId": "1"}
    first = {"replyToken": "0" * 32, "type": "message", "timestamp": 1, "message": hours}
    second = {"replyToken": "f" * 32, "type": "message", "timestamp": 2, "message": sticker}
    source = {"source": {"type": "user", "userId": nobody}}
    assert await site.deliver({**first, **source}, {**second, **source}) == STORED
    await site.bot.settle()
    assert len(await site.inbox()) == 2
    assert site.line.calls == []
    assert await site.bot.dead_letters() == []


WRONG_SIGNATURES = (
    "",
    "wrong",
    "=" * 44,
    signature(b"another body"),
    signature(b'{"events":[]}', "another secret"),
    signature(b'{"events":[]}')[:-1],
    signature(b'{"events":[]}') + "=",
    signature(b'{"events":[]}').lower(),
    "sha256=" + signature(b'{"events":[]}'),
    "簽章",
    "é" * 44,
    "x" * 4_000,
)


async def test_a_signature_that_is_missing_or_wrong(site: Site) -> None:
    """401, and counted."""
    for headers in ({}, *({"X-Line-Signature": wrong} for wrong in WRONG_SIGNATURES)):
        status, told = await site.post(b'{"events":[]}', headers=headers)
        assert (status, bool(told["message"])) == (401, True), headers
    assert (await site.figures())["oaflow_webhooks_total", "401"] == 1 + len(WRONG_SIGNATURES)


async def test_raw_bytes_in_the_signature(site: Site) -> None:
    """What is not even UTF-8 is a wrong signature."""
    wrong = request(b"{}", 2).replace(signature(b"{}").encode(), b"\xff\xfe\xe9")
    assert await said_to(site, wrong) in (400, 401)
    assert await site.deliver() == STORED


@pytest.mark.ring("all", "page after page")
async def test_the_header_is_known_in_any_letter_case(site: Site) -> None:
    body = b'{"events":[]}'
    assert await site.post(body, headers={"x-LINE-signature": signature(body)}) == STORED


async def test_another_body_under_the_same_signature(site: Site) -> None:
    good = signature(b'{"events": []}')
    assert (await site.post(b'{"events":  []}', headers={"X-Line-Signature": good}))[0] == 401


async def test_a_channel_that_is_not_there(site: Site) -> None:
    """A8: 404 before anything else, also without a signature."""
    assert (await site.post(b"{}", "nobody", headers={}))[0] == 404
    for name in ("MAIN", "%6Dain%00", "..%2Fmain", "主", "main%20"):
        assert (await site.post(b"{}", name))[0] == 404, name
    assert (await site.figures())["oaflow_webhooks_total", "404"] == 6


async def test_up_to_two_mebibytes_are_taken(site: Site) -> None:
    body = b'{"events":[]}'.ljust(BODY_LIMIT)
    assert BODY_LIMIT == 2 * 1024 * 1024
    assert await site.post(body) == STORED
    assert (await site.post(body + b" "))[0] == 413
    assert (await site.figures())["oaflow_webhooks_total", "413"] == 1


@pytest.mark.parametrize("path", [b"main", b"main?x"], ids=["ours", "aiohttp's"])
async def test_a_body_that_comes_too_slowly_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: bytes
) -> None:
    """Who sends slowly costs little, and raises no alarm of the database."""
    for module in ("webhook", "webhook_connections"):
        monkeypatch.setattr(f"bot.web.{module}.BODY_SECONDS", 0.05)
    assert await said_to(site, request(b"1", 9).replace(b"main", path)) == 400
    assert (await site.figures())["oaflow_webhooks_total", "400"] == 1


@pytest.mark.ring("all", "page after page")
async def test_an_endless_body_in_pieces(site: Site) -> None:
    """413 also where no Content-Length tells."""

    async def pieces() -> Any:
        while True:
            yield b" " * 65_536

    headers = {"X-Line-Signature": "x", "Connection": "close"}
    try:
        async with site.http.post(site.url("/webhook/main"), data=pieces(), headers=headers) as answer:
            assert answer.status == 413
    except ConnectionError:
        pass  # the server may hang up while the client still sends
    assert (await site.figures())["oaflow_webhooks_total", "413"] == 1


async def test_a_content_length_that_lies(site: Site) -> None:
    """Too long: whoever sent it hangs up, and nothing is stored. Too short: only that much is read."""
    body = b'{"events":[]}'
    assert await said_to(site, request(body, len(body) + 100), hang_up=True) is None
    assert await said_to(site, request(body, len(body) - 3)) in (400, 401)
    assert await said_to(site, request(body, 10**30)) in (400, 413, None)
    assert await said_to(site, request(body, -1)) == 400
    assert await site.inbox() == []
    assert await site.deliver(text("營業時間")) == STORED


@pytest.mark.parametrize("failure", [DatabaseUnavailable("away"), RuntimeError("a bug")], ids=["away", "bug"])
async def test_what_cannot_be_stored_is_503_never_500(site: Site, failure: Exception) -> None:
    site.gate.failure = failure
    status, told = await site.deliver(text("營業時間"))
    assert status == 503
    assert "deliver" in told["message"]
    assert (await site.figures())["oaflow_webhooks_total", "503"] == 1
    site.gate.failure = None
    assert await site.deliver(text("營業時間")) == STORED
    await site.bot.settle()
    assert site.line.texts() == ["每天 11:00–21:00"]


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize("where", ["before", "after"])
async def test_a_store_that_hangs_is_503_in_time(
    site: Site, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """LINE waits 2 s. What was stored after all is taken once, though LINE delivers it again."""
    assert STORE_SECONDS < LINE_WAITS
    monkeypatch.setattr(webhook, "STORE_SECONDS", 0.2)
    hanging = asyncio.Event()
    setattr(site.gate, where, hanging)
    assert (await site.deliver(text("營業時間")))[0] == 503
    hanging.set()
    setattr(site.gate, where, None)
    monkeypatch.setattr(webhook, "STORE_SECONDS", 30.0)
    assert await site.deliver({**text("營業時間"), "deliveryContext": {"isRedelivery": True}}) == STORED
    await site.bot.settle()
    assert site.line.texts() == ["每天 11:00–21:00"]


async def test_a_sender_that_hangs_up_costs_nobody_anything(site: Site) -> None:
    """LINE's connection breaks while we store: what comes next is stored, and nothing is taken twice."""
    site.gate.before = asyncio.Event()
    body = orjson.dumps({"events": [text("營業時間")]})
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(request(body, len(body)))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    site.gate.before.set()
    assert await site.deliver(text("營業時間")) == STORED
    await site.bot.settle()
    assert site.line.texts() == ["每天 11:00–21:00"]


async def test_one_event_twenty_times_at_once(site: Site) -> None:
    """One event sent 20 times at once: 20 times 200, one turn, one reply."""
    answers = await asyncio.gather(*(site.deliver(text("營業時間")) for _ in range(20)))
    assert answers == [STORED] * 20
    await site.bot.settle()
    assert len(site.line.calls) == 1
    assert len(await site.inbox()) == 1
    figures = await site.figures()
    assert (figures["oaflow_events_stored_total",], figures["oaflow_events_known_total",]) == (1, 19)


def request(body: bytes, length: int) -> bytes:
    head = f"POST /webhook/main HTTP/1.1\r\nHost: x\r\nX-Line-Signature: {signature(body, SECRET)}\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + body


async def said_to(site: Site, raw: bytes, *, hang_up: bool = False) -> int | None:
    """The status that answers these bytes; `None` where the connection just ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(raw)
    await writer.drain()
    if hang_up:
        writer.write_eof()
    line = await asyncio.wait_for(reader.readline(), PATIENCE)
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1]) if line else None
