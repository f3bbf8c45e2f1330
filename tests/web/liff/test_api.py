"""The JSON of the members' pages: who may ask, what is taken, what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from bot.web.liff.calls import BODY_LIMIT, LONGEST_INPUT, MOST_INPUTS
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.fakes.fake_line import Answers, FakeLine, HangsUp
from tests.runtime.page_world import PAGE, Pages
from tests.web.liff.serving import LIFF, VERIFY, LiffSite, serving

TOKEN = "a.b.c"
DEAUTHORIZE = "/user/v1/deauthorize"


@pytest.fixture
def pages(database: Database, seal: Seal, clock: ManualClock) -> Pages:
    return Pages(database, seal, clock)


@pytest.fixture
async def site(
    pages: Pages, line: FakeLine, database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiffSite]:
    for where in ("pages", "intake.openings"):  # what a busy machine needs is no 503 here
        monkeypatch.setattr(f"bot.runtime.{where}.STORE_SECONDS", 60.0)
    async with serving(pages, line, database, seal, proxies=1) as site:
        yield site


def forged(n: int) -> dict[str, str]:
    return {"id_token": f"a.b.{n}"}


async def sign_in(site: LiffSite, token: str = TOKEN, **headers: str) -> tuple[int, Any]:
    return await site.call(f"main/{PAGE}/session", {"id_token": token}, **headers)


# -- sessions


async def test_from_an_id_token_to_the_first_question(site: LiffSite) -> None:
    site.vouches("U7")
    status, told = await sign_in(site)
    assert (status, told["seconds"]) == (200, 3600)
    status, screen = await site.call(f"main/{PAGE}/open", {"inputs": {}}, told["session"])
    assert (status, screen["kind"], screen["choices"]) == (200, "question", ["小美", "小明"])
    assert (await site.served.bot.stored("U7")).contact.identity("main").user == "U7"


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (Answers(400, {"error_description": "IdToken expired."}), 401, "expired"),
        (Answers(400, {"error_description": "Invalid IdToken."}), 401, "refused"),
        (Answers(500), 503, "line_away"),
        (HangsUp(), 503, "line_away"),
    ],
)
async def test_no_session_without_lines_word(site: LiffSite, answer: Any, status: int, error: str) -> None:
    site.line.script(VERIFY, answer)
    assert await sign_in(site) == (status, {"error": error})


def refuses(site: LiffSite, times: int) -> None:
    site.line.script(VERIFY, *[Answers(400, {"error_description": "Invalid IdToken."})] * times)


async def test_twenty_forged_tokens_an_hour_from_one_address(site: LiffSite) -> None:
    refuses(site, 61)
    came = await asyncio.gather(*(site.call(f"main/{PAGE}/session", forged(n)) for n in range(60)))
    assert sorted(status for status, _ in came) == [401] * 20 + [429] * 40
    assert await site.call(f"main/{PAGE}/session", forged(99)) == (429, {"error": "too_many"})
    site.vouches()
    assert (await sign_in(site))[0] == 200, "carriers put thousands of people behind one address"


async def test_who_waits_is_told_how_long(site: LiffSite, clock: ManualClock) -> None:
    refuses(site, 22)
    for number in range(20):
        await site.call(f"main/{PAGE}/session", forged(number))
    async with site.http.post(site.url(f"main/{PAGE}/session"), json=forged(21)) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3600")
    clock.advance(3600)
    assert await site.call(f"main/{PAGE}/session", forged(22)) == (401, {"error": "refused"})


async def test_an_address_is_what_our_own_proxy_says(site: LiffSite) -> None:
    refuses(site, 22)
    for number in range(20):
        await site.call(f"main/{PAGE}/session", forged(number), **{"X-Forwarded-For": "203.0.113.7"})
    other, same = ({"X-Forwarded-For": f"203.0.113.{way}"} for way in ("7, 203.0.113.8", "8, 203.0.113.7"))
    assert (await site.call(f"main/{PAGE}/session", forged(21), **other))[0] == 401
    assert (await site.call(f"main/{PAGE}/session", forged(22), **same))[0] == 429


@pytest.mark.ring("all", "page after page")
async def test_fifty_people_behind_one_address_are_let_in(site: LiffSite) -> None:
    """Carriers put thousands of people behind one address: only what fails counts."""
    for number in range(50):
        site.vouches(f"U{number}")
        assert (await sign_in(site, f"a.b.{number}"))[0] == 200


async def test_without_a_session_nothing_is_told(site: LiffSite) -> None:
    other, ours = site.session(channel="outlet"), site.session()
    calls = {"open": {"inputs": {}}, "answer": {"visit": 1, "step": 1, "text": "小美"}, "screen": None}
    for header in (None, "", "Bearer", "Bearer x", "Basic eDp5", f"Bearer {other}", ours):
        told = {} if header is None else {"Authorization": header}
        for call, body in calls.items():
            came = await site.call(f"main/{PAGE}/{call}", body, **told)
            assert came == (401, {"error": "session"}), (call, header)
            assert await site.served.bot.contacts.load(["main:U1"]) == {}


async def test_a_session_ends_after_an_hour(site: LiffSite, clock: ManualClock) -> None:
    session = site.session()
    clock.advance(3600)
    assert await site.call(f"main/{PAGE}/screen", None, session) == (401, {"error": "session"})


async def test_what_is_not_there(site: LiffSite) -> None:
    full = {"id_token": TOKEN, "inputs": {}, "visit": 1, "step": 1, "text": "x"}
    for path in (f"nowhere/{PAGE}", f"bare/{PAGE}", "main/nothing", "main/member_card"):
        for call, body in {"session": full, "open": full, "answer": full, "screen": None}.items():
            came = await site.call(f"{path}/{call}", body, site.session())
            assert came == (404, {"error": "unknown"}), (path, call)


# -- screens


async def test_a_screen_is_told_in_whole_seconds(site: LiffSite, clock: ManualClock) -> None:
    screen = await site.answer(await site.open(), "小美")
    assert screen["notice"] is True
    screen = await site.answer(screen, "0912345678")
    while screen["kind"] == "busy":
        _, screen = await site.call(f"main/{PAGE}/screen?after={screen['step']}", None, site.session())
    assert (screen["again_in"], screen["valid_for"]) == (60, 300)
    clock.advance(59.2)
    _, screen = await site.call(f"main/{PAGE}/screen", None, site.session())
    assert (screen["again_in"], screen["valid_for"]) == (1, 241)
    assert "code_sent" not in screen
    assert None not in screen.values()


@pytest.mark.ring("all", "page after page")
async def test_who_hangs_up_is_not_waited_for(site: LiffSite) -> None:
    screen = await site.open()
    held = asyncio.ensure_future(
        site.call(f"main/{PAGE}/screen?after={screen['step']}", None, site.session())
    )
    held_pages = site.served.desk._held
    async with asyncio.timeout(PATIENCE):
        await held_pages.wanted()
        held.cancel()
        while held_pages.contacts():
            await site.served.bot.stores.health.ping()


async def test_the_database_away_loses_nothing(site: LiffSite) -> None:
    screen = await site.open()
    store = site.served.desk._store

    async def away(*what: object) -> None:
        raise DatabaseUnavailable("away")

    site.served.desk._store = away
    body = {"visit": screen["visit"], "step": screen["step"], "text": "小美"}
    call = f"main/{PAGE}/answer"
    assert await site.call(call, body, site.session()) == (503, {"error": "later"})
    site.served.desk._store = store
    assert (await site.call(call, body, site.session()))[1]["state"] == "ask_phone"


@pytest.mark.ring("all", "page after page")
async def test_nobody_does_more_than_a_person_can(site: LiffSite, clock: ManualClock) -> None:
    """What is done is stored for weeks. Others are not concerned, and after a minute it goes on."""
    call, session = f"main/{PAGE}/open", site.session()
    came = await asyncio.gather(*(site.call(call, {"inputs": {}}, session) for _ in range(130)))
    assert sorted(status for status, _ in came) == [200] * 120 + [429] * 10
    assert await site.call(call, {"inputs": {}}, session) == (429, {"error": "too_many"})
    assert (await site.call(call, {"inputs": {}}, site.session("U2")))[0] == 200
    clock.advance(60)
    assert (await site.call(call, {"inputs": {}}, session))[0] == 200


async def test_ten_requests_are_held_for_one_person(site: LiffSite) -> None:
    screen = await site.open()
    call = f"main/{PAGE}/screen?after={screen['step']}"
    held = [asyncio.ensure_future(site.call(call, None, site.session())) for _ in range(15)]
    done, waiting = await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
    while len(done) < 5:
        more, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        done |= more
    assert {one.result()[0] for one in done} == {429}
    site.served.desk.close()
    assert [(await one)[0] for one in waiting] == [200] * 10


async def test_a_proxy_that_nobody_told_of_is_told_of_once(
    pages: Pages, line: FakeLine, database: Database, seal: Seal, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(pages, line, database, seal) as site:
        refuses(site, 2)
        for number in range(2):
            await site.call(f"main/{PAGE}/session", forged(number), **{"X-Forwarded-For": "203.0.113.7"})
    (said,) = [record.message for record in caplog.records if record.name == "oaflow.pages"]
    assert "OAFLOW_TRUSTED_PROXIES" in said
    assert "203.0.113.7" not in caplog.text


async def test_a_bug_is_told_in_the_log_and_the_page_tries_again(
    site: LiffSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*what: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(site.served.desk, "opened", breaks)
    came = await site.call(f"main/{PAGE}/open", {"inputs": {}}, site.session())
    assert came == (503, {"error": "later"})
    assert "a page's request could not be answered" in caplog.text


# -- bad input


async def test_an_answer_that_no_page_sends(site: LiffSite) -> None:
    await site.open()
    for body in (
        b"",
        b"null",
        b"[]",
        b"not JSON",
        b'"\\ud800"',
        b'{"visit": 1, "step": 1}',
        b'{"visit": 1, "step": 1, "text": 5}',
        b'{"visit": 1, "step": "1", "text": "x"}',
        b'{"visit": 1, "step": -1, "text": "x"}',
        b'{"visit": 1.0, "step": 1, "text": "x"}',
        b'{"visit": true, "step": 1, "text": "x"}',
        b'{"visit": 1, "step": 9007199254740992, "text": "x"}',
        b'{"visit": 1, "step": 1, "text": "\\ud800"}',
        b'{"visit": 1, "step": 1, "text": "' + b"x" * BODY_LIMIT + b'"}',
    ):
        came = await site.call(f"main/{PAGE}/answer", body, site.session())
        assert came == (400, {"error": "request"}), body[:80]


async def test_what_a_browser_sends_for_another_site_is_not_read(site: LiffSite) -> None:
    """Else any site could have its visitors' addresses shut out, with forged tokens in their names."""
    body = orjson.dumps({"id_token": TOKEN})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        came = await site.call(f"main/{PAGE}/session", body, **{"Content-Type": kind})
        assert came == (400, {"error": "request"}), kind
    assert site.line.requests == []


