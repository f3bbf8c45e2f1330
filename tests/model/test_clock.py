"""The machine's clock says whole milliseconds, in UTC, also where the machine is set back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model.clock import SystemClock
from tests.depth import examples

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_it_is_the_machines_time_in_whole_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    dice, clock, at = Random(3), SystemClock(), 1_790_000_000_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: at)
    for _ in range(examples(2_000)):
        at += dice.choice((0, 1, 400_000, 1_000_000, 999_000_000, 1_000_000_000, -3_600_000_000_000))
        now = clock.now()
        assert now == EPOCH + timedelta(milliseconds=at // 1_000_000)
        assert now is clock.now()
        assert now.tzinfo is UTC
