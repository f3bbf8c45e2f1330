"""Parses events that other systems send as JSON: signals of the playbook for a person. Errors name the
field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.engine.types.dates import iso_moment
from bot.engine.types.plain import LONGEST_TEXT
from bot.engine.types.table import TYPES
from bot.model.inbox import MAX_EVENT_AGE
from bot.model.message import USER_ID
from bot.model.translatable import Translatable, row, tr
from bot.model.value import Type, Value
from bot.playbook.similar import quoted

LONGEST_ID = 200
"""Characters of an id or number, at most."""
AHEAD = timedelta(minutes=10)
"""How much another system's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class WrongField:
    """Which field is wrong (`values.order_no`; empty: the event itself), and what it should be."""

    field: str
    message: Translatable


class FieldIsWrong(Exception):
    """The first field that is wrong."""

    def __init__(self, field: str, message: Translatable) -> None:
        self.wrong = WrongField(field, message)


def object_at(value: Any, where: str) -> Mapping[str, Any]:
    """The value as a JSON object. Raises `FieldIsWrong`, naming the field `where`."""
    if not isinstance(value, Mapping):
        raise FieldIsWrong(where, tr("is no JSON object"))
    return value


def only(event: Mapping[str, Any], keys: tuple[str, ...], where: str = "") -> None:
    """Check that there are no other keys. Raises `FieldIsWrong`; `where` is the prefix of the field's
    name."""
    if (unknown := next((key for key in event if key not in keys), None)) is not None:
        raise FieldIsWrong(f"{where}{unknown}", tr("is not one of {known}", known=row(keys)))


def text_at(event: Mapping[str, Any], key: str, most: int = LONGEST_TEXT, where: str = "") -> str:
    """The text at a key, not empty, of `most` characters at most. Raises `FieldIsWrong`."""
    value = event.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FieldIsWrong(f"{where}{key}", tr("is a text, and not empty"))
    if len(value) > most:
        raise FieldIsWrong(f"{where}{key}", tr("has at most {most} characters", most=most))
    return value


def number_at(event: Mapping[str, Any], key: str, where: str = "") -> str:
    """An identifying number (of a member, an order) at a key, as text or as a whole number of JSON.

    Raises `FieldIsWrong`.
    """
    value = event.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
        raise FieldIsWrong(f"{where}{key}", tr("is a text, and not empty"))
    return value.strip()


def check_age(event: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> None:
    """Check that `at`, if given, is not so long ago that its id may be forgotten, and not in the future.

    Raises `FieldIsWrong`.
    """
    if (given := event.get("at")) is None:
        return
    at = iso_moment(given, zone)
    if at is None:
        raise FieldIsWrong("at", tr("is a moment in ISO 8601"))
    if at < now - MAX_EVENT_AGE:
        raise FieldIsWrong("at", tr("is so long ago that it may have been told before: nothing is done"))
    if at > now + AHEAD:
        raise FieldIsWrong("at", tr("lies in the future"))


def known_at(name: str, where: str, known: Mapping[str, Any]) -> str:
    """The name, if it is one of the `known` ones of the playbook. Raises `FieldIsWrong`."""
    if name not in known:
        has = row(known) if known else tr("none")
        raise FieldIsWrong(
            where, tr("{name} is not in the playbook, which has {known}", name=quoted(name), known=has)
        )
    return name


NamedBy: TypeAlias = Literal["line_id", "phone", "member_no"]
PEOPLE: tuple[NamedBy, ...] = ("line_id", "phone", "member_no")
"""The keys of `contact`, exactly one of which is given."""
KEYS = ("id", "signal", "channel", "contact", "values", "at")
"""The fields of a signal."""


class Addressee(NamedTuple):
    """For whom an event is: `identifier` is a LINE user id, a phone as we write it, or a member number."""

    channel: str
    kind: NamedBy
    identifier: str

    def __repr__(self) -> str:
        return f"Addressee({self.channel}, {self.kind})"  # the person must be in no log


@dataclass(frozen=True, slots=True, eq=False)
class OutsideSignal:
    """A signal from another system, with typed values; `id` is the sender's own, unique on a channel.

    Compared by identity: two equal ones are two events.
    """

    id: str
    signal: str
    to: Addressee
    values: Mapping[str, Value] = field(repr=False)


def read_signal(raw: Any, playbook: Playbook, now: datetime) -> OutsideSignal | WrongField:
    """One event of a call, or the first field that is wrong."""
    try:
        return _read(raw, playbook, now)
    except FieldIsWrong as error:
        return error.wrong


def _read(raw: Any, playbook: Playbook, now: datetime) -> OutsideSignal:
    event = object_at(raw, "")
    only(event, KEYS)
    id_ = text_at(event, "id", LONGEST_ID)
    signal = known_at(text_at(event, "signal"), "signal", playbook.signals)
    to = Addressee(_channel(event, playbook), *_person(event.get("contact")))
    check_age(event, playbook.zone, now)
    values = _values(event.get("values", {}), playbook.signals[signal], playbook)
    return OutsideSignal(id_, signal, to, values)


def _channel(event: Mapping[str, Any], playbook: Playbook) -> str:
    if "channel" in event:
        return known_at(text_at(event, "channel"), "channel", playbook.channels)
    if len(playbook.channels) > 1:
        raise FieldIsWrong("channel", tr("which one? The playbook has {known}", known=row(playbook.channels)))
    return next(iter(playbook.channels))


def _person(value: Any) -> tuple[NamedBy, str]:
    person = object_at(value, "contact")
    kinds = [kind for kind in PEOPLE if kind in person]
    if len(kinds) != 1 or len(person) != 1:
        raise FieldIsWrong("contact", tr("has exactly one of {known}", known=row(PEOPLE)))
    [kind] = kinds
    if kind == "member_no":
        return kind, number_at(person, kind, "contact.")
    return kind, _normalised(kind, text_at(person, kind, LONGEST_ID, "contact.").strip())


def _normalised(kind: NamedBy, value: str) -> str:
    match kind:
        case "line_id" if not USER_ID.fullmatch(value):
            raise FieldIsWrong("contact.line_id", tr("is a LINE user id: U and 32 of 0-9 and a-f"))
        case "phone":
            phone = typed(value, "phone")
            if not isinstance(phone, str):
                raise FieldIsWrong("contact.phone", tr("is no mobile number"))
            return phone
        case _:
            return value


def _values(raw: Any, fields: Mapping[str, Type], playbook: Playbook) -> Mapping[str, Value]:
    given = object_at(raw, "values")
    if (unknown := next((key for key in given if key not in fields), None)) is not None:
        raise FieldIsWrong(
            f"values.{unknown}", tr("the signal has no such value; it has {known}", known=row(fields))
        )
    if (missing := next((key for key in fields if key not in given), None)) is not None:
        raise FieldIsWrong(f"values.{missing}", tr("is missing"))
    return {key: _value(given[key], key, type_, playbook) for key, type_ in fields.items()}


def _value(raw: Any, key: str, type_: Type, playbook: Playbook) -> Value:
    if isinstance(raw, str) and len(raw) > LONGEST_TEXT:
        raise FieldIsWrong(f"values.{key}", tr("has at most {most} characters", most=f"{LONGEST_TEXT:,}"))
    value = TYPES[type_].from_json(raw, playbook.zone)
    if value is None:
        raise FieldIsWrong(f"values.{key}", tr("is wanted as: {type}", type=TYPES[type_].asked))
    return value
