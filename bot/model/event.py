"""What happens to a contact: one event, from LINE, a timer or the shop's own systems.

LINE's side: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.contact import BindingKind, Clerk, Found, Timer
from bot.model.value import Value


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


@dataclass(frozen=True, slots=True)
class Origin:
    """Which flow instance asked for something, and at which visit: its outcome reaches nobody else."""

    flow: str
    channel: str
    visit: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event states about a person, set before any condition is read (semantics 3).

    `values` are attributes by slot (`n.points`), `tags` the shop's yes/no fields. `silent`: a bulk load,
    which is no news.
    """

    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: Mapping[str, bool] = field(default_factory=dict)
    member_no: str | None = field(default=None, repr=False)
    shop_knows_line: bool | None = None
    marketing: bool | None = None
    last_order: datetime | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """Something told by the world: `shop order_paid`, `signal parcel_arrived`, `link CODE`, `form_sent` …

    `kind` and `subject` are those of the trigger, `fields` what `event.*` reads.
    """

    kind: str
    subject: str
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False)
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an asynchronous action: `asked` is the trigger (`code`, `member`, `clerk`, `hook`).

    `subject` is the hook's name, else empty. `proven` is the phone of a right code, `found` the member.
    """

    asked: str
    result: str
    origin: Origin | None
    subject: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False)
    facts: Facts | None = None
    proven: str | None = field(default=None, repr=False)
    found: Found | None = None
    clerk: Clerk | None = None


@dataclass(frozen=True, slots=True)
class StaffActs:
    """Staff take the conversation, or hand it back."""

    takes_over: bool


@dataclass(frozen=True, slots=True)
class StaffUnbinds:
    """Staff undo a binding."""

    kind: BindingKind | str
    keep_tags: bool = False


@dataclass(frozen=True, slots=True)
class PageOpened:
    """The person opened a page (page flow, form, `member_card`, `unbind`), with its link's inputs."""

    page: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormSent:
    """The person sent a form: what was answered in each of its fields, `None` where left out."""

    form: str
    answers: tuple[str | None, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The person answered the question of a flow on its page, or tapped a link below the field (its text)."""

    flow: str
    text: str = field(repr=False)


What: TypeAlias = (
    TextMessage
    | OtherMessage
    | Postback
    | Follow
    | Unfollow
    | Join
    | TimerDue
    | Other
    | News
    | Outcome
    | StaffActs
    | StaffUnbinds
    | PageOpened
    | PageAnswer
    | FormSent
)


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
