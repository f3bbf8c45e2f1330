"""A shop: how it is linked, what it reports, how far its members are read, and a member as it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bot.model.translatable import Translatable, tr

LinkSide: TypeAlias = Literal["here", "shop"]
"""By a command or page of ours · from the shop's back office, by installing or removing the app."""


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """It was unlinked, by whom and from which side; `forgotten`: the shop's data are removed, too, and was
    taken from everybody at `cleared`.

    The stored data are as last known at that moment.
    """

    by: str
    at: datetime
    side: LinkSide
    forgotten: bool = False
    cleared: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopLink:
    """The link of one of the playbook's shops, as it is or was; `shop` is its name there.

    `platform` and `access` are what it was linked by: a playbook that says another way in is not linked by
    it. `domain` is the shop's own at its platform, where it is known; `channel` the account that was chosen
    while installing. `uninstalled` is when the shop last reported that the app was removed.
    `revision` is the writing that another one follows on, from 1.
    """

    shop: str
    platform: str
    access: str
    side: LinkSide
    by: str
    at: datetime
    revision: int = 1
    domain: str | None = None
    channel: str | None = None
    uninstalled: datetime | None = None
    ended: LinkEnd | None = None

    @property
    def holds(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class ShopInstall:
    """An installation that is under way: who has begun it, in which session, of which shop and domain.

    `state` is the text that comes back with the shop's answer, once, until `until`.
    """

    state: str = field(repr=False)
    session: str = field(repr=False)
    by: str
    shop: str
    channel: str
    domain: str
    until: datetime


MemberTopic: TypeAlias = Literal["member_registered", "member_updated", "tier_changed", "member_removed"]
"""News of a member; no rule matches `member_removed`."""
OrderTopic: TypeAlias = Literal[
    "order_placed", "order_paid", "order_cancelled", "order_refunded", "order_partially_refunded"
]
"""`order_refunded`: all of it, or the shop does not say how much."""


@dataclass(frozen=True, slots=True)
class ShopWebhook:
    """A webhook of a shop, verified. `id` is the same when it is sent again; `body` as it came."""

    id: str
    shop: str
    topic: str
    body: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderState:
    """What has become of an order, as its shop says of the order itself; a refund of a part is a refund."""

    paid: bool = False
    cancelled: bool = False
    refunded: bool = False

    def fits(self, topic: OrderTopic) -> bool:
        """Whether news of this topic may be about an order in this state."""
        match topic:
            case "order_placed":
                return True
            case "order_paid":
                return self.paid
            case "order_cancelled":
                return self.cancelled
            case "order_refunded" | "order_partially_refunded":
                return self.refunded


@dataclass(frozen=True, slots=True)
class OrderNews:
    """An order as its webhook tells it. `id` is the platform's; `number` what people read.

    `amount` is all that is to be paid; `refunded`, of a refund of a part, what was paid back by then, of all
    refunds together. `placed` and `updated` are moments of the shop. `state` is there where
    the topic is not signed: what the signed body says, which the shop is asked about before it is believed.
    `codes` are those of coupons that the order has used; of a refund those that are the customer's again,
    so none where a part was refunded.
    """

    id: str
    topic: OrderTopic
    number: str | None = None
    amount: int | float | None = None
    refunded: int | float | None = None
    placed: datetime | None = None
    updated: datetime | None = None
    state: OrderState | None = None
    codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class WebhookNews:
    """The meaning of a webhook: its member, and the news for rules.

    `member` is empty where it is about nobody (an order of a guest). `topic` is `None` where no rule gets
    it, but the member's record may have changed. `since`: of who has registered, when that was. `in_record`:
    the change is one of the record's own, so it is not older than what the record calls its last one.
    """

    member: str = field(repr=False)
    topic: MemberTopic | None = None
    order: OrderNews | None = None
    since: datetime | None = None
    in_record: bool = False


SyncKind: TypeAlias = Literal["look", "all", "poll"]
"""How many members there are, and how long reading them takes · all of them, silently · who was changed."""
SyncState: TypeAlias = Literal["ordered", "running", "stopped", "done"]
"""`stopped`: the shop does not let it go on (`SyncStop`)."""
UNDER_WAY: tuple[SyncState, ...] = ("ordered", "running", "stopped")
WRONG_ACCOUNT = "wrong_account"
"""Why it stopped: none of the shop's LINE user ids is known on its channel."""


@dataclass(frozen=True, slots=True)
class SyncStop:
    """Why it does not go on since `at`: `why` is the failure's name, `message` its own sentence.

    `failures` in a row, the first of them at `first`; it is tried again at `again` (`None`: when somebody
    orders it).
    """

    why: str
    message: Translatable | str
    at: datetime
    failures: int = 1
    again: datetime | None = None
    first: datetime | None = None

    @property
    def since(self) -> datetime:
        """Since when it does not go on."""
        return self.first or self.at


class UnreadReason(StrEnum):
    """Why a mapped field gave no value; the codes are stored."""

    WRONG_TYPE = "wrong-type"
    UNLISTED_VALUE = "unlisted-value"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class UnreadField:
    """A mapped field that gave no value: ours, theirs, and why. Never what it held.

    `why` is an `UnreadReason`, or a later version's; `type` the one that the value is not of.
    """

    ours: str
    theirs: str
    why: str
    type: str = ""

    @property
    def sentence(self) -> Translatable | str:
        """Why, in words; an unknown code as it is."""
        match self.why:
            case UnreadReason.WRONG_TYPE:
                return tr("is no {type}", type=self.type)
            case UnreadReason.UNLISTED_VALUE:
                return tr("is none of the attribute's values")
            case UnreadReason.ABSENT:
                return tr("is not in the record")
            case _:
                return self.why


class MemberRefusal(StrEnum):
    """Why a member of a shop, or a line of a list, is not taken; the codes are stored."""

    SEVERAL_MEMBERS = "several-members"
    SAME_PERSON = "same-person"
    LISTED_BEFORE = "listed-before"
    OTHER_MEMBER = "other-member"
    OTHER_ACCOUNT = "other-account"
    SEVERAL_ACCOUNTS = "several-accounts"
    OTHER_SHOP = "other-shop"
    OVERTAKEN = "overtaken"
    ERASED = "erased"
    ERASED_BEFORE = "erased-before"


MEMBER_REFUSALS: Mapping[str, Translatable] = {
    MemberRefusal.SEVERAL_MEMBERS: tr(
        "several members have this phone: say by its number which one is meant"
    ),
    MemberRefusal.SAME_PERSON: tr("another member of the shop is this person, too"),
    MemberRefusal.LISTED_BEFORE: tr("this person stands in line {line} already"),
    MemberRefusal.OTHER_MEMBER: tr("this LINE account is another member already"),
    MemberRefusal.OTHER_ACCOUNT: tr("the member number is that of another LINE account"),
    MemberRefusal.SEVERAL_ACCOUNTS: tr("several LINE accounts have this member number"),
    MemberRefusal.OTHER_SHOP: tr("the phone is bound by a member of another shop"),
    MemberRefusal.OVERTAKEN: tr("somebody else changes this person just now: take the file once more"),
    MemberRefusal.ERASED: tr("this person was erased just now"),
    MemberRefusal.ERASED_BEFORE: tr("this person was erased, and comes back only by writing and binding"),
}


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """What has come of the members read so far.

    `met`: how many are about somebody with LINE; `joined`: people without LINE who have turned out to be
    somebody; `refused` by why (`MemberRefusal`), `unread` by field: how many.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    met: int = 0
    joined: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[UnreadField, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One listing. `until` and `since` say of whom, `mark` where it goes on (`None`: at the first page).

    `total`, `calls` and `seconds` were known beforehand: members, calls, how long those take at least.
    `line`: whether the shop's LINE user ids are those of its channel (`None`: too few to tell). `mapping` is
    that by which it reads. All members are read in two passes: the second (with `since`) is of those who were
    changed during the first.
    """

    kind: SyncKind
    by: str
    ordered: datetime
    state: SyncState = "ordered"
    began: datetime | None = None
    ended: datetime | None = None
    until: datetime | None = None
    since: datetime | None = None
    mark: str | None = None
    total: int | None = None
    calls: int | None = None
    seconds: float | None = None
    line: bool | None = None
    mapping: str = ""
    figures: SyncFigures = SyncFigures()
    stop: SyncStop | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether there is something left to do."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class ShopSync:
    """A shop's members: the last look, listing of all, and poll; `cursor`: from when the next poll asks.

    `turn` counts the claims: a claim later than the stored one is lost.
    """

    shop: str
    turn: int = 0
    look: SyncRun | None = None
    all: SyncRun | None = None
    poll: SyncRun | None = None
    cursor: datetime | None = None

    def run(self, kind: SyncKind) -> SyncRun | None:
        """The last one of this kind."""
        match kind:
            case "look":
                return self.look
            case "all":
                return self.all
            case "poll":
                return self.poll

    def with_run(self, run: SyncRun) -> ShopSync:
        """This one in place of the last of its kind."""
        match run.kind:
            case "look":
                return replace(self, look=run)
            case "all":
                return replace(self, all=run)
            case "poll":
                return replace(self, poll=run)


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A line of the list. `phone` is E.164, `fields` by the names of the list's columns, as JSON.

    `contact` is the id of its contact. `id` is empty until it is stored.
    """

    shop: str
    contact: str
    phone: str | None = field(default=None, repr=False)
    member_no: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    id: str = ""
