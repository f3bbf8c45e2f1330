"""Why a condition holds or not, in the words of the playbook (semantics 32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.engine.conditions.around import Constant, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import Ago, Contains, Is, IsKnown, OnDay, Order
from bot.engine.conditions.condition import All, Any, Because, Condition, ConditionContext, Not, why
from bot.engine.conditions.people import AtStore, InFlow, InSplit, IsBound
from bot.engine.conditions.values import AnswerTest, AttributeTest, ContactTest, EventTest, HasTag
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.local_time import Duration
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Tag
from bot.model.place import Place
from tests.conftest import NOW
from tests.engine.noted import noted

HERE = Place("rules.yaml", 3, 9, "rules[0].if")
NEVER, ALWAYS = Constant(HERE, False, noted("no")), Constant(HERE, True, noted("yes"))
ANNA = Contact("main:U1")
BOUND = Contact(
    "main:U1",
    seed=100,
    bindings={"phone": Binding(NOW)},
    clerk=Clerk("ABCDE12345", "小美", "信義", NOW),
    phone="+886912345678",
)


def reason(condition: Condition, contact: Contact = BOUND) -> Because:
    return why(condition, ConditionContext(contact, "main", When(NOW, ZoneInfo("Asia/Taipei"))))


def test_s32_the_part_that_failed_is_named() -> None:
    elsewhere = Place("rules.yaml", 4, 9, "rules[0].if[1]")
    points = AttributeTest(elsewhere, "n.points", "number", (IsKnown(True), Order("at_least", 100)))
    contact = replace(BOUND, attributes={"n.points": AttributeValue(3, NOW)})
    because = reason(All((ALWAYS, points, NEVER)), contact)
    assert (because.place, because.text) == (elsewhere, "attribute points ≥ 100: it is 3")
    assert reason(points).text == "attribute points known: not known"


@pytest.mark.parametrize("moment", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/New_York"])
def test_a_moment_at_the_end_of_time_is_told(moment: datetime, zone: str) -> None:
    """A shop may send it for "never": the turn goes on."""
    contact = replace(BOUND, attributes={"m.until": AttributeValue(moment, NOW)})
    asked = ConditionContext(contact, "main", When(NOW, ZoneInfo(zone)))
    test = AttributeTest(HERE, "m.until", "date_time", (IsKnown(False),))
    assert why(test, asked).text.startswith("attribute until not known: it is ")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (All(()), "nothing is asked"),
        (Any((NEVER, IsBound(HERE, ("shop",)))), "no; bound shop: no"),
        (Any((NEVER, IsBound(HERE, ("phone",)))), "bound phone: yes"),
        (Not(HasTag(HERE, ("VIP", "常客"))), "unless tag VIP or 常客: not on"),
        (Not(Any((NEVER, Not(ALWAYS)))), "unless no; yes"),
        (OnChannel(HERE, ("vip",)), "channel vip: it is main"),
        (AtStore(HERE, ("板橋",)), "store 板橋: it is 信義"),
        (InFlow(HERE, ("quiz",), ("第一天",)), "in flow quiz in 第一天: no"),
        (InSplit(HERE, 3, 10, ((0, 9),), "welcome", ("A", "B")), "split welcome A or B: no, bucket 310"),
        (WithStaff(HERE, True), "staff true: no"),
        (SmsCreditIs(HERE, ("none",)), "sms_credit none: it is fine"),
        (
            ContactTest(HERE, "phone", "text", (Is(("+886900000000",)),)),
            "contact phone +886900000000: known, private",
        ),
        (
            ContactTest(HERE, "clerk_since", "date_time", (Ago("over", Duration(7)),)),
            "contact clerk_since over 7d: it is 2026-11-20 12:00",
        ),
        (AnswerTest(HERE, "skin", "text", (IsKnown(False),)), "answer skin not known: not known"),
        (
            EventTest(HERE, "amount", "number", (Order("less_than", 5),)),
            "event amount < 5: not known",
        ),
        (
            ContactTest(HERE, "clerk", "text", (Contains("X", at_start=True),)),
            "contact clerk starts_with X: it is ABCDE12345",
        ),
        (
            AttributeTest(HERE, "d.birthday", "date", (Order("at_least", DateWord(-5)),)),
            "attribute birthday ≥ today-5d: not known",
        ),
        (AttributeTest(HERE, "d.birthday", "date", (OnDay(-3),)), "attribute birthday days_ago 3: not known"),
    ],
)
def test_why(condition: Condition, text: str) -> None:
    assert reason(condition).text == text


def test_a_tag_says_since_when() -> None:
    contact = replace(ANNA, tags=(Tag("VIP", NOW, "x"), Tag("old", NOW, "x", NOW)))
    assert (
        reason(HasTag(HERE, ("VIP",), over=Duration(1)), contact).text == "tag VIP: on since 2026-11-20 12:00"
    )
    assert reason(HasTag(HERE, ("old",)), contact).text == "tag old: expired"
