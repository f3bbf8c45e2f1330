"""What a set-up costs beside webhooks that wait: LINE's SDK reads the machine's certificates once. A3."""

from __future__ import annotations

import ssl

import pytest

from bot.line.setup_calls import SetupCalls


async def test_certificates_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with SetupCalls("https://api.line.example", "token"):
        pass

    def read_again(*_: object, **__: object) -> None:
        raise AssertionError("20 ms in which no webhook is answered, for each account and minute")

    monkeypatch.setattr(ssl, "create_default_context", read_again)
    async with SetupCalls("https://api.line.example", "token"):
        pass
