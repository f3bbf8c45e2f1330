"""Conditions: what each becomes, and where it can be asked (language, section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from hashlib import sha256

import pytest

from bot.engine.conditions.around import Constant, During, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import Ago, Anniversary, Contains, InMonth, Is, IsKnown, OnDay, Order
from bot.engine.conditions.condition import All, Any, Condition, Leaf, Not
from bot.engine.conditions.people import SEEDS, AtStore, BoundBefore, InFlow, InSplit, IsBound, OnList
from bot.engine.conditions.values import AnswerTest, AttributeTest, ContactTest, EventTest, HasTag
from bot.engine.times.bounds import DateWord
from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import Duration
from tests.playbooks import codes, compiled, loaded, place

NOUNS = """
attributes:
  points: number
  birthday: date
  seen: date_time
  at: time
  skin: {type: text, values: [乾性, 油性]}
  vip: yes_no
  carrier: {type: text, private: true}
tags: {VIP: {}, 新朋友: {}}
hours: {門市時間: {mon-fri: [09:30-12:00, 13:00-18:30], 2027-02-05..2027-02-09: closed}}
splits: {welcome: {溫和: 50, 優惠: 30, 對照: 20}}
stores: {xinyi: {title: 信義店, group: 北區}, banqiao: {title: 板橋店, group: 北區}, zuoying: {title: 左營店}}
store_groups: {北區: {title: 北部}}
audiences: {熟客: {if: {tag: VIP}}, 會員: {if: {audience: 熟客}, unless: {bound: phone}}}
flows: {quiz: {states: {問: {ask: 好嗎, give_up_after: {30m: 完}, next: 完}, 完: {end: true}}}}
"""


def asked(condition: str, when: str = "{text: 查}") -> Condition:
    """The condition of a rule."""
    text = f"{NOUNS}rules:\n  - when: {when}\n    if: {condition}\n    add_tags: 查過\n"
    (rule,) = compiled(text).rules
    assert rule.condition is not None
    return rule.condition


def comparisons_in(condition: str) -> object:
    found = asked(condition)
    assert isinstance(found, AttributeTest | ContactTest)
    return found.tests


HERE = place("here")
VIP = HasTag(HERE, ("VIP",))


def bare(condition: Condition) -> Condition:
    """The same, wherever it stands."""
    match condition:
        case All(parts):
            return All(tuple(map(bare, parts)))
        case Any(parts):
            return Any(tuple(map(bare, parts)))
        case Not(part):
            return Not(bare(part))
        case Leaf():
            return replace(condition, place=HERE)
        case _:
            raise AssertionError(condition)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{tag: [VIP, 新朋友]}", HasTag(HERE, ("VIP", "新朋友"))),
        ("{tag: {VIP: {within: 7d, over: 12h}}}", HasTag(HERE, ("VIP",), Duration(7), Duration(0, 43200))),
        ("{bound_before: phone}", BoundBefore(HERE)),
        (
            "{all: [{bound: [phone, shop]}, {staff: false}, {sms_credit: none}, {channel: main}]}",
            All(
                (
                    IsBound(HERE, ("phone", "shop")),
                    WithStaff(HERE, False),
                    SmsCreditIs(HERE, ("none",)),
                    OnChannel(HERE, ("main",)),
                )
            ),
        ),
        ("{store_group: 北區}", AtStore(HERE, ("xinyi", "banqiao"))),
        (
            "{any: [{in_flow: quiz}, {in_flow: {quiz: 問}}, {not: {tag: VIP}}]}",
            Any((InFlow(HERE, ("quiz",)), InFlow(HERE, ("quiz",), ("問",)), Not(VIP))),
        ),
        ("{audience: [會員, everyone]}", Any((All((VIP, Not(IsBound(HERE, ("phone",))))), All(())))),
    ],
)
def test_conditions(written: str, expected: Condition) -> None:
    assert bare(asked(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{points: 100}", Is((100,))),
        ("{points: [1, 2.5]}", Is((1, 2.5))),
        ("{points: {at_least: 100}}", Order("at_least", 100)),
        ("{points: {known: false}}", IsKnown(False)),
        ("{birthday: 1990-05-20}", Is(("1990-05-20",))),
        ("{birthday: {less_than: today-5d}}", Order("less_than", DateWord(-5))),
        ("{birthday: {in_next: 1w}}", Ago("in_next", Duration(7))),
        ("{birthday: {days_ago: 3}}", OnDay(-3)),
        ("{birthday: {in_days: 3}}", OnDay(3)),
        ("{birthday: {anniversary_in_days: 3}}", Anniversary(3)),
        ("{birthday: {in_month: this}}", InMonth("this")),
        ("{birthday: {in_month: 12}}", InMonth(12)),
        ("{seen: {at_least: 2026-11-01 09:30}}", Order("at_least", datetime(2026, 11, 1, 1, 30, tzinfo=UTC))),
        ("{seen: {at_least: 2026-11-01}}", Order("at_least", datetime(2026, 10, 31, 16, 0, tzinfo=UTC))),
        ("{seen: {over: 90d}}", Ago("over", Duration(90))),
        ("{at: {more_than: 09:30}}", Order("more_than", "09:30")),
        ("{skin: 乾性}", Is(("乾性",))),
        ("{skin: {starts_with: 乾}}", Contains("乾", at_start=True)),
        ("{vip: true}", Is((True,))),
        ("{carrier: /AB12}", Is(("/AB12",))),
    ],
)
def test_comparisons(written: str, expected: object) -> None:
    assert comparisons_in(f"{{attribute: {written}}}") == (expected,)


def test_attributes_lie_under_their_type() -> None:
    found = asked("{attribute: {points: {known: true}, carrier: {known: true}}}")
    assert isinstance(found, All)
    assert [one.slot for one in found.parts if isinstance(one, AttributeTest)] == ["n.points", "x.carrier"]


def test_contacts_and_phones() -> None:
    assert comparisons_in('{contact: {phone: "0912-345-678"}}') == (Is(("+886912345678",)),)
    assert comparisons_in("{contact: {last_order: {within: 90d}}}") == (Ago("within", Duration(90)),)


def test_hours_by_name_and_in_place() -> None:
    named = asked("{during: 門市時間}")
    assert isinstance(named, During)
    weekdays, closed = named.hours.parts[0]
    assert weekdays == Days(
        (Window(time(9, 30), time(12)), Window(time(13), time(18, 30))), frozenset({0, 1, 2, 3, 4})
    )
    assert (closed.windows, str(closed.since), str(closed.until)) == ((), "2027-02-05", "2027-02-09")
    match asked("{during: [21:00-09:00, sat-mon, 2026-11-01]}"):
        case During(hours=Hours(((night,), (weekend,), (day,)))):
            assert night.windows == (Window(time(21), time(9)),)
            assert (len(night.weekdays), sorted(weekend.weekdays)) == (7, [0, 5, 6])
            assert str(day.since) == str(day.until) == "2026-11-01"
        case other:
            pytest.fail(str(other))


def test_a_csv_is_frozen_by_what_it_holds() -> None:
    text = """
