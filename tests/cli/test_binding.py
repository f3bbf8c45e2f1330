"""`oaflow binding`: paused and resumed from a terminal, on record; links and how far people come. B1, B8"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
  b2b: {id: b2b, channel_id: "2", channel_secret: x}
flows:
  joining:
    title: 手機綁定
    page: true
    states:
      bound: {do: [bind_member], end: true}
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_paused_and_resumed_and_both_are_on_record(shop: Path, run: Run) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        return "".join(run(*arguments, str(shop), code=code))

    assert "main: phones can be bound" in told("binding", "status")
    assert "joining: https://liff.line.me/5-a/joining" in told("binding", "status")
    done = told("binding", "pause", "--channel", "main", "--by", "小美")
    assert done.startswith("binding is paused on main; every process")
    assert "paused already on main, since 20" in told("binding", "pause", "--channel", "main")
    assert "main: binding is paused since 20" in told("binding", "status")
    assert "nothing is stopped" in told("stop", "status"), "no pushes are"
    shown = json.loads(told("binding", "status", "--json"))["channels"]
    assert [(one["channel"], one["pause"] is not None) for one in shown] == [("main", True), ("b2b", False)]
    assert [one["days"] for one in shown[0]["funnels"]] == [1, 7, 30]
    assert "no channel is called" in told("binding", "pause", "--channel", "mian", code=1)
    assert "binding is paused on b2b" in told("binding", "pause")
    assert told("binding", "resume") == "binding goes on, on b2b\nbinding goes on, on main\n"
    assert "binding is not paused there" in told("binding", "resume", code=1)
    lines = told("audit", "--kind", "binding_paused", "--since", "1d").splitlines()
    assert len(lines) == 3
    assert "paused by" in told("audit", "--kind", "binding_resumed", "--since", "1d")
