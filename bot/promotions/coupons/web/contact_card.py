"""A customer's coupons on their page, and one that is made usable again (N1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.translatable import Refusal, TranslatableValue, tr
from bot.operations.find_contacts import LocatedContact
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.page import state_of
from bot.promotions.coupons.model import HELD_COUPONS, CouponState, HeldCoupon
from bot.promotions.coupons.operations.acts import masked_code
from bot.promotions.coupons.operations.declared import undo_coupon as undo
from bot.promotions.coupons.operations.till import redeemer_words
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Flash, Visit

REASON_MOST = 200
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class ContactCoupon:
    """A coupon of a customer; `code` as it is shown. `store` (its title), `redeemer`: redeemed by."""

    held: HeldCoupon
    state: CouponState
    code: str = field(repr=False)
    store: str
    redeemer: TranslatableValue
    may_undo: bool


async def contact_coupons(
    context: ContactContext, visit: Visit, found: LocatedContact, reveal: bool
) -> Mapping[str, object]:
    """What the section of a customer's page is given: all that are stored, the newest first."""
    playbook, now = context.playbook(), context.now()
    rows = []
    for held in reversed(HELD_COUPONS.of(found.contact)):
        store, coupon = playbook.stores.get(held.store), COUPONS.of(playbook).get(held.grant.coupon)
        is_own_code = coupon is None or coupon.fixed is None
        rows.append(
            ContactCoupon(
                held,
                state_of(held, now),
                held.grant.code if reveal else masked_code(held.grant.code),
                store.title if store is not None else held.store,
                await redeemer_words(found.stores, held),
                held.used is not None and held.how != "order" and is_own_code,
            )
        )
    return {"coupons": rows, "reason_most": REASON_MOST}


async def undo_coupon(context: ContactContext, visit: Visit, found: LocatedContact) -> Flash:
    """It can be used again; the audit log has the reason. Raises `Refusal`."""
    wanted, reason = visit.form.get("grant", ""), visit.form.get("reason", "").strip()[:REASON_MOST]
    held = HELD_COUPONS.one(found.contact, wanted)
    if held is None or held.used is None:
        raise Refusal(tr("This coupon is not used, or not theirs any more"))
    undoes = visit.form.get("undoes", "")
    if undoes not in ("", held.act_id):
        raise Refusal(tr("This coupon was used once more since: look again at when and where"))
    if not reason:
        raise Refusal(tr("Say why: the audit log has it, for whoever asks later"))
    if (await undo(visit.call(context), held.grant.code, reason, undoes)).is_done:
        return Flash(tr("Undone: the coupon can be used again"))
    raise Refusal(tr("This cannot be undone here: an order has used it, or it is gone"))