audiences: {展場: {csv: rules/a.csv, column: phone}}
rules: [{when: {text: 查}, if: {audience: 展場}, add_tags: [x]}]
"""
    more = "phone\n0912345678\n"
    found = compiled(text, rules__a_csv=more)
    condition = found.rules[0].condition
    assert isinstance(condition, OnList)
    assert condition.people.key == f"展場@{sha256(more.encode()).hexdigest()[:12]}"
    assert condition.people is found.audiences["展場"].people
    assert condition.people.entries == {"+886912345678"}
    assert found.audiences["展場"].csv == "rules/a.csv"


def test_splits_draw_by_name_and_share_out_all_seeds() -> None:
    """§5.1: factor and offset of sha256, ranges in the order declared, nothing left over."""
    found = [asked(f"{{split: {{welcome: {group}}}}}") for group in ("溫和", "優惠", "對照")]
    ranges = [part.ranges[0] for part in found if isinstance(part, InSplit)]
    assert ranges == [(0, 5004), (5004, 8006), (8006, SEEDS)]
    digest = sha256(b"welcome").digest()
    first = found[0]
    assert isinstance(first, InSplit)
    assert first.a == int.from_bytes(digest[:8], "big") % 10006 + 1
    assert first.b == int.from_bytes(digest[8:16], "big") % 10007


def test_events_are_typed_by_their_trigger() -> None:
    condition = asked("{event: {n: {at_least: 3}}}", '{text_pattern: "買 {n:number} 個"}')
    assert bare(condition) == EventTest(HERE, "n", "number", (Order("at_least", 3),))


SETTING = """
flows:
  quiz:
    settings: {mode: 嚴格, most: 5, ask: [甲, 乙]}
    states:
      分:
        branch:
          - {if: {setting: {mode: [寬鬆, 嚴格], most: {at_least: 5}}}, to: 完}
          - {if: {setting: {mode: 寬鬆}}, to: 完}
          - {if: {answer: {問: 甲}}, to: 完}
          - {to: 問}
      問: {ask: 哪個, answer: {setting: ask}, give_up_after: {30m: 完}, next: 分}
      完: {end: true}
channels:
  main: {id: a, channel_id: "1", channel_secret: x}
  other: {id: b, channel_id: "2", channel_secret: x, settings: {quiz: {mode: 寬鬆}}}
