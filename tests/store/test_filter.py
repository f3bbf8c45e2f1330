"""Both compilers of conditions agree, for everybody who has an identity on the channel (F6, language 5.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any as AnyValue
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from bot.engine.conditions import comparisons, values
from bot.engine.conditions.around import WithStaff
from bot.engine.conditions.comparisons import Anniversary, Contains, InMonth, Is, IsKnown, IsOpen, OnDay
from bot.engine.conditions.condition import All, Any, Condition, ConditionContext, Not
from bot.engine.conditions.people import InFlow, InSplit, IsBound
from bot.engine.conditions.values import AnswerTest, AttributeTest, ContactTest, EventTest, HasTag
from bot.engine.times import bounds as engine_bounds
from bot.engine.times.bounds import When
from bot.engine.times.hours import Hours
from bot.engine.types.table import TYPES
from bot.model.contact import Contact, Identity
from bot.store.codec.contact_changes import changes
from bot.store.contacts import filter as in_database
from bot.store.contacts.filter import NoFilter, escaped, filter_of
from bot.store.database.mongo import OPTIONS, Document
from bot.store.sealing.seal import Seal
from tests.depth import examples, one_of
from tests.store.random_people import HERE, NOWS, ZONES, Conditions, people

PERSONS = 300
CONDITIONS = 300
MANY_CONDITIONS = 3_000
LEAVES = max(8_000, examples(6_000))
UNTIL_SEEN = 2_000
"""Within so many conditions a planted fault must be seen."""


@dataclass(frozen=True)
class Crowd:
    """Persons in memory, and the same ones in a collection."""

    persons: list[Contact]
    stored: Collection[Document]
    seal: Seal

    def disagreement(self, condition: Condition, channel: str, when: When) -> str | None:
        """For whom the two compilers do not say the same; `None` where they agree."""
        here, there = self.here(condition, channel, when), self.there(condition, channel, when)
        if here == there:
            return None
        return f"{condition} on {channel} at {when.now} in {when.zone}: {sorted(here ^ there)[:3]}"

    def here(self, condition: Condition, channel: str, when: When) -> set[str]:
        return {
            person.id
            for person in self.persons
            if any(identity.channel == channel for identity in person.identities)
            and condition.holds(ConditionContext(person, channel, when, sms_credit="low"))
        }

    def there(self, condition: Condition, channel: str, when: When) -> set[str]:
        query = filter_of(condition, channel, when.now, when.zone, self.seal.blind_indexes, sms_credit="low")
        return {document["_id"] for document in self.stored.find(query, {"_id": 1})}


@pytest.fixture(scope="module")
def crowd(mongod: str, seal: Seal) -> Iterator[Crowd]:
    client: MongoClient[Document] = MongoClient(mongod, **OPTIONS)
    stored = client["conditions"]["contacts"]
    persons = people(7, PERSONS)
    stored.insert_many([as_stored(person, seal) for person in persons])
    yield Crowd(persons, stored, seal)
    client.drop_database("conditions")
    client.close()


def as_stored(person: Contact, seal: Seal) -> Document:
    """What a first turn leaves in the database."""
    document: Document = {"_id": person.id}
    fields, _ = changes(person, person, seal, born=True)
    for path, value in fields.items():
        *above, name = path.split(".")
        part = document
        for step in above:
            part = part.setdefault(step, {})
        part[name] = value
    return document


@pytest.mark.ring("all", "many writes")
@pytest.mark.parametrize(
    "many", [CONDITIONS, pytest.param(MANY_CONDITIONS, marks=pytest.mark.ring("soak", "more of the same"))]
)
def test_both_compilers_say_the_same(crowd: Crowd, many: int) -> None:
    conditions = Conditions(1)
    found: Counter[str] = Counter()
    for number in range(many):
        condition = conditions.next(depth=number % 4)
        channel, when = conditions.asked()
        here = crowd.here(condition, channel, when)
        there = crowd.there(condition, channel, when)
        assert here == there, (
            f"{condition} on {channel} at {when.now} in {when.zone}: {sorted(here ^ there)[:3]}"
        )
        found["nobody" if not here else "everybody" if len(here) > PERSONS * 0.6 else "some"] += 1
    assert found["some"] > many / 3, f"too few conditions tell persons apart: {found}"


@pytest.mark.ring("all", "a crowd")
def test_every_kind_tells_persons_apart(crowd: Crowd) -> None:
    """Otherwise the agreement above would say nothing about that kind."""
    conditions = Conditions(2)
    told: set[str] = set()
    asked: set[str] = set()
    for _ in range(LEAVES):
        condition = conditions.next(depth=0)
        channel, when = conditions.asked()
        kind = kind_of(condition)
        asked.add(kind)
        if kind not in told and 0 < len(crowd.here(condition, channel, when)) < PERSONS / 2:
            told.add(kind)
    constant = {"During", "OnChannel", "SmsCreditIs", "Constant"}
    assert asked - told == constant
    assert len(told) > 40, sorted(told)


def kind_of(condition: Condition) -> str:
    """The kind of a leaf; of a test also the type and the comparison."""
    name = type(condition).__name__
    if isinstance(condition, AttributeTest | ContactTest) and len(condition.tests) == 1:
        of = condition.field if isinstance(condition, ContactTest) else condition.slot.partition(".")[0]
        return f"{name} {condition.type} {type(condition.tests[0]).__name__}" + (
            f" {of}" if isinstance(condition, ContactTest) else ""
        )
    return name


Fault = Callable[[pytest.MonkeyPatch], None]


def _operator(how: str, wrong: str) -> Fault:
    return lambda patch: patch.setitem(cast("dict[str, str]", in_database._OPERATOR), how, wrong)


def _filter(kind: type, wrong: Callable[[AnyValue, AnyValue], Document]) -> Fault:
    return lambda patch: patch.setitem(in_database._FILTERS, kind, wrong)


def _leaf(kind: type, wrong: Callable[[AnyValue, ConditionContext], bool]) -> Fault:
    return lambda patch: patch.setattr(kind, "holds", wrong)


def _test(kind: type, wrong: Callable[..., bool]) -> Fault:
    return lambda patch: patch.setattr(kind, "passed_by", wrong)


def _in_filter(name: str, wrong: AnyValue) -> Fault:
    return lambda patch: patch.setattr(in_database, name, wrong)


def _fits_any_type(patch: pytest.MonkeyPatch) -> None:
    lenient = {
        name: type("Lenient", (type(type_),), {"fits": lambda self, value: True})()
        for name, type_ in TYPES.items()
    }
    for module in (comparisons, values):
        patch.setattr(module, "TYPES", lenient)


def _elsewhere(field: str, path: str) -> Fault:
    return lambda patch: patch.setitem(in_database._CONTACT_FIELDS, field, path)


def _somewhere(field: str, test: AnyValue, type_: AnyValue, asked: AnyValue) -> Document:
    return {f"ids.{field}": looked_at(field, test, type_, asked)[field]}


def looked_at(field: str, test: AnyValue, type_: AnyValue, asked: AnyValue) -> Document:
    return in_database._tested(field, "", test, type_, asked, private=False)


def _dotted_tag(condition: HasTag, asked: AnyValue) -> Document:
    since = engine_bounds.put_on(condition.within, condition.over, asked.when)
    at = [{"tags.at": in_database._compared([bound])} for bound in since]
    on = [{"tags.n": {"$in": list(condition.tags)}}, {"tags.exp": {"$gt": asked.when.now}}]
    return {"$and": [*on, *at]}


def _unexpiring(condition: HasTag, asked: AnyValue) -> Document:
    return {"tags": {"$elemMatch": {"n": {"$in": list(condition.tags)}}}}


def _dotted_flow(condition: InFlow, asked: AnyValue) -> Document:
    states: Document = {} if condition.states is None else {"flows.s": {"$in": list(condition.states)}}
    return {"flows.f": {"$in": list(condition.flows)}, **states}


def _closed_split(condition: InSplit, asked: AnyValue) -> Document:
    return in_database._in_split(
        replace(condition, ranges=tuple((a, b + 10) for a, b in condition.ranges)), asked
    )


def _no_nor(condition: Not, asked: AnyValue) -> Document:
    """`not` pushed down one step, as if `all` stayed `all`."""
    if isinstance(condition.part, All) and condition.part.parts:
        return {"$and": [{"$nor": [in_database._filter(part, asked)]} for part in condition.part.parts]}
    return in_database._not(condition, asked)


def _unknown_is_not(condition: Not, asked: ConditionContext) -> bool:
    """`not` of a test of a missing value is false, as in SQL."""
    if isinstance(condition.part, AttributeTest) and condition.part.value(asked) is None:
        return False
    return not condition.part.holds(asked)


def _first_identity(asked: ConditionContext) -> Identity:
    return asked.contact.identities[0]


def _is_of_any_type(test: Is, value: AnyValue, type_: AnyValue, when: When) -> bool:
    return any(str(value) == str(TYPES[type_].operand(wanted, when)) for wanted in test.values)


def _folded(test: Contains, value: AnyValue, type_: AnyValue, when: When) -> bool:
    text, said = test.text.casefold(), value.casefold()
    return said.startswith(text) if test.at_start else text in said


FAULTS: Mapping[str, Fault] = {
    "at_least is more_than": _operator("at_least", "$gt"),
    "at_most is less_than": _operator("at_most", "$lt"),
    "more_than is at_least": _operator("more_than", "$gte"),
    "less_than is at_most": _operator("less_than", "$lte"),
    "expired tags count": _filter(HasTag, _unexpiring),
    "name and expiry of two tags": _filter(HasTag, _dotted_tag),
    "flow and state of two instances": _filter(InFlow, _dotted_flow),
    "a range of a split is too long": _filter(InSplit, _closed_split),
    "not goes into all as all": _filter(Not, _no_nor),
    "any is all": _filter(Any, in_database._all),
    "bound: all of the ways": _filter(
        IsBound, lambda c, _: {"$and": [{f"b.{k}": {"$exists": True}} for k in c.kinds]}
    ),
    "staff on any channel": _filter(
        WithStaff, lambda c, _: {"ids.staff": True} if c.staff else {"ids.staff": {"$ne": True}}
    ),
    "staff false must be there": _filter(
        WithStaff, lambda c, a: {"ids": {"$elemMatch": {"ch": a.channel, "staff": c.staff}}}
    ),
    "the test of any identity": _in_filter("_on_channel_tested", _somewhere),
    "days in UTC": _in_filter("When", lambda now, zone: When(now, ZoneInfo("UTC"))),
    "a regular expression is not escaped": _in_filter(
        "escaped", lambda text: text.replace("(", r"\(").strip("[*\\\0")
    ),
    "29 February never comes in common years": _in_filter(
        "month_days", lambda days, when: engine_bounds.month_days(days, when)[:1]
    ),
    "another month": _in_filter("month", lambda asked, when: "02-"),
    "the hash of the bare value": _in_filter("all_hashed", lambda value, hash_text: hash_text(str(value))),
    "a field at a wrong place": _elsewhere("clerk", "b.clerk.name"),
    "unknown marketing is no": _elsewhere("marketing", "marketing_here"),
    "in memory: not of unknown is false": _leaf(Not, _unknown_is_not),
    "in memory: an expired tag counts": _leaf(
        HasTag, lambda c, a: any(tag.name in c.tags for tag in a.contact.tags)
    ),
    "in memory: the first identity": lambda patch: patch.setattr(
        ConditionContext, "identity", property(_first_identity)
    ),
    "in memory: a value of any type fits": _fits_any_type,
    "in memory: is compares texts": _test(Is, _is_of_any_type),
    "in memory: contains folds case": _test(Contains, _folded),
    "in memory: a date's month by its characters": _test(
        InMonth,
        lambda t, v, _, when: int(v[5:7]) == (t.month if isinstance(t.month, int) else when.today.month),
    ),
    "in memory: days_ago is a span": _test(OnDay, lambda t, v, type_, when: t.bounds(type_, when)[0][1] <= v),
    "in memory: the anniversary of common years": _test(
        Anniversary, lambda t, v, _, when: v[5:] == engine_bounds.month_days(t.in_days, when)[0]
    ),
}


OF_ANNIVERSARIES = {
    "29 February never comes in common years",
    "in memory: the anniversary of common years",
}
"""Seen late, and in no condition without one: the others are not asked about."""
assert FAULTS.keys() >= OF_ANNIVERSARIES


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("fault", one_of(3, ((name,) for name in FAULTS)))
def test_a_planted_fault_is_seen(crowd: Crowd, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """So the agreement is not one of two blind men."""
    FAULTS[fault](monkeypatch)
    conditions = Conditions(3)
    of_days = fault in OF_ANNIVERSARIES
    for number in range(UNTIL_SEEN):
        condition, asked = conditions.next(depth=number % 4), conditions.asked()
        if of_days and Anniversary.__name__ not in repr(condition):
            continue
        try:
            if crowd.disagreement(condition, *asked) is not None:
                return
        except (TypeError, ValueError, OperationFailure):
            return  # the compiler broke, or the database refused: that is seen too
    pytest.fail(f"nobody saw it in {UNTIL_SEEN} conditions")


MOMENT = When(NOWS[0], ZONES[0])


@pytest.mark.parametrize(
    "condition",
    [
        AnswerTest(HERE, "skin", "text", (Is(("油性",)),)),
        EventTest(HERE, "amount", "number", (IsKnown(True),)),
        All((Any((Not(EventTest(HERE, "amount", "number", (IsKnown(True),))),)),)),
    ],
)
def test_what_reads_an_event_or_an_answer_has_no_filter(condition: Condition, seal: Seal) -> None:
    with pytest.raises(NoFilter, match=r"audiences\.yaml:1:1: a condition that reads"):
        filter_of(condition, "main", NOWS[0], ZONES[0], seal.blind_indexes)


def test_what_is_kept_cannot_be_searched_by_the_hours_of_its_day(seal: Seal) -> None:
    """`check` refuses it before: only an answer or an event is held against hours."""
    condition = AttributeTest(HERE, "d.visit", "date", (IsOpen("門診時間", Hours(())),))
    with pytest.raises(NoFilter, match="by the hours of a date: during 門診時間"):
        filter_of(condition, "main", NOWS[0], ZONES[0], seal.blind_indexes)


def test_private_values_are_asked_for_by_their_hash(seal: Seal) -> None:
    condition = All(
        (
            ContactTest(HERE, "phone", "text", (Is(("+886912345678",)),)),
            AttributeTest(HERE, "x.carrier", "text", (Is(("/ABC1234",)),)),
        )
    )
    query = str(filter_of(condition, "main", NOWS[0], ZONES[0], seal.blind_indexes))
    assert "912345678" not in query
    assert "ABC1234" not in query


def test_groups_are_nobody(crowd: Crowd, seal: Seal) -> None:
    groups = [
        Contact("main:C1", kind="group", identities=(Identity("main", "C1"),)),
        Contact("main:R1", kind="room", identities=(Identity("main", "R1"),)),
    ]
    ids = [one.id for one in groups]
    crowd.stored.insert_many([as_stored(one, seal) for one in groups])
    try:
        assert not {*ids} & {*crowd.there(All(()), "main", MOMENT)}
    finally:
        crowd.stored.delete_many({"_id": {"$in": ids}})


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        (
            HasTag(HERE, ("VIP",)),
            {"tags": {"$elemMatch": {"$and": [{"exp": {"$gt": NOWS[0]}, "n": {"$in": ["VIP"]}}]}}},
        ),
        (AttributeTest(HERE, "n.points", "number", (Is((1, 2)),)), {"$and": [{"n.points": {"$in": [1, 2]}}]}),
        (Not(Any(())), {"$nor": [{"_id": {"$in": []}}]}),
        (
            AttributeTest(HERE, "d.birthday", "date", (Anniversary(0),)),
            {"$and": [{"md.birthday": {"$in": ["11-20"]}}]},
        ),
        (WithStaff(HERE, False), {"$nor": [{"ids": {"$elemMatch": {"ch": "main", "staff": True}}}]}),
    ],
)
def test_the_shape_of_a_filter(condition: Condition, query: Document, seal: Seal) -> None:
    """As the table of the language has it."""
    people_here = {"ids": {"$elemMatch": {"ch": "main"}}, "kind": {"$nin": ["group", "room"]}}
    made = filter_of(condition, "main", NOWS[0], ZONES[0], seal.blind_indexes)
    assert made == {"$and": [people_here, query]}


def test_a_text_is_escaped_for_a_regular_expression() -> None:
    assert escaped("a.c\0[") == r"a\.c\x00\["
