"""How coupons look in MongoDB (N1)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.promotions.coupons.model import HELD_COUPONS, Grant, HeldCoupon
from bot.store.codec.record import RawPart, RecordCodec, moment
from bot.store.collection_spec import CollectionSpec, Impersonal, PeopleKeys, Stays, if_there, index_of
from bot.store.database.collection import Document
from bot.store.promotion_rows import HeldRows, RowsPart

_GRANT = RecordCodec(Grant, "id:g coupon:n title:t code:c at until:u")
_HELD_COUPON = RecordCodec(HeldCoupon, "used:d by store:st how order:o act_id:p reminded:soon ended:end")


def coupon_document(held: HeldCoupon) -> Document:
    """A coupon that a contact holds: an unused one has no `d`."""
    starts = {} if held.grant.starts is None else {"f": held.grant.starts}
    return {**_GRANT.write(held.grant), **starts, **_HELD_COUPON.write(held)}


def _held_from(document: RawPart) -> HeldCoupon | None:
    grant = _GRANT.read(document, starts=moment(document.get("f")))
    return None if grant is None else _HELD_COUPON.read(document, grant=grant)


_GRANTS = CollectionSpec(
    name="coupon_grants",
    # not sharded: one transaction takes the place, the code, and says whose it is
    indexes=(
        index_of("of_coupon", "coupon", "contact"),
        index_of("of_person", "contact"),
    ),
    life=Stays("erased"),
    person=PeopleKeys(("contact",), stored="at", kind=tr("coupons that were given")),
    sealed=(),
)
_CODES = CollectionSpec(
    name="coupon_codes",
    # not sharded: as grants
    indexes=(
        index_of("free", "coupon", "n", where=if_there("free")),
        index_of("unsure", "coupon", where=if_there("unsure")),
    ),
    life=Stays("removed"),
    # who had a code may be erased, and the code stays used: it names a grant, and nobody
    person=Impersonal(),
    sealed=(),
)
_COUNTERS = CollectionSpec(name="coupons", indexes=(), life=Stays("removed"), person=Impersonal(), sealed=())
PART = RowsPart(
    people=(_GRANTS,),
    others=(_CODES, _COUNTERS),
    indexes=(
        index_of("with_coupon", "part", "coupons.n", where=if_there("coupons.n")),
        index_of("of_grant", "coupons.g", where=if_there("coupons.g")),
    ),
    held={HELD_COUPONS: HeldRows("coupons", coupon_document, _held_from)},
)
