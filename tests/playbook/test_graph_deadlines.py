"""Dates that are past, however many."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playbook.graph import deadlines
from bot.playbook.load import load
from bot.playbook.syntax.nodes import scalars


def test_the_playbook_is_walked_once_for_all_that_is_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each moment took a minute for three thousand rules."""
    rules = "".join(
        f"  - {{when: {{text: t{n}}}, until: 2025-11-11 24:00, reply: {{text: 好}}}}\n" for n in range(20)
    )
    head = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: "${S}"}}\nrules:\n'
    (tmp_path / "bot.yaml").write_text(head + rules, "utf-8")
    walks = []
    monkeypatch.setattr(deadlines, "scalars", lambda root: walks.append(root) or scalars(root))
    loaded = load(tmp_path, {"S": "s"}, now=datetime(2026, 1, 1, tzinfo=UTC))
    past = [problem for problem in loaded.problems if problem.code == "past-date"]
    assert len(past) == 20
    assert all("2025-11-11 24:00" in str(problem.message) for problem in past)
    assert len(walks) == 1
