"""What happens to a contact: one event, from LINE, a timer, a page, staff, a list or the shop's own systems.

LINE's side: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.brought import Brought
from bot.model.contact import Clerk
from bot.model.fast_dataclass import fast_dataclass
from bot.model.instance import ReservedMember, Timer
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)
from bot.model.stored_name import FLAT
from bot.model.value import Value

RewriteKind: TypeAlias = Literal[
    "merged", "parted", "phone_came", "phone_went", "phone_came_back", "phone_lost"
]
"""Another contact became part of this one, or is itself again; a binding came from another, went there, or
came back; a phone is another member's by now."""


@fast_dataclass(frozen=True, slots=True)
class TextMessage:
    """A text that the person sent, unchanged."""

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
class Tapped:
    """A tap that opens something was opened through our own address: its key, as in `Tap.key`."""

    tap: str


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
    """Any other event, also of a type that LINE has added since: stored, shown, matched by no rule yet."""

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

    `values` are attributes by slot (`n.points`), `tags` the shop's yes/no fields, `shop` the shop whose
    `member_no` it is. `silent`: a bulk load, which is no news. `phone`: the facts are of a record without
    number, which is known by this phone alone.
    `read` is when the shop began to be asked, `updated` when it has last changed the record, where known.
    `removed`: the shop has no such member any more.
    """

    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: Mapping[str, bool] = field(default_factory=dict)
    member_no: str | None = field(default=None, repr=False)
    shop_knows_line: bool | None = None
    marketing: bool | None = None
    last_order: datetime | None = None
    silent: bool = False
    shop: str | None = None
    phone: str | None = field(default=None, repr=False)
    read: datetime | None = None
    updated: datetime | None = None
    removed: bool = False


def deleted_member_facts(number: str, shop: str, read: datetime | None = None) -> Facts:
    """What is known of a number of which the shop has no member, asked at `read`."""
    return Facts(member_no=number, shop=shop, shop_knows_line=False, read=read, removed=True)


MENU_AGAIN = "menu_again"
"""A kind of news of our own: LINE may show an older menu than what is recorded. Its subject: the channel."""

SWEEP = "sweep"
"""A kind of news of our own: time has changed who is in an audience. Its subject: the audience."""


@dataclass(frozen=True, slots=True)
class News:
    """News from outside: `shop order_paid`, `signal parcel_arrived`, `link CODE`, `form_sent` …

    `kind` and `subject` are those of the trigger, `fields` what `event.*` reads.
    Of a change at a shop, which a webhook and a poll report (`engine/members/identity`): with `if_new` it
    counts only if its facts are new; `polled`: when the poll that reports it asked; `since`: by when it had
    happened, reported by a webhook.
    """

    kind: str
    subject: str
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False)
    facts: Facts | None = None
    if_new: bool = False
    polled: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an asynchronous action: `asked` is the trigger (`code`, `member`, `clerk`, `hook` …).

    `subject` is the hook's or coupon's name, else empty. `proven` is the phone of a right code, `found` the
    member, `clerk` who was found for somebody whose clerk was `clerk_before` then (`Clerk.known_by`),
    `brought` what it brings of promotions, by name (`Brings`).
    """

    asked: str
    result: str
    origin: Origin | None
    subject: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False)
    facts: Facts | None = None
    proven: str | None = field(default=None, repr=False)
    found: ReservedMember | None = None
    clerk: Clerk | None = None
    clerk_before: str | None = None
    brought: Mapping[str, Brought] = field(default_factory=dict, metadata=FLAT)


class PromotionAct(ABC):
    """What staff, a program, a shop or another contact does about a promotion. Each kind has its own."""

    __slots__ = ()

    @property
    @abstractmethod
    def words(self) -> str:
        """What it is called on a timeline, without personal data."""

    @property
    def is_of_known_contact(self) -> bool:
        """Whether it makes no contact of somebody who was unknown (`is_of_known_contact` of this module)."""
        return True


