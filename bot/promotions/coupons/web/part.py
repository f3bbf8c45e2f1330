"""What coupons give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from bot.model.admin import TEAM
from bot.model.translatable import Refusal, TranslatableValue, tr
from bot.operations.contact_list import readable
from bot.operations.find_contacts import LocatedContact
from bot.operations.heard_at_once import heard_at_once
from bot.operations.payload import Payload, pick
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.page import state_of
from bot.promotions.coupons.model import (
    HELD_COUPONS,
    CouponGift,
    CouponState,
    CouponView,
    HeldCoupon,
    masked_code,
)
from bot.promotions.coupons.operations.declared import give_coupon as give
from bot.promotions.coupons.operations.declared import undo_coupon as undo
from bot.promotions.coupons.operations.gifts import CouponNotGiven, may_be_given, why_no_gift
from bot.promotions.coupons.operations.till import redeemer_words
from bot.promotions.coupons.web.pages import CouponPages, coupon_address
from bot.promotions.coupons.web.till import CouponTillPages
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.customer_hears import ActionQuestion, asked_before, is_sure, shown_texts
from bot.web.admin.route import COMMERCE, OF_STORES, UPLOAD_MOST, AdminRoute
from bot.web.admin.visit import Flash, RenderedPage, Visit
from bot.web.liff.barcode import svg, why_not
from bot.web.liff.member_page import milliseconds, milliseconds_of, without_none
from bot.web.promotions import ContactPart, MemberPart, TillPart, WebPart


def coupons_json(views: Sequence[CouponView], now: datetime) -> Payload:
    """All of them, and the moment that they are of."""
    return {"coupons": without_none([_coupon_json(one) for one in views]), "at": milliseconds(now)}


def _coupon_json(coupon: CouponView) -> Payload:
    """Its moments as milliseconds; its code in words, and in pictures for tills, while it can be used.

    `bars` is left out of a code that Code 128 cannot hold, or that is too long for a telephone.
    """
    payload = pick(coupon, "id", "title", "state", "terms", "image", "online", "how", "store")
    payload["press"] = coupon.can_be_used
    payload |= milliseconds_of(coupon, "until", "starts", "used")
    if coupon.state == "usable":
        payload["code"] = {"text": coupon.code}
        if not coupon.online:
            payload["code"]["qr"] = svg("qr", coupon.code)
        if not coupon.online and why_not("code128", coupon.code) is None:
            payload["code"]["bars"] = svg("code128", coupon.code)
    return payload


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
    gifts = may_be_given(playbook, found.contact, now)
    return {"coupons": rows, "reason_most": REASON_MOST, "gifts": gifts, "gift_press": uuid4().hex}


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


async def give_coupon(context: ContactContext, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
    """A coupon of the playbook is theirs, once staff have seen what the customer gets. Raises `Refusal`."""
    playbook, now, name = context.playbook(), context.now(), visit.form.get("coupon", "")
    coupon = COUPONS.of(playbook).get(name)
    if coupon is None:
        raise Refusal(tr("Choose a coupon"))
    if is_sure(visit):
        given = await give(visit.call(context), found, name)
        return Flash(tr("Given: {coupon}", coupon=given.title))
    if (why := await why_no_gift(found, playbook, name, now)) is not None:
        raise CouponNotGiven(why)
    heard = heard_at_once(playbook, found.contact, CouponGift(name, visit.signed.by), now)
    back = context.address(visit, found.contact.id)
    title = tr("Give {coupon}?", coupon=coupon.title)
    question = ActionQuestion(title, (readable(found.contact).name or tr("no name"),), tr("Give it"), back)
    more = {"help": tr("A coupon that was given cannot be taken back")}
    return asked_before(visit, question, {**shown_texts(visit.words, playbook, found.contact, heard), **more})


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/coupons", "coupons", COMMERCE),
            title=tr("Coupons"),
            says=tr("How many are given, left and used, where, and the codes that are given"),
            known_as=tr("vouchers, discounts, promo codes"),
            often=True,
            section="business",
            icon="ticket",
        ),
        AdminRoute("GET", "/admin/coupons/one", "coupon", COMMERCE),
        AdminRoute("POST", "/admin/coupons/codes", "coupon_codes", COMMERCE, file_most=UPLOAD_MOST),
        AdminRoute("POST", "/admin/coupons/confirm", "coupon_confirmed", COMMERCE),
        AdminRoute("POST", "/admin/contacts/{contact}/coupon", "contact_coupon", COMMERCE),
        AdminRoute("POST", "/admin/contacts/{contact}/coupon/give", "contact_coupon_given", TEAM),
    ),
    pages=(CouponPages, CouponTillPages),
    member=MemberPart({"coupons": coupons_json}),
    till=TillPart(
        (
            AdminRoute(
                *("GET", "/admin/till", "till", OF_STORES),
                title=tr("Redeem a coupon"),
                says=tr("Type or scan its code: whether it is still good, and that it is used now"),
                known_as=tr("barcode, scanner, checkout, voucher"),
                section="stores",
                icon="scan",
                on_phone=True,
            ),
            AdminRoute("POST", "/admin/till", "till_looked", OF_STORES),
            AdminRoute("POST", "/admin/till/redeem", "till_redeemed", OF_STORES),
            AdminRoute("POST", "/admin/till/undo", "till_undone", OF_STORES),
        )
    ),
    touches={"coupon": coupon_address},
    contact=ContactPart(
        template="contact_coupons.html",
        data=contact_coupons,
        actions={"contact_coupon": undo_coupon, "contact_coupon_given": give_coupon},
    ),
)
