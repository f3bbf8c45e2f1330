"""Settings without which a shop or a provider of SMS does nothing: how they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.said import Said, row, say
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, text_at
from bot.sms.needs import NEEDS


def check_sms(scope: Scope) -> None:
    """Each way to send SMS, for what its provider must be given."""
    for name, node in scope.book.section("sms").values():
        provider = text_at(node, "provider") if isinstance(node, Map) else ""
        missing = [key for key in NEEDS.get(provider, ()) if isinstance(node, Map) and node.get(key) is None]
        if missing:
            message = say(
                "{name} has no {missing}, so it sends nothing",
                name=shown(name.value),
                missing=row(map(shown, missing), "or"),
            )
            scope.wrong(name, "credentials-missing", message, credentials_to_add(missing, provider))


def credentials_to_add(missing: Sequence[str], whose: str) -> Said:
    """The settings to paste; the secrets themselves are left to the environment."""
    lines = [f"{key}: ${{{whose.upper()}_{key.upper()}}}" for key in missing]
    if len(lines) == 1:
        return say("add  {paste}", paste=lines[0])
    return say("add, each on a line of its own,  {lines}", lines="  ".join(lines))
