"""A person's coupons: given, redeemed, returned, over, each of which is news (N1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot.engine.actions.action import Doers, origin_of
from bot.engine.compiled.step import Step
from bot.engine.members.ending_timer import armed_ending, watch_endings
from bot.engine.times.expiry import first_end, reminder_before
from bot.engine.times.local_time import LAST
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.event import Origin, Outcome
from bot.model.mark import Mark
from bot.model.trace import NoteKind
from bot.model.value import Value
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.model import (
    EXPIRED,
    GIVEN,
    GRANT,
    HELD_COUPONS,
    OF_COUPONS,
    REDEEMED,
    RETURNED,
    CouponAct,
    CouponGift,
    GiveCoupon,
    Grant,
    HeldCoupon,
    RedeemWay,
)

COUPON_REDEEMED = NoteKind(
    "coupon: {coupon} redeemed", "Redeemed the coupon {coupon}", code="coupon_redeemed"
)
COUPON_RETURNED = NoteKind(
    "coupon: {coupon} usable again", "The coupon {coupon} is usable again", code="coupon_returned"
)
COUPON_USED_BEFORE = NoteKind(
    "coupon: {coupon} was redeemed before",
    "The coupon {coupon} was redeemed before",
    "not",
    code="coupon_used_before",
)
COUPON_OVER = NoteKind(
    "coupon: {coupon} is over", "The coupon {coupon}: its last day has passed", "not", code="coupon_over"
)
COUPON_TOO_EARLY = NoteKind(
    "coupon: {coupon} is not usable yet",
    "The coupon {coupon} is not usable yet",
    "not",
    code="coupon_too_early",
)
COUPON_NOT_THIS_WAY = NoteKind(
    "coupon: {coupon} is not redeemed this way",
    "The coupon {coupon} is not redeemed this way",
    "not",
    code="coupon_not_this_way",
)
COUPON_GONE = NoteKind(
    "coupon: {coupon} is not held", "Does not hold this coupon {coupon}", "not", code="coupon_gone"
)
COUPON_STAYS = NoteKind(
    "coupon: {coupon} stays as it is", "The coupon {coupon} stays as it is", "no", code="coupon_stays"
)
COUPON_ACT_REPEATED = NoteKind(
    "coupon: {coupon} was so already", "The coupon {coupon} was so already", "no", code="coupon_repeated"
)
COUPON_USABLE = NoteKind(
    "coupon {coupons}: usable", "has the coupon {coupons} and may use it", code="has_coupon"
)
NO_COUPON = NoteKind(
    "coupon {coupons}: none usable", "has no coupon {coupons} that may be used", code="has_no_coupon"
)
COUPON_USED = NoteKind("coupon {coupons}: used", "has used the coupon {coupons}", code="has_used_coupon")
COUPON_UNUSED = NoteKind(
    "coupon {coupons}: never used", "has not used the coupon {coupons}", code="has_not_used_coupon"
)


GIVE_ASKED = NoteKind(
    "give_coupon: asked for {coupon}",
    "Asked for the coupon {coupon}, and waits for it",
    "wait",
    code="coupon_asked",
)


@dataclass(frozen=True, slots=True)
class AskCoupon(Step):
    """`give_coupon`."""

    asks: ClassVar = GiveCoupon.question
    about: ClassVar = "coupon"
    coupon: str


def _give_coupon(turn: Turn, step: AskCoupon, doing: Doing) -> None:
    """Ask for a coupon; who gets the answer outside flows are the rules."""
    origin = origin_of(turn, doing) or Origin("", turn.channel, 0)
    turn.actions.append(GiveCoupon(step.coupon, origin))
    turn.note(GIVE_ASKED, step.coupon, place=step.place)


def give_by_staff(turn: Turn, act: CouponGift) -> None:
    """Ask for the coupon, as `give_coupon` does outside flows: rules hear what comes of it."""
    if act.coupon not in COUPONS.of(turn.playbook):
        turn.note(COUPON_GONE, act.coupon)
        return
    turn.actions.append(GiveCoupon(act.coupon, Origin("", turn.channel, 0)))
    turn.note(GIVE_ASKED, act.coupon)


DO: Doers = {AskCoupon: _give_coupon}


def until_of(coupon: Coupon, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when a coupon is usable that is given `at` this moment (UTC); `None`: it is over already."""
    since = at if coupon.starts is None else max(at, coupon.starts)
    until = first_end(coupon.until, coupon.lasts, since, zone) or LAST
    return until if until > at else None


