"""A form over HTTP: whatever a page sends is checked by the server (E1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.form import flow_of_form
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.depth import examples
from tests.engine.chat import Chat
from tests.fakes.fake_line import FakeLine
from tests.playbooks import compiled
from tests.runtime.page_world import FORM, Pages
from tests.web.liff.serving import LiffSite, serving


@pytest.fixture
async def site(
    database: Database, seal: Seal, clock: ManualClock, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiffSite]:
    monkeypatch.setattr("bot.runtime.pages.STORE_SECONDS", 60.0)
    async with serving(Pages(database, seal, clock), line, database, seal) as site:
        yield site


async def post(site: LiffSite, what: str, body: Any, user: str = "U1") -> tuple[int, Any]:
    return await site.call(f"main/{FORM}/{what}", body, site.session(user))


async def opened(site: LiffSite) -> Any:
    status, screen = await post(site, "open", {"inputs": {}})
    assert status == 200
    return screen


def answer(screen: Any, text: str, **more: Any) -> dict[str, Any]:
    return {"visit": screen["visit"], "step": screen["step"], "text": text, **more}


async def test_two_devices_and_a_double_submit(site: LiffSite) -> None:
    """The older screen answers nothing; what is sent twice counts once; a session that is over is told."""
    first = await opened(site)
    second = await opened(site)
    _, screen = await post(site, "answer", answer(second, "42"))
    assert screen["kind"] == "review"
    _, older = await post(site, "answer", answer(first, "7"))
    assert (older["kind"], older["form"]["rows"][0]["text"]) == ("review", "42")
    sent = answer(screen, "", act="send")
    for _ in range(2):
        status, done = await post(site, "answer", sent)
        assert (status, done["kind"], done["say"]) == (200, "done", "我填好了")
    stored = await site.served.bot.stored("U1")
    assert len(stored.contact.results) == 1
    assert stored.contact.attributes["n.size"].value == 42
    status, told = await site.call(f"main/{FORM}/answer", sent, "forged.session")
    assert (status, told) == (401, {"error": "session"})


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize("act", ["delete", "", 7, ["send"], {"send": 1}, True])
async def test_an_act_that_is_none_is_refused(site: LiffSite, act: Any) -> None:
    screen = await opened(site)
    assert await post(site, "answer", answer(screen, "", act=act)) == (400, {"error": "request"})


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "臺" * 10_000, "<script>alert(1)</script>", "\x00", "１2e99", "NaN"]
)
async def test_what_is_no_answer_is_asked_again(site: LiffSite, text: str) -> None:
    screen = await opened(site)
    status, told = await post(site, "answer", answer(screen, text))
    assert status in (200, 400)
    assert (await opened(site))["kind"] == "question"
    if status == 200:
        assert (told["kind"], told["state"]) == ("question", "size")


HEAD = """
channels: {main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}}
attributes: {day: date, size: number, skin: text, name: text, ok: yes_no}
forms:
  data:
    fields:
      - {ask: 哪天, answer: {type: date, at_least: 2020-01-01, at_most: 2030-12-31}, save: day}
      - {ask: 多大, answer: {type: number, at_least: 1, at_most: 9}, save: size}
      - {ask: 膚質, answer: [乾性, 油性], save: skin, optional: true}
      - {ask: 喜歡, answer: {of: [保養, 彩妝], choices: several}, save: tags}
      - {ask: 名字, answer: {type: text, max_length: 5}, save: name}
      - {ask: 好嗎, answer: yes_no, save: ok}
    done: {reply: 謝謝}
"""
PLAYBOOK = compiled(HEAD)
SAID = st.one_of(
    st.sampled_from(
        [
            "",
            "2026-01-01",
            "2040-01-01",
            "5",
            "10",
            "-1",
            "1e308",
            "油性",
            "保養",
            "保養、香氛",
            "、",
            "小美",
            "是",
            "x",
        ]
    ),
    st.text(max_size=20),
)
DOING = st.one_of(
    st.tuples(st.none(), SAID),
    st.tuples(st.sampled_from(["skip", "back", "send"]), st.just("")),
    st.tuples(st.just("change"), st.sampled_from(["day", "size", "skin", "喜歡", "{sent}", "nobody"])),
)


@settings(max_examples=examples(200))
@given(st.lists(DOING, min_size=1, max_size=40))
def test_whatever_is_sent_only_what_fits_is_kept(done: list[tuple[Any, str]]) -> None:
    """In any order, also what the page would never send: what is kept is what the fields take."""
    chat = Chat(PLAYBOOK)
    chat.goes_to("data")
    for act, text in done:
        chat.does("data", text, act)
        if chat.contact.instance(flow_of_form("data"), "main") is None:
            break
    known = chat.attributes
    if not known:
        return
    assert set(known) - {"skin"} == {"day", "size", "name", "ok"}
    assert "2020-01-01" <= str(known["day"]) <= "2030-12-31"
    assert 1 <= float(str(known["size"])) <= 9
    assert known.get("skin") in (None, "乾性", "油性")
    assert 1 <= len(str(known["name"])) <= 5
    assert isinstance(known["ok"], bool)
    assert chat.tags <= {"保養", "彩妝"}
    assert chat.tags
