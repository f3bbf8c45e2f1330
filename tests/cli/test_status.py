"""K3: `oaflow status`: the page System as text and as data; no secret in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.cli.conftest import Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: very-secret-9xq}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_how_it_stands_is_said_in_both_languages_and_as_data(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", "https://bot.example")
    assert main(["status", str(shop), "--language", "zh-TW"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("一切正常，沒有要處理的事\nmain：webhook 網址 https://bot.example/webhook/main\n")
    assert main(["status", str(shop), "--language", "en"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "no server runs just now" in told
    assert told[-1].startswith("MongoDB ")
    assert main(["status", str(shop), "--json"]) == 0
    written = capsys.readouterr().out
    found = json.loads(written)
    assert (found["troubles"], found["processes"], found["unsent"]) == ([], [], 0)
    assert found["channels"][0]["webhook"] == "https://bot.example/webhook/main"
    assert found["channels"][0]["trouble"] is None, "only a running bot knows"
    assert found["keys"].keys() >= {"since", "due"}
    assert found["database"]["members"] == 1
    assert "9xq" not in written + out
