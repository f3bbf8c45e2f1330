"""Parts of a contact's document: coupons, stamp cards, draws, referrals and appointments (N1–N5)."""

from __future__ import annotations

from typing import get_args

from bot.promotions.appointments.model import AppointmentMark, HeldAppointment, PlaceWish
from bot.promotions.coupons.model import Grant, HeldCoupon, RedeemWay
from bot.promotions.draws.model import DrawEnd, HeldDraw
from bot.promotions.referrals.model import Invitation, Referral, ReferralRefusal, ReferralState
from bot.promotions.stamps.model import HeldStampCard, StampEntry, StampSource
from bot.store.codec.record import RawPart, RecordCodec, flag, moment, number, records, text, texts
from bot.store.database.mongo import Document

_GRANT = RecordCodec(
    Grant,
    {
        "id": ("g", text),
        "coupon": ("n", text),
        "title": ("t", text),
        "code": ("c", text),
        "at": ("at", moment),
        "until": ("u", moment),
    },
)
_HELD_COUPON = RecordCodec(
    HeldCoupon,
    {
        "used": ("d", moment),
        "by": ("by", text),
        "store": ("st", text),
        "how": ("how", lambda value: value if value in get_args(RedeemWay) else None),
        "order": ("o", text),
        "act_id": ("p", text),
        "reminded": ("soon", flag),
        "ended": ("end", flag),
    },
)


def coupon_document(held: HeldCoupon) -> Document:
    """A person's coupon, for `coupons`: an unused one has no `d`."""
    starts = {} if held.grant.starts is None else {"f": held.grant.starts}
    return {**_GRANT.write(held.grant), **starts, **_HELD_COUPON.write(held)}


def coupon_from(document: RawPart) -> HeldCoupon | None:
    """The coupon in an item of `coupons`; `None` where there is none."""
    grant = _GRANT.read(document, starts=moment(document.get("f")))
    return None if grant is None else _HELD_COUPON.read(document, grant=grant)


_STAMP_ENTRY = RecordCodec(
    StampEntry,
    {
        "id": ("i", text),
        "at": ("at", moment),
        "count": ("c", number),
        "source": ("s", lambda value: value if value in get_args(StampSource) else None),
        "store": ("w", text),
        "by": ("by", text),
        "order": ("o", text),
        "undoes": ("x", text),
        "worth": ("v", number),
    },
)
_STAMP_CARD = RecordCodec(
    HeldStampCard,
    {
        "card": ("n", text),
        "count": ("c", number),
        "settled": ("g", number),
        "full": ("f", number),
        "closed": ("end", flag),
        "until": ("u", moment),
        "reminded": ("soon", flag),
    },
)


def stamp_card_document(held: HeldStampCard) -> Document:
    """A person's stamp card, for `stamps`."""
    entries = [{"c": 0, **_STAMP_ENTRY.write(one)} for one in held.entries]
    return {"c": 0, **_STAMP_CARD.write(held), "e": entries}


def stamp_card_from(document: RawPart) -> HeldStampCard | None:
    """The stamp card in an item of `stamps`; `None` where there is none."""
    return _STAMP_CARD.read(document, entries=records(document.get("e"), _STAMP_ENTRY.read))


REFERRAL = RecordCodec(
    Referral,
    {
        "campaign": ("n", text),
        "by": ("by", text),
        "id": ("i", text),
        "at": ("at", moment),
        "state": ("s", lambda value: value if value in get_args(ReferralState) else None),
        "came": ("c", moment),
        "ended": ("e", moment),
        "why": ("w", lambda value: value if value in get_args(ReferralRefusal) else None),
    },
)
INVITATION = RecordCodec(
    Invitation,
    {
        "campaign": ("n", text),
        "codes": ("c", texts),
        "friends": ("f", number),
        "successes": ("d", number),
        "rewarded": ("r", number),
        "came": ("fi", texts),
        "done": ("di", texts),
    },
)
DRAW = RecordCodec(
    HeldDraw,
    {
        "draw": ("n", text),
        "tries": ("c", number),
        "last": ("at", moment),
        "waits": ("w", lambda value: int(value) if isinstance(value, int) else None),
        "result": ("r", lambda value: value if value in get_args(DrawEnd) else None),
        "prize": ("p", text),
        "grant": ("g", text),
    },
)
APPOINTMENT = RecordCodec(
    HeldAppointment,
    {
        "id": ("id", text),
        "service": ("n", text),
        "title": ("title", text),
        "place": ("p", text),
        "start": ("at", moment),
        "end": ("end", moment),
        "reminded": ("told", flag),
        "mark": ("mark", lambda value: value if value in get_args(AppointmentMark) else None),
    },
)
PLACE_WISH = RecordCodec(
    PlaceWish,
    {
        "id": ("id", text),
        "service": ("n", text),
        "title": ("title", text),
        "day": ("d", text),
        "since": ("at", moment),
        "wanted": ("p", text),
        "is_notified": ("told", flag),
    },
)
