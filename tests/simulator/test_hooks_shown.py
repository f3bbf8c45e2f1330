"""What the simulator shows of a call's headers and address: all of it, and nothing secret (F3, L4)."""

from __future__ import annotations

from bot.simulator.simulated_hooks import masked_address, masked_headers
from tests.conftest import NOW
from tests.playbooks import loaded

TEXT = """
hooks:
  crm:
    url: https://crm.example/oaflow
    secret: signs
    headers: {X-Shop: forest, Authorization: Bearer letmein, X-Api-Key: k1, Cookie: a=b}
  bare: {url: "https://a.example/"}
rules:
  - {when: {text: 通知}, do: [{call: crm}, {call: bare}]}
"""


def test_the_headers_are_shown_and_secrets_are_not() -> None:
    settings = loaded(TEXT).settings
    assert settings is not None
    shown = masked_headers(settings, "crm", "c1", NOW)
    assert shown == {
        "Content-Type": "application/json",
        "webhook-id": "c1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "Idempotency-Key": "c1",
        "webhook-signature": "…",
        "X-Shop": "forest",
        "Authorization": "…",
        "X-Api-Key": "…",
        "Cookie": "…",
    }
    assert masked_address(settings, "crm") == "https://crm.example/oaflow"
    assert "webhook-signature" not in masked_headers(settings, "bare", "c1", NOW), "it is not signed"
    assert masked_headers(settings, "gone", "c1", NOW) == {}
    assert masked_address(settings, "gone") == ""
