"""How a turn looks in the workbench: what is private stays so, unless who plays has typed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model.event import Facts, Follow, News, PageOpened, Postback, Source, What
from bot.model.staff_order import StaffActs, StaffTags
from bot.runtime.sending.outgoing import outgoing
from bot.runtime.turn_observer import Watched
from bot.scenario.recorded_turn import PlayedTurn
from bot.simulator.state.exchanges import (
    BODY_AT_MOST,
    KEPT_BYTES,
    Exchange,
    ExchangePart,
    Exchanges,
    exchange_json,
)
from bot.simulator.state.feed import Feed
from bot.simulator.workbench import recorder as recorder_module
from bot.simulator.workbench import turns as turns_module
from bot.simulator.workbench.contact_view import contact_json
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.recorder import NotRecorded, Recorder
from bot.simulator.workbench.turns import Turns
from tests.playbooks import compiled
from tests.scenario.recording import Played

PRIVACY = """
privacy: {version: "1", controller: 森活, purpose: 服務, kinds: 載具, period: 五年, recipients: 本公司,
  rights_contact: a@forest.example, url: "https://forest.example/p", terms: "https://forest.example/t"}
attributes: {carrier: {type: text, private: true}, points: number}
rules:
  - {when: {text: 載具}, start: ask}
  - {when: {text: 有嗎}, if: {attribute: {carrier: {known: true}}}, reply: 有}
  - {when: {text: 條件}, if: {attribute: {points: {at_least: 100}}}, reply: 很多}
  - {when: {text: 條件}, reply: 不多}
  - {when: {text: 搶}, reply: 先到的}
  - {when: {text: 加購}, first: 5, name: 加購, reply: 加好了}
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 長}, reply: "第一行\\n第二行"}
  - {when: {text: 券}, do: [reply: 好的, push: 送您一張券]}
flows:
  ask:
    states:
      問: {ask: 您的載具？, answer: text, save: carrier, give_up_after: {30m: 算了}, next: 完}
      完: {reply: 記下了, end: true}
      算了: {end: true}
"""


PAGED = """
rules: [{when: {text: 報名}, start: sign_up}]
flows:
  sign_up:
    page: true
    states:
      問:
        ask: "週六的課，幾位？\\n地點：台北店\\n時間：14:00"
        answer: number
        give_up_after: {30m: 完}
        next: 完
      完: {end: true}
