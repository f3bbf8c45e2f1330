"""How a playbook's draws are doing: tries, what was won of each prize, and by whom (N3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.engine.types.odds import percent_of
from bot.model.answer_fields import Column, Help
from bot.model.contact import Contact
from bot.model.translatable import Refusal, tr
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import HELD_COUPONS, CouponCounts
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.engine.declared import DRAWS, Draw, Prize
from bot.promotions.draws.engine.page import title_of
from bot.promotions.draws.model import NOTHING_WON, OF_DRAWS, WON, prize_of
from bot.store.stores import Stores

WINNERS_MOST = 1_000
"""Winners that are listed at once: the latest."""


class DrawUnknown(Refusal):
    """The playbook has no draw of this name."""


@dataclass(frozen=True, slots=True)
class PrizeFigures:
    """How a prize is doing, ever."""

    name: str
    title: str
    odds: Annotated[str | None, Help("`null`: it is for all others.")]
    won: int
    left: Annotated[int | None, Help("`null`: there is no limit.")]
    runs_out: Annotated[int | None, Help("After about so many tries more.")]


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """How a draw is doing, ever."""

    draw: str
    title: str
    tries: int
    nothing: Annotated[int, Help("Tries that won nothing.")]
    prizes: Sequence[PrizeFigures]


@dataclass(frozen=True, slots=True)
class Winner:
    """Who has won what, when."""

    at: Annotated[datetime, Column(tr("when"))]
    prize: Annotated[str, Column(tr("prize"))]
    title: str
    name: Annotated[ContactName, Column(tr("name"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    used: Annotated[datetime | None, Column(tr("used")), Help("When it was redeemed.")]


async def draw_figures(stores: Stores, playbook: Playbook) -> Sequence[DrawFigures]:
    """All of the playbook, in its order. May raise `DatabaseUnavailable`."""
    await stores.counts.fold_all()
    sums = Counter[tuple[str, str]]()
    for one in await stores.counts.of_promotions(OF_DRAWS):
        sums[one.name, one.part if one.what == WON else NOTHING_WON] += one.number
    names = {prize.coupon for draw in DRAWS.of(playbook).values() for prize in draw.prizes}
    counts = await stores.of(Coupons).left(sorted(names))
    return [_figures(playbook, draw, sums, counts) for draw in DRAWS.of(playbook).values()]


def _figures(
    playbook: Playbook, draw: Draw, sums: Mapping[tuple[str, str], int], counts: Mapping[str, CouponCounts]
) -> DrawFigures:
    of_draw = {part: number for (name, part), number in sums.items() if name == draw.name}
    prizes = [_prize(playbook, one, of_draw.get(one.name, 0), counts[one.coupon]) for one in draw.prizes]
    return DrawFigures(draw.name, draw.title, sum(of_draw.values()), of_draw.get(NOTHING_WON, 0), prizes)


def _prize(playbook: Playbook, prize: Prize, won: int, counts: CouponCounts) -> PrizeFigures:
    coupon = COUPONS.of(playbook).get(prize.coupon)
    limits = [] if coupon is None or coupon.stock is None else [max(coupon.stock - counts.given, 0)]
    limits += [counts.free] if counts.free is not None else []
    left = min(limits, default=None)
    odds = None if prize.odds is None else percent_of(prize.odds)
    runs_out = None if left is None or prize.odds is None else int(left / prize.odds)
    return PrizeFigures(prize.name, title_of(prize, COUPONS.of(playbook)), odds, won, left, runs_out)


async def winners(
    stores: Stores, playbook: Playbook, name: str, most: int = WINNERS_MOST
) -> Sequence[Winner]:
    """Who has won in a draw, the latest first. Raises `DrawUnknown`; may raise `DatabaseUnavailable`."""
    draw = DRAWS.of(playbook).get(name)
    if draw is None:
        raise DrawUnknown(tr("the playbook has no draw {name}", name=quoted(name)))
    prizes = {prize.coupon: prize.name for prize in draw.prizes}
    won = await stores.of(Coupons).given_for(prize_of(name), most)
    people = await stores.contacts.load({contact for _, contact in won})
    found = list[Winner]()
    for grant, contact in won:
        person = people[contact].contact if contact in people else Contact(contact)
        held = HELD_COUPONS.one(person, grant.id)
        prize = prizes.get(grant.coupon, grant.coupon)
        winner = (ContactName(person.name or ""), ContactRef(contact))
        found.append(Winner(grant.at, prize, grant.title, *winner, None if held is None else held.used))
    return found