@pytest.mark.ring("all", "page after page")
async def test_inputs_that_no_link_has(site: LiffSite) -> None:
    hostile: tuple[object, ...] = (
        5,
        ["a"],
        {"a": 1},
        {"a": None},
        {"a": "x" * LONGEST_INPUT},
        {f"a{n}": "x" for n in range(MOST_INPUTS + 1)},
    )
    for inputs in hostile:
        came = await site.call(f"main/{PAGE}/open", {"inputs": inputs}, site.session())
        assert came == (400, {"error": "request"}), str(inputs)[:80]


async def test_a_step_that_is_none(site: LiffSite) -> None:
    for after in ("x", "-1", "1.5", "１", "9" * 30, ""):
        came = await site.call(f"main/{PAGE}/screen?after={after}", None, site.session())
        assert came == (400, {"error": "request"}), after


async def test_any_text_gets_a_screen(site: LiffSite) -> None:
    texts = ("<script>alert(1)</script>", "🥳" * 1000, "\0", "{{ contact.name }}", "")
    for number, text in enumerate(texts):
        screen = await site.open(f"U{number}")
        again = await site.answer(screen, text, f"U{number}")
        assert (again["kind"], again["state"]) == ("question", "ask_name"), text
        assert again["step"] > screen["step"]


# -- unbinding


