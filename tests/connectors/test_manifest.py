"""What is read off several manifests at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.connectors.manifest import Setting, secret_keys


@dataclass(frozen=True)
class Said:
    settings: Mapping[str, Setting]
    name: str = field(default="pigeon")


def test_a_key_that_is_secret_with_one_connector_is_shown_with_none() -> None:
    """The account of one company is public, that of another is all that is needed to send."""
    public = Said({"account": Setting("At the provider.", "AC12"), "sender": Setting("Who sends.", "oaflow")})
    secret = Said({"account": Setting("At the provider.", "${PIGEON}", is_secret=True)})
    assert secret_keys([public, secret]) == {"account"}
    assert secret_keys([secret, public]) == {"account"}
    assert secret_keys([public]) == frozenset()
