"""Compiles a condition of the playbook language (section 5.1) to a MongoDB filter of contacts.

The filter finds exactly those persons for whom the condition holds when it is evaluated on the contact
itself. Names of fields are those of `bot.store.codec.documents`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any as AnyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.conditions.around import Constant, During, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
    Contains,
    InMonth,
    Is,
    IsKnown,
    IsOpen,
    OnDay,
    Order,
    Test,
)
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import (
    SEEDS,
    AtStore,
    BoundBefore,
    InFlow,
    InSplit,
    IsBound,
    ListedPeople,
    OnList,
)
from bot.engine.conditions.values import (
    PRIVATE_FIELDS,
    AnswerTest,
    AttributeTest,
    ContactTest,
    EventTest,
    HasTag,
)
from bot.engine.times.bounds import Comparator, ValueBound, When, month, month_days, put_on
from bot.engine.types.table import TYPES
from bot.model.contact_kind import CROWDS
from bot.model.decision import SmsCredit
from bot.model.value import PRIVATE_SLOT, Type
from bot.store.database.mongo import Document
from bot.store.keyed_ids import Hashes
from bot.store.promotions import STORE_PARTS
from bot.store.sealing.private import all_hashed

OnListFilter: TypeAlias = Callable[[ListedPeople], Document]
"""Makes the filter for contacts on a list."""
EVERYBODY: Mapping[str, AnyType] = {}
NONE_FITS: Mapping[str, AnyType] = {"_id": {"$in": []}}

PERSONS: Mapping[str, AnyType] = {"kind": {"$nin": list(CROWDS)}}
"""The filter for persons, without groups and rooms: conditions are for persons only."""

_OPERATOR: Mapping[Comparator, str] = {
    "at_least": "$gte",
    "at_most": "$lte",
    "more_than": "$gt",
    "less_than": "$lt",
}

_IDENTITY_FIELDS = {
    "friend": "friend",
    "followed": "since",
    "last_seen": "seen",
    "last_push": "pushed",
    "last_staff": "staffed",
}
"""Fields of conditions that a contact has for each channel: their names in an item of `ids`."""

_CONTACT_FIELDS = {
    "name": "name",
    "language": "lang",
    "marketing": "marketing",
    "last_order": "order",
    "clerk": "b.clerk.code",
    "clerk_since": "b.clerk.at",
    "phone": "p.phone",
    "email": "p.email",
    "member_no": "p.member_no",
}


class NoFilter(ValueError):
    """The condition reads an event or the answers of a flow: nobody can be found by it (class E)."""


def filter_of(
    condition: Condition,
    channel: str,
    now: datetime,
    zone: ZoneInfo,
    hash_private: Hashes,
    *,
    sms_credit: SmsCredit = "fine",
) -> Document:
    """The query for all persons on `channel` of whom the condition holds at `now` (UTC, whole milliseconds).

    `hash_private` is `Seal.blind_indexes`. Raises NoFilter.
    """
    holds = condition_filter(condition, channel, When(now, zone), hash_private, sms_credit=sms_credit)
    here = {"ids": {"$elemMatch": {"ch": channel}}, **PERSONS}
    return {"$and": [here, holds]}


def condition_filter(
    condition: Condition,
    channel: str,
    when: When,
    hash_private: Hashes,
    *,
    sms_credit: SmsCredit = "fine",
    on_list: OnListFilter | None = None,
) -> Document:
    """The condition alone: `filter_of` without its scope of contacts. Raises NoFilter.

    `on_list`: makes the filter for a list; `None`: by the field `lists` of contacts.
    """
    return _filter(condition, _Asked(channel, when, hash_private, sms_credit, on_list or _marked))


@dataclass(frozen=True, slots=True)
class _Asked:
    channel: str
    when: When
    hash_private: Hashes
    sms_credit: SmsCredit
    on_list: OnListFilter


def _filter(condition: Condition, asked: _Asked) -> Document:
    if (ours := _FILTERS.get(type(condition))) is not None:
        return ours(condition, asked)
    return _filters_of_kinds()[type(condition)](condition, asked.when.now)


@cache
def _filters_of_kinds() -> Mapping[type, Callable[[AnyType, datetime], Document]]:
    return STORE_PARTS.table(lambda part: part.filters)


def _every(filters: Iterable[Document]) -> Document:
    parts = list(filters)
    return {"$and": parts} if parts else dict(EVERYBODY)


def _some(filters: Iterable[Document]) -> Document:
    parts = list(filters)
    return {"$or": parts} if parts else dict(NONE_FITS)


def _if(holds: bool) -> Document:
    return dict(EVERYBODY if holds else NONE_FITS)


def _all(condition: All, asked: _Asked) -> Document:
    return _every(_filter(part, asked) for part in condition.parts)


def _any(condition: Any, asked: _Asked) -> Document:
    return _some(_filter(part, asked) for part in condition.parts)


def _not(condition: Not, asked: _Asked) -> Document:
    return {"$nor": [_filter(condition.part, asked)]}


def _constant(condition: Constant, asked: _Asked) -> Document:
    return _if(condition.decided)


def _has_tag(condition: HasTag, asked: _Asked) -> Document:
    tag: Document = {"exp": {"$gt": asked.when.now}, "n": {"$in": list(condition.tags)}}
    since = put_on(condition.within, condition.over, asked.when)
    return {"tags": {"$elemMatch": {"$and": [tag, *({"at": _compared([bound])} for bound in since)]}}}


def _is_bound(condition: IsBound, asked: _Asked) -> Document:
    return _some({f"b.{kind}": {"$exists": True}} for kind in condition.kinds)


def _bound_before(condition: BoundBefore, asked: _Asked) -> Document:
    return {"b.before": {"$exists": True}}


def _during(condition: During, asked: _Asked) -> Document:
    return _if(condition.hours.open_at(asked.when.now, asked.when.zone))


def _attribute(condition: AttributeTest, asked: _Asked) -> Document:
    slot, _, key = condition.slot.partition(".")
    shadow = f"md.{key}"
    private = slot == PRIVATE_SLOT
    return _every(
        _tested(condition.slot, shadow, test, condition.type, asked, private=private)
        for test in condition.tests
    )


def _contact(condition: ContactTest, asked: _Asked) -> Document:
    here = _IDENTITY_FIELDS.get(condition.field)
    if here is not None:
        return _every(_on_channel_tested(here, test, condition.type, asked) for test in condition.tests)
    path, private = _CONTACT_FIELDS[condition.field], condition.field in PRIVATE_FIELDS
    return _every(_tested(path, "", test, condition.type, asked, private=private) for test in condition.tests)


def _on_channel_tested(field: str, test: Test, type_: Type, asked: _Asked) -> Document:
    if isinstance(test, IsKnown) and not test.known:
        return {"$nor": [_on_channel_tested(field, IsKnown(True), type_, asked)]}
    found = _tested(field, "", test, type_, asked, private=False)
    return {"ids": {"$elemMatch": {"ch": asked.channel, **found}}}


def _tested(path: str, shadow: str, test: Test, type_: Type, asked: _Asked, *, private: bool) -> Document:
    """One test of the value at `path`; `shadow` is the path of the `MM-DD` of a date."""
    match test:
        case Is():
            values = [TYPES[type_].operand(value, asked.when) for value in test.values]
            hashes = [one for v in values for one in all_hashed(v, asked.hash_private)] if private else values
            return {path: {"$in": hashes}}
        case IsKnown():
            return {path: {"$exists": test.known}}
        case Contains():
            return {path: {"$regex": ("^" if test.at_start else "") + escaped(test.text)}}
        case Order() | Ago() | OnDay():
            return {path: _compared(test.bounds(type_, asked.when))}
        case Anniversary():
            return {shadow: {"$in": list(month_days(test.in_days, asked.when))}}
        case InMonth():
            return {shadow: {"$regex": "^" + month(test.month, asked.when)}}
        case IsOpen():
            raise NoFilter(f"nobody is found in the database by the hours of a date: during {test.name}")


def _compared(limits: Iterable[ValueBound]) -> Document:
    return {_OPERATOR[how]: value for how, value in limits}


def escaped(text: str) -> str:
    """A regular expression that matches the text literally; a NUL is escaped, as MongoDB refuses it."""
    return re.escape(text).replace("\0", r"\x00")


def _on_list(condition: OnList, asked: _Asked) -> Document:
    return asked.on_list(condition.people)


def _marked(people: ListedPeople) -> Document:
    return {"lists": people.key}


def _on_channel(condition: OnChannel, asked: _Asked) -> Document:
    return _if(asked.channel in condition.channels)


def _in_split(condition: InSplit, asked: _Asked) -> Document:
    product = {"$multiply": [{"$ifNull": ["$seed", 0]}, condition.a]}
    bucket = {"$mod": [{"$add": [product, condition.b]}, SEEDS]}
    return _some(
        {"$expr": {"$and": [{"$gte": [bucket, low]}, {"$lt": [bucket, high]}]}}
        for low, high in condition.ranges
    )


def _in_flow(condition: InFlow, asked: _Asked) -> Document:
    instance: Document = {"f": {"$in": list(condition.flows)}}
    if condition.states is not None:
        instance["s"] = {"$in": list(condition.states)}
    return {"flows": {"$elemMatch": instance}}


def _at_store(condition: AtStore, asked: _Asked) -> Document:
    return {"b.clerk.store": {"$in": list(condition.stores)}}


def _with_staff(condition: WithStaff, asked: _Asked) -> Document:
    found: Document = {"ids": {"$elemMatch": {"ch": asked.channel, "staff": True}}}
    return found if condition.staff else {"$nor": [found]}


def _sms_credit(condition: SmsCreditIs, asked: _Asked) -> Document:
    return _if(asked.sms_credit in condition.levels)


def _refused(condition: AnswerTest | EventTest, asked: _Asked) -> Document:
    what = "the event" if isinstance(condition, EventTest) else "an answer"
    raise NoFilter(f"{condition.place}: a condition that reads {what} finds nobody in the database")


_FILTERS: Mapping[type, Callable[[AnyType, _Asked], Document]] = {
    All: _all,
    Any: _any,
    Not: _not,
    Constant: _constant,
    HasTag: _has_tag,
    IsBound: _is_bound,
    BoundBefore: _bound_before,
    During: _during,
    AttributeTest: _attribute,
    ContactTest: _contact,
    OnList: _on_list,
    OnChannel: _on_channel,
    InSplit: _in_split,
    InFlow: _in_flow,
    AtStore: _at_store,
    WithStaff: _with_staff,
    SmsCreditIs: _sms_credit,
    AnswerTest: _refused,
    EventTest: _refused,
}
