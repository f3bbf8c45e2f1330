"""What each provider of SMS must be given to send anything. Light: `check` reads it too."""

from __future__ import annotations

from collections.abc import Mapping

NEEDS: Mapping[str, tuple[str, ...]] = {
    "console": (),
    "mitake": ("username", "password"),
    "every8d": ("username", "password"),
    "twilio": ("account", "token", "sender"),
}
"""The settings of each provider, by their keys in the playbook."""
