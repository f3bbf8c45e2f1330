"""`oaflow explain --event`: from the trace in the database. L3"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from bot.cli.database import open_database
from bot.cli.main import main
from bot.model.journal import TimelineRow, TraceRow
from bot.model.part import part_of
from bot.model.settings import Settings

AT = datetime(2026, 9, 1, 6, 0, 5, tzinfo=UTC)
STEPS = [("bot.yaml:12:5", "rule", "matched", "優惠"), (None, "menu", "VIP", "")]


@pytest.fixture
def stored(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in which two turns are, one of them so old that its trace is gone."""
    monkeypatch.delenv("OAFLOW_DATA", raising=False)

    async def store() -> None:
        opened = await open_database(Settings({}), shop, {}, "test")
        contact, part = "main:U1", part_of("main:U1")
        row = TimelineRow("main:01ABC", contact, part, AT, "TextMessage")
        old = TimelineRow("main:01OLD", contact, part, AT, "Follow")
        await opened.journal.timeline([row, old])
        trace = TraceRow("main:01ABC", contact, part, AT, "v" * 64, orjson.dumps(STEPS))
        await opened.journal.trace([trace])
        await opened.close()

    asyncio.run(store())
    return shop


def test_the_steps_of_its_turn(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(stored), "--event", "main:01ABC"]) == 0
    assert capsys.readouterr().out == (
        "  event  main:01ABC\n"
        "     at  2026-09-01 14:00:05\n"
        "   what  TextMessage\n"
        "         (decided by the playbook vvvvvvvvvvvv, lines are of that one)\n"
        "\n"
        "why:\n"
        "  bot.yaml:12:5  rule: matched  (優惠)\n"
        "  menu: VIP\n"
    )


def test_the_id_of_the_webhook_is_enough_and_programs_get_json(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(stored), "--event", "01ABC", "--json"]) == 0
    found = orjson.loads(capsys.readouterr().out)
    assert (found["event"], found["what"], found["version"]) == ("main:01ABC", "TextMessage", "v" * 64)
    assert found["why"][0]["place"] == {"file": "bot.yaml", "line": 12, "column": 5, "path": ""}
    assert found["why"][1] == {"place": None, "what": "menu", "result": "VIP", "because": ""}


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("01NIX", 'no turn is stored of an event "01NIX"; its id stands in LINE\'s webhook'),
        ("01OLD", "why is kept for 7 days only; of main:01OLD is known: Follow"),
    ],
)
def test_an_event_of_which_nothing_is_known(
    stored: Path, event: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(stored), "--event", event]) == 2
    assert capsys.readouterr().err == f"oaflow: {says}\n"


@pytest.mark.parametrize(
    "more", [["--tag", "VIP"], ["--text", "嗨"], ["--at", "2026-09-01 14:00"], ["--channel", "main"]]
)
def test_what_belongs_to_a_text_is_refused(
    shop: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", str(shop), "--event", "01ABC", *more])
    assert ended.value.code == 2
    assert "--text" in capsys.readouterr().err


def test_a_playbook_with_mistakes_and_none_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path), "--event", "01ABC"]) == 2
    assert "there is no playbook here" in capsys.readouterr().err
    (tmp_path / "bot.yaml").write_text("bot: x\nrules: 5\n", "utf-8")
    assert main(["explain", str(tmp_path), "--event", "01ABC"]) == 1
