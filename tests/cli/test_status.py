"""K3: `oaflow status`: the page System as text and as data; no secret in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: very-secret-9xq}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_how_it_stands_is_said_in_both_languages_and_as_data(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", "https://bot.example")
    out = run("status", str(shop), "--language", "zh-TW").out
    assert out.startswith("一切正常，沒有要處理的事\nmain：webhook 網址 https://bot.example/webhook/main\n")
    told = run("status", str(shop), "--language", "en").out.splitlines()
    assert "no server runs just now" in told
    assert told[-1].startswith("MongoDB ")
    written = run("status", str(shop), "--json").out
    found = json.loads(written)
    assert (found["troubles"], found["processes"], found["unsent"]) == ([], [], 0)
    assert found["channels"][0]["webhook"] == "https://bot.example/webhook/main"
    assert found["channels"][0]["trouble"] is None, "only a running bot knows"
    assert found["keys"].keys() >= {"since", "due"}
    assert found["database"]["members"] == 1
    assert "9xq" not in written + out
