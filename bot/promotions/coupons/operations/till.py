"""What a clerk is shown of a coupon, before and after it is redeemed, and who may undo that (N1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import CONSOLE, Signed
from bot.model.clerk import OfEveryStore, OfStores
from bot.model.plain_text import masked_name
from bot.model.translatable import TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.store_people.visibility import NoVisiblePeople, seen_people
from bot.operations.till import OWN_UNDO
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.page import state_of
from bot.promotions.coupons.model import CouponState, HeldCoupon
from bot.promotions.coupons.operations.acts import held_of
from bot.promotions.coupons.store.grants import Coupons
from bot.store.stores import Stores

TillState: TypeAlias = CouponState | Literal["not_this_way"]


@dataclass(frozen=True, slots=True)
class CouponAtTill:
    """A coupon as somebody at a till sees it: of its holder a masked name only.

    `store` (its title) and `redeemer` say where and by whom it was redeemed. `may_undo`: by who looks.
    """

    held: HeldCoupon
    state: TillState
    name: str = field(repr=False)
    terms: str
    store: str
    redeemer: TranslatableValue
    may_undo: bool


async def coupon_at_till(
    stores: Stores, playbook: Playbook, code: str, signed: Signed, now: datetime
) -> CouponAtTill | None:
    """What becomes of the coupon with this code just now, however it is written; `None`: there is none.

    May raise `DatabaseUnavailable`.
    """
    granted = await stores.of(Coupons).by_code(code)
    if granted is None:
        return None
    grant, contact = granted
    found = await stores.contacts.person(contact)
    if found is None:  # erased
        return None
    held = held_of(found.contact, grant)
    coupon, store = COUPONS.of(playbook).get(grant.coupon), playbook.stores.get(held.store)
    state: TillState = state_of(held, now)
    if state == "usable" and coupon is not None and "clerk" not in coupon.redeem:
        state = "not_this_way"
    return CouponAtTill(
        held,
        state,
        masked_name(found.contact.name),
        coupon.terms if coupon is not None else "",
        store.title if store is not None else held.store,
        await redeemer_words(stores, held),
        may_undo(held, signed, playbook, now),
    )


def may_undo(held: HeldCoupon, signed: Signed, playbook: Playbook, now: datetime) -> bool:
    """Whether who looks may make this coupon usable again: their own press for a while, and whoever runs the
    store where it was redeemed, or all of them, at any time."""
    if held.used is None or held.how == "order":
        return False
    if held.how == "clerk" and held.by == signed.by and now - held.used <= OWN_UNDO:
        return True
    try:
        seen = seen_people(signed.role, signed.scope, playbook)
    except NoVisiblePeople:
        return False
    return isinstance(seen, OfEveryStore) or (isinstance(seen, OfStores) and held.store in seen.names)


async def redeemer_words(stores: Stores, held: HeldCoupon) -> TranslatableValue:
    """Who has redeemed it: a clerk by the name in the roster; empty where nobody has."""
    if held.how == "press":
        return tr("on the customer's phone")
    if held.how == "order":
        return tr("with an order")
    if not held.by.startswith(CONSOLE):
        return by_name(held.by) if held.by else ""
    account = await stores.admins.of(held.by.removeprefix(CONSOLE))
    number = account.clerk if account is not None else ""
    clerk = (await stores.clerks.of([number])).get(number) if number else None
    return clerk.clerk.name if clerk is not None else by_name(held.by)
