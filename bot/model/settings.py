"""What a playbook says about the world that it runs in: accounts, shops, SMS, hooks, with their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from bot.model.admin import AdminRole
from bot.model.alert import AlertWay
from bot.model.channel import Channel


@dataclass(frozen=True, slots=True)
class MappedField:
    """A field of the shop that one of our attributes takes its value from; `write`: we may write it back."""

    theirs: str
    write: bool = False


STAND_IN = "simulated-"
"""How the values begin that a simulator gives to variables of the environment that are not set: new at every
start, and unknown to a command beside it."""


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """A shop platform. `credentials` are by their key in the playbook: `username`, `secret` …

    `attributes` map ours to theirs, `tags` ours to their yes/no fields, `consent` is theirs for marketing.
    """

    name: str
    platform: str
    access: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: str | None = None
    channel: str | None = None
    """The account that the shop's LINE login uses."""
    attributes: Mapping[str, MappedField] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    consent: str | None = None
    writes_consent: bool = False
    """Whether a person's answer about marketing is written there."""


IN_LOG = "console"
"""The provider of SMS that sends none: a simulator shows the codes on its phone."""


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """What sends codes. `price` is NT$ each, `warn_below` how many messages are left when it warns."""

    name: str
    provider: str = IN_LOG
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    price: float | None = None
    warn_below: int | None = None


@dataclass(frozen=True, slots=True)
class HookSettings:
    """Where a web hook is called, and what signs the call. `timeout` is in seconds."""

    name: str
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 10.0
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """Recipients of alerts of the kinds `when`, and of a digest at this time of the team's day; `through`: a
    mail server; `secret` signs web hooks. `waiting`: so long nobody may wait for staff, counted within the
    hours of this name (`during`; `None`: all)."""

    to: AlertWay
    recipient: str = field(repr=False)
    when: tuple[str, ...]
    through: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    digest: time | None = None
    waiting: timedelta | None = None
    during: str | None = None


@dataclass(frozen=True, slots=True)
class PublishRules:
    """How drafts of the console are published: by a second person (`approval`), or not there at all, but
    from the folder that the command publishes (`from_folder`)."""

    approval: bool = False
    from_folder: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentValue:
    """A value from the environment: as written in its file, with `${NAME}`, and filled."""

    text: str = field(repr=False)
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The part of a playbook that no decision reads. Nothing secret appears in `repr`."""

    channels: Mapping[str, Channel]
    database: str = field(default="embedded", repr=False)
    keys: str = field(default="generated", repr=False)
    shops: Mapping[str, ShopSettings] = field(default_factory=dict)
    sms: Mapping[str, SmsSettings] = field(default_factory=dict)
    hooks: Mapping[str, HookSettings] = field(default_factory=dict)
    private_hosts: tuple[str, ...] = ()
    """Hosts inside of our own network that hooks may call."""
    alerts: tuple[Alert, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    """Pictures, videos and sounds of cards, by their path below our own address."""
    written: Mapping[tuple[str, ...], EnvironmentValue] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What the environment gives, by its path in the playbook."""
    api_token: str | None = field(default=None, repr=False)
    """What opens `POST /api/events`; `None`: closed."""
    second_factor: frozenset[AdminRole] = frozenset()
    """The roles that have to have a second factor at `/admin`."""
    publish: PublishRules = PublishRules()

    @property
    def channel_ids(self) -> tuple[str, ...]:
        """The ids of its LINE channels, as far as they are known: not those that a simulator has made up."""
        ids = (one.channel_id for one in self.channels.values())
        return tuple(sorted({one for one in ids if one and not one.startswith(STAND_IN)}))
