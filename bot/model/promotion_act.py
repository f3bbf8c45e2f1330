"""What is done with a person's coupon, stamp card or appointment, by staff, programs, the shop or themselves
(N1, N2, N4, N5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.stored_name import stored_as
from bot.promotions.appointments.model import HeldAppointment
from bot.promotions.coupons.model import Grant
from bot.promotions.referrals.model import ReferralRefusal

OrderAct: TypeAlias = Literal["order", "order_cancelled"]
"""What an order does to a coupon with whose code it came."""


@dataclass(frozen=True, slots=True)
class CouponAct:
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


@dataclass(frozen=True, slots=True)
class StampAct:
    """Stamps are put on a card by a clerk or program (`clerk`), by the store's `code`, or taken back.

    `id` is the act's own: the same one again changes nothing. `by` is an actor of the audit log, `store` a
    name of the playbook. `take` takes back the line `undoes`, whole, or (empty) `count` as far as there are.
    """

    card: str
    what: Literal["clerk", "code", "take"]
    count: int
    id: str
    by: str = ""
    store: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class ReferralAct:
    """What a friend's link brings about, told to one of the two (N4). It names the other to neither.

    To the friend: the link with the code `by` was `opened`, and the two were `judged` (`why`: it does not
    count). To the inviter: a friend has come, or has done what counts (`friend_came`, `friend_done`).
    `referral` is the id of `Referral`; it is made by the turn of `opened`.
    """

    campaign: str
    what: Literal["opened", "judged", "friend_came", "friend_done"]
    by: str
    referral: str = ""
    why: ReferralRefusal | None = None


@dataclass(frozen=True, slots=True)
class AppointmentAct:
    """Staff `book` for a person, `move` or `cancel` what they have, or say whether they came; or a place that
    they have waited for is `free`: then `held` is where and when, and `id` that of their wish.

    `id` is the act's own: the same one again changes nothing. `by` is an actor of the audit log, `held` what
    is changed, `start` the new moment, `place` the only one that will do, `reason` what the person may hear.
    """

    what: Literal["book", "move", "cancel", "came", "missed", "free"]
    service: str
    id: str
    by: str = ""
    held: HeldAppointment | None = None
    start: datetime | None = None
    place: str = ""
    reason: str = field(default="", repr=False)
