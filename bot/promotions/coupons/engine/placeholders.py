"""What `coupon_code` and `coupon_until` stand for (N1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import PromotionSource
from bot.engine.texts.template import Placeholder
from bot.engine.times.local_time import INSTANT
from bot.model.contact import Contact
from bot.model.value import Value
from bot.promotions.coupons.model import HELD_COUPONS


def _of_coupon(
    playbook: Playbook,
    contact: Contact,
    channel: str,
    placeholder: Placeholder,
    now: datetime,
    fields: Mapping[str, Value],
) -> Value | None:
    """Of the coupon that the news is about, else of the one that ends first; `None` where none is usable.

    The end is the last moment of use: one that ends with a day is not said to be good on the next.
    """
    usable = [
        held.grant
        for held in HELD_COUPONS.of(contact)
        if held.grant.coupon == placeholder.name and held.is_usable(now)
    ]
    named = next((grant for grant in usable if grant.code == fields.get("code")), None)
    grant = named or min(usable, key=lambda one: one.until, default=None)
    if grant is None:
        return None
    return grant.code if placeholder.group == "coupon_code" else grant.until - INSTANT


PART: Mapping[str, PromotionSource] = {"coupon_code": _of_coupon, "coupon_until": _of_coupon}
