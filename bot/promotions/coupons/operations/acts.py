"""Coupons redeemed at a till or by a program, and made usable again: exactly once each (N1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import CONSOLE
from bot.model.audit import AuditKind
from bot.model.contact import Contact
from bot.model.plain_text import masked_name
from bot.model.translatable import tr
from bot.operations.contact_changes import done_once
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.operations.till import TillActor
from bot.promotions.coupons.engine.declared import COUPONS, with_shared_code
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct, Grant, HeldCoupon, masked_code
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.coupons.store.guesses import CouponGuesses
from bot.services.rewrites import RewriteJob
from bot.store.stores import Stores

RedeemResult: TypeAlias = Literal[
    "redeemed",
    "was_redeemed",
    "ended",
    "too_early",
    "unknown",
    "not_this_way",
    "undone",
    "waits",
    "limited",
]
"""`redeemed`, or usable again (`undone`), by this press; `was_redeemed` by another; `waits`: it is stored,
and no process has done it yet; `not_this_way`: not by clerks, or it is a code that everybody has; `limited`:
this account, or this program at this store, has tried too many wrong codes."""
TOO_MANY_GUESSES = tr("Too many codes that do not exist. Please try again in 10 minutes")


@dataclass(frozen=True, slots=True)
class RedeemOutcome:
    """What came of it, with the coupon as its holder has it then, and of the holder a masked name only."""

    what: RedeemResult
    coupon: HeldCoupon | None = None
    masked_name: str = field(default="", repr=False)


async def redeem(
    stores: Stores,
    playbook: Playbook,
    code: str,
    redeemer: TillActor,
    act_id: str,
    *,
    undo: bool = False,
    undoes: str = "",
    reason: str = "",
) -> RedeemOutcome:
    """Redeem the coupon with this code, however it is written, or `undo` that, and wait for its turn.

    `act_id` was made with the form: the same one again does nothing more, and has the same outcome.
    `undoes`: the act of the use that `undo` means (empty: of whichever it has now); one that came
    after it stays. `reason`: why, for the audit log. Raises `DatabaseUnavailable`: then perhaps it was
    stored, and asking again tells.
    """
    now = await now_among(stores)
    if not await stores.of(CouponGuesses).may(_guesser(redeemer), act_id, now):
        return RedeemOutcome("limited")
    granted = await stores.of(Coupons).by_code(code)
    shared = with_shared_code(COUPONS.of(playbook).values(), code) if granted is None else ()
    if granted is None and not shared:
        return RedeemOutcome("unknown")
    await stores.of(CouponGuesses).was_right(_guesser(redeemer), act_id)
    if granted is None:  # everybody has it: it tells nobody whose coupon is meant
        return RedeemOutcome("not_this_way")
    grant, contact = granted
    stored = await stores.contacts.person(contact)
    if stored is None:  # erased
        return RedeemOutcome("unknown")
    found = LocatedContact(stored, stores, simulated=False)
    held = held_of(found.contact, grant)
    at_once = _undo_outcome(held, undoes) if undo else _outcome(held, playbook, act_id, now)
    if at_once is None:
        what: Literal["undo", "redeem"] = "undo" if undo else "redeem"
        act = CouponAct(
            grant, what, redeemer.by, redeemer.store, act_id=act_id, undoes=held.act_id if undo else ""
        )
        if not await _is_done(found, act, reason, now):
            return RedeemOutcome("waits", held, masked_name(found.contact.name))
        stored = await stores.contacts.person(contact)
        if stored is None:
            return RedeemOutcome("unknown")
        held = held_of(stored.contact, grant)
        nothing_done: RedeemResult = "undone" if held.used is None else "was_redeemed"
        again = _undo_outcome(held, undoes) if undo else _outcome(held, playbook, act_id, now)
        at_once = again or nothing_done
    return RedeemOutcome(at_once, held, masked_name(stored.contact.name))


def held_of(contact: Contact, grant: Grant) -> HeldCoupon:
    """The coupon of this grant as the person has it; unused where its outcome has not come to them yet."""
    return HELD_COUPONS.one(contact, grant.id) or HeldCoupon(grant)


def _guesser(redeemer: TillActor) -> str:
    """Whose wrong codes are counted together: an account's; of a program those at one store."""
    return redeemer.by if redeemer.by.startswith(CONSOLE) else f"{redeemer.by}\0{redeemer.store}"


def _undo_outcome(held: HeldCoupon, undoes: str) -> RedeemResult | None:
    """What is so already; `None`: it can be undone. The turn looks once more."""
    if held.used is None:
        return "undone"
    is_meant = undoes in ("", held.act_id)
    return None if is_meant and held.how != "order" else "was_redeemed"


def _outcome(held: HeldCoupon, playbook: Playbook, act_id: str, now: datetime) -> RedeemResult | None:
    """What is so already; `None`: it can be redeemed. The turn looks once more."""
    if held.used is not None:
        return "redeemed" if held.act_id == act_id else "was_redeemed"
    coupon = COUPONS.of(playbook).get(held.grant.coupon)
    if coupon is not None and "clerk" not in coupon.redeem:
        return "not_this_way"
    if now >= held.grant.until:
        return "ended"
    if held.grant.starts is not None and now < held.grant.starts:
        return "too_early"
    return "undone" if held.act_id == act_id else None


async def _is_done(found: LocatedContact, act: CouponAct, reason: str, now: datetime) -> bool:
    """Store the press, and wait until its turn was taken."""
    grant = act.grant
    job = RewriteJob(act.by, now, f"coupon {grant.id} {act.what} {act.act_id}")
    kind: AuditKind = "coupon_undo_pressed" if act.what == "undo" else "coupon_pressed"
    more = [one for one in (act.store, reason) if one]
    return await done_once(found, act, job, kind, grant.coupon, masked_code(grant.code), *more)
