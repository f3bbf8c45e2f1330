"""The codes of notes are stored for 400 days: a note may be reworded, its code stays (semantics, H6)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import bot.engine
from bot.engine import notes
from bot.model.trace import KINDS

CODES = Path(__file__).parent / "note_codes.txt"
"""A code to a line. Add those of new kinds; take none out, and change none, while its rows may be stored."""


def test_no_stored_code_is_lost() -> None:
    for module in walk_packages(bot.engine.__path__, "bot.engine."):
        import_module(module.name)
    stored = set(CODES.read_text("utf-8").splitlines())
    codes = KINDS.keys() - {notes.UNKNOWN.code}
    assert stored - codes == set(), "give the reworded kind the former one:  code="
    assert codes - stored == set(), "add it to note_codes.txt"
