"""Who writes a date without its year is shown the next one to come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playbook.load import load
from tests.playbooks import BOT, CHANNELS


@pytest.mark.parametrize(
    ("written", "now", "hint"),
    [
        ("from: 11/10 00:00", (2026, 11, 22), "write the year as well, such as  2027-11-10 00:00"),
        ("from: 11/30 00:00", (2026, 11, 22), "write the year as well, such as  2026-11-30 00:00"),
        ("until: 11/22", (2026, 11, 22), "write the year as well, such as  2026-11-22 24:00"),
        (
            "from: 12/20~1/5",
            (2026, 11, 22),
            "write  from: 2026-12-20 00:00  and below it  until: 2027-01-05 24:00",
        ),
        (
            "from: 11/1~11/11",
            (2027, 11, 5),
            "write  from: 2027-11-01 00:00  and below it  until: 2027-11-11 24:00",
        ),
    ],
)
def test_the_year_is_that_of_the_next(
    tmp_path: Path, written: str, now: tuple[int, int, int], hint: str
) -> None:
    text = f"{BOT}{CHANNELS}rules:\n  - when: {{text: 雙11}}\n    {written}\n    reply: 好\n"
    (tmp_path / "bot.yaml").write_text(text, "utf-8")
    [problem] = load(tmp_path, {}, now=datetime(*now, tzinfo=UTC)).problems
    assert str(problem.hint) == hint
