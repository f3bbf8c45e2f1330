"""Shapes that were seen in one playbook are known in the next, and what is said is said of its own words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.shape import validator
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.validator import validator_of

MISTAKEN = """
bot: 茶舖
channels: {{main: {{id: "@tea", channel_id: "1", channel_secret: s, access_token: t}}}}
rules:
  - when: {{text: {word}}}
    {key}: 1
    do: [{{reply: [3]}}, {{{key}: x}}]
"""


def told(folder: Path, word: str, key: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(MISTAKEN.format(word=word, key=key), "utf-8")
    return [f"{one.place.line} {one.code} {one.message}" for one in load(folder, {}).problems]


def test_a_mistake_is_told_by_its_own_name(tmp_path: Path) -> None:
    first, second = (told(tmp_path, word, key) for word, key in (("茶", "sayy"), ("咖啡", "tagg")))
    assert any("sayy" in one for one in first)
    assert [one.replace("sayy", "tagg").replace("茶", "咖啡") for one in first] == second


def test_what_is_read_again_is_not_looked_at_again(tmp_path: Path) -> None:
    told(tmp_path, "茶", "sayy")
    known = dict(validator_of(PLAYBOOK)._found)
    told(tmp_path, "茶", "sayy")
    assert validator_of(PLAYBOOK)._found == known


def test_a_full_one_is_given_up_and_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, first = told(tmp_path, "茶", "sayy"), validator_of(PLAYBOOK)
    monkeypatch.setattr(validator, "REMEMBERED", 0)
    assert told(tmp_path, "茶", "sayy") == before
    assert validator_of(PLAYBOOK) is not first


@pytest.mark.ring("all", "many random or generated cases")
def test_threads_that_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while what is remembered is given up again and again."""
    alone = {key: told(tmp_path / key, "茶", key) for key in ("sayy", "tagg", "whenn", "gotto")}
    monkeypatch.setattr(validator, "REMEMBERED", 30)
    with ThreadPoolExecutor(4) as threads:
        for _ in range(2):
            found = threads.map(lambda key: (key, told(tmp_path / key, "茶", key)), alone)
            assert dict(found) == alone
