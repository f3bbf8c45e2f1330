"""An answer as lines of a terminal."""

from __future__ import annotations

from bot.model.translatable import ENGLISH
from bot.operations.catalog.answers import answer_lines
from bot.operations.link_list import AccountLink


def test_an_answer_whose_fields_are_columns_is_a_table_of_one_row() -> None:
    row = AccountLink("code", "stand", "At the door", 1_000, None, None)
    heads, cells = answer_lines(row, ENGLISH, str)
    assert heads.split("  ")[0] == "kind"
    assert cells.split() == ["code", "stand", "1,000"]
