"""`oaflow places`: how many of the first so many people have come."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.cli.main import main
from bot.model.settings import Settings
from tests.cli.commands import Run, Written
from tests.cli.people_database import on_database

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules:
  - {when: {text: 搶}, first: 1500, name: 搶購, reply: 恭喜}
  - {when: {text: 贈品}, start: f}
flows:
  f:
    states:
      等:
        ask: 要嗎？
        answer: [要]
        rules: [{when: {text: 贈}, first: 3, name: 贈品, reply: 給您}]
        give_up_after: {30m: 完}
        next: 完
      完: {end: true}
"""


@pytest.fixture
def shop(tmp_path: Path, written: Written) -> Path:
    written(BOT)

    on_database(
        tmp_path, lambda opened: opened.database.collection("places").insert_one({"_id": "搶購", "n": 1234})
    )
    return tmp_path


def test_a_line_for_each_rule(shop: Path, run: Run) -> None:
    assert run("places", str(shop), "--language", "en").out.splitlines() == [
        "rule  places taken  places in all",
        "搶購  1,234         1,500",
        "贈品  0             3",
    ]
    assert run("places", str(shop), "--language", "zh-TW").out.splitlines()[0] == "規則  用掉的名額  全部名額"
    said = run("places", str(shop), "--json")
    assert json.loads(said.out)["places"][0] == {"rule": "搶購", "first": 1500, "taken": 1234}


def test_where_no_folder_is_named_it_is_said_how_to_name_another(
    tmp_path: Path, written: Written, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in our own folder, whose shop has no such rule; of any list."""
    written(BOT.split("rules:")[0])
    said = run("places", str(tmp_path), "--language", "en")
    assert (said.out, said.err) == ("no rule of this playbook has  first\n", "")
    monkeypatch.chdir(tmp_path)
    for command in ("places", "stamp list"):
        said = run(*command.split(), "--language", "zh-TW")
        assert len(said.out.splitlines()) == 1
        assert f"這是 {tmp_path} 的結果" in said.err
        assert said.err.endswith(f" {command} ../my-shop\n")


@pytest.mark.parametrize(
    ("spoken", "options"), [("zh_TW.UTF-8", []), ("zh_TW", []), ("en_US.UTF-8", ["--language", "zh-TW"])]
)
async def test_whose_people_they_are_is_said_in_the_same_language(
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoken: str,
    options: list[str],
) -> None:
    monkeypatch.setenv("LC_ALL", spoken)
    opened = await open_database(Settings({}), shop, dict(os.environ), "test", pretend=True)
    try:
        assert await asyncio.to_thread(main, ["places", str(shop), *options]) == 0
    finally:
        await opened.close()
    told = capsys.readouterr()
    assert told.err == "oaflow: 這是模擬器裡的假好友，不是真的客人\n"
    assert told.out.splitlines()[2].split() == ["贈品", "0", "3"]
