"""A coupon that staff give to a customer: asked for in a turn of theirs, as `give_coupon` asks (N1)."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.catalog.answers import Pending
from bot.operations.contact_changes import carried_out, done_once
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.held import until_of
from bot.promotions.coupons.model import HELD_COUPONS, CouponGift, HeldCoupon
from bot.promotions.coupons.store.grants import Coupons
from bot.services.rewrites import RewriteJob, event_for


class CouponNotGiven(Refusal):
    """The customer cannot be given the coupon; the sentence says why."""


async def give_to(
    found: LocatedContact, playbook: Playbook, coupon: str, actor: str, request: str
) -> HeldCoupon:
    """Give a coupon, and wait until it is theirs; the same `request` again gives no second one.

    Raises `CouponNotGiven`, and `Pending` where it is stored and not given yet.
    """
    job = RewriteJob(actor, await now_among(found.stores), f"coupon {coupon} given {actor} {request}")
    act = CouponGift(coupon, actor)
    is_repeated = await found.stores.inbox.known([event_for(found.contact, act, job, once=True).entry.id])
    before = 0 if is_repeated else len(_held(found.contact, coupon))
    if not is_repeated and (why := await why_no_gift(found, playbook, coupon, job.at)) is not None:
        raise CouponNotGiven(why)
    title = COUPONS.of(playbook)[coupon].title
    await done_once(found, act, job, "coupon_gift_pressed", coupon)
    if not await found.stores.leases.is_running():
        raise Pending(tr("stored: {coupon} is given as soon as oaflow runs", coupon=quoted(title)))
    await carried_out(found, lambda stored: len(_held(stored.contact, coupon)) > before)
    stored = await found.stores.contacts.person(found.contact.id)
    held = () if stored is None else _held(stored.contact, coupon)
    if len(held) <= before:
        raise Pending(tr("stored: {coupon} is given when its turn comes", coupon=quoted(title)))
    return held[-1]


async def why_no_gift(
    found: LocatedContact, playbook: Playbook, coupon: str, now: datetime
) -> Translatable | None:
    """Why somebody cannot be given a coupon of the playbook, as far as it is known before; `None`: they
    can."""
    declared, stored = COUPONS.of(playbook)[coupon], found.stores.of(Coupons)
    if not found.contact.has_line:
        return tr("only somebody on LINE can be given a coupon")
    if until_of(declared, now, playbook.zone) is None:
        return tr("{coupon}: its last day has passed", coupon=quoted(declared.title))
    if len(await stored.of_person(coupon, found.contact.id)) >= declared.per_person:
        return tr("they have had as many of {coupon} as one may", coupon=quoted(declared.title))
    counts = (await stored.left([coupon]))[coupon]
    if counts.free == 0 or (declared.stock is not None and counts.given >= declared.stock):
        return tr("no {coupon} is left", coupon=quoted(declared.title))
    return None


def may_be_given(playbook: Playbook, contact: Contact, now: datetime) -> list[Coupon]:
    """The coupons of the playbook that staff may give somebody, by title: those that are not over."""
    if not contact.has_line:
        return []
    there = [one for one in COUPONS.of(playbook).values() if until_of(one, now, playbook.zone) is not None]
    return sorted(there, key=lambda one: one.title)


def _held(contact: Contact, coupon: str) -> tuple[HeldCoupon, ...]:
    return tuple(one for one in HELD_COUPONS.of(contact) if one.grant.coupon == coupon)
