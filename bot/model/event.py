"""What happens to a contact: one event, from LINE, a timer or the shop's own systems.

LINE's side: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.contact import Timer


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text that the person said, as it was said."""

    text: str


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """A message that is no text: `image`, `sticker`, `location` … or a type that LINE has added since."""

    type: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Postback:
    """A tapped button: its data, and the parameters of a date picker or rich-menu switch."""

    data: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Follow:
    """The person added the account, or unblocked it (LINE does not guarantee that `again` is right)."""

    again: bool


@dataclass(frozen=True, slots=True)
class Unfollow:
    """The person blocked the account."""


@dataclass(frozen=True, slots=True)
class Join:
    """The account was taken into a group or room."""


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer of the contact has come due."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Other:
    """Any other event, also of a type that LINE has added since: stored, shown, heard by no rule yet."""

    type: str
    content: Mapping[str, Any]


What: TypeAlias = TextMessage | OtherMessage | Postback | Follow | Unfollow | Join | TimerDue | Other


@dataclass(frozen=True, slots=True)
class Source:
    """Where an event comes from: `user`, `group`, `room` with LINE's id, or `none` (the channel itself).

    In a group `user` is the member who acted, where LINE says so.
    """

    kind: str
    id: str
    user: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """LINE's permission to answer one event for free, once, within about a minute of `received`."""

    value: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What LINE tells about a person who is a friend or has written."""

    name: str
    language: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, stored before anything is done about it.

    `id` is `channel:webhookEventId`; `at` is when we first stored it (UTC), the event's time for every
    decision; `sent` is LINE's own timestamp in milliseconds, shown and used to order one webhook.
    `standby`: another module or staff have the conversation; nothing may be sent.
    """

    id: str
    channel: str
    source: Source
    at: datetime
    what: What
    sent: int = 0
    token: ReplyToken | None = None
    standby: bool = False
    redelivered: bool = False
    profile: Profile | None = None
