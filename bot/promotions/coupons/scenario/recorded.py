"""Coupons that people of a scenario have when it begins, and how many are left (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Outcome
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.engine.times import until_of
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.scenario.recorded_turn import RecordedTurn


def given_coupons(
    names: Iterable[str], person: str, playbook: Playbook, now: datetime
) -> tuple[HeldCoupon, ...]:
    """The coupons that somebody has when a scenario begins, given just then."""
    found = [coupon for name in names if (coupon := COUPONS.of(playbook).get(name)) is not None]
    grants = (
        Grant(
            f"given-{person}-{number}",
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
        if isinstance(what, Outcome) and isinstance(number, int) and what.subject in COUPONS.of(playbook):
            left.setdefault(what.subject, number + (what.result == "given"))
    if left:
        written = {scalar(name): braces({"left": str(number)}) for name, number in left.items()}
        yield f"  coupons: {braces(written)}"