"""


class Watching:
    """A person who plays, and the turns that the workbench sees."""

    def __init__(self, text: str = PRIVACY) -> None:
        self.play = Played(compiled(text))
        self.turns = Turns(Feed(), dict)
        self._seen = 0

    def _watched(self, one: PlayedTurn) -> Watched:
        return Watched(self.play.playbook, one.before, one.event, one.decision, one.now)

    def last(self) -> Watched:
        """The last turn, as the bot tells it."""
        one = self.play.happenings[-1]
        assert isinstance(one, PlayedTurn)
        return self._watched(one)

    def of(self, chat: str = "U-小美") -> list[dict[str, Any]]:
        for one in self.play.happenings[self._seen :]:
            if isinstance(one, PlayedTurn):
                self.turns.watched(self._watched(one))
        self._seen = len(self.play.happenings)
        return self.turns.of(chat)

    def known(self) -> dict[str, Any]:
        self.of()
        seen = self.turns.seen("U-小美")
        assert seen is not None
        return contact_json(seen.contact, "main", self.play.playbook, seen.own, self.play.now)


def test_what_a_page_says_is_told_whole() -> None:
    """Its first line alone was told, and the page may be gone."""
    watching = Watching(PAGED)
    watching.play.hears(PageOpened("sign_up", {}))
    assert watching.of()[-1]["page"]["texts"] == ["週六的課，幾位？\n地點：台北店\n時間：14:00"]


@pytest.fixture
def watching() -> Watching:
    watching = Watching()
    watching.play.follows()
    return watching


def _changes(turn: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {change["what"]: (change["before"], change["after"]) for change in turn["changed"]}


def test_what_came_from_elsewhere_is_private(watching: Watching) -> None:
    watching.play.hears(News("set", "", facts=Facts({"x.carrier": "/ABC1234", "n.points": 50})))
    turn = watching.of()[-1]
    assert _changes(turn)["attribute carrier"] == (None, "private")
    assert _changes(turn)["attribute points"] == (None, "50")
    attributes = watching.known()["attributes"]
    assert {"name": "carrier", "private": True} in attributes
    assert {"name": "points", "value": "50"} in attributes
    watching.play.says("有嗎")
    assert "/ABC1234" not in str(watching.of())


def test_what_who_plays_has_typed_is_shown(watching: Watching) -> None:
    watching.play.says("載具")
    watching.play.says("/ABC1234")
    assert _changes(watching.of()[-1])["attribute carrier"] == (None, "/ABC1234")
    assert watching.known()["attributes"] == [{"name": "carrier", "value": "/ABC1234"}]


@pytest.mark.parametrize(
    ("taken", "verdict", "near"),
    [(4, ("later", ""), ["加購"]), (5, ("limit", "first none left: 搶購: of 5"), [])],
)
def test_a_rule_that_is_known_to_be_full_neither_comes_later_nor_is_near(
    watching: Watching, taken: int, verdict: tuple[str, str], near: list[str]
) -> None:
    full = {"搶購": taken, "加購": taken}
    for text in ("搶", "加購？"):
        watching.play.says(text)
        watching.turns.watched(replace(watching.last(), taken=full))
    first, second = watching.turns.of("U-小美")[-2:]
    assert [(rule["verdict"], rule["because"]) for rule in first["rules"]] == [("answers", ""), verdict]
    assert [rule["text"] for rule in second["near"]] == near


def test_a_condition_with_its_value(watching: Watching) -> None:
    watching.play.hears(News("set", "", facts=Facts({"n.points": 50})))
    watching.play.says("條件")
    turn = watching.of()[-1]
    assert [rule["verdict"] for rule in turn["rules"]] == ["condition", "answers"]
    assert turn["rules"][0]["because"] == "attribute points ≥ 100: it is 50"
    not_met = next(step for step in turn["steps"] if step["result"] == "not met")
    assert not_met["because"] == "attribute points ≥ 100: it is 50"


def test_all_lines_are_told_of_an_answer(watching: Watching) -> None:
    watching.play.says("長")
    turn = watching.of()[-1]
    assert turn["answered"] == ["第一行\n第二行"]
    assert turn["sent"][0]["messages"] == ["第一行\n第二行"]


@pytest.mark.parametrize(
    ("what", "expects"),
    [
        (Postback("coupon", {}), True),
        (Postback("day", {"date": "2026-11-11"}), True),
        (Postback("tab", {"newRichMenuAliasId": "b", "status": "SUCCESS"}), False),
        (Postback("tab", {"status": "RICHMENU_NOTFOUND"}), False),
        (StaffTags("staff", add=("VIP",)), False),
        (News("set", "", facts=Facts({})), False),
        (Follow(False), True),
    ],
)
def test_an_answer_is_expected_to_what_a_person_says_or_taps(
    watching: Watching, what: What, expects: bool
) -> None:
    """Nobody waits for one after a tag that staff put on, or a switch of the rich menu's tab."""
    watching.play.hears(what)
    assert watching.of()[-1]["expects"] is expects


def test_staff_have_the_conversation(watching: Watching) -> None:
    watching.play.hears(StaffActs(takes_over=True))
    assert _changes(watching.of()[-1])["staff"] == (None, "have the conversation")
    assert watching.known()["staff"]
    watching.play.says("長")
    turn = watching.of()[-1]
    assert (turn["answered"], turn["unheard"]) == ([], False)


