"""What a set-up costs beside webhooks that wait: LINE's SDK reads no certificates of its own. A3."""

from __future__ import annotations

import importlib
import ssl

import pytest

from bot.line.setup_calls import SetupCalls


async def test_certificates_are_those_that_aiohttp_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_again(*_: object, **__: object) -> None:
        raise AssertionError("20 ms in which no webhook is answered, for each account and minute")

    monkeypatch.setattr(ssl, "create_default_context", read_again)
    async with SetupCalls("https://api.line.example", "token"):
        pass
    for module in ("messaging", "liff", "oauth"):
        assert importlib.import_module(f"linebot.v3.{module}.async_rest").ssl is ssl, "the SDK is as it was"
