"""K1: whether a browser calls this machine as its own; a tunnel has a say, an empty name has none."""

from __future__ import annotations

import pytest

from bot.line.objects.addresses import is_local_address


@pytest.mark.parametrize(
    ("host", "forwarded", "here"),
    [
        ("localhost:8080", [], True),
        ("127.0.0.1", [""], True),
        ("[::1]:1", ["localhost:8080, 127.0.0.1"], True),
        ("", [], False),
        ("bot.example.com", [], False),
        ("bot.example.com", ["localhost"], False),
        ("localhost", ["bot.example.com"], False),
        ("localhost", ["localhost", "bot.example.com"], False),
        ("localhost", ["localhost, bot.example.com"], False),
        ("localhost@bot.example.com", [], False),
        ("localhost.example.com", [], False),
        ("[::1", [], False),
        ("2130706433", [], False),
    ],
)
def test_it_is_this_machine(host: str, forwarded: list[str], here: bool) -> None:
    assert is_local_address(host, forwarded) == here
