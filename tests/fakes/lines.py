"""Fixtures of tests with a LINE."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.fake_line import FakeLine


@pytest.fixture
async def line() -> AsyncIterator[FakeLine]:
    async with FakeLine.running() as line:
        yield line
