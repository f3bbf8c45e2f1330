"""The fields of an event that another system tells, as JSON: a mistake by its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.types.dates import iso_moment
from bot.engine.types.plain import LONGEST_TEXT
from bot.model.inbox import TOLD_WITHIN
from bot.model.said import Said, row, say
from bot.playbook.similar import shown

LONGEST_ID = 200
AHEAD = timedelta(minutes=10)
"""By which another system's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class WrongField:
    """Which field is wrong (`values.order_no`; empty: the event itself), and what it should be."""

    field: str
    message: Said


class FieldIsWrong(Exception):
    """The first field that is wrong."""

    def __init__(self, field: str, message: Said) -> None:
        self.wrong = WrongField(field, message)


def object_at(told: Any, where: str) -> Mapping[str, Any]:
    """A JSON object. Raises `FieldIsWrong`, as all of these."""
    if not isinstance(told, Mapping):
        raise FieldIsWrong(where, say("is no JSON object"))
    return told


def only(event: Mapping[str, Any], keys: tuple[str, ...], where: str = "") -> None:
    """Nothing but these keys."""
    if (unknown := next((key for key in event if key not in keys), None)) is not None:
        raise FieldIsWrong(f"{where}{unknown}", say("is not one of {known}", known=row(keys)))


def text_at(event: Mapping[str, Any], key: str, most: int = LONGEST_TEXT, where: str = "") -> str:
    """A text that is not empty."""
    value = event.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FieldIsWrong(f"{where}{key}", say("is a text, and not empty"))
    if len(value) > most:
        raise FieldIsWrong(f"{where}{key}", say("has at most {most} characters", most=most))
    return value


def number_at(event: Mapping[str, Any], key: str, where: str = "") -> str:
    """A number that names somebody or something, as text or as a whole number of JSON."""
    value = event.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
        raise FieldIsWrong(f"{where}{key}", say("is a text, and not empty"))
    return value.strip()


def told_in_time(event: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> None:
    """`at`, if any, is not so long ago that its id may be forgotten, and not in the future."""
    if (told := event.get("at")) is None:
        return
    at = iso_moment(told, zone)
    if at is None:
        raise FieldIsWrong("at", say("is a moment in ISO 8601"))
    if at < now - TOLD_WITHIN:
        raise FieldIsWrong("at", say("is so long ago that it may have been told before: nothing is done"))
    if at > now + AHEAD:
        raise FieldIsWrong("at", say("lies in the future"))


def known_at(name: str, where: str, known: Mapping[str, Any]) -> str:
    """A name of the playbook."""
    if name not in known:
        has = row(known) if known else say("none")
        raise FieldIsWrong(
            where, say("{name} is not in the playbook, which has {known}", name=shown(name), known=has)
        )
    return name
