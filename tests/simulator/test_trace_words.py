"""`oaflow test`, `explain` and the workbench tell steps in the same sentences, in both languages."""

from __future__ import annotations

import inspect
import re
from zoneinfo import ZoneInfo

import pytest

from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import ConditionContext, why
from bot.engine.conditions.values import AttributeTest
from bot.engine.times.bounds import When
from bot.engine.turn.event_words import EARLIER
from bot.model.contact import AttributeValue, Contact
from bot.model.translatable import ENGLISH, NAMED, Language
from bot.scenario import trace_words
from bot.scenario.trace_words import (
    condition_told,
    detail_words,
    reason_words,
    row_words,
    step_told,
    step_words,
)
from bot.simulator.workbench.trace_view import PAGE_SPEAKS
from bot.translations.chinese import CHINESE
from tests.engine.test_event_words import CASES, in_words
from tests.playbook.test_words import SENTENCES
from tests.simulator.test_every_kind_has_words import no_other_language, notes
from tests.simulator.workbench_kinds import HERE, NOW

LANGUAGES: dict[str, Language] = {"zh-TW": CHINESE, "en": ENGLISH}
NUMBERS = (("1", ""), ("{number}", "s"))
TABLES = list(trace_words._TABLES.values())

OF_CASES = ("binding", "sale", "survey", "crm", "skin", "welcome_test", "welcome", "優惠", "新客")
"""Names that people have given."""


def test_every_row_of_a_timeline() -> None:
    """Also of earlier versions, and what is written beside turns; what nobody knows stays as it is."""
    beside = {"note", "flow_ended", "notify_staff", "journey sent", "journey not sent", "journey skipped"}
    beside |= {"message lost", "message cut", "menu", "recovered"}
    kinds = {in_words(what) for what, _ in CASES} | set(EARLIER.values()) | beside
    rows = sorted(kinds - {"brandNew"})
    told = [{name: row_words(row, words) for name, words in LANGUAGES.items()} for row in rows]
    no_other_language([{name: [line] for name, line in one.items()} for one in told], rows, OF_CASES)
    assert [row for row, one in zip(rows, told, strict=True) if one["zh-TW"] == row] == []
    assert row_words("brandNew", CHINESE) == "brandNew"


def test_every_step_that_a_timeline_keeps() -> None:
    """Without what decided it."""
    kept = [f"{what}: {result}" for what, result, _ in dict.fromkeys(notes())]
    beside = ["flow 丁", "state 丁", "began 2026-09-01 10:00", "丁: not at LINE", "trace lost"]
    details = [*dict.fromkeys(kept), *beside, "push", "reply", "max_pushes", "marketing stopped"]
    told = [{name: detail_words(one, words) for name, words in LANGUAGES.items()} for one in details]
    no_other_language([{name: [line] for name, line in one.items()} for one in told], details)
    assert [one for one, both in zip(details, told, strict=True) if both["zh-TW"] == one] == []
    assert detail_words("something: new", CHINESE) == "something: new"


@pytest.mark.parametrize("rows", TABLES, ids=[next(iter(rows)) for rows in TABLES])
def test_every_sentence_is_there_in_chinese_with_the_same_values(rows: dict[str, str]) -> None:
    chinese = SENTENCES["trace"]
    for sentence in rows.values():
        assert set(NAMED.findall(chinese.get(sentence, sentence))) == set(NAMED.findall(sentence))
        assert sentence in chinese or not re.search("[a-z]{2}", NAMED.sub("", sentence)), sentence


def test_no_chinese_sentence_stands_for_nothing() -> None:
    told = (sentence for rows in TABLES for sentence in rows.values())
    code = "".join([inspect.getsource(trace_words), *told])
    units = {f"{number} {unit}{s}" for unit in trace_words.UNITS.values() for number, s in NUMBERS}
    unused = [one for one in SENTENCES["trace"] if one not in code and one not in units]
    assert unused == []


def test_a_condition_tells_what_decided_it() -> None:
    assert step_words("if", "not met", "tag VIP: not on", CHINESE) == "條件不成立（沒有標籤「VIP」）"
    both = "unless tag VIP: on since 2026-09-01; bound phone: no"
    assert step_words("if", "not met", both, ENGLISH) == (
        'The condition does not hold  (must not be: tag "VIP" is on (since 2026-09-01); not bound: phone)'
    )


def test_a_rule_for_all_the_rest_is_told_as_that() -> None:
    told = step_words("anything_else", "matched", "", CHINESE)
    assert told == "沒有符合的規則，用預設回答（anything_else）"


def test_what_nobody_knows_stays_as_it_is() -> None:
    assert step_words("something", "new", "", CHINESE) == "Something: new"
    assert step_words("rule", "matched", "code: 1234", CHINESE) == "符合規則：「code: 1234」"


def test_of_many_reasons_the_first_are_told() -> None:
    many = "; ".join(f"tag 第{number}: not on" for number in range(3000))
    told = step_words("if", "not met", many, CHINESE)
    assert told.startswith("條件不成立（沒有標籤「第0」；沒有標籤「第1」；")
    assert told.endswith("；沒有標籤「第7」；…）")
    assert reason_words("; ".join(["tag VIP: not on"] * 9), ENGLISH).count("VIP") == 8
    assert "…" not in reason_words("; ".join(["tag VIP: not on"] * 8), ENGLISH)
    assert step_words("if", "not met", "contact name contains " + "a and " * 3000, ENGLISH)


WRITTEN = "x; unless y; tag VIP: not on"


def test_what_a_person_wrote_is_told_as_one_value() -> None:
    """It cannot be taken for parts of the condition."""
    known = Contact("main:U1", attributes={"t.memo": AttributeValue(WRITTEN, NOW)})
    test = AttributeTest(HERE, "t.memo", "text", (Is(("z",)),))
    because = why(test, ConditionContext(known, "main", When(NOW, ZoneInfo("Asia/Taipei")))).text
    told = step_words("if", "not met", because, ENGLISH).replace("\N{NO-BREAK SPACE}", " ")
    assert f'"{WRITTEN}"' in told
    [fact] = condition_told(because).facts
    assert f"“{WRITTEN}”" in PAGE_SPEAKS[1].text(fact).replace("\N{NO-BREAK SPACE}", " ")


def test_what_ended_a_flow_is_in_the_marks_of_the_language() -> None:
    """They were English ones in Chinese, too."""
    assert step_words("flow", "ended", "quiz at exit", CHINESE) == "流程「quiz」結束在「依劇本離開」"
    assert step_words("flow", "ended", "quiz at exit", ENGLISH) == (
        'The flow "quiz" ended at "left by the playbook"'
    )


def test_what_a_person_said_is_no_news() -> None:
    """Who says "code: right" has answered no question."""
    told = [step_told("rule", "matched", "code: right", said).message for said in (None, "code: right")]
    assert [ENGLISH.text(one) for one in told] == [
        "The rule matched: the code is right",
        'The rule matched: "code: right"',
    ]
