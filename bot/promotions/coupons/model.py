"""Coupons as they are given, held and used: what the store, the engine and the pages share (N1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import ClassVar, Literal, TypeAlias

from bot.model.brought import Brings, Brought
from bot.model.effects import PromotionRequest
from bot.model.event import Origin, PromotionAct, ReplyToken
from bot.model.held import Held
from bot.model.mark import Mark
from bot.model.promotions import PromotionKind, SectionName
from bot.model.stored_name import stored_as
from bot.model.trace import NoteKind
from bot.model.translatable import Translatable, tr
from bot.model.value import Type
from bot.model.world_question import WorldQuestion

CouponResult: TypeAlias = Literal["given", "had", "none_left", "over", "failed"]
"""What comes of asking for one. `had`: as many as one person may have; `over`: its last day has passed."""

RedeemWay: TypeAlias = Literal["clerk", "press", "order"]
"""By a clerk at the till, by the holder's own press on the page, by the shop's news of an order."""


@dataclass(frozen=True, slots=True)
class Grant(Brought):
    """One coupon, given to one person: what was promised, whatever becomes of the playbook.

    `id` is derived from the call that asked, so a call that is made again gives the same one. `code` is as
    written where it comes from; of a fixed code all grants share it. Not usable before `starts`, nor from
    `until` on (UTC). `to`: the contact that has asked for it; empty where that is not told.
    """

    id: str
    coupon: str
    title: str
    code: str = field(repr=False)
    at: datetime
    starts: datetime | None
    until: datetime
    to: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """A person's coupon. Only turns change it.

    `used` is when it was redeemed: `by` an actor of the audit log, at `store` (the playbook's name), `how`,
    with the `order`'s number. `act_id` is the id of the last act that changed it. `reminded` and `ended`: the
    news `expires_soon` and `expired` were queued.
    """

    grant: Grant
    used: datetime | None = None
    by: str = ""
    store: str = ""
    how: RedeemWay | Literal[""] = ""
    order: str = field(default="", repr=False)
    act_id: str = ""
    reminded: bool = False
    ended: bool = False

    def is_usable(self, now: datetime) -> bool:
        """Whether it counts as had: not redeemed, not over. One that begins later is usable, too."""
        return self.used is None and now < self.grant.until


@dataclass(frozen=True, slots=True)
class GivenFor:
    """What a coupon is given for: an entry of another kind, whose name the coupon's row has in a field of
    its own."""

    field: str
    name: str


@dataclass(frozen=True, slots=True)
class CouponRequest:
    """Somebody asks for a coupon: `id` of the grant that it becomes, `until` as computed at `at`.

    `until` is `None` where the coupon's last day had passed by then.
    """

    id: str
    contact: str
    at: datetime
    until: datetime | None
    given_for: GivenFor | None = None


@dataclass(frozen=True, slots=True)
class CouponAnswer:
    """What comes of one request. `grant`: of `given` the new one, of `had` the one given last.

    `left`: how many are left afterwards, where there is a limit.
    """

    result: CouponResult
    grant: Grant | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class CouponCounts:
    """How many were given, how many imported codes are free, and how many a restore has made doubtful."""

    given: int = 0
    free: int | None = None
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """A line of an import whose code is not taken, and why. Lines count from 1."""

    line: int
    why: Translatable


@dataclass(frozen=True, slots=True)
class CodesAdded:
    """What became of an import: how many codes are new, how many were there already, and the refused ones."""

    new: int
    known: int
    refused: Sequence[CodeRefused] = ()


COUPON_LATER = ("redeemed", "returned", "expires_soon", "expired")
"""What becomes of a coupon once it was given."""
COUPON_BROUGHT = ("given", "had", *COUPON_LATER)
"""The results that come with a coupon: with all fields but `left`, which is known of some."""
_FIELDS: Mapping[str, Type] = {
    "coupon": "text",
    "code": "text",
    "title": "text",
    "until": "date_time",
    "usable": "yes_no",
    "left": "number",
}


@dataclass(frozen=True, slots=True)
class GiveCoupon(PromotionRequest):
    """Give the person a coupon of this name.

    Unlike other outcomes this one is heard outside flows, too, so there is always an `origin`: where no
    instance waits its flow is empty, and its visit 0.
    """

    question: ClassVar = WorldQuestion(
        "give_coupon",
        "coupon",
        {
            "given": "the coupon was given",
            "had": "the person has had as many of this coupon as one may",
            "none_left": "no coupon of this name is left",
            "over": "the coupon's last day has passed",
            "failed": "the coupon could not be given",
        },
        failed="failed",
        later="The answer comes once the coupon was given",
        subject="coupon",
    )
    coupon: str
    origin: Origin
    token: ReplyToken | None = None


OrderAct: TypeAlias = Literal["order", "order_cancelled"]
"""What an order does to a coupon with whose code it came."""


@dataclass(frozen=True, slots=True)
class CouponAct(PromotionAct):
    """A coupon is redeemed by a clerk (`redeem`), the holder (`press`) or an order, or becomes usable again.

    It holds the whole grant, for it may overtake the outcome that gives it. `by` is an actor of the audit
    log, `store` a name of the playbook, `act_id` the act's own (`HeldCoupon.act_id`). `undo` undoes the act
    whose id is `undoes`, and no other; empty: whichever it was. Where an order came with a code that all
    share, `grant` is one of those that the person may hold with it.
    """

    grant: Grant
    what: OrderAct | Literal["redeem", "press", "undo"]
    by: str = ""
    store: str = ""
    order: str = field(default="", repr=False)
    act_id: str = field(default="", metadata=stored_as("press"))
    undoes: str = ""

    @property
    def words(self) -> str:
        return f"coupon {self.grant.coupon}: {self.what.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class CouponGift(PromotionAct):
    """Staff give a coupon of this name. `by` is an actor of the audit log."""

    coupon: str
    by: str = ""

    @property
    def words(self) -> str:
        return f"coupon {self.coupon}: give"


CouponState: TypeAlias = Literal["usable", "early", "used", "ended"]


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon of one person. `id` is that of its grant: the answer that uses it, where it `can_be_used`.

    `image` is a path below our own address, `store` the title of the store that has redeemed it. `online`:
    orders alone use it, so no till reads its code.
    """

    id: str
    title: str
    code: str = field(repr=False)
    state: CouponState
    until: datetime
    starts: datetime | None = None
    terms: str = ""
    image: str | None = None
    can_be_used: bool = False
    online: bool = False
    used: datetime | None = None
    how: RedeemWay | Literal[""] = ""
    store: str = ""


MY_COUPONS = "my_coupons"
"""The page of members."""
NEWS = NoteKind("coupon {coupon}: {result}", "", code="coupon_news")
HELD_COUPONS = Held("coupons", HeldCoupon, attrgetter("grant.id"))
"""In the order in which they were given; of those whose last day has passed the latest few."""
GRANT = Brings("grant", Grant)
"""The coupon that was given, or that the contact has had."""
OF_COUPONS = "coupons:"
"""Instead of a flow: coupons, by name and store (empty: of none). No flow is called so."""
GIVEN = "given"
REDEEMED = "redeemed"
RETURNED = "returned"
EXPIRED = "expired"
"""What became of a coupon, in the words of its news."""


def given_coupon(name: str) -> str:
    """The name by which rows are found in which this coupon was given."""
    return f"coupon {name}"


def _indexed(mark: Mark) -> str | None:
    """Rows in which a coupon was given are found by its name."""
    return given_coupon(mark.about[0]) if mark.what == GIVEN and mark.about else None


SHOWN_SIGNS = 2
"""Of a code: so many of its last signs stand where others than its holder read."""
SHORTEST_SHOWN = 5
"""Signs of a code: of a shorter one nothing is shown, for the rest is soon guessed."""


def masked_code(code: str) -> str:
    """A code for others than its holder."""
    return f"…{code[-SHOWN_SIGNS:]}" if len(code) >= SHORTEST_SHOWN else "…"


KIND = PromotionKind(
    SectionName("coupons"),
    MY_COUPONS,
    "coupons",
    tr("The page shows the coupons"),
    "coupon",
    NEWS,
    _FIELDS,
    page_title="My coupons",
    more=COUPON_LATER,
    holds=(HELD_COUPONS,),
    brings=(GRANT,),
    requests=(GiveCoupon,),
    acts=(CouponAct, CouponGift),
    counted=OF_COUPONS,
    indexed=_indexed,
    trace_rows={
        "given": "the coupon {coupon} was given",
        "had": "has had as many of the coupon {coupon} as one may",
        "none_left": "no coupon {coupon} is left",
        "over": "the coupon {coupon}: its last day has passed",
        "failed": "the coupon {coupon} could not be given",
        "redeemed": "the coupon {coupon} was used",
        "returned": "the coupon {coupon} can be used again",
        "expires_soon": "the coupon {coupon} ends soon",
        "expired": "the coupon {coupon} has ended unused",
        "": "news of the coupon {coupon}",
        "redeem": "the coupon {coupon} was presented at the till",
        "press": "the clerk's confirmation of the coupon {coupon} was pressed",
        "give": "staff gave the coupon {coupon}",
        "undo": "staff undid that the coupon {coupon} was redeemed",
        "order": "an order came with the coupon {coupon}",
        "order cancelled": "an order with the coupon {coupon} was cancelled",
    },
    trace_page="own coupons",
    trace_lists=("coupons",),
)
