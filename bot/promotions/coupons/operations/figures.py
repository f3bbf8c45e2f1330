"""How a playbook's coupons are doing: given, left, used, over; by store, and by day (N1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Column, Help, Internal
from bot.model.counts import PromotionSum
from bot.model.translatable import Translatable, tr
from bot.playbook.graph.survey import Site, every_site
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.held import AskCoupon
from bot.promotions.coupons.model import EXPIRED, GIVEN, OF_COUPONS, REDEEMED, RETURNED, CouponCounts
from bot.promotions.coupons.store.grants import Coupons
from bot.store.stores import Stores

DAYS = 30
"""So many days are shown one by one, today among them."""
FEW = 10
"""A coupon is nearly gone when less than this part of its stock is left."""


@dataclass(frozen=True, slots=True)
class CouponFigures:
    """How a coupon is doing."""

    coupon: Annotated[str, Column(tr("coupon"))]
    title: str
    compiled: Annotated[Coupon, Internal()]
    given: Annotated[int, Column(tr("given"))]
    held: Annotated[int, Column(tr("still usable")), Help("Neither used nor over.")]
    used: Annotated[int, Column(tr("used"))]
    ended: Annotated[int, Column(tr("ended unused")), Help("Of those that were not used.")]
    free: Annotated[int | None, Column(tr("codes left")), Help("`null`: its codes are not imported.")]
    left: Annotated[int | None, Column(tr("may be given")), Help("`null`: there is no limit.")]
    unsure: Annotated[int, Help("Codes that a restored backup has made doubtful.")]


@dataclass(frozen=True, slots=True)
class CouponDay:
    """What happened to a coupon on a day (the team's)."""

    day: date
    given: int
    used: int


async def coupon_figures(stores: Stores, playbook: Playbook) -> Sequence[CouponFigures]:
    """All of the playbook, in its order. May raise `DatabaseUnavailable`."""
    await stores.counts.fold_all()
    counts = await stores.of(Coupons).left(COUPONS.of(playbook))
    sums = _by_coupon(await stores.counts.of_promotions(OF_COUPONS))
    return [
        _figures(one, counts[name], sums.get(name, Counter())) for name, one in COUPONS.of(playbook).items()
    ]


async def used_by_store(stores: Stores, playbook: Playbook, name: str) -> Sequence[tuple[str, int]]:
    """In which stores (their titles) a coupon was used, and how often, the first the most; empty: in none."""
    used = Counter[str]()
    for one in await stores.counts.of_promotions(OF_COUPONS, name=name):
        sign = {REDEEMED: 1, RETURNED: -1}.get(one.what, 0)
        used[one.part] += sign * one.number
    return [(playbook.store_title(store), number) for store, number in used.most_common() if number > 0]


async def coupon_days(stores: Stores, playbook: Playbook, name: str, now: datetime) -> Sequence[CouponDay]:
    """The last days of a coupon; what was undone is taken off the day on which it was."""
    first = now.astimezone(playbook.zone).date() - timedelta(days=DAYS - 1)
    by_day = Counter[tuple[str, str]]()
    for one in await stores.counts.days_of_promotion(OF_COUPONS, name, first.isoformat()):
        by_day[one.what, one.day] += one.number
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [_day(by_day, day) for day in days]


def given_where(playbook: Playbook, name: str) -> Sequence[Site]:
    """The rules, states and taps that give a coupon, in the order of the playbook; each place once."""
    gives = [
        site
        for site in every_site(playbook)
        if any(isinstance(step, AskCoupon) and step.coupon == name for step in site.steps)
    ]
    return [*{site.place: site for site in gives}.values()]


def alerts_of(one: CouponFigures, now: datetime) -> Sequence[Translatable]:
    """What somebody should know of a coupon, the gravest first."""
    coupon, said = one.compiled, list[Translatable]()
    if coupon.until is not None and now >= coupon.until:
        return [tr("Its last day has passed: it is given to nobody any more")]
    if coupon.source == "imported" and not one.given and not one.left and not one.unsure:
        said.append(tr("No codes are there yet: upload them, or nobody is given any"))
    elif one.left == 0:
        said.append(tr("All are given: who asks now is told so"))
    elif one.left is not None and one.left * FEW < one.given + one.left:
        said.append(tr("Nearly gone: {number} are left", number=f"{one.left:,}"))
    if one.unsure:
        number = f"{one.unsure:,}"
        said.append(tr("{number} codes may have been given before the data were restored", number=number))
    return said


def _figures(coupon: Coupon, counts: CouponCounts, sums: Mapping[str, int]) -> CouponFigures:
    used = max(sums.get(REDEEMED, 0) - sums.get(RETURNED, 0), 0)
    ended = sums.get(EXPIRED, 0)
    held = max(counts.given - used - ended, 0)
    free = counts.free or 0 if coupon.source == "imported" else None
    numbers = (counts.given, held, used, ended, free, _left(coupon, counts), counts.unsure)
    return CouponFigures(coupon.name, coupon.title, coupon, *numbers)


def _left(coupon: Coupon, counts: CouponCounts) -> int | None:
    limits = [coupon.stock - counts.given] if coupon.stock is not None else []
    if coupon.source == "imported":
        limits.append(counts.free or 0)
    return max(min(limits), 0) if limits else None


def _by_coupon(sums: Sequence[PromotionSum]) -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one in sums:
        found.setdefault(one.name, Counter())[one.what] += one.number
    return found


def _day(by_day: Mapping[tuple[str, str], int], day: date) -> CouponDay:
    of = day.isoformat()
    used = by_day[REDEEMED, of] - by_day[RETURNED, of]
    return CouponDay(day, by_day[GIVEN, of], max(used, 0))
