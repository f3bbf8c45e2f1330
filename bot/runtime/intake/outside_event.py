"""What another system may tell: a signal of the playbook, for a person, as JSON; a mistake by its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.engine.types.table import TYPES
from bot.model.said import Said, row, say
from bot.model.value import Type, Value
from bot.playbook.similar import shown
from bot.scenario.hooks import value_of

LONGEST_ID = 200
LONGEST_TEXT = 5_000
"""Characters of a value: what fits into a message of LINE."""

Kind: TypeAlias = Literal["line_id", "phone", "member_no"]
PEOPLE: tuple[Kind, ...] = ("line_id", "phone", "member_no")
KEYS = ("id", "signal", "channel", "contact", "values")


@dataclass(frozen=True, slots=True)
class OutsideSignal:
    """A signal as it was told, every value of its type; `id` is whoever tells it's, once on each channel."""

    id: str
    signal: str
    channel: str
    kind: Kind
    who: str = field(repr=False)
    values: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrongField:
    """Which field is wrong (`values.order_no`), and what it should be."""

    field: str
    message: Said


class _Wrong(Exception):
    def __init__(self, field: str, message: Said) -> None:
        self.wrong = WrongField(field, message)


def read_signal(told: Any, playbook: Playbook) -> OutsideSignal | WrongField:
    """One event of a call, or the first field that is wrong."""
    try:
        return _read(told, playbook)
    except _Wrong as error:
        return error.wrong


def _read(told: Any, playbook: Playbook) -> OutsideSignal:
    event = _object(told, "")
    if (unknown := next((key for key in event if key not in KEYS), None)) is not None:
        raise _Wrong(unknown, say("is not one of {known}", known=row(KEYS)))
    id_ = _text(event, "id", LONGEST_ID)
    signal = _known(_text(event, "signal"), "signal", playbook.signals)
    channel = _channel(event, playbook)
    kind, who = _person(event.get("contact"))
    fields = playbook.signals[signal]
    values = _values(event.get("values", {}), fields, playbook)
    return OutsideSignal(id_, signal, channel, kind, who, values)


def _object(told: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise _Wrong(where, say("is no JSON object"))
    return told


def _text(event: Mapping[str, Any], key: str, most: int = LONGEST_TEXT) -> str:
    value = event.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _Wrong(key, say("is a text, and not empty"))
    if len(value) > most:
        raise _Wrong(key, say("has at most {most} characters", most=most))
    return value


def _known(name: str, where: str, known: Mapping[str, Any]) -> str:
    if name not in known:
        raise _Wrong(
            where, say("the playbook has {known}, and no {name}", known=row(known), name=shown(name))
        )
    return name


def _channel(event: Mapping[str, Any], playbook: Playbook) -> str:
    if "channel" in event:
        return _known(_text(event, "channel"), "channel", playbook.channels)
    if len(playbook.channels) > 1:
        raise _Wrong("channel", say("which one? The playbook has {known}", known=row(playbook.channels)))
    return next(iter(playbook.channels))


def _person(told: Any) -> tuple[Kind, str]:
    person = _object(told, "contact")
    kinds = [kind for kind in PEOPLE if kind in person]
    if len(kinds) != 1 or len(person) != 1:
        raise _Wrong("contact", say("has exactly one of {known}", known=row(PEOPLE)))
    [kind] = kinds
    value = person[kind]
    if isinstance(value, int) and not isinstance(value, bool) and kind == "member_no":
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
        raise _Wrong(f"contact.{kind}", say("is a text, and not empty"))
    if kind != "phone":
        return kind, value.strip()
    phone = typed(value, "phone")
    if not isinstance(phone, str):
        raise _Wrong("contact.phone", say("is no mobile number"))
    return kind, phone


def _values(told: Any, fields: Mapping[str, Type], playbook: Playbook) -> Mapping[str, Value]:
    given = _object(told, "values")
    if (unknown := next((key for key in given if key not in fields), None)) is not None:
        raise _Wrong(
            f"values.{unknown}", say("the signal has no such value; it has {known}", known=row(fields))
        )
    if (missing := next((key for key in fields if key not in given), None)) is not None:
        raise _Wrong(f"values.{missing}", say("is missing"))
    return {key: _value(given[key], key, type_, playbook) for key, type_ in fields.items()}


def _value(raw: Any, key: str, type_: Type, playbook: Playbook) -> Value:
    value = value_of(raw, type_, playbook.zone)
    if value is None:
        raise _Wrong(f"values.{key}", say("{is_wanted}", is_wanted=TYPES[type_].asked))
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise _Wrong(f"values.{key}", say("has at most {most} characters", most=LONGEST_TEXT))
    return value
