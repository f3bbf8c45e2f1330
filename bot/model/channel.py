"""A channel: one LINE official account, with the secrets that open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

GroupPolicy: TypeAlias = Literal["leave", "silent"]
"""What the bot does when it is taken into a group or room: leave it, or stay and say nothing."""


@dataclass(frozen=True, slots=True)
class Liff:
    """The LIFF app that shows a channel's pages, and the LINE Login channel that it belongs to."""

    login_channel_id: str
    liff_id: str
    certified_provider: bool = False
    login_channel_secret: str | None = field(default=None, repr=False)
    """Of the LINE Login channel; `None`: a permission that was given to it cannot be revoked."""


@dataclass(frozen=True, slots=True)
class PricePlan:
    """What messages cost, in NT$: a month, for so many messages, and for each one more."""

    monthly_fee: float | None = None
    included: int | None = None
    extra: float | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """The settings of one OA (requirement A1). Secrets never appear in `repr`."""

    name: str
    id: str
    """The OA's id with its `@`."""
    channel_id: str
    channel_secret: str = field(repr=False)
    access_token: str | None = field(repr=False, default=None)
    """The long-lived token; `None`: stateless tokens are issued from id and secret."""
    app_name: str | None = None
    groups: GroupPolicy = "leave"
    liff: Liff | None = None
    plan: PricePlan | None = None
    shop: str | None = None
    sms: str | None = None
    mark_read: bool = False
    """Whether LINE shows a conversation as read once staff have opened it in the console."""


def channel_titles(channels: Mapping[str, Channel], bot: str) -> Mapping[str, str]:
    """What people call channels, by name: as the playbook does, else as the bot where it is the only one,
    else by its LINE id."""
    alone = len(channels) == 1
    return {name: one.app_name or (bot if alone else _by_id(one)) for name, one in channels.items()}


def _by_id(channel: Channel) -> str:
    return channel.id if channel.id.strip("@") else channel.name
