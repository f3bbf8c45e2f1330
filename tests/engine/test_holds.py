"""What each condition means, asked of a person in memory (language, section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any as AnyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.engine.conditions.condition import All, Any, Condition, ConditionContext, Not, why
from bot.engine.conditions.people import AtStore, BoundBefore, InFlow, InSplit, IsBound, ListedPeople, OnList
from bot.engine.conditions.values import AnswerTest, AttributeTest, ContactTest, EventTest, HasTag
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.hours import WHOLE_DAY, Days, Hours
from bot.engine.times.local_time import Duration
from bot.engine.types.table import slot_of
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, Tag
from bot.model.instance import Answer, Instance
from bot.model.place import Place
from bot.model.value import Type
from tests.conftest import NOW
from tests.engine.noted import noted

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
HERE = Place("rules.yaml", 3, 9, "rules[0].if")
ANNA = Contact("main:U1", identities=(Identity("main", "U1"),))
DAY = timedelta(days=1)
WEEKDAYS = Hours(((Days((WHOLE_DAY,), frozenset(range(5))),),))
MS = timedelta(milliseconds=1)


def ask(
    condition: Condition,
    contact: Contact = ANNA,
    *,
    now: datetime = NOW,
    zone: ZoneInfo = TAIPEI,
    **more: AnyType,
) -> bool:
    return condition.holds(ConditionContext(contact, "main", When(now, zone), **more))


def knows(type_: Type, value: AnyType) -> Contact:
    return replace(ANNA, attributes={slot_of("k", type_): AttributeValue(value, NOW)})


def asks(type_: Type, *tests: Test) -> Condition:
    return AttributeTest(HERE, slot_of("k", type_), type_, tests)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEVER, ALWAYS = Constant(HERE, False, noted("no")), Constant(HERE, True, noted("yes"))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (All(()), True),
        (Any(()), False),
        (All((ALWAYS, NEVER)), False),
        (Any((NEVER, ALWAYS)), True),
        (Not(All((ALWAYS, NEVER))), True),
        (Not(Any((NEVER, ALWAYS))), False),
        (OnChannel(HERE, ("main", "vip")), True),
        (OnChannel(HERE, ("vip",)), False),
        (SmsCreditIs(HERE, ("none", "low")), False),
        (SmsCreditIs(HERE, ("fine",)), True),
        (During(HERE, "x", Hours(((Days((WHOLE_DAY,), frozenset({4})),),))), True),
        (During(HERE, "x", Hours(((Days((WHOLE_DAY,), frozenset({3})),),))), False),
    ],
)
def test_what_does_not_depend_on_the_person(condition: Condition, expected: bool) -> None:
    assert ask(condition) is expected


@pytest.mark.parametrize(
    ("type_", "value", "test", "expected"),
    [
        ("text", "金卡", Is(("銀卡", "金卡")), True),
        ("text", "金卡", Is(("金",)), False),
        ("text", "金卡", Contains("卡"), True),
        ("text", "金卡", Contains("卡", at_start=True), False),
        ("text", "金卡", Contains("金", at_start=True), True),
        ("text", "a.c", Contains("abc"), False),
        ("number", 100, Order("at_least", 100), True),
        ("number", 100, Order("more_than", 100), False),
        ("number", 100, Order("at_most", 100), True),
        ("number", 100, Order("less_than", 100), False),
        ("number", 100, Is((100.0,)), True),
        ("number", 99.5, Order("less_than", 100), True),
        ("time", "09:30", Order("at_most", "09:30"), True),
        ("time", "10:00", Order("less_than", "09:30"), False),
        ("yes_no", False, Is((False,)), True),
        ("date", "2026-11-20", Is((DateWord(),)), True),
        ("date", "2026-11-20", Order("at_least", "2026-11-20"), True),
        ("date", "2026-11-22", Order("less_than", DateWord(3)), True),
        ("date", "2026-11-23", Order("less_than", DateWord(3)), False),
        ("date", "2025-11-20", Order("at_most", DateWord(months=-12)), True),
        ("date", "2025-11-21", Order("at_most", DateWord(months=-12)), False),
        ("date", "2026-05-20", Ago("within", Duration(months=6)), True),
        ("date", "2026-05-19", Ago("within", Duration(months=6)), False),
        ("date", "2027-05-20", Ago("in_next", Duration(months=6)), True),
        ("date", "2027-05-21", Ago("in_next", Duration(months=6)), False),
        ("date", "2026-11-20", IsOpen("平日", WEEKDAYS), True),
        ("date", "2026-11-21", IsOpen("平日", WEEKDAYS), False),
        ("date_time", NOW, IsOpen("平日", WEEKDAYS), True),
        ("date_time", NOW + DAY, IsOpen("平日", WEEKDAYS), False),
        ("text", "2026-11-20", IsOpen("平日", WEEKDAYS), True),
        ("text", "十一月", IsOpen("平日", WEEKDAYS), False),
        ("number", 5, IsOpen("平日", WEEKDAYS), False),
        # within 7d: today and the seven days before, on the strings
        ("date", "2026-11-13", Ago("within", Duration(7)), True),
        ("date", "2026-11-12", Ago("within", Duration(7)), False),
        ("date", "2026-11-20", Ago("within", Duration(7)), True),
        ("date", "2026-11-21", Ago("within", Duration(7)), False),
        ("date", "2026-11-12", Ago("over", Duration(7)), True),
        ("date", "2026-11-13", Ago("over", Duration(7)), False),
        ("date", "2026-11-20", Ago("in_next", Duration(7)), True),
        ("date", "2026-11-27", Ago("in_next", Duration(7)), True),
        ("date", "2026-11-28", Ago("in_next", Duration(7)), False),
        ("date", "2026-11-19", Ago("within", Duration(0, 36 * 3600)), True),  # whole days count
        ("date", "2026-11-18", Ago("within", Duration(0, 36 * 3600)), False),
        ("date", "2026-11-17", OnDay(-3), True),
        ("date", "2026-11-18", OnDay(-3), False),
        ("date", "2026-11-23", OnDay(3), True),
        ("date", "1990-11-20", Anniversary(0), True),
        ("date", "1990-11-23", Anniversary(3), True),
        ("date", "1990-11-24", Anniversary(3), False),
        ("date", "1990-11-01", InMonth("this"), True),
        ("date", "1990-12-31", InMonth("next"), True),
        ("date", "1990-01-31", InMonth(1), True),
        ("date", "1990-01-31", InMonth("this"), False),
        # NOW is noon of 20 November in Taipei
        ("date_time", NOW - 7 * DAY, Ago("within", Duration(7)), True),
        ("date_time", NOW - 7 * DAY - MS, Ago("within", Duration(7)), False),
        ("date_time", NOW, Ago("within", Duration(7)), True),
        ("date_time", NOW + MS, Ago("within", Duration(7)), False),
        ("date_time", NOW - 7 * DAY - MS, Ago("over", Duration(7)), True),
        ("date_time", NOW - 7 * DAY, Ago("over", Duration(7)), False),
        ("date_time", NOW, Ago("in_next", Duration(0, 3600)), True),
        ("date_time", NOW + timedelta(hours=1), Ago("in_next", Duration(0, 3600)), True),
        ("date_time", NOW + timedelta(hours=1) + MS, Ago("in_next", Duration(0, 3600)), False),
        ("date_time", moment("2026-11-16 16:00"), OnDay(-3), True),
        ("date_time", moment("2026-11-16 15:59"), OnDay(-3), False),
        ("date_time", moment("2026-11-17 16:00"), OnDay(-3), False),
        ("date_time", moment("2026-11-19 16:00"), Order("at_least", DateWord()), True),
        ("date_time", moment("2026-11-19 15:59"), Order("at_least", "2026-11-20"), False),
        ("date_time", moment("2026-11-19 16:00"), Order("more_than", "2026-11-20"), False),
        ("date_time", NOW, Order("at_most", NOW), True),
    ],
)
def test_comparisons(type_: Type, value: AnyType, test: Test, expected: bool) -> None:
    assert ask(asks(type_, test), knows(type_, value)) is expected
    assert ask(Not(asks(type_, test)), knows(type_, value)) is not expected


@pytest.mark.parametrize(
    "test", [Is(("x",)), Contains(""), IsKnown(True), Ago("over", Duration()), InMonth(1)]
)
def test_what_is_not_known_is_false_and_its_not_true(test: Test) -> None:
    """The sixth sentence of the language."""
    assert not ask(asks("date", test))
    assert ask(Not(asks("date", test)))
    assert ask(asks("date", IsKnown(False)))


@pytest.mark.parametrize(
    ("today", "birthday", "expected"),
    [
        ("2027-02-28", "1992-02-29", True),  # 29 February counts as 28 in common years
        ("2027-02-28", "1992-02-28", True),
        ("2027-03-01", "1992-02-29", False),
        ("2028-02-28", "1992-02-29", False),
        ("2028-02-29", "1992-02-29", True),
        ("2028-02-29", "1990-02-28", False),
        ("2100-02-28", "1992-02-29", True),  # no leap year
    ],
)
def test_the_birthday_of_a_leap_day(today: str, birthday: str, expected: bool) -> None:
    now = datetime.combine(date.fromisoformat(today), NOW.time(), UTC)
    assert ask(asks("date", Anniversary(0)), knows("date", birthday), now=now) is expected
    assert ask(asks("date", Anniversary(5)), knows("date", birthday), now=now - 5 * DAY) is expected


def test_today_is_the_day_on_the_wall() -> None:
    """At 16:00 UTC it is the next day in Taipei, and not yet in Berlin."""
    condition = asks("date", Is((DateWord(),)))
    assert ask(condition, knows("date", "2026-11-21"), now=moment("2026-11-20 16:00"))
    assert ask(condition, knows("date", "2026-11-20"), now=moment("2026-11-20 16:00"), zone=BERLIN)


def test_a_day_is_as_long_as_the_clock_says() -> None:
    """Berlin, 29 March 2026: 23 hours. `1d` ago was the same time by the clock."""
    day_ago, this_day = asks("date_time", Ago("within", Duration(1))), asks("date_time", OnDay(0))
    for at, condition, expected in (
        ("2026-03-28 09:00", day_ago, True),
        ("2026-03-28 08:59", day_ago, False),
        ("2026-03-29 21:59", this_day, True),
        ("2026-03-29 22:00", this_day, False),
    ):
        contact = knows("date_time", moment(at))
        assert ask(condition, contact, now=moment("2026-03-29 08:00"), zone=BERLIN) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (HasTag(HERE, ("VIP",)), True),
        (HasTag(HERE, ("常客", "VIP")), True),
        (HasTag(HERE, ("常客",)), False),
        (HasTag(HERE, ("expired",)), False),  # from the very moment on
        (HasTag(HERE, ("expiring",)), True),
        (HasTag(HERE, ("VIP",), within=Duration(3)), True),
        (HasTag(HERE, ("VIP",), within=Duration(2)), False),
        (HasTag(HERE, ("VIP",), over=Duration(2)), True),
        (HasTag(HERE, ("VIP",), over=Duration(3)), False),
        (HasTag(HERE, ("VIP",), within=Duration(4), over=Duration(2)), True),
    ],
)
def test_tags(condition: Condition, expected: bool) -> None:
    tags = (
        Tag("VIP", NOW - 3 * DAY, "x"),
        Tag("expired", NOW - DAY, "x", NOW),
        Tag("expiring", NOW - DAY, "x", NOW + MS),
    )
    assert ask(condition, replace(ANNA, tags=tags)) is expected


BOUND = replace(
    ANNA,
    bindings={"phone": Binding(NOW)},
    clerk=Clerk("ABCDE12345", "小美", "信義", NOW - DAY),
    bound_before=NOW,
    seed=100,
    flows=(
        Instance("quiz", "vip", "問膚質", 1, NOW, NOW),
        Instance("welcome", "main", "第一天", 1, NOW, NOW),
    ),
    identities=(
        Identity("vip", friend=False, staff=True, seen=NOW - 9 * DAY),
        Identity("main", friend=True, since=NOW - 5 * DAY, pushed=NOW),
    ),
    marketing=False,
    phone="+886912345678",
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (IsBound(HERE, ("phone",)), True),
        (IsBound(HERE, ("shop",)), False),
        (IsBound(HERE, ("shop", "clerk")), True),
        (BoundBefore(HERE), True),
        (AtStore(HERE, ("信義", "板橋")), True),
        (AtStore(HERE, ("板橋",)), False),
        (OnList(HERE, ListedPeople("expo@1", "phone", frozenset({"+886912345678"}))), True),
        (OnList(HERE, ListedPeople("expo@2", "phone", frozenset({"+886912345679"}))), False),
        (InFlow(HERE, ("quiz",)), True),  # on any channel
        (InFlow(HERE, ("quiz",), ("問膚質",)), True),
        (InFlow(HERE, ("quiz",), ("第一天",)), False),  # flow and state of one instance
        (InSplit(HERE, 3, 10, ((300, 311),)), True),  # bucket 310
        (InSplit(HERE, 3, 10, ((300, 310), (311, 400))), False),
        (InSplit(HERE, 10006, 0, ((9907, 9908),)), True),  # modulo 10007
        (WithStaff(HERE, False), True),  # on this channel
        (ContactTest(HERE, "friend", "yes_no", (Is((True,)),)), True),
        (ContactTest(HERE, "followed", "date_time", (Ago("over", Duration(3)),)), True),
        (ContactTest(HERE, "last_push", "date_time", (IsKnown(True),)), True),
        (ContactTest(HERE, "last_seen", "date_time", (IsKnown(True),)), False),
        (ContactTest(HERE, "marketing", "yes_no", (Is((False,)),)), True),
        (ContactTest(HERE, "clerk", "text", (Is(("ABCDE12345",)),)), True),
        (ContactTest(HERE, "clerk_since", "date_time", (Ago("within", Duration(1)),)), True),
        (ContactTest(HERE, "phone", "text", (Is(("+886912345678",)),)), True),
        (ContactTest(HERE, "email", "text", (IsKnown(False),)), True),
    ],
)
def test_what_else_is_known_of_a_person(condition: Condition, expected: bool) -> None:
    assert ask(condition, BOUND) is expected
    assert ask(Not(condition), BOUND) is not expected


@pytest.mark.parametrize(
    "condition",
    [
        IsBound(HERE, ("phone", "shop", "clerk")),
        BoundBefore(HERE),
        AtStore(HERE, ("信義",)),
        InFlow(HERE, ("quiz",)),
        WithStaff(HERE, True),
        ContactTest(HERE, "clerk", "text", (IsKnown(True),)),
        ContactTest(HERE, "marketing", "yes_no", (Is((True, False)),)),
    ],
)
def test_of_a_stranger_nothing_is_true(condition: Condition) -> None:
    assert not ask(condition, Contact("main:U2"))


def test_answers_and_the_event() -> None:
    answers = {"skin": Answer("choice", "油性"), "age": Answer("text", "40")}
    event = {"amount": 1200}
    assert ask(AnswerTest(HERE, "skin", "text", (Is(("油性",)),)), answers=answers)
    assert not ask(AnswerTest(HERE, "age", "number", (Order("at_least", 18),)), answers=answers)
    assert ask(AnswerTest(HERE, "age", "number", (IsKnown(False),)), answers=answers)
    assert ask(EventTest(HERE, "amount", "number", (Order("at_least", 1000),)), event=event)
    assert not ask(EventTest(HERE, "amount", "number", (Order("at_least", 1000),)))


ANYTHING: st.SearchStrategy[AnyType] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    st.dates().map(date.isoformat),
    st.dates(),
    st.lists(st.integers()),
)
OPERANDS: dict[Type, AnyType] = {
    "text": "x",
    "number": 5,
    "date": "2026-11-20",
    "time": "09:30",
    "date_time": NOW,
    "yes_no": True,
}
SPANS = st.builds(Duration, st.integers(0, 10**9), st.integers(0, 10**12))
FAR = st.integers(-(10**9), 10**9)
ANY_TEST = st.one_of(
    st.builds(Ago, st.sampled_from(("within", "over", "in_next")), SPANS),
    st.builds(OnDay, FAR),
    st.builds(Anniversary, FAR),
    st.builds(InMonth, st.sampled_from(("this", "next", 1, 12))),
    st.builds(Order, st.sampled_from(("at_least", "at_most")), st.builds(DateWord, FAR)),
)


@given(ANYTHING, st.sampled_from(sorted(OPERANDS)), st.datetimes(timezones=st.just(UTC)))
def test_no_value_breaks_a_test(value: AnyType, type_: Type, now: datetime) -> None:
    for test in (Is((OPERANDS[type_],)), Order("at_least", OPERANDS[type_]), IsKnown(True), Contains("x")):
        for slot in (slot_of("k", type_), "x.k"):
            contact = replace(ANNA, attributes={slot: AttributeValue(value, NOW)})
            condition = AttributeTest(HERE, slot, type_, (test,))
            if slot != "x.k" or not isinstance(test, Order):  # private: equality and known only
                assert ask(condition, contact, now=now) in (True, False)
                assert why(condition, ConditionContext(contact, "main", When(now, TAIPEI))).place == HERE


@given(ANY_TEST, st.sampled_from(("date", "date_time")), ANYTHING, st.datetimes(timezones=st.just(UTC)))
def test_no_date_breaks_a_test(test: Test, type_: Type, value: AnyType, now: datetime) -> None:
    assert ask(asks(type_, test), knows(type_, value), now=now) in (True, False)
