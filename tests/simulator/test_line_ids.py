"""Ids of the form that LINE's have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.simulator.state import line_ids

NOON = datetime(2026, 8, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def test_webhook_event_ids_are_ulids_that_sort_by_time() -> None:
    first = line_ids.new_webhook_event_id(NOON)
    second = line_ids.new_webhook_event_id(NOON + timedelta(milliseconds=1))
    assert re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", first)
    assert first < second
    assert line_ids.new_webhook_event_id(datetime(1970, 1, 1, tzinfo=UTC)).startswith("0" * 10)


def test_user_and_chat_ids() -> None:
    assert re.fullmatch("U[0-9a-f]{32}", line_ids.new_user_id())
    assert re.fullmatch("C[0-9a-f]{32}", line_ids.new_chat_id("group"))
    assert re.fullmatch("R[0-9a-f]{32}", line_ids.new_chat_id("room"))
    assert line_ids.bot_user_id("1001") == line_ids.bot_user_id("1001") != line_ids.bot_user_id("1002")


def test_message_ids_do_not_repeat_within_a_millisecond() -> None:
    ids = {line_ids.new_message_id(NOON) for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(re.fullmatch("[0-9]{18}", id) for id in ids)
