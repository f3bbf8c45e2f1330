"""Coupons of a scenario, in memory (N1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from bot.engine.compiled.coupon import Coupon
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.coupon_requests import coupon_outcome, coupon_request
from bot.engine.members.coupon_times import until_of
from bot.model.contact import Contact
from bot.model.coupon import CouponAnswer, Grant, HeldCoupon
from bot.model.event import Outcome
from bot.model.promotion_effects import GiveCoupon
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.recorded_turn import RecordedTurn
from bot.scenario.world import PretendAnswers, PretendCaller


class PretendCoupons:
    """Coupons in memory: `left` of some there are fewer than their stock; imported codes are made up."""

    def __init__(self, left: Mapping[str, int], playbook: Callable[[], Playbook]) -> None:
        self._left = dict(left)
        self._playbook = playbook
        self._given: list[tuple[str, Grant]] = []
        """With the contact to whom each was given."""

    def give(self, name: str, to: Contact, at: datetime) -> CouponAnswer:
        """What comes of asking for a coupon, by the order of questions that the real desk has."""
        playbook = self._playbook()
        coupon = playbook.coupons.get(name)
        if coupon is None:
            return CouponAnswer("failed")
        request = coupon_request(coupon, f"{to.id} {len(self._given)}", to.id, at, playbook.zone)
        had = {held.grant.id: held.grant for held in to.coupons if held.grant.coupon == name}
        had |= {one.id: one for who, one in self._given if who == to.id and one.coupon == name}
        left = self._left_of(coupon)
        if len(had) >= coupon.per_person:
            return CouponAnswer("had", [*had.values()][-1], left)
        if request.until is None:
            return CouponAnswer("over", left=left)
        if left == 0:
            return CouponAnswer("none_left", left=0)
        code = coupon.fixed or f"TRIAL-{len(self._given) + 1:05}"
        grant = Grant(request.id, name, coupon.title, code, at, coupon.starts, request.until)
        self._given.append((to.id, grant))
        return CouponAnswer("given", grant, self._left_of(coupon))

    def _left_of(self, coupon: Coupon) -> int | None:
        most = self._left.get(coupon.name, coupon.stock)
        number = sum(one.coupon == coupon.name for _, one in self._given)
        return None if most is None else max(0, most - number)


def coupon_answers(coupons: PretendCoupons) -> PretendAnswers:
    """What these are asked for."""

    def give(request: GiveCoupon, by: PretendCaller) -> Outcome:
        return coupon_outcome(request, coupons.give(request.coupon, by.contact, by.now))

    return {GiveCoupon: give}


def given_coupons(
    names: Iterable[str], who: str, playbook: Playbook, now: datetime
) -> tuple[HeldCoupon, ...]:
    """The coupons that somebody has when a scenario begins, given just then."""
    found = [coupon for name in names if (coupon := playbook.coupons.get(name)) is not None]
    grants = (
        Grant(
            f"given-{who}-{number}",
            one.name,
            one.title,
            one.fixed or f"GIVEN-{number:05}",
            now,
            one.starts,
            until_of(one, now, playbook.zone) or now,
        )
        for number, one in enumerate(found, 1)
    )
    return tuple(map(HeldCoupon, grants))


def coupon_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """Of a recording: how many were left of the coupons that were asked for, by the first answers."""
    left: dict[str, int] = {}
    for turn in turns:
        what = turn.event.what
        number = what.fields.get("left") if isinstance(what, Outcome) and what.asked == "coupon" else None
        if isinstance(what, Outcome) and isinstance(number, int) and what.subject in playbook.coupons:
            left.setdefault(what.subject, number + (what.result == "given"))
    if left:
        written = {scalar(name): braces({"left": str(number)}) for name, number in left.items()}
        yield f"  coupons: {braces(written)}"
