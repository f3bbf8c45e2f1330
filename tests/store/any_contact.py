"""Contacts of any content, for hypothesis: every field of every record, also with what is seldom there.

The strategies follow from the types of the fields, so a field that is added to the model is tried at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from bot.engine.types.table import TYPES, slot_of
from bot.model.contact import AttributeValue, Contact
from bot.model.held import HeldItems, held_items
from bot.model.instance import Answer
from bot.model.message import Pushed
from bot.model.promotions import kinds
from bot.model.staff_chat import StaffChat
from bot.model.value import Type, Value
from bot.promotions.stamps.model import HeldStampCard, StampEntry

MILLISECOND = timedelta(milliseconds=1)
texts = st.text(max_size=6)
names = st.text(min_size=1, max_size=6)
FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC) for year in (1, 9998))
moments = st.integers(0, (LAST - FIRST) // MILLISECOND).map(lambda passed: FIRST + passed * MILLISECOND)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
flags = st.booleans()
counts = st.integers(0, 2**40)
values = texts | numbers | flags | moments

_OF_TYPE: dict[Type, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": numbers,
    "date": st.dates().map(lambda day: day.isoformat()),
    "time": st.times().map(lambda time: time.strftime("%H:%M")),
    "date_time": moments,
    "yes_no": flags,
}
_keys = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for _ in range(draw(st.integers(0, 4))):
        type_ = draw(st.sampled_from(tuple(TYPES)))
        slot = slot_of(draw(_keys), type_, private=draw(flags))
        found[slot] = AttributeValue(draw(_OF_TYPE[type_]), draw(moments))
    return found


_messages = st.fixed_dictionaries(
    {"type": st.just("text"), "text": texts, "size": st.just([1, {"a.b": True}])}
)
_OF_FIELD: Mapping[tuple[type, str], st.SearchStrategy[Any]] = {
    (Contact, "held"): st.deferred(lambda: _held()),
    (Contact, "id"): st.just("main:U1"),
    (Contact, "kind"): st.sampled_from(("person", "group", "room")),
    (Contact, "attributes"): attributes(),
    (Contact, "seed"): st.integers(0, 10006),
    (Answer, "type"): st.sampled_from(("text", "phone", "code", "choice")),
    (Pushed, "message"): _messages,
    (HeldStampCard, "count"): st.integers(-100, 100),
    (StampEntry, "count"): st.integers(-100, 100),
    **dict.fromkeys([(StaffChat, one) for one in ("by", "token", "given_by")], st.none() | names),
}
"""Of fields whose type says too little."""
_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: counts,
    bool: flags,
    datetime: moments,
    NoneType: st.none(),
    Value: values,
}
RECORDS = set[type]()
"""What a contact is made of."""


@cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Whatever may stand in a field of this type."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    inner = get_args(hint)
    match get_origin(hint):
        case origin if origin is Literal:
            return st.sampled_from(inner)
        case origin if origin in (Union, UnionType):
            return st.one_of(*map(any_of, inner))
        case origin if origin is tuple:
            return st.lists(any_of(inner[0]), max_size=3).map(tuple)
        case origin if origin is Mapping:
            return st.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=2)
    if isinstance(hint, type) and is_dataclass(hint):
        RECORDS.add(hint)
    return st.builds(hint, **fields_of(hint))


def fields_of(record: type) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each field of a record."""
    hints = get_type_hints(record)
    own = [field.name for field in fields(record)] if is_dataclass(record) else list(hints)
    return {
        name: _OF_FIELD[record, name] if (record, name) in _OF_FIELD else any_of(hints[name]) for name in own
    }


def _held() -> st.SearchStrategy[HeldItems]:
    """Of each kind of promotion."""
    holds = [held for kind in kinds() for held in kind.holds]
    records = {
        one.name: st.lists(st.builds(one.record, **fields_of(one.record)), max_size=3).map(tuple)
        for one in holds
    }
    return st.fixed_dictionaries(records).map(held_items)


CONTACT = fields_of(Contact)


def contacts() -> st.SearchStrategy[Contact]:
    """The same person in any state."""
    return st.builds(Contact, **CONTACT)