def reminder_of(coupon: Coupon | None, grant: Grant, zone: ZoneInfo) -> datetime | None:
    """When the holder is reminded; `None`: never, for instance because that had passed when it was given."""
    return reminder_before(coupon.remind, grant.at, grant.until, zone) if coupon is not None else None


_WAYS: Mapping[str, RedeemWay] = {"redeem": "clerk", "press": "press", "order": "order"}

ENDED_MOST = 100
"""How many a person keeps whose last day has passed: the latest."""


def take_coupon(turn: Turn, outcome: Outcome) -> None:
    """Hold the coupon that an outcome brings, unless it is held already (semantics 26)."""
    if (grant := GRANT.of(outcome)) is not None:
        _take(turn, grant, is_new=outcome.result == "given")


def coupon_news(turn: Turn, outcome: Outcome) -> Mapping[str, Value]:
    """The fields of an outcome as flows and rules read them: of the coupon as it is held by now."""
    grant = GRANT.of(outcome)
    known = None if grant is None else HELD_COUPONS.one(turn.contact, grant.id) or HeldCoupon(grant)
    fields = {} if known is None else _fields(turn, known)
    return {"coupon": outcome.subject, **fields, **outcome.fields, "result": outcome.result}


def coupon_act(turn: Turn, act: CouponAct) -> None:
    """Redeem a coupon, or make it usable again; an act that comes twice, or too late, changes nothing."""
    held = _take(turn, act.grant)
    held = held and _of_order(turn, held, act)
    if held is None:
        turn.note(COUPON_GONE, act.grant.coupon)
    elif held.act_id == act.act_id != "":
        turn.note(COUPON_ACT_REPEATED, act.grant.coupon)
    elif act.what in _WAYS:
        _redeem(turn, held, act, _WAYS[act.what])
    else:
        _give_back(turn, held, act)


def _of_order(turn: Turn, held: HeldCoupon, act: CouponAct) -> HeldCoupon:
    """Of coupons with one code that all share, the one that this order has used, else one that is unused."""
    theirs = [one for one in HELD_COUPONS.of(turn.contact) if one.grant.code == held.grant.code]
    used = [one for one in theirs if act.order and one.order == act.order]
    unused = [one for one in theirs if one.used is None] if act.what == "order" else []
    return next(iter((*used, *unused, held)))


def _redeem(turn: Turn, held: HeldCoupon, act: CouponAct, how: RedeemWay) -> None:
    """Mark a coupon as used, where it can be used so now. An order that the shop has taken always counts."""
    refusal = _refusal(turn, held, how)
    if refusal is not None:
        turn.note(refusal, held.grant.coupon)
        return
    new = replace(
        held, used=turn.now, by=act.by, store=act.store, how=how, order=act.order, act_id=act.act_id
    )
    HELD_COUPONS.set(turn.contact, new)
    turn.note(COUPON_REDEEMED, held.grant.coupon)
    _tell(turn, new, REDEEMED)
    watch_endings(turn)


def _refusal(turn: Turn, held: HeldCoupon, how: RedeemWay) -> NoteKind | None:
    """Why a coupon cannot be used; `None`: it can."""
    coupon = COUPONS.of(turn.playbook).get(held.grant.coupon)
    if held.used is not None:
        return COUPON_USED_BEFORE
    if coupon is not None and how not in coupon.redeem:
        return COUPON_NOT_THIS_WAY
    if how == "order":
        return None
    if turn.now >= held.grant.until:
        return COUPON_OVER
    if held.grant.starts is not None and turn.now < held.grant.starts:
        return COUPON_TOO_EARLY
    return None


def _give_back(turn: Turn, held: HeldCoupon, act: CouponAct) -> None:
    coupon = COUPONS.of(turn.playbook).get(held.grant.coupon)
    if act.what == "undo":
        is_meant = held.used is not None and act.undoes in ("", held.act_id)
    else:
        gives_back = coupon is not None and coupon.gives_back
        is_meant = gives_back and held.how == "order" and held.order == act.order
    if not is_meant:
        turn.note(COUPON_STAYS, held.grant.coupon)
        return
    new = replace(held, used=None, by="", store="", how="", order="", act_id=act.act_id)
    HELD_COUPONS.set(turn.contact, new)
    turn.note(COUPON_RETURNED, held.grant.coupon)
    _tell(turn, new, RETURNED, store=held.store)
    watch_endings(turn)