async def bound(site: LiffSite) -> None:
    """This person is bound."""
    await site.open()
    await site.served.bot.settle()  # what is remembered of them is dropped for good
    await site.served.bot.contacts._collection.update_one(
        {"_id": "main:U1"}, {"$set": {"b.phone": {"at": site.clock.now()}}}
    )
    site.served.bot.runtime.turns.recent.drop("main:U1")


async def test_lines_permission_goes_with_the_binding(site: LiffSite) -> None:
    await bound(site)
    _, screen = await site.call("main/unbind/open", {"inputs": {}}, site.session())
    assert screen["kind"] == "unbind"
    site.line.script(DEAUTHORIZE, Answers(204, b""))
    body = {"visit": screen["visit"], "step": screen["step"], "text": "unbind", "access_token": "granted"}
    status, screen = await site.call("main/unbind/answer", body, site.session())
    assert (status, screen["kind"]) == (200, "done")
    issue, revoked = site.line.requests
    assert issue.form["client_id"] == [LIFF.login_channel_id]
    assert (revoked.path, revoked.json) == (DEAUTHORIZE, {"userAccessToken": "granted"})
    assert (await site.served.bot.stored("U1")).contact.bindings == {}


@pytest.mark.ring("all", "page after page")
async def test_whoever_is_unbound_does_not_keep_line_busy(site: LiffSite) -> None:
    """An answer to a page that is done changes nothing: but LINE was asked at each of them."""
    await bound(site)
    _, screen = await site.call("main/unbind/open", {"inputs": {}}, site.session())
    site.line.script(DEAUTHORIZE, *[Answers(204, b"")] * 131)
    body = {"visit": screen["visit"], "step": screen["step"], "text": "unbind", "access_token": "granted"}
    assert (await site.call("main/unbind/answer", body, site.session()))[0] == 200
    came = [await site.call("main/unbind/answer", body, site.session()) for _ in range(130)]
    assert [status for status, _ in came] == [200] * 119 + [429] * 11
    assert len(site.line.of(DEAUTHORIZE)) == 120


