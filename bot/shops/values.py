"""What does a field of a shop's record mean, as a value of one of our types?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.engine.typed import typed
from bot.model.value import Type, Value, fits
from bot.shops.platforms import FieldType

SHOP_ZONE = ZoneInfo("Asia/Taipei")
"""What a moment without offset is told in: CYBERBIZ writes `2026-01-01 00:00:00`."""


READ_FROM: Mapping[Type, frozenset[FieldType]] = {
    "text": frozenset({"text", "number", "date", "date_time", "any"}),
    "number": frozenset({"number", "any"}),
    "yes_no": frozenset({"yes_no", "any"}),
    "date": frozenset({"date", "date_time", "any"}),
    "date_time": frozenset({"date", "date_time", "any"}),
    "time": frozenset({"any"}),
}
"""What a field must hold to be a value of one of our types, as `value_of` reads it."""


def value_of(raw: object, type_: Type, zone: ZoneInfo) -> Value | None:
    """The value that a field of JSON means, `None` where none of that type. Dates are those of `zone`."""
    match type_:
        case "text":
            return _text(raw)
        case "number":
            return number(raw)
        case "yes_no":
            return yes_no(raw)
        case "date":
            return _date(raw, zone)
        case "date_time":
            return moment(raw)
        case "time":
            return typed(raw, "time") if isinstance(raw, str) else None


def number(raw: object) -> int | float | None:
    """A number, or a text that is one: money is written as text."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw if fits("number", raw) else None
    found = typed(raw, "number") if isinstance(raw, str) else None
    return found if isinstance(found, int | float) else None


def yes_no(raw: object) -> bool | None:
    """Yes or no, also as text, 0 or 1."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return bool(raw) if raw in (0, 1) else None
    found = typed(raw, "yes_no") if isinstance(raw, str) else None
    return found if isinstance(found, bool) else None


def moment(raw: object) -> datetime | None:
    """A moment in ISO 8601, UTC in whole milliseconds; one without offset is Taipei's."""
    if not isinstance(raw, str):
        return None
    try:
        at = datetime.fromisoformat(raw.strip())
        at = (at if at.tzinfo is not None else at.replace(tzinfo=SHOP_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _text(raw: object) -> str | None:
    if isinstance(raw, str):
        return raw
    return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None


def _date(raw: object, zone: ZoneInfo) -> str | None:
    """A day; of a moment the day on which it is, in the playbook's zone."""
    if not isinstance(raw, str):
        return None
    day = typed(raw, "date")
    if isinstance(day, str):
        return day
    at = moment(raw)
    return None if at is None else at.astimezone(zone).date().isoformat()
