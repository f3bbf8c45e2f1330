"""A coupon of the playbook, compiled (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import Duration
from bot.model.place import Place
from bot.model.short_code import code_key
from bot.promotions.coupons.model import KIND, RedeemWay


@dataclass(frozen=True, slots=True)
class Coupon:
    """What people see (`title`, `terms`, `image`), and what may become of it.

    `stock`: how many are given in all, `None`: no limit. `per_person`: how many one person is given in a
    life. Usable from `starts` and before the earlier of `until` and `lasts` after it was given (or has
    started). `source`: its codes are made here, imported, or one `fixed` code for all. `redeem`: who may.
    `gives_back`: an order that is cancelled, or wholly refunded, makes it usable again.
    """

    name: str
    title: str
    terms: str
    image: str | None
    stock: int | None
    per_person: int
    starts: datetime | None
    until: datetime | None
    lasts: Duration | None
    remind: Reminder | None
    source: Literal["made", "imported", "fixed"]
    fixed: str | None
    redeem: frozenset[RedeemWay]
    gives_back: bool
    place: Place


def with_shared_code(coupons: Iterable[Coupon], code: str) -> Sequence[Coupon]:
    """The coupons of which everybody has this code, however it is written."""
    key = code_key(code)
    return [one for one in coupons if key and code_key(one.fixed or "") == key]


COUPONS = PromotionSection[Coupon](KIND.section)