@dataclass(frozen=True, slots=True)
class Listed:
    """What a line of a list says of one person, in bulk: facts, which are no news.

    What it leaves empty stays as it is. `member_no` is that of `shop`, whose list it is (`None`: of none).
    `tags` are put on, each as of its moment (`None`: now); `shop_tags` are yes/no fields of its record.
    `line`: the list itself has named the LINE account, so its contact is meant, whatever the phone.
    `login`: that account is the one by which the member logs in at the shop.
    `gone` are the slots of attributes that the shop no longer gives; they are removed. `unsaid`: so are all
    other data of the shop, except a *no* to marketing. `read`, `updated`: see `Facts`.
    `bound`: since when another system has proven the phone, which is trusted for whoever has never bound one
    here; the phone is reserved for them until `bound_until`. `bound_tags` go with the binding, and `bound_by`
    answers for it. `clerk`: theirs, where they have none.
    """

    phone: str | None = field(default=None, repr=False)
    member_no: str | None = field(default=None, repr=False)
    shop: str | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: Mapping[str, datetime | None] = field(default_factory=dict)
    shop_tags: Mapping[str, bool] = field(default_factory=dict)
    marketing: bool | None = None
    line: bool = False
    login: bool = False
    gone: tuple[str, ...] = ()
    unsaid: bool = False
    last_order: datetime | None = None
    read: datetime | None = None
    updated: datetime | None = None
    bound: datetime | None = None
    bound_until: datetime | None = None
    bound_tags: tuple[str, ...] = ()
    bound_by: str | None = None
    clerk: Clerk | None = None


@dataclass(frozen=True, slots=True)
class BroadcastTags:
    """A broadcast has reached the person, whose tags are put on; `by` is its place in the playbook."""

    broadcast: str
    tags: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """This contact was changed beside its turns, together with another: what follows from it is done now.

    `tags` are those that went with a binding.
    """

    what: RewriteKind
    other: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageOpened:
    """The person opened a page (page flow, form, `member_card`, `unbind`), with its link's inputs."""

    page: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    facts: Facts | None = None
    """What the shop says of this LINE user, where it was asked just before."""


FormAct: TypeAlias = Literal["skip", "back", "change", "send"]
"""What can be done on a form's page beside answering: leave a field out, go back to the one before, change
one (from the look over all), send all."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The person answered the question on a page (named as in `PageOpened`), or tapped a link below it.

    `visit` is that of the question that was answered: another one is not. `None`: whichever asks now. `act`
    is what a form's page does instead of answering; `change` says in `text` which field.
    """

    page: str
    text: str = field(repr=False)
    visit: int | None = None
    act: FormAct | None = None


What: TypeAlias = (
    TextMessage
    | OtherMessage
    | Postback
    | Tapped
    | Follow
    | Unfollow
    | Join
    | TimerDue
    | Other
    | News
    | Outcome
    | StaffActs
    | StaffFollowsUp
    | StaffWrites
    | StaffNotes
    | StaffUnbinds
    | StaffTags
    | StaffSets
    | StaffStops
    | StaffBinds
    | StaffDraws
    | StaffEnds
    | StaffHandsOver
    | Listed
    | BroadcastTags
    | Rewritten
    | PromotionAct
    | PageOpened
    | PageAnswer
)

OF_KNOWN_CONTACT = (
    *(Listed, BroadcastTags, Outcome, Rewritten),
    *(StaffActs, StaffUnbinds, StaffTags, StaffSets, StaffStops, StaffBinds, StaffDraws, StaffHandsOver),
    *(StaffWrites, StaffNotes, StaffEnds, StaffFollowsUp),
)


def is_of_known_contact(what: What) -> bool:
    """Whether it is about somebody who is there: of an erased contact it makes nobody anew.

    What a list, a shop or another system says, outcomes of requests, and orders of staff (`Rewriter.append`
    refuses those of nobody); all else may be the first that is heard of a person.
    """
    if isinstance(what, PromotionAct):
        return what.is_of_known_contact
    return isinstance(what, OF_KNOWN_CONTACT) or (isinstance(what, News) and what.kind != "link")


@fast_dataclass(frozen=True, slots=True)
class Source:
    """Where an event comes from: `user`, `group`, `room` with LINE's id, or `none` (the channel itself).

    In a group `user` is the member who acted, where LINE says so.
    """

    kind: str
    id: str
    user: str | None = None


@fast_dataclass(frozen=True, slots=True)
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


@fast_dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, stored before anything is done about it.

    `id` is `channel:webhookEventId`; `at` is when we first stored it (UTC), the event's time for every
    decision; `sent` is LINE's own timestamp in milliseconds, shown and used to order one webhook.
    `address` is the internet address of a request of a page, where one is known (`web/visitor`).
    `standby`: another module or staff have the conversation; nothing may be sent. `unknown_mode`: in a mode
    of LINE's that we do not know nothing is sent either, and nobody is taken to have the conversation.
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
    unknown_mode: bool = False
    address: str | None = field(default=None, repr=False)
