"""Parts of a contact's document: coupons, stamp cards, draws, referrals and appointments (N1–N5)."""

from __future__ import annotations

from bot.promotions.appointments.model import HeldAppointment, PlaceWish
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.draws.model import HeldDraw
from bot.promotions.referrals.model import Invitation, Referral
from bot.promotions.stamps.model import HeldStampCard, StampEntry
from bot.store.codec.record import RawPart, RecordCodec, moment, records
from bot.store.database.mongo import Document

_GRANT = RecordCodec(Grant, "id:g coupon:n title:t code:c at until:u")
_HELD_COUPON = RecordCodec(HeldCoupon, "used:d by store:st how order:o act_id:p reminded:soon ended:end")


def coupon_document(held: HeldCoupon) -> Document:
    """A person's coupon, for `coupons`: an unused one has no `d`."""
    starts = {} if held.grant.starts is None else {"f": held.grant.starts}
    return {**_GRANT.write(held.grant), **starts, **_HELD_COUPON.write(held)}


def coupon_from(document: RawPart) -> HeldCoupon | None:
    """The coupon in an item of `coupons`; `None` where there is none."""
    grant = _GRANT.read(document, starts=moment(document.get("f")))
    return None if grant is None else _HELD_COUPON.read(document, grant=grant)


_STAMP_ENTRY = RecordCodec(StampEntry, "id:i at count:c source:s store:w by order:o undoes:x worth:v")
_STAMP_CARD = RecordCodec(HeldStampCard, "card:n count:c settled:g full:f closed:end until:u reminded:soon")


def stamp_card_document(held: HeldStampCard) -> Document:
    """A person's stamp card, for `stamps`."""
    entries = [{"c": 0, **_STAMP_ENTRY.write(one)} for one in held.entries]
    return {"c": 0, **_STAMP_CARD.write(held), "e": entries}


def stamp_card_from(document: RawPart) -> HeldStampCard | None:
    """The stamp card in an item of `stamps`; `None` where there is none."""
    return _STAMP_CARD.read(document, entries=records(document.get("e"), _STAMP_ENTRY.read))


REFERRAL = RecordCodec(Referral, "campaign:n by id:i at state:s came:c ended:e why:w")
INVITATION = RecordCodec(Invitation, "campaign:n codes:c friends:f successes:d rewarded:r came:fi done:di")
DRAW = RecordCodec(
    HeldDraw,
    "draw:n tries:c last:at waits:w result:r prize:p grant:g",
    waits=lambda value: int(value) if isinstance(value, int) else None,
)
APPOINTMENT = RecordCodec(HeldAppointment, "id service:n title place:p start:at end reminded:told mark")
PLACE_WISH = RecordCodec(PlaceWish, "id service:n title day:d since:at wanted:p is_notified:told")