def test_a_fault_of_ours_does_not_reach_the_bot(
    watching: Watching, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(turns_module, "turn_json", broken)
    watching.play.says("長")
    assert watching.of() == []
    assert "a turn cannot be shown in the workbench" in caplog.text


def test_what_goes_as_a_push_instead_is_shown_once_it_goes(watching: Watching) -> None:
    """A8: it rode in a reply that LINE did not take; the two are one answer."""
    watching.play.says("券")
    turn = watching.of()[-1]
    assert [(one["how"], one["messages"]) for one in turn["sent"]] == [("reply", ["好的", "送您一張券"])]
    happened = watching.last()
    [_, fallback] = outgoing(happened.decision, happened.event, happened.now)
    request = ExchangePart({"X-Line-Retry-Key": fallback.retry_key or ""}, b"{}", "POST", "/push")
    answer = Exchange("1", "call", request, ExchangePart({}, b'{"sentMessages": [{"id": "78"}]}', status=200))
    for _ in range(2):
        watching.turns.answered(answer)
    assert [(one["how"], one["messages"], one["cost"], one["status"]) for one in turn["sent"]] == [
        ("reply", ["好的", "送您一張券"], 0, None),
        ("push", ["送您一張券"], 1, 200),
    ]
    assert turn["bubbles"] == ["78"]


@pytest.mark.parametrize("early", [False, True])
def test_what_line_answered_whichever_is_told_first(watching: Watching, *, early: bool) -> None:
    """After a jump of the clock a call may be answered before its turn is told."""
    watching.play.says("長")
    token = f"t{len(watching.play.happenings) - 1}"
    request = ExchangePart({}, b'{"replyToken": "%s"}' % token.encode(), "POST", "/reply")
    answer = Exchange("1", "call", request, ExchangePart({}, b'{"sentMessages": [{"id": "77"}]}', status=200))
    if not early:
        watching.of()
    watching.turns.answered(answer)
    turn = watching.of()[-1]
    assert (turn["sent"][0]["status"], turn["bubbles"]) == (200, ["77"])


def test_memory_is_bounded(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "CHATS_AT_MOST", 2)
    monkeypatch.setattr(turns_module, "WAITING_AT_MOST", 3)
    for number in range(turns_module.KEPT + 5):
        watching.play.says(f"第 {number} 句")
    assert len(watching.of()) == turns_module.KEPT
    for who in ("大明", "阿華"):
        watching.play.hears(Follow(again=False), who)
    watching.of()
    assert [bool(watching.of(f"U-{who}")) for who in ("小美", "大明", "阿華")] == [False, True, True]


async def test_recordings_are_bounded_together(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "TURNS_AT_MOST", 5)
    recorder = Recorder(lambda: Inside(lambda: watching.play.playbook))
    watching.turns.on_turn = recorder.on_turn

    async def refused(who: str) -> str:
        with pytest.raises(NotRecorded) as told:
            await recorder.tried_recording({f"U-{who}": who}, "x")
        return str(told.value)

    for _ in range(3):  # what was begun anew does not count
        watching.play.says("長")
        watching.of()
        recorder.begin("U-小美")
    for who in ("小美", "大明", "大明", "大明", "大明"):
        watching.play.hears(Follow(again=False), who)
    watching.of()
    assert [await refused(who) for who in ("小美", "大明")] == ["there is no playbook's folder here"] * 2
    watching.play.hears(Follow(again=False), "大明")
    watching.of()
    assert await refused("小美") == "nothing was played yet"
    assert await refused("大明") == "there is no playbook's folder here"


def test_a_group_is_a_chat_of_its_own(watching: Watching) -> None:
    watching.play.says("長")
    one = watching.last()
    watching.turns.watched(replace(one, event=replace(one.event, source=Source("group", "C1", "U-小美"))))
    assert len(watching.turns.of("C1")) == 1


# -- requests and responses


def _call(id: str, body: bytes, **headers: str) -> Exchange:
    return Exchange(
        id, "call", ExchangePart(headers, body, "POST", "/reply"), ExchangePart({}, b"{}", status=200)
    )


def test_nothing_that_opens_anything_is_told() -> None:
    told = exchange_json(_call("1", b"{}", Authorization="Bearer secret", Cookie="a=b", Host="here"))
    assert told["request"]["headers"] == {"Host": "here"}


@pytest.mark.parametrize(
    ("body", "shown"),
    [(b"", None), (b'{"a": 1}', {"a": 1}), ("你好".encode(), "你好"), (b"\xff\xd8\xff", "(3 bytes)")],
)
def test_a_body_as_it_is_shown(body: bytes, shown: Any) -> None:
    told = exchange_json(_call("1", body))
    assert told["request"]["body"] == shown
    assert "cut" not in told


def test_a_long_body_is_cut_and_said_to_be() -> None:
    kept = Exchanges()
    kept.keep(_call("1", b'"' + b"x" * BODY_AT_MOST + b'"'))
    found = kept.find("call", "1")
    assert found is not None
    told = exchange_json(found)
    assert told["cut"]
    assert len(told["request"]["body"]) == BODY_AT_MOST


def test_the_oldest_are_forgotten_by_bytes() -> None:
    kept = Exchanges()
    count = KEPT_BYTES // BODY_AT_MOST + 5
    for number in range(count):
        kept.keep(_call(str(number), b"x" * BODY_AT_MOST))
    assert kept.find("call", "0") is None
    assert kept.find("call", str(count - 1)) is not None
    kept.keep(_call("again", b"a"))
    kept.keep(_call("again", b"b"))
    found = kept.find("call", "again")
    assert found is not None
    assert found.request.body == b"b"
