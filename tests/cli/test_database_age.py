"""R3: who runs a bot that strangers reach hears which MongoDB it has, and that nobody mends it any more."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from bot.cli.run.warnings import age_of, is_reachable
from bot.model.translatable import ENGLISH
from tests.cli.oaflow import LINE_SETTINGS, serving

HERE = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("address", "public", "proxies", "reachable"),
    [
        (HERE, HERE, 0, False),
        (HERE, "http://localhost:8080", 0, False),
        ("http://[::1]:8080", "http://[::1]:8080", 0, False),
        (HERE, "https://bot.example.com", 0, True),
        (HERE, HERE, 1, True),
        ("http://0.0.0.0:8080", HERE, 0, True),
        ("http://192.168.1.7:8080", "http://192.168.1.7:8080", 0, True),
    ],
)
def test_who_is_reached_by_others(address: str, public: str, proxies: int, reachable: bool) -> None:
    assert is_reachable(address, public, proxies) == reachable


@pytest.mark.parametrize(
    ("version", "today", "ended"),
    [
        ("6.0.5", date(2025, 8, 1), "2025-07-31"),
        ("6.0.5", date(2025, 7, 31), None),
        ("7.0.31", date(2026, 11, 26), None),
        ("5.0.1", date(2026, 11, 26), "2024-10-31"),
        ("99.1.0", date(2026, 11, 26), None),
    ],
)
def test_the_exact_version_and_whether_its_support_is_over(
    version: str, today: date, ended: str | None
) -> None:
    """To the day, by the table of MongoDB, Inc.; of a version that is not in it only what it is."""
    level, said = age_of(version, today)
    told = ENGLISH.text(said)
    assert told.startswith(f"the embedded database is MongoDB {version}")
    assert level == (logging.INFO if ended is None else logging.WARNING)
    assert ended is None or f"whose support ended on {ended}" in told


async def test_where_no_stranger_comes_nothing_is_said(shop: Path) -> None:
    async with serving(str(shop), **LINE_SETTINGS) as served:
        assert not [line for line in served.messages if "embedded database is MongoDB" in line]
