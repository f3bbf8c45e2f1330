"""`oaflow broadcast` from a terminal: what is refused says why, what is ordered is found again. I1, I5"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.store.mongod.embedded import OWN_NAME

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
broadcasts:
  週年慶: {to: everyone, push: [早安, 輸入「停止推播」就不再收到]}
  草稿: {to: everyone, push: [晚安, 輸入「停止推播」就不再收到], status: draft}
rules: [{when: {text: 嗨}, reply: 您好}]
"""


@pytest.fixture
def shop(tmp_path: Path, data: Path) -> Path:
    (tmp_path / OWN_NAME).symlink_to(data)
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    return tmp_path


def test_what_is_refused_says_why(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(action: str, *words: str, code: int = 0) -> str:
        assert main(["broadcast", action, str(shop), *words]) == code
        out, err = capsys.readouterr()
        return out + err

    assert told("list") == "週年慶: was not sent yet\n草稿: was not sent yet\n"
    assert "nobody is in the audience of" in told("send", "週年慶", code=1)
    assert "status: draft" in told("send", "草稿", code=1)
    assert "its broadcasts are 週年慶, 草稿" in told("send", "雙11", code=1)
    assert "no broadcast is named" in told("status", code=1)
    for action in ("pause", "resume", "cancel"):
        assert "is going out or planned" in told(action, "週年慶", code=1)
    shown = json.loads(told("status", "週年慶", "--json"))
    assert (shown["broadcast"], shown["sendings"], shown["not_reached"]) == ("週年慶", [], [])
    assert told("list", "--language", "zh-TW").startswith("週年慶：還沒發送過")
