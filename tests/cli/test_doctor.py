"""A3, A4: `oaflow doctor` before any `run`, with LINE away, on files with mistakes; no secret in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: very-secret-9xq}}
rules: [{when: follow, reply: 歡迎}]
"""


@pytest.fixture
def shop(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> Path:
    written(BOT)
    monkeypatch.setenv("OAFLOW_LINE_API", "http://127.0.0.1:9")
    return tmp_path


def items(shop: Path, run: Run, *words: str) -> dict[str, dict[str, str]]:
    [found] = json.loads(run("doctor", str(shop), "--json", *words, code=1).out)
    assert (found["channel"], found["fine"]) == ("main", False)
    return {one["item"]: one for one in found["items"]}


def test_with_line_away_each_item_says_what_it_could_see(shop: Path, run: Run) -> None:
    found = items(shop, run)
    assert found["playbook"]["state"] == found["database"]["state"] == "fine"
    assert found["secret"]["state"] == "unknown"
    assert found["token"]["state"] == "unknown", "none could be issued just now"
    assert found["public_address"]["state"] == "wrong"
    assert found["greeting"]["state"] == "unasked"
    out = run("doctor", str(shop), "--language", "zh-TW", code=1).out
    assert out.startswith("main：")
    assert "✗ 這台伺服器對外的網址：還不知道：沒有設定 OAFLOW_PUBLIC_URL" in out
    assert "9xq" not in out + str(found)


def test_what_it_says_of_the_address_helps_when_it_is_done(shop: Path, run: Run) -> None:
    """A2: each line that it gives for `.env` is written there, with a host, and the next look takes it."""
    before = items(shop, run)["public_address"]
    assert "not set" in before["saw"]
    lines = re.findall(r"\bOAFLOW_[A-Z_]+=\S+", str(before))
    assert lines, before
    (shop / ".env").write_text("\n".join(lines).replace("your-host", "bot.example.com"), "utf-8")
    assert "https://bot.example.com/webhook/main" in items(shop, run)["public_address"]["saw"]


def test_an_answer_is_stored_with_name_and_date(shop: Path, run: Run) -> None:
    """A4: who enabled it wants words; what is not so yet stays to be mended."""
    assert "a few words" in run("doctor", str(shop), "main", "--answer", "enabled_by", code=1).err
    found = items(shop, run, "--answer", "enabled_by", "--words", " 老闆  阿明 ", "--by", "amy")
    assert (found["enabled_by"]["state"], found["enabled_by"]["answer"]) == ("fine", "老闆 阿明")
    assert "amy" in found["enabled_by"]["by"]
    assert found["enabled_by"]["at"] is not None
    assert items(shop, run, "--not-yet", "auto_reply")["auto_reply"]["state"] == "wrong"
    said = run("doctor", str(shop), "--answer", "linked_account", code=1)
    assert "nobody is asked" in said.err, "the channel has no pages"


def test_files_with_mistakes_are_one_item_of_many(shop: Path, run: Run) -> None:
    (shop / "bot.yaml").write_text(BOT + "flows: {}\nrulez: []\n", "utf-8")
    found = items(shop, run)
    assert found["playbook"]["state"] == "wrong"
    assert found["database"]["state"] == "fine"


def test_a_channel_that_is_none_is_named_with_those_there_are(shop: Path, run: Run) -> None:
    assert "main" in run("doctor", str(shop), "outlet", code=2).err
