"""The draws of a page as JSON (N3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.operations.payload import Payload, pick
from bot.promotions.draws.model import DrawView
from bot.web.liff.member_page import milliseconds_of, without_none


def draws_json(views: Sequence[DrawView], now: datetime) -> Payload:
    """Draws as one person sees them: what came of the last try, never what another could win."""
    return {"draws": without_none([_draw_json(one) for one in views])}


def _draw_json(view: DrawView) -> Payload:
    payload = pick(view, "name", "title", "look", "prizes", "state", "tries", "daily", "sure")
    payload |= pick(view, "result", "prize", "won", "code", "terms", "image")
    return payload | milliseconds_of(view, "until", "starts", "ends")
