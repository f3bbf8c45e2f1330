"""What strangers write does nothing to a terminal: neither in answers, nor in refusals, nor in the log."""

from __future__ import annotations

import json
import logging

import pytest

from bot.cli.answer import show_answer
from bot.cli.refusal import note
from bot.cli.run.logs import ForPeople, JsonLines
from bot.model.plain_text import harmless
from bot.model.translatable import ENGLISH, tr
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE

NAME = "\u202e\u2066小美\x1b[2J\x07"
SHOWN = "\\u202e\\u2066小美\\u001b[2J\\u0007"


def test_only_what_moves_or_turns_is_shown_as_a_number() -> None:
    assert harmless(f"a\tb\n{NAME}") == f"a\tb\n{SHOWN}"
    assert harmless("🎉 小美 é") == "🎉 小美 é"


def test_answers_and_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer({}, [NAME], for_programs=False)
    show_answer({"name": NAME}, [], for_programs=True)
    note(tr("no such {name}", name=NAME), ENGLISH)
    told = capsys.readouterr()
    lines, _, for_programs = told.out.partition("\n")
    assert lines == SHOWN
    assert "\u202e" not in for_programs
    assert json.loads(for_programs) == {"name": NAME}
    assert told.err == f"oaflow: no such {SHOWN}\n"


def test_the_log() -> None:
    record = logging.LogRecord("oaflow", logging.WARNING, "", 0, "who: %s", (NAME,), None)
    assert ForPeople().format(record).endswith(f"who: {SHOWN}")
    line = JsonLines().format(record)
    assert "\u202e" not in line
    assert json.loads(line)["message"] == f"who: {NAME}"


def test_a_database_that_is_away_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    away = DatabaseUnavailable(tr("MongoDB is not reached: {why}", why="127.0.0.1:1: refused"))
    note(away, CHINESE)
    assert capsys.readouterr().err == "oaflow: 連不上 MongoDB：127.0.0.1:1: refused\n"
    assert str(away) == "MongoDB is not reached: 127.0.0.1:1: refused"
