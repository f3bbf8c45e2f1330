"""Commands that watch what processes do: losing sight of it ends nothing, and that is said. I1, C3"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from bot.cli.broadcast import send
from bot.cli.shop import members
from bot.model.broadcast import Sending
from bot.model.shop import SyncRun
from bot.model.translatable import ENGLISH
from bot.store.unavailable import DatabaseUnavailable

NOW = datetime(2026, 11, 27, tzinfo=UTC)


async def away(*_: object) -> NoReturn:
    raise DatabaseUnavailable("no primary")


async def test_a_sending_goes_on_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(send, "progress_of", away)
    nobody: Any = None
    sending = Sending("sale@1", "sale", "main", NOW, NOW)
    with pytest.raises(DatabaseUnavailable):
        await send._followed(nobody, sending, ENGLISH)
    assert "it goes on:  oaflow broadcast status sale" in capsys.readouterr().err


async def test_a_listing_goes_on_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(members, "sync_of", away)
    nobody: Any = None
    with pytest.raises(DatabaseUnavailable):
        await members._followed(nobody, "forest", SyncRun("all", "amy", NOW), ENGLISH)
    assert "it goes on:  oaflow shop status forest" in capsys.readouterr().err
