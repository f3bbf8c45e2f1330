"""What the page `my_draws` shows: the draws of the playbook, and what the person has drawn (N3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import HeldCoupon
from bot.promotions.draws.engine.declared import Draw, Prize
from bot.promotions.draws.engine.held import refusal
from bot.promotions.draws.model import DrawState, DrawView, HeldDraw


def shown_draws(
    held: Iterable[HeldDraw],
    coupons: Iterable[HeldCoupon],
    draws: Mapping[str, Draw],
    of_book: Mapping[str, Coupon],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[DrawView, ...]:
    """Those that are open, and those that this person has tried and that are over, the open ones first."""
    theirs = {one.draw: one for one in held}
    given = {one.grant.id: one for one in coupons}
    views = [
        _view(draw, theirs.get(name, HeldDraw(name)), given, of_book, now, zone)
        for name, draw in draws.items()
        if draw.is_open(now) or name in theirs or (draw.starts is not None and now < draw.starts)
    ]
    return tuple(sorted(views, key=lambda view: view.state == "over"))


def _view(
    draw: Draw,
    held: HeldDraw,
    given: Mapping[str, HeldCoupon],
    of_book: Mapping[str, Coupon],
    now: datetime,
    zone: ZoneInfo,
) -> DrawView:
    held = held.without_lost(now)
    won = given.get(held.grant)
    return DrawView(
        draw.name,
        draw.title,
        draw.look,
        tuple(title_of(prize, of_book) for prize in draw.prizes),
        _state(draw, held, now, zone),
        held.tries,
        daily=draw.each == "day",
        sure=any(prize.odds is None for prize in draw.prizes),
        result=held.result,
        prize=_index(draw, held.prize),
        won=won.grant.title if won is not None else held.prize,
        code=won.grant.code if won is not None and won.is_usable(now) else "",
        until=None if won is None else won.grant.until,
        starts=draw.starts if draw.starts is not None and now < draw.starts else None,
        ends=draw.until,
        terms=draw.terms,
        image=draw.image,
    )


def title_of(prize: Prize, coupons: Mapping[str, Coupon]) -> str:
    """A prize as people see it: the title of its coupon."""
    return coupons[prize.coupon].title if prize.coupon in coupons else prize.name


def _state(draw: Draw, held: HeldDraw, now: datetime, zone: ZoneInfo) -> DrawState:
    if held.waits and held.last is not None:
        return "waits"
    if draw.starts is not None and now < draw.starts:
        return "early"
    refused = refusal(draw, held, now, zone)
    return "open" if refused is None else refused


def _index(draw: Draw, prize: str) -> int | None:
    """Where a prize stands; `None`: nothing was won, or the playbook has it no more."""
    return next((number for number, one in enumerate(draw.prizes) if one.name == prize), None)
