"""New secrets for a running bot: new values of `${NAME}` in its settings, without reading the files again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.connectors.mail.server import mail_server
from bot.model.channel import Channel, Liff
from bot.model.settings import Alert, Settings
from bot.playbook.syntax.environment import filled, variables_in

KeyPath: TypeAlias = tuple[str, ...]
"""The keys that lead to a value, in lists its number."""


class IncompleteSettings(Exception):
    """The environment does not fill the settings; the message names the variables, never a value."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """Settings with new secrets."""

    settings: Settings
    names: tuple[str, ...]
    """The environment variables that gave the new secrets."""
    left: tuple[str, ...]
    """Changed variables of other values, which only a restart reads."""
    used: frozenset[str]
    """All variables of the settings."""


def renewed(settings: Settings, environment: Mapping[str, str]) -> Renewed:
    """The settings as this environment fills them.

    New are secrets of channels, shops, SMS providers, hooks and alerts, and the token of `POST /api/events`
    (requirements A11, R3). Raises `IncompleteSettings`.
    """
    texts: dict[KeyPath, str] = {}
    missing: dict[str, None] = {}
    for path, written in settings.written.items():
        text = filled(written.text, environment)
        if text is None or (not text and path[2:] == ("channel_secret",)):
            missing |= dict.fromkeys(n for n in variables_in(written.text) if not environment.get(n))
        elif text != written.value and path != ("keys",):  # read by `KeyWatch`
            texts[path] = text
    if missing:
        raise IncompleteSettings(
            f"{', '.join(sorted(missing))} {'is' if len(missing) == 1 else 'are'} not set any more"
        )
    taken = {path: text for path, text in texts.items() if _is_secret(settings, path)}
    servers = [path for path in taken if path[0] == "alerts" and path[2] == "through"]
    if wrong := [path for path in servers if mail_server(taken[path]) is None]:
        raise IncompleteSettings(f"{', '.join(_names(settings, wrong))} is no mail server")
    fresh = {path: replace(settings.written[path], value=text) for path, text in taken.items()}
    refreshed = replace(_with(settings, taken), written={**settings.written, **fresh})
    left = texts.keys() - taken.keys()
    used = frozenset(_names(settings, settings.written))
    return Renewed(refreshed, _names(settings, taken), _names(settings, left), used)


def secrets_of(settings: Settings) -> str:
    """All secrets that may change while the bot runs, as one text: to be compared by its hash, not stored."""
    secrets = {path: one.value for path, one in settings.written.items() if _is_secret(settings, path)}
    return "\0".join(f"{'.'.join(path)}={value}" for path, value in sorted(secrets.items()))


def _names(settings: Settings, paths: Iterable[KeyPath]) -> tuple[str, ...]:
    """The variables that fill these values."""
    names = (name for path in paths for name in variables_in(settings.written[path].text))
    return tuple(sorted(set(names)))


def _is_secret(settings: Settings, path: KeyPath) -> bool:
    """Whether the value may change while the bot runs, so that `_with` takes it."""
    match path:
        case ("channels", _, "channel_secret" | "access_token"):
            return True
        case ("channels", _, "liff", "login_channel_secret"):
            return True
        case ("shops", name, key):
            return name in settings.shops and key in settings.shops[name].credentials
        case ("sms", name, key):
            return name in settings.sms and key in settings.sms[name].credentials
        case ("hooks", _, "secret") | ("alerts", _, "through" | "secret") | ("api_token",):
            return True
        case _:
            return False


def _with(settings: Settings, texts: Mapping[KeyPath, str]) -> Settings:
    """The settings with these new secrets."""

    def credentials(*where: str, known: Mapping[str, str]) -> dict[str, str]:
        return {key: texts.get((*where, key), value) for key, value in known.items()}

    return replace(
        settings,
        channels={name: _channel(one, texts) for name, one in settings.channels.items()},
        shops={
            name: replace(one, credentials=credentials("shops", name, known=one.credentials))
            for name, one in settings.shops.items()
        },
        sms={
            name: replace(one, credentials=credentials("sms", name, known=one.credentials))
            for name, one in settings.sms.items()
        },
        hooks={
            name: replace(one, secret=texts.get(("hooks", name, "secret"), one.secret or "") or None)
            for name, one in settings.hooks.items()
        },
        alerts=tuple(
            _alert(one, ("alerts", str(number)), texts) for number, one in enumerate(settings.alerts)
        ),
        api_token=texts.get(("api_token",), settings.api_token or "") or None,
    )


def _alert(alert: Alert, here: KeyPath, texts: Mapping[KeyPath, str]) -> Alert:
    return replace(
        alert,
        through=texts.get((*here, "through"), alert.through or "") or None,
        secret=texts.get((*here, "secret"), alert.secret or "") or None,
    )


def _channel(channel: Channel, texts: Mapping[KeyPath, str]) -> Channel:
    here = ("channels", channel.name)
    return replace(
        channel,
        channel_secret=texts.get((*here, "channel_secret"), channel.channel_secret),
        access_token=texts.get((*here, "access_token"), channel.access_token or "") or None,
        liff=_liff(channel.liff, texts.get((*here, "liff", "login_channel_secret"))),
    )


def _liff(liff: Liff | None, secret: str | None) -> Liff | None:
    return liff if liff is None or secret is None else replace(liff, login_channel_secret=secret or None)
