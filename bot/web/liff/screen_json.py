"""A screen as the page reads it: a JSON object of what there is."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.model.one_time_code import BETWEEN, VALID
from bot.model.screen import MemberCard, Screen
from bot.web.liff.barcode import NAMES, svg, why_not


def screen_json(screen: Screen, now: datetime) -> dict[str, Any]:
    """The fields that are not empty, by their names. Times are whole seconds from now, by our clock.

    `code_sent` becomes `again_in`, until another code can be sent, and `valid_for`, until it is over.
    A card says `at` when it was so (milliseconds).
    """
    told = _told(screen, but=("code_sent", "card"))
    if screen.code_sent is not None:
        told["again_in"] = _seconds(screen.code_sent + BETWEEN, now)
        told["valid_for"] = _seconds(screen.code_sent + VALID, now)
    if screen.card is not None:
        told["card"] = _card(screen.card) | {"at": int(now.timestamp() * 1000)}
    return told


def _card(card: MemberCard) -> dict[str, Any]:
    told = _told(card, but=("barcode", "number"))
    if card.number:
        told["code"] = {"text": card.number}
        if card.barcode is not None:
            told["code"]["svg"] = svg(card.barcode, card.number)
            if why_not(card.barcode, card.number) is not None:
                told["code"]["instead"] = NAMES[card.barcode]
    return told


def _told(one: Any, but: tuple[str, ...] = ()) -> dict[str, Any]:
    told = {field.name: getattr(one, field.name) for field in fields(one) if field.name not in but}
    return {name: _plain(value) for name, value in told.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _told(value) if is_dataclass(value) else value


def _seconds(end: datetime, now: datetime) -> int:
    return max(0, math.ceil((end - now).total_seconds()))
