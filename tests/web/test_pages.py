"""Health, figures, and that no request of any kind is answered with 500 (K3)."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.model.processes import part_of
from bot.model.translatable import Translatable
from bot.runtime.metrics import Metrics
from bot.store.unavailable import DatabaseUnavailable
from bot.web.health import HealthPages
from bot.web.server import PortTaken, listen
from tests.depth import examples
from tests.eventually import PATIENCE
from tests.web.conftest import Site, SiteMaker, text
from tests.web.test_events import SHARED

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X"]
KNOWN = st.sampled_from(
    ["webhook", "main", "healthz", "readyz", "metrics", "simulator", "admin", "..", ".", "", "%00", "%2e%2e"]
)
PATHS = st.lists(KNOWN | st.text(max_size=8), max_size=5).map(lambda parts: "/" + "/".join(parts))


async def test_it_cannot_serve_and_says_why(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with the reason while the database is away; it lives all the same, and recovers by itself."""

    async def away() -> None:
        raise DatabaseUnavailable("no primary")

    with monkeypatch.context() as patched:
        patched.setattr(site.bot.stores.health, "ping", away)
        status, told = await site.get("/readyz")
        assert (status, told["reason"]) == (503, "the database is away")
        assert (await site.get("/healthz"))[0] == 200
    assert (await site.get("/readyz"))[0] == 200


async def test_a_task_that_ended_is_told(site: Site) -> None:
    site.bot.runtime.troubles["turns"] = "the turns task ended"
    status, told = await site.get("/readyz")
    assert (status, told["reason"]) == (503, "the turns task ended")


async def test_a_clock_that_is_wrong_is_told_and_serves() -> None:
    async def trouble() -> str | None:
        return None

    told = "this machine's clock is 120.0 s behind the database's"
    pages = HealthPages(trouble, Metrics(), clock=lambda: Translatable(told))
    answer = await pages.readyz(make_mocked_request("GET", "/readyz"))
    assert isinstance(answer.body, bytes)
    assert (answer.status, orjson.loads(answer.body)) == (200, {"status": "ok", "clock": told})


async def test_the_figures_count_right(site: Site) -> None:
    """K3: parsed as Prometheus parses them, and equal to what was done."""
    await site.deliver(text("營業時間"), text("沒有人聽的話", 2), text("優惠", 3, "U2"))
    await site.deliver(text("營業時間"))
    await site.post(b"{}", headers={})
    await site.post(b"garbage")
    await site.post(b"{}", "nobody")
    await site.bot.settle()
    figures = await site.figures()
    wanted = {
        ("oaflow_webhooks_total", "200"): 2,
        ("oaflow_webhooks_total", "400"): 1,
        ("oaflow_webhooks_total", "401"): 1,
        ("oaflow_webhooks_total", "404"): 1,
        ("oaflow_events_stored_total",): 3,
        ("oaflow_events_known_total",): 1,
        ("oaflow_turns_total",): 3,
        ("oaflow_sends_total", "accepted", "reply"): 2,
        ("oaflow_events_set_aside_total",): 0,
        ("oaflow_events_in_memory",): 0,
        ("oaflow_parts_owned",): 256,
        ("oaflow_store_failures_total",): 0,
    }
    assert {name: figures[name] for name in wanted} == wanted


async def test_events_for_another_process_count_as_stored(new_site: SiteMaker) -> None:
    """Two processes: whoever stores an event counts it, whoever owns its part takes the turn."""
    first, second = await new_site(), await new_site()
    owned = second.bot.runtime.ownership.parts
    people = [f"U{n}" for n in range(40) if part_of(f"main:U{n}") not in owned][:5]
    assert len(people) == 5
    for number, user in enumerate(people, 1):
        assert await second.deliver(text("營業時間", number, user)) == (200, {})
    figures = await second.figures()
    assert figures["oaflow_events_stored_total",] == 5
    assert figures["oaflow_events_known_total",] == 0
    await first.bot.settle()


async def test_no_figure_holds_anything_about_a_person(site: Site) -> None:
    """K3"""
    await site.deliver(text("我的電話 0912345678", user="Uperson"))
    await site.bot.settle()
    async with site.http.get(site.url("/metrics")) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        figures = await answer.text()
    for secret in ("Uperson", "0912345678", "token-1"):
        assert secret not in figures


@settings(SHARED, max_examples=examples(150))
@given(method=st.sampled_from(METHODS), path=PATHS, query=st.text(max_size=5), body=st.binary(max_size=20))
async def test_no_request_is_answered_with_500(
    site: Site, method: str, path: str, query: str, body: bytes
) -> None:
    """Any method and path: an answer below 500, and the server goes on."""
    address = URL.build(scheme="http", host="127.0.0.1", port=site.port, path=path, query={"q": query})
    async with site.http.request(method, address, data=body) as answer:
        assert answer.status < 500


@settings(SHARED, max_examples=examples(60))
@given(line=st.binary(max_size=60), head=st.binary(max_size=60))
async def test_no_bytes_are_answered_with_500(site: Site, line: bytes, head: bytes) -> None:
    """Not even HTTP."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"POST /webhook/" + line + b" HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    assert not answer.startswith(b"HTTP/1.1 5")


async def test_no_answer_names_the_server_or_lets_a_type_be_guessed(site: Site) -> None:
    """A9; also of what is not there, and what is asked wrongly."""
    for method, path, status in (
        ("GET", "/healthz", 200),
        ("GET", "/metrics", 200),
        ("POST", "/api/events", 401),
        ("POST", "/webhook/nobody", 404),
        ("GET", "/webhook/main", 405),
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("POST", "/webhook/main/", 404),
        ("POST", "/webhook/", 404),
        ("GET", "/simulator/", 404),
        ("GET", "/simulator/person/zh-TW/auto/of/main/U1", 404),
    ):
        async with site.http.request(method, site.url(path)) as answer:
            assert answer.status == status, path
            assert "Server" not in answer.headers, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path


async def test_the_log_holds_nothing_about_a_person(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """K3: neither what was said, by whom, with which token; also when things go wrong."""
    caplog.set_level("INFO")
    said = text("我的電話 0912345678", user="Uperson", replyToken="the-token")
    await site.deliver(said, {**said, "webhookEventId": "broken", "message": {"type": "text", "text": 7}})
    await site.post(orjson.dumps({"events": [said]})[:-3])
    await site.post(b"0912345678 Uperson", headers={"X-Line-Signature": "the-token"})
    site.gate.failure = DatabaseUnavailable("away")
    await site.deliver(said)
    await site.bot.settle()
    for record in caplog.records:
        shown = f"{record.getMessage()} {record.exc_text}"
        for secret in ("0912345678", "Uperson", "the-token", "channel-secret"):
            assert secret not in shown


async def test_a_port_that_is_taken_says_so(site: Site) -> None:
    with pytest.raises(PortTaken, match=str(site.port)):
        listen("127.0.0.1", site.port)
