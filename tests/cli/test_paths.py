"""Each path that a command takes: what is not there is said with its name, before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.oaflow import ended_here
from tests.cli.people import LINE_ID

NOWHERE = "no-such-folder"

WRITTEN = [
    ("backup", NOWHERE),
    ("backup", f"{NOWHERE}/"),
    ("backup", f"{NOWHERE}/all.oaflow-backup"),
    ("link", "friend", "--qr", f"{NOWHERE}/code.svg"),
    ("contact", "export", LINE_ID, "--into", f"{NOWHERE}/amy"),
    ("contact", "erase", LINE_ID, "--yes", "--certificate", f"{NOWHERE}/amy.html"),
    ("contact", "show", LINE_ID, "--save", "1", "--into", NOWHERE),
    ("export", "--yes", "--into", f"{NOWHERE}/all"),
    ("incident", "--from", "2026-11-01", "--csv", f"{NOWHERE}/all.csv"),
    ("members", "import", "list.csv", "--report", f"{NOWHERE}/lines.csv"),
]
READ = [
    ("backup", "--check"),
    ("members", "import"),
    ("friends", "import", "--channel", "main"),
    ("contact", "erase", "--yes", "--list"),
]


@pytest.mark.parametrize("words", WRITTEN, ids=" ".join)
def test_what_is_written_into_a_folder_that_is_not_there(words: tuple[str, ...], people: Path) -> None:
    """A file of the folder's name would be found by nobody, and removed by no timer."""
    (people / "list.csv").write_text("line_id,name\n" + f"{LINE_ID},王\n", "utf-8")
    before = sorted(people.iterdir())
    end = ended_here(*words)
    assert (end.code, end.out) == (1, "")
    assert NOWHERE in end.err, end.err
    assert sorted(people.iterdir()) == before
    assert ended_here("contact", "show", LINE_ID).code == 0, "nothing was done"


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_what_is_read_and_is_not_there_or_is_a_folder(words: tuple[str, ...], people: Path) -> None:
    for path in (NOWHERE, "rules"):
        (people / "rules").mkdir(exist_ok=True)
        end = ended_here(*words, path)
        assert end.code in (1, 2), end
        assert path in end.err, end.err
