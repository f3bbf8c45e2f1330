"""E3: what an answer costs, in the words of the chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.operations.chat.answering import ChatPrice
from bot.web.admin.chat_view import price_words

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "says"),
    [(59, "with 196 left"), (60, "with 196 left 1 min ago"), (599, "with 196 left 9 min ago")],
)
def test_how_many_are_left_says_how_old_that_is(age: int, says: str) -> None:
    price = ChatPrice(None, 196, None, None, NOW - timedelta(seconds=age))
    assert str(price_words(price, NOW)) == f"A push: 1 message of the month's, {says}"
