"""K1: `oaflow audit`: who has done what, of a time, of somebody; what is left out is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import operation_run
from bot.cli.main import main
from bot.operations import audit_list
from tests.cli.commands import Run
from tests.cli.test_stop import shop

__all__ = ["shop"]


@pytest.fixture
def stopped(shop: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A shop where somebody has stopped two things."""
    for arguments in (("--by", "小美"), ("--channel", "main")):
        assert main(["stop", "pushes", str(shop), *arguments]) == 0
    capsys.readouterr()
    return shop


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ((), 2),
        (("--since", "0001-01-01", "--until", "9999-12-31"), 2),
        (("--until", "0001-01-01"), 0),
        (("--since", "9999-12-31"), 0),
        (("--until", "1d"), 0),
        (("--since", "7天"), 2),
        (("--since", "2026/1/2"), 2),
        (("--until", "２０２６年１月２日"), 0),
        (("--by", "小美"), 1),
        (("--by", ".*"), 0),
    ],
)
def test_of_which_time_and_whose(stopped: Path, run: Run, arguments: tuple[str, ...], lines: int) -> None:
    out, err = run("audit", str(stopped), "--json", "--kind", "pushes_stopped", *arguments)
    assert (len(json.loads(out)["entries"]), err) == (lines, "")


def test_what_is_left_out_is_said(stopped: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "PAGE", 1)
    title, *lines = run("audit", str(stopped)).out.splitlines()
    assert (title.split()[0], len(lines)) == ("when", 2), "all pages"
    monkeypatch.setattr(operation_run, "LISTED_MOST", 1)
    out, err = run("audit", str(stopped))
    assert len(out.splitlines()) == 2
    day = out.splitlines()[1].split()[0]
    assert err == f"oaflow: there are more than these 1: go on with  --until {day}\n"


def test_a_file_by_whatever_name_writes_no_line_of_its_own(stopped: Path, run: Run) -> None:
    """Who imports a file has chosen its name: it is shown, and not obeyed."""
    file = stopped / "a\x1b[31m\n2026-11-23 00:00:00  pushes stopped.csv"
    file.write_text("phone\n0912345678\n", "utf-8")
    run("members", "import", str(stopped), str(file))
    _, line = run("audit", str(stopped), "--kind", "members_imported").out.splitlines()
    assert "\x1b" not in line
    assert main(["audit", str(stopped), "--by", "x" * 40_000]) == 2
