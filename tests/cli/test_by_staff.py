"""H6, G3: flows and rich menus closed, paused and let go on by commands, each with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
tags: {甲: {added_by: staff}}
flows:
  welcome:
    when: {tag_added: 甲}
    once_per: person
    if_late: send
    states: {等: {wait: 1h, next: 推}, 推: {push: 嗨, end: true}}
rules: [{when: {text: 嗨}, reply: 您好}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


@pytest.mark.parametrize(
    ("does", "back", "limit"), [("close", "open", "closed"), ("pause", "resume", "paused")]
)
def test_a_flow_is_limited_with_a_reason_and_let_go(
    shop: Path, run: Run, does: str, back: str, limit: str
) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        return "".join(run(*arguments, code=code))

    assert "say why" in told("journey", does, str(shop), "welcome", "--reason", "\u200b", code=1)
    assert "paused nothing" in told("journey", "limits", str(shop))
    made = told("journey", does, str(shop), "welcome", "--reason", "券還沒印好\u202e", "--by", "小美")
    assert "0 people are in it" in made
    again = told("journey", does, str(shop), "welcome", "--reason", "再一次")
    assert f"{limit} already, since 20" in again
    assert "小美" in again
    shown = json.loads(told("journey", "limits", str(shop), "--json"))
    [flow] = shown["flows"]
    assert (flow["flow"], flow["limit"], flow["reason"]) == ("welcome", limit, "券還沒印好")
    assert "券還沒印好" in told("journey", "limits", str(shop))
    told("journey", back, str(shop), "welcome")
    assert "nothing was done" in told("journey", back, str(shop), "welcome", code=1)
    audit = told("audit", str(shop))
    assert "券還沒印好" in audit
    assert "no flow" in told("journey", does, str(shop), "none", "--reason", "x", code=1)


def test_pushes_are_stopped_with_a_reason(shop: Path, run: Run) -> None:
    run("stop", "pushes", str(shop), "--flow", "welcome", "--reason", "文案錯了")
    assert "文案錯了" in run("audit", str(shop)).out
    run("stop", "resume", str(shop), "--flow", "welcome")


def test_a_rich_menu_that_is_not_there_is_refused(shop: Path, run: Run) -> None:
    assert (
        'no rich menu is called "vip"'
        in run("richmenu", "pause", str(shop), "vip", "--reason", "x", code=1).err
    )
    run("richmenu", "resume", str(shop), "vip", code=1)
