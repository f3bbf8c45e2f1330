"""What is said as an account is unlinked: which variables still hold its secrets."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.settings import Settings
from bot.model.translatable import Translatable, row, tr
from bot.playbook.syntax.environment import variables_in


def secrets_left(settings: Settings, channel: str) -> Iterator[Translatable]:
    """The variables that still hold the account's secrets: no database has them."""
    names: dict[str, None] = {}
    for path, written in settings.written.items():
        if path[:2] == ("channels", channel) and path[-1] in _SECRETS:
            names |= dict.fromkeys(variables_in(written.text))
    if names:
        yield tr(
            "its secrets still stand in the environment or in .env, take them out: {names}", names=row(names)
        )


_SECRETS = frozenset({"channel_secret", "access_token", "login_channel_secret"})
"""Keys of a channel in bot.yaml that are secrets."""