def end_coupons(turn: Turn) -> None:
    """What time alone does: a coupon is soon over, or is over, which is news (semantics 24)."""
    if not HELD_COUPONS.of(turn.contact):
        return
    due = False
    for held in HELD_COUPONS.of(turn.contact):
        if held.used is not None or held.ended:
            continue
        if turn.now >= held.grant.until:
            due = True
            HELD_COUPONS.set(turn.contact, new := replace(held, ended=True))
            _tell(turn, new, EXPIRED)
        elif not held.reminded and _is_past(turn, held):
            due = True
            HELD_COUPONS.set(turn.contact, new := replace(held, reminded=True))
            _queue(turn, new, "expires_soon")
    if due:
        HELD_COUPONS.put(turn.contact, _without_oldest(HELD_COUPONS.of(turn.contact), turn.now))
        watch_endings(turn)


def meet_coupons(turn: Turn) -> None:
    """Another playbook may remind at other moments: what would have been before now is not made up for."""
    contact = turn.contact
    if not HELD_COUPONS.of(contact):
        return
    armed = armed_ending(contact)
    for held in HELD_COUPONS.of(contact):
        moment = reminder_of(COUPONS.of(turn.playbook).get(held.grant.coupon), held.grant, turn.playbook.zone)
        if moment is not None and moment <= turn.now and (armed is None or armed > moment):
            HELD_COUPONS.set(turn.contact, replace(held, reminded=True))
    watch_endings(turn)


def _take(turn: Turn, grant: Grant, *, is_new: bool = False) -> HeldCoupon | None:
    """The held coupon of this grant: one that is not there yet is held from now on.

    `None` where its last day has passed and it is not new: the person had it, and it may have been used; or
    it was given to somebody who is another person again, and has it.
    """
    held = HELD_COUPONS.one(turn.contact, grant.id)
    if held is not None:
        return held
    if not is_new and (turn.now >= grant.until or not _is_theirs(turn, grant)):
        return None
    held = HeldCoupon(grant)
    HELD_COUPONS.put(turn.contact, _without_oldest((*HELD_COUPONS.of(turn.contact), held), turn.now))
    _mark(turn, held, GIVEN)
    watch_endings(turn)
    return held


def _is_theirs(turn: Turn, grant: Grant) -> bool:
    """Whether one of this person's accounts has asked for it, as far as that is told."""
    contact = turn.contact
    return grant.to in ("", contact.id, *(f"{one.channel}:{one.user}" for one in contact.identities))


def _is_past(turn: Turn, held: HeldCoupon) -> bool:
    moment = reminder_of(COUPONS.of(turn.playbook).get(held.grant.coupon), held.grant, turn.playbook.zone)
    return moment is not None and moment <= turn.now


def _without_oldest(coupons: tuple[HeldCoupon, ...], now: datetime) -> tuple[HeldCoupon, ...]:
    """Without those that are over and too many. A used one stays until then: else it could come back."""
    ended = [held.grant.id for held in coupons if held.grant.until <= now]
    gone = set(ended[:-ENDED_MOST])
    return tuple(held for held in coupons if held.grant.id not in gone) if gone else coupons


def _tell(turn: Turn, held: HeldCoupon, what: str, *, store: str | None = None) -> None:
    """Count what has become of a coupon, and queue it as news."""
    _mark(turn, held, what, store=store)
    _queue(turn, held, what)


def _mark(turn: Turn, held: HeldCoupon, what: str, *, store: str | None = None) -> None:
    about = (held.grant.coupon, held.store if store is None else store)
    turn.marks.append(Mark(turn.channel, OF_COUPONS, what, about))


def _queue(turn: Turn, held: HeldCoupon, result: str) -> None:
    turn.queue_news("coupon", held.grant.coupon, {**_fields(turn, held), "result": result})


def _fields(turn: Turn, held: HeldCoupon) -> Mapping[str, Value]:
    grant = held.grant
    fields: dict[str, Value] = {"coupon": grant.coupon, "code": grant.code, "title": grant.title}
    return {**fields, "until": grant.until, "usable": held.is_usable(turn.now)}
