"""E3: how long somebody has waited, as the list of chats says it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.translations.chinese import CHINESE
from bot.web.admin.chat_view import waited_words


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=-2), "剛開始等"),
        (timedelta(seconds=59), "剛開始等"),
        (timedelta(minutes=28), "等了 28 分鐘"),
        (timedelta(hours=6, minutes=45), "等了 6 小時 45 分"),
        (timedelta(days=2, hours=3, minutes=50), "等了 2 天 3 小時"),
    ],
)
def test_in_two_units_at_most(wait: timedelta, said: str) -> None:
    assert CHINESE.text(waited_words(wait)) == said
