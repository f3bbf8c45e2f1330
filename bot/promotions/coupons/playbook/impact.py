"""What an edit would do to coupons that people have (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.promotion_impact import Removed
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.coupons.playbook.words import REMOVED, STOCK_BELOW

_REMOVED = Removed(
    "coupons",
    REMOVED,
    lambda people, name: tr(
        "{people} a usable coupon {coupon}, which is gone: tills redeem it until it ends, but its terms,"
        " picture and reminder are gone, and nobody can press it",
        people=people,
        coupon=name,
    ),
    tr("leave it in until the last one has ended; without  give_coupon  nobody gets another"),
)


def at_stake(
    playbook: Playbook, held: Mapping[str, int], given: Mapping[str, CouponCounts]
) -> Iterator[Problem]:
    """Warnings: so many people hold a usable one of each name, so many were given."""
    yield from _REMOVED.removed(held, COUPONS.of(playbook))
    yield from _short(playbook, given)


def _short(playbook: Playbook, counts: Mapping[str, CouponCounts]) -> Iterator[Problem]:
    """`stock-below-given`: more were given than there are to be."""
    for name, coupon in COUPONS.of(playbook).items():
        given = counts[name].given if name in counts else 0
        if coupon.stock is None or given <= coupon.stock:
            continue
        message = tr(
            "of the coupon {coupon} {given} were given, more than its stock of {stock}: nobody gets another,"
            " and those that were given stay usable",
            coupon=quoted(name),
            given=f"{given:,}",
            stock=f"{coupon.stock:,}",
        )
        hint = tr("stock  counts all that were ever given: for more of them write a larger number")
        yield mistake(coupon.place, STOCK_BELOW, message, hint=hint, level="warning")