async def test_no_permission_goes_without_unbinding(site: LiffSite) -> None:
    await bound(site)
    _, screen = await site.call("main/unbind/open", {"inputs": {}}, site.session())
    body = {"visit": screen["visit"], "step": screen["step"], "text": "?", "access_token": "granted"}
    _, screen = await site.call("main/unbind/answer", body, site.session())
    assert screen["kind"] != "done"
    assert site.line.requests == []


async def test_an_access_token_that_is_none_unbinds_nobody(site: LiffSite) -> None:
    await bound(site)
    _, screen = await site.call("main/unbind/open", {"inputs": {}}, site.session())
    body = {"visit": screen["visit"], "step": screen["step"], "text": "unbind", "access_token": 5}
    assert await site.call("main/unbind/answer", body, site.session()) == (400, {"error": "request"})
    assert (await site.served.bot.stored("U1")).contact.bindings != {}


async def test_a_session_ends_when_its_person_is_signed_out(site: LiffSite, database: Database) -> None:
    """R4: unbound, merged, parted. The page signs in anew by itself; the old session is good for nothing."""
    session = site.session()
    assert (await site.call(f"main/{PAGE}/open", {"inputs": {}}, session))[0] == 200
    site.clock.advance(seconds=1)
    await site.served.bot.settle()
    moment = {"$set": {"signed_out": site.clock.now()}}
    await database.collection("contacts").update_one({"_id": "main:U1"}, moment)
    site.served.bot.runtime.turns.recent.drop("main:U1")
    answer = {"visit": 1, "step": 1, "text": "x"}
    for path, body in (("open", {"inputs": {}}), ("answer", answer), ("screen", None)):
        assert await site.call(f"main/{PAGE}/{path}", body, session) == (401, {"error": "session"}), path
    assert (await site.call(f"main/{PAGE}/screen", None, site.session()))[0] == 200
