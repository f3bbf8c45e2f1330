"""What a call of a web hook would carry beside its body, as it may be shown: nothing secret is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.hooks.signature import signed
from bot.model.settings import HookSettings, Settings
from bot.playbook.shape.connections import SECRET_LIKE

HIDDEN = "…"
_LETS_IN = frozenset(("authorization", "proxy-authorization", "cookie"))


def address_shown(settings: Settings, hook: str) -> str:
    """Where it would be called, as the playbook writes it: what the environment gives has its name."""
    found = settings.hooks.get(hook)
    return "" if found is None else _written(settings, ("hooks", hook, "url"), found.url)


def headers_shown(settings: Settings, hook: str, id_: str, at: datetime) -> Mapping[str, str]:
    """The headers that it would have; those of the playbook as they are written there."""
    found = settings.hooks.get(hook)
    if found is None:
        return {}
    ours = signed(id_, at, b"", found.secret)
    return {
        "Content-Type": "application/json",
        **{name: HIDDEN if name == "webhook-signature" else value for name, value in ours.items()},
        **{name: _shown(settings, found, name) for name in found.headers},
    }


def _shown(settings: Settings, hook: HookSettings, name: str) -> str:
    path, value = ("hooks", hook.name, "headers", name), hook.headers[name]
    secret = name.lower() in _LETS_IN or SECRET_LIKE.search(name) is not None
    return HIDDEN if secret and path not in settings.written else _written(settings, path, value)


def _written(settings: Settings, path: tuple[str, ...], value: str) -> str:
    found = settings.written.get(path)
    return value if found is None else found.text
