"""Settings of a flow, put where they are named (B14)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.engine.compiled.flow import Flow
from bot.model.problem import Problem
from bot.playbook.canonical.settings import with_settings
from bot.playbook.read import read
from bot.playbook.syntax.nodes import Map, Node, plain
from tests.playbooks import loaded

HEAD = """\
bot: x
channels: {main: {id: x, channel_id: "1", channel_secret: opaque, settings: {q: {word: 別的}}}}
"""
SETTINGS = """\
    settings:
      word: 幾歲？
      two: [card, 二]
      empty: ""
      done: {trigger: 好了, reply: thanks}
      match: shop
      yes: true
      taps: [茶, 咖啡]
      bad: {text: 嗨}
      nested: "{{ setting.word }}"
      ways: [{if: {tag: VIP}, to: 一}]
"""


def flow(tmp_path: Path, state: str, more: str = "") -> tuple[Map, Mapping[str, Node], Map]:
    text = f"flows:\n  q:\n{SETTINGS}    states:\n      一: {{{state}}}\n      完: {{end: true}}\n{more}"
    (tmp_path / "bot.yaml").write_text(HEAD + text, "utf-8")
    document = read(tmp_path, {})
    assert document.problems == ()
    flows, channels = document.root.get("flows"), document.root.get("channels")
    assert isinstance(flows, Map)
    assert isinstance(channels, Map)
    found = flows.get("q")
    assert isinstance(found, Map)
    settings = found.get("settings")
    assert isinstance(settings, Map)
    return found, {name: value for name, (_, value) in settings.pairs.items()}, channels


def put(tmp_path: Path, state: str) -> Any:
    """The first state with the settings in it, as plain data."""
    found, values, _ = flow(tmp_path, state)
    made, problems = with_settings(found, values)
    assert problems == []
    assert made is not None
    return plain(made)["states"]["一"]


@pytest.mark.parametrize(
    ("state", "key", "expected"),
    [
        ("ask: {setting: word}, answer: text, next: 完", "ask", [{"text": "幾歲？"}]),
        ("reply: {setting: two}, end: true", "do", [{"reply": [{"card": "card"}, {"text": "二"}]}]),
        (
            "reply: [一, {setting: two}], end: true",
            "do",
            [{"reply": [{"text": "一"}, {"card": "card"}, {"text": "二"}]}],
        ),
        (
            "result: {setting: done}, end: true",
            "do",
            [{"result": {"trigger": "好了", "do": [{"reply": [{"card": "thanks"}]}]}}],
        ),
        ("do: [{find_member: {setting: match}}], next: 完", "do", [{"find_member": "shop"}]),
        (
            "do: [{bind_member: {keep_tags: {setting: yes}}}], next: 完",
            "do",
            [{"bind_member": {"keep_tags": "true"}}],
        ),
        (
            "ask: 喝？, answer: {setting: taps}, next: 完",
            "answer",
            {"type": "choice", "of": ["茶", "咖啡"]},
        ),
        (
            "branch: [{if: {attribute: {tier: {setting: word}}}, to: 完}, {to: 完}]",
            "branch",
            [{"if": {"attribute": {"tier": {"is": ["幾歲？"]}}}, "to": "完"}, {"to": "完"}],
        ),
        (
            "branch: [{if: {setting: {match: shop}}, to: 完}, {to: 完}]",
            "branch",
            [{"if": {"setting": {"match": {"is": ["shop"]}}}, "to": "完"}, {"to": "完"}],
        ),
        (
            "branch: [{setting: ways}, {to: 完}]",
            "branch",
            [{"if": {"tag": ["VIP"]}, "to": "一"}, {"to": "完"}],
        ),
        (
            "wait: 1d, branch: [{setting: ways}, {to: 完}]",
            "rules",
            [
                {"when": [{"after": "1d"}], "if": {"tag": ["VIP"]}, "to": "一"},
                {"when": [{"after": "1d"}], "to": "完"},
            ],
        ),
        (
            'reply: "您 {{ setting.word }}，{{ setting.empty or 朋友 }}，{{ contact.name }}", end: true',
            "do",
            [{"reply": [{"text": "您 幾歲？，朋友，{{ contact.name }}"}]}],
        ),
        (
            "reply: '\\{{ setting.word }}', end: true",
            "do",
            [{"reply": [{"text": "\\{{ setting.word }}"}]}],
        ),
    ],
)
def test_a_value_stands_where_its_name_stood(tmp_path: Path, state: str, key: str, expected: Any) -> None:
    assert put(tmp_path, state)[key] == expected


def test_a_channel_has_its_own(tmp_path: Path) -> None:
    found, values, channels = flow(tmp_path, "reply: '{{ setting.word }}', end: true")
    main = channels.get("main")
    assert isinstance(main, Map)
    theirs = main.get("settings")
    assert isinstance(theirs, Map)
    of_flow = theirs.get("q")
    assert isinstance(of_flow, Map)
    made, problems = with_settings(
        found, {**values, **{name: value for name, (_, value) in of_flow.pairs.items()}}
    )
    assert problems == []
    assert made is not None
    assert plain(made)["states"]["一"]["do"] == [{"reply": [{"text": "別的"}]}]


def wrong(tmp_path: Path, state: str) -> Problem:
    found, values, _ = flow(tmp_path, state)
    made, problems = with_settings(found, values)
    assert made is None
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    ("state", "code", "line"),
    [
        ("ask: {setting: wrd}, answer: text, next: 完", "unknown-setting", 17),
        ('reply: "{{ setting.wrd }}", end: true', "unknown-setting", 17),
        ('reply: "{{ setting.bad }}", end: true', "setting-in-text", 17),
        ('reply: "{{ setting.two }}", end: true', "setting-in-text", 17),
        ("reply: {setting: nested}, end: true", "setting-in-text", 14),
        ('reply: "{{ setting.word as number }}", end: true', "format-for-other-type", 17),
        ("do: [{find_member: {setting: word}}], next: 完", "bad-value", 6),
        ("give_up_after: {setting: word}, ask: 一, answer: text, next: 完", "wrong-type", 6),
        ("ask: 喝？, answer: {setting: taps}, next: {茶: 完}", "choice-without-way", 17),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, state: str, code: str, line: int) -> None:
    problem = wrong(tmp_path, state)
    assert (problem.code, problem.place.line) == (code, line)


PAGE = """
flows:
  q:
    page: {picture: {setting: picture}}
    SETTINGS
    states:
      一: {ask: 嗨, answer: text, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
"""


def page_of(settings: str, of_channel: str = "") -> Flow | None:
    """The flow on the channel, as compiled with these settings; `None` where there are mistakes."""
    own = f", settings: {{q: {{{of_channel}}}}}" if of_channel else ""
    channel = f'channels: {{main: {{id: x, channel_id: "1", channel_secret: opaque{own}}}}}\n'
    book = loaded(channel + PAGE.replace("SETTINGS", settings)).playbook
    return None if book is None else book.flow("q", "main")


@pytest.mark.parametrize("settings", ["", "settings: {picture: }", "settings: {other: x}"])
def test_the_picture_of_a_page_may_be_left_out(settings: str) -> None:
    """R15 (B2): 不寫就用團隊大頭貼."""
    flow = page_of(settings)
    assert flow is not None
    assert (flow.page, flow.page_picture) == (True, None)


def test_a_channel_may_have_a_picture_where_the_flow_has_none() -> None:
    flow = page_of("", "picture: https://example.com/a.png")
    assert flow is not None
    assert flow.page_picture == "https://example.com/a.png"


def test_a_picture_by_a_name_like_a_settings_is_a_slip() -> None:
    assert page_of("settings: {pictures: https://example.com/a.png}") is None