rules: [{when: {text: 測}, start: quiz}]
"""


def settings_of(name: str) -> list[bool]:
    playbook = compiled(SETTING)
    flow = playbook.flow("quiz", name)
    assert flow is not None
    first, second, third, _ = flow.states["分"].branch
    assert isinstance(first.condition, All)
    assert isinstance(third.condition, AnswerTest)
    return [part.decided for part in (*first.condition.parts, second.condition) if isinstance(part, Constant)]


def test_settings_are_decided_once_for_each_channel() -> None:
    assert settings_of("main") == [True, True, False]
    assert settings_of("other") == [True, True, True]
    playbook = compiled(SETTING)
    assert set(playbook.variants) == {("other", "quiz")}
    assert playbook.flow("quiz", "main") is playbook.flows["quiz"]


SHOWS = "{{ attribute.points }} 點"


def test_a_condition_that_finds_something_known_lets_it_be_shown() -> None:
    """The warning of what may be empty is silent where the condition in front has asked."""

    def found(condition: str) -> list[str]:
        above = "attributes: {points: {type: number, set_by: staff}}\n"
        return codes(above + f"rules: [{{when: {{text: 查}}, if: {condition}, reply: '{SHOWS}'}}]\n")

    assert found("{attribute: {points: {at_least: 1}}}") == []
    assert found("{bound: phone}") == ["placeholder-may-be-empty"]
    assert found("{attribute: {points: {known: false}}}") == ["placeholder-may-be-empty"]


JOURNEY = """
attributes:
  birthday: {type: date, set_by: staff}
  joined: {type: date, set_by: staff}
  points: {type: number, set_by: staff}
tags: {VIP: {added_by: staff}}
flows:
  gifts:
    when: WHEN
    once_per: 300d
    states:
      first: {push: "不想收到？輸入「停止推播」，{{ attribute.birthday as M/D }}", wait: 1d, next: last}
      last: {push: "{{ attribute.birthday as M/D }}", end: true}
"""
BY_BIRTHDAY = JOURNEY.replace("WHEN", "{anniversary: birthday, at: 10:00}")


def may_be_empty(text: str) -> int:
    found = codes(text)
    assert set(found) <= {"placeholder-may-be-empty", "if-late-missing"}
    return found.count("placeholder-may-be-empty")


def test_what_a_journey_begins_by_is_known_in_all_of_it() -> None:
    assert may_be_empty(BY_BIRTHDAY) == 0
    assert may_be_empty(JOURNEY.replace("WHEN", "{date: birthday, days_before: 3, at: 10:00}")) == 0
    tag = "{tag_added: VIP}"
    assert may_be_empty(JOURNEY.replace("WHEN", tag)) == 2
    asked = f"{tag}\n    if: {{attribute: {{birthday: {{known: true}}}}}}"
    assert may_be_empty(JOURNEY.replace("WHEN", asked)) == 0


@pytest.mark.parametrize(
    "also",
    [
        "rules: [{when: {text: 禮物}, start: gifts}]\n",
        "rules: [{when: {text: 忘記}, clear: birthday}]\n",
    ],
)
def test_it_may_be_empty_where_people_come_in_otherwise_or_it_is_forgotten(also: str) -> None:
    assert may_be_empty(BY_BIRTHDAY + also) == 2


def test_of_several_beginnings_all_have_to_know_it() -> None:
    both = "[{anniversary: birthday, at: 10:00}, {anniversary: joined, at: 10:00}]"
    assert may_be_empty(JOURNEY.replace("WHEN", both)) == 2


def test_the_value_that_a_change_was_heard_for_is_known() -> None:
    above = "attributes: {points: {type: number, set_by: staff}}\n"
    heard = "rules: [{when: {attribute_changed: points%s}, push: '" + SHOWS + "'}]\n"
    assert codes(above + heard % ", to: 100") == []
    assert codes(above + heard % "") == ["placeholder-may-be-empty"]


def test_what_is_wrong_in_a_condition_leaves_the_rest_standing() -> None:
    found = loaded(NOUNS + "rules: [{when: {text: 查}, if: {tag: VPI}, add_tags: [查過]}]\n")
    assert [one.code for one in found.problems if one.level == "error"] == ["unknown-tag"]
    assert found.playbook is None


def test_added_tags_are_known_everywhere() -> None:
    """A tag that something puts on needs no entry, wherever it is put on."""
    text = """
links: {stand: {send: 查, add_tags: [來源]}}
flows:
  quiz:
    page: true
    settings: {done: {trigger: 好了, add_tags: 填過}}
    states:
      問:
        ask: 哪些
        answer: {of: [保養, 彩妝], choices: several}
        save: tags
        give_up_after: {30m: 完}
        next: 完
      完: {result: {setting: done}, end: true}
rules:
  - when: {text: 查}
    if: [{tag: 來源}, {tag: 保養}, {tag: 填過}]
    start: quiz
"""
    playbook = compiled(text)
    assert {"來源", "保養", "彩妝", "填過"} <= set(playbook.tags)
