"""Which prize a try of a draw has, and what comes back: the same for real draws and pretended ones (N3)."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

from bot.model.brought import brought
from bot.model.event import Outcome
from bot.promotions.coupons.model import Grant
from bot.promotions.draws.engine.declared import Draw
from bot.promotions.draws.model import EnterDraw

NOTHING = "nothing"
"""Instead of a prize: the try wins none."""

_BITS = 64


def chance_of(secret: str) -> Fraction:
    """A number of at least 0 and less than 1 that nobody can tell who does not know the secret text.

    The same text has the same one, so a try that is carried out again wins the same.
    """
    return Fraction(int.from_bytes(sha256(secret.encode()).digest()[: _BITS // 8]), 2**_BITS)


def draw_outcome(request: EnterDraw, draw: Draw | None, grant: Grant | None) -> Outcome:
    """What a try comes back with: the prize whose coupon was given (`draw`: if it is there), or nothing."""
    fields = {"source": request.source}
    if grant is None:
        return Outcome("draw", NOTHING, request.origin, request.draw, fields=fields)
    prizes = () if draw is None else draw.prizes
    won = next((prize.name for prize in prizes if prize.coupon == grant.coupon), grant.title)
    return Outcome(
        "draw",
        "won",
        request.origin,
        request.draw,
        fields={**fields, "prize": won},
        brought=brought(grant=grant),
    )
