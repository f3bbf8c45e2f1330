"""What a line of a table says of a clerk."""

from __future__ import annotations

import pytest

from bot.operations.clerk_file import parse_clerk_line
from tests.conftest import NOW
from tests.playbooks import compiled

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: opaque}}
stores: {xinyi: {title: 信義店}}
"""


@pytest.mark.parametrize("role", ["門市", "store", "門市帳號", "店長"])
def test_an_account_may_be_a_stores(role: str) -> None:
    """D7: it sees the whole store, as its manager does, and its code binds there."""
    cells = {"number": "S01", "name": "門市夥伴", "store": "信義店", "role": role}
    told = parse_clerk_line(cells, compiled(BOT), NOW)
    assert (told.role, told.store, told.name) == ("store_manager", "xinyi", "門市夥伴")
