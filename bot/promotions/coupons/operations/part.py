"""What coupons give the operations, beside their own (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.decision import Action
from bot.model.event import Outcome
from bot.model.mark import Mark
from bot.model.translatable import tr
from bot.operations.promotions import HeldDocument, OperationsPart, StaffAct, TouchKind
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.held import until_of
from bot.promotions.coupons.engine.requests import coupon_outcome
from bot.promotions.coupons.model import (
    GIVEN,
    HELD_COUPONS,
    OF_COUPONS,
    CouponAnswer,
    CouponGift,
    GiveCoupon,
    Grant,
    HeldCoupon,
    given_coupon,
    masked_code,
)

PRETENDED_CODE = "XXXXX-XXXXX"
"""In what a customer would get of a coupon that has no code yet."""


def _given(mark: Mark) -> Iterator[tuple[str, str]]:
    if mark.what == GIVEN:
        yield given_coupon(mark.about[0]), mark.about[0]


def _agreed(playbook: Playbook, contact: Contact, change: object, asked: Action) -> Outcome | None:
    """As if the coupon that staff give is there."""
    if not (isinstance(change, CouponGift) and isinstance(asked, GiveCoupon)):
        return None
    coupon, now = COUPONS.of(playbook)[asked.coupon], datetime.now(UTC)
    until = until_of(coupon, now, playbook.zone)
    if until is None:
        return None
    grant = Grant("", coupon.name, coupon.title, PRETENDED_CODE, now, coupon.starts, until)
    return coupon_outcome(asked, CouponAnswer("given", grant))


def _titles(playbook: Playbook) -> Mapping[str, str]:
    return {one.name: one.title for one in COUPONS.of(playbook).values()}


@dataclass(frozen=True, slots=True)
class CouponDocument:
    """A coupon; of its code the end, for whoever has the rest may use it."""

    coupon: str
    title: str
    at: datetime
    starts: datetime | None
    until: datetime
    code: str
    used: datetime | None
    by: str
    store: str
    how: str
    order: str


def _shown(held: HeldCoupon) -> CouponDocument:
    grant = held.grant
    return CouponDocument(
        grant.coupon,
        grant.title,
        grant.at,
        grant.starts,
        grant.until,
        masked_code(grant.code),
        held.used,
        held.by,
        held.store,
        held.how,
        held.order,
    )


PART = OperationsPart(
    held={HELD_COUPONS: HeldDocument(CouponDocument, _shown)},
    touch=TouchKind("coupon", tr("coupon"), OF_COUPONS, _given, _titles),
    agreed=_agreed,
    acts={
        "coupon_gift_pressed": StaffAct(tr("gave a coupon"), tr("staff gave you a coupon")),
        "coupon_pressed": StaffAct(
            tr("pressed to redeem a coupon"),
            tr("staff pressed to redeem your coupon"),
        ),
        "coupon_undo_pressed": StaffAct(
            tr("pressed to make a coupon usable again"),
            tr("staff pressed to make your coupon usable again"),
        ),
    },
    audit={
        "coupon_codes_imported": tr("codes of a coupon imported"),
        "coupon_codes_confirmed": tr("codes of a coupon confirmed after a restore"),
    },
)
