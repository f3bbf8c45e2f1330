"""What an edit would do to coupons that people hold, or may still be given (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.coupon import CouponCounts
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import plural, tr
from bot.playbook.codes import mistake
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder import BOT_YAML
from bot.playbook.syntax.source import underlined


def coupons_at_stake(
    playbook: Playbook,
    held: Mapping[str, int],
    counts: Mapping[str, CouponCounts],
    sources: Mapping[str, str],
) -> list[Problem]:
    """Warnings of coupons: `held` has how many people hold a usable one of each, `counts` how many were
    given."""
    return list(underlined([*_removed(playbook, held), *_short(playbook, counts)], sources))


def _removed(playbook: Playbook, held: Mapping[str, int]) -> Iterator[Problem]:
    """`people-hold-removed-coupon`: a till still takes it, and nobody reads any more what it is good for."""
    for name, number in sorted(held.items()):
        if name in playbook.coupons:
            continue
        message = tr(
            "{people} a usable coupon {coupon}, which is gone: tills redeem it until it ends, but its terms,"
            " picture and reminder are gone, and nobody can press it",
            people=plural("1 person has", "{number} people have", number),
            coupon=quoted(name),
        )
        hint = tr("leave it in until the last one has ended; without  give_coupon  nobody gets another")
        if (new := nearest(name, playbook.coupons)) is not None:
            hint = tr("if it is {new} now, give it back its name:  coupons: {{old}: …}", new=new, old=name)
        place = Place(BOT_YAML, 1, 1, "coupons")
        yield mistake(place, "people-hold-removed-coupon", message, hint=hint, level="warning")


def _short(playbook: Playbook, counts: Mapping[str, CouponCounts]) -> Iterator[Problem]:
    """`stock-below-given`: more were given than there are to be."""
    for name, coupon in playbook.coupons.items():
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
        yield mistake(coupon.place, "stock-below-given", message, hint=hint, level="warning")
