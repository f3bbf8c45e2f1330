"""L1: a repair is written into its file, and into none that is another by now."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.playbook_files import may_be_written
from bot.operations.repairs import NotFixed, write_repair
from bot.playbook.load import load
from bot.playbook.report import repair_key

WRONG = """\
bot: x  # 店名
channels: {main: {id: '@x', channel_id: '1', channel_secret: x}}
rules:
  - {when: {text_containz: 嗨}, reply: 好}  # 留著
"""


def test_one_mistake_is_mended_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "bot.yaml"
    path.write_bytes(WRONG.replace("\n", "\r\n").encode())
    loaded = load(tmp_path, {})
    (problem,) = [one for one in loaded.problems if one.repair]
    key = repair_key(problem, loaded.sources["bot.yaml"])
    with pytest.raises(NotFixed):
        write_repair(loaded, "0" * 32)
    path.write_bytes(WRONG.encode())
    with pytest.raises(NotFixed):
        write_repair(loaded, key)
    assert path.read_bytes() == WRONG.encode()
    path.write_bytes(WRONG.replace("\n", "\r\n").encode())
    write_repair(load(tmp_path, {}), key)
    assert path.read_bytes() == WRONG.replace("containz", "contains").replace("\n", "\r\n").encode()
    assert [one.name for one in tmp_path.iterdir()] == ["bot.yaml"]


def test_what_is_not_there_may_not_be_written(tmp_path: Path) -> None:
    assert not may_be_written(tmp_path / "bot.yaml")
