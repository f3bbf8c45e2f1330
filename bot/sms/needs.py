"""What each provider of SMS must be given, and what people call it. Light: `check` reads it too."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, tr

NEEDS: Mapping[str, tuple[str, ...]] = {
    "console": (),
    "mitake": ("username", "password"),
    "every8d": ("username", "password"),
    "twilio": ("account", "token", "sender"),
}
"""The settings of each provider, by their keys in the playbook."""
PROVIDER_TITLES: Mapping[str, Translatable] = {
    "mitake": tr("Mitake"),
    "every8d": tr("EVERY8D"),
    "twilio": tr("Twilio"),
    "console": tr("the log"),
}
"""What people call them."""
