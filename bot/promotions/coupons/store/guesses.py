"""Wrong codes of coupons at a till, which are few in a while (N1)."""

from __future__ import annotations

from datetime import timedelta

from bot.model.issued_code import Limits
from bot.store.counters.rate_limits import Tries
from bot.store.keyed_ids import KeyedId

AT_TILL: Limits = ((timedelta(minutes=10), 30),)
"""Wrong codes that one may try: few, as codes of other systems may be short."""


class CouponGuesses(Tries):
    """Codes that nobody has, tried at a till by an account, or a token at a store."""

    kind = KeyedId("account", "guesses of coupons' codes")
    limits = AT_TILL
