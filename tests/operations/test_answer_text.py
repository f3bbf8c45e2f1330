"""An answer as lines of a terminal."""

from __future__ import annotations

from bot.model.translatable import ENGLISH
from bot.operations.catalog.answers import answer_lines
from bot.operations.declared.coupons import CouponRow


def test_an_answer_whose_fields_are_columns_is_a_table_of_one_row() -> None:
    row = CouponRow("coffee", "A coffee", 12, 5, 4, 3, None, 1_000, 0)
    heads, cells = answer_lines(row, ENGLISH, str)
    assert heads.split("  ")[0] == "coupon"
    assert cells.split() == ["coffee", "12", "5", "4", "3", "1,000"]
