"""A first sync uses what the platform's pace allows, and memory does not grow with the members (C3)."""

from __future__ import annotations

import pytest

from bench.shop_sync import measured


@pytest.mark.ring("all", "a crowd")
async def test_it_takes_hardly_longer_than_it_must(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measurement in short: of few members the look beforehand is a larger part."""
    monkeypatch.setattr("bench.shop_sync.MOST", 1.25)
    assert await measured(1_500)
    assert "1,500 members, 60 calls" in capsys.readouterr().out
