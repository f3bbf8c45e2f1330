"""`oaflow test`, `explain` and the workbench tell steps in the same sentences, in both languages."""

from __future__ import annotations

import inspect
import re
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.engine import notes
from bot.engine.conditions import reasons
from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import ConditionContext, why
from bot.engine.conditions.values import AttributeTest, HasTag
from bot.engine.times.bounds import When
from bot.engine.turn.change_notes import ADDED
from bot.model.contact import AttributeValue, Contact
from bot.model.trace import KINDS, NoteValue, TraceNote, as_json, note_from
from bot.model.translatable import ENGLISH, NAMED, Language
from bot.simulator.workbench.turn_card import PAGE_SPEAKS
from bot.translations.chinese import CHINESE
from bot.wording import trace_sentences, trace_words
from bot.wording.trace_words import (
    condition_text,
    detail_words,
    from_stored,
    row_words,
    step_text,
    step_words,
)
from tests.catalogue import SENTENCES
from tests.engine.test_event_words import CASES, in_words
from tests.simulator.test_every_kind_has_words import every_note, no_other_language
from tests.simulator.workbench_kinds import CONDITIONS, HERE, NOW

LANGUAGES: dict[str, Language] = {"zh-TW": CHINESE, "en": ENGLISH}
NUMBERS = (("1", ""), ("{number}", "s"))
TABLES = [
    one
    for name, rows in vars(trace_sentences).items()
    if name.isupper() and isinstance(rows, dict) and name not in ("ASKED", "UNITS")
    for one in (rows, *rows.values())
    if isinstance(one, dict)
]
ALL = [
    *(sentence for rows in TABLES for sentence in rows.values() if isinstance(sentence, str)),
    *(one for kind in KINDS.values() for one in (kind.sentence, kind.in_row, *kind.cases.values()) if one),
]

OF_CASES = (
    "binding",
    "剪髮",
    "好友",
    "sale",
    "survey",
    "crm",
    "skin",
    "welcome_test",
    "welcome",
    "優惠",
    "新客",
    "折100",
    "集點",
)
"""Names that people have given."""


def test_every_row_of_a_timeline() -> None:
    """And what is written beside turns; what nobody knows stays as it is."""
    beside = {"note", "flow_ended", "notify_staff", "journey sent", "journey not sent", "journey skipped"}
    beside |= {"message lost", "message cut", "menu", "recovered"}
    kinds = {in_words(what) for what, _ in CASES} | beside
    rows = sorted(kinds - {"brandNew"})
    told = [{name: row_words(row, words) for name, words in LANGUAGES.items()} for row in rows]
    no_other_language([{name: [line] for name, line in one.items()} for one in told], rows, OF_CASES)
    assert [row for row, one in zip(rows, told, strict=True) if one["zh-TW"] == row] == []
    assert row_words("brandNew", CHINESE) == "brandNew"


def test_every_step_that_a_timeline_keeps() -> None:
    """Without what decided it."""
    kept = list(dict.fromkeys(note.row for note in every_note()))
    beside = ["flow 丁", "state 丁", "began 2026-09-01 10:00", "丁: not at LINE", "trace lost"]
    details = [*kept, *beside, "push", "reply", "max_pushes", "marketing stopped"]
    told = [{name: detail_words(one, words) for name, words in LANGUAGES.items()} for one in details]
    no_other_language([{name: [line] for name, line in one.items()} for one in told], details)
    assert [one for one, both in zip(details, told, strict=True) if both["zh-TW"] == one] == []
    assert detail_words("something: new", CHINESE) == "something: new"
    assert detail_words('["of_the_future",1]', CHINESE) == '["of_the_future",1]'


def test_a_step_that_another_version_has_noted_is_its_code() -> None:
    assert step_words(TraceNote(notes.UNKNOWN, ("odd",)), CHINESE) == "Odd"


def test_a_note_comes_back_as_it_was_stored() -> None:
    conditions = [TraceNote(notes.CONDITION, (facts,)) for facts in CONDITIONS]
    for note in (*every_note(), *conditions):
        [(code, values)] = orjson.loads(as_json(note)).items()
        assert note_from(code, values) == note
        row = from_stored(note.row)
        assert row is not None
        assert (row.kind, row.open_english) == (note.kind, note.open_english)


def test_no_code_is_renamed() -> None:
    """Of what stands in timelines; who changes one makes 400 days unreadable."""
    assert {"rule: matched", "answer: valid", "tags_added", "flow_not_started", "state"} <= KINDS.keys()
    assert [note.row for note in (TraceNote(ADDED, (("新客", "a, b"), "staff")),)] == [
        '["tags_added",["新客","a, b"]]'
    ]


def test_every_sentence_is_there_in_chinese_with_the_same_values() -> None:
    chinese = SENTENCES["trace"]
    for sentence in ALL:
        assert set(NAMED.findall(chinese.get(sentence, sentence))) == set(NAMED.findall(sentence))
        assert sentence in chinese or not re.search("[a-z]{2}", NAMED.sub("", sentence)), sentence


def test_no_chinese_sentence_stands_for_nothing() -> None:
    code = "".join([inspect.getsource(trace_words), *ALL, *trace_words._LATER.values()])
    units = {f"{number} {unit}{s}" for unit in trace_sentences.UNITS.values() for number, s in NUMBERS}
    unused = [one for one in SENTENCES["trace"] if one not in code and one not in units]
    assert unused == []


def off(*names: str) -> TraceNote:
    return TraceNote(reasons.TAG_OFF, (names,))


def not_met(*facts: NoteValue) -> TraceNote:
    return TraceNote(notes.CONDITION, (facts,))


def test_a_condition_tells_what_decided_it() -> None:
    assert step_words(not_met(off("VIP")), CHINESE) == "條件不成立（沒有標籤「VIP」）"
    on = TraceNote(reasons.TAG_ON, (("VIP",), ("2026-09-01",)))
    both = not_met(TraceNote(reasons.UNLESS, (on,)), TraceNote(reasons.NOT_BOUND, (("phone",),)))
    assert step_words(both, ENGLISH) == (
        'The condition does not hold  (must not be: tag "VIP" is on (since 2026-09-01); not bound: phone)'
    )


def test_a_rule_for_all_the_rest_is_told_as_that() -> None:
    assert (
        step_words(TraceNote(notes.ANYTHING_ELSE), CHINESE) == "沒有符合的規則，用預設回答（anything_else）"
    )


def test_what_nobody_knows_stays_as_it_is() -> None:
    unheard = TraceNote(notes.RULE_MATCHED, (TraceNote(notes.EVENT, ("code", "1234")),))
    assert step_words(unheard, CHINESE) == "符合規則：「code: 1234」"


def test_of_many_reasons_the_first_are_told() -> None:
    told = step_words(not_met(*(off(f"第{number}") for number in range(3000))), CHINESE)
    assert told.startswith("條件不成立（沒有標籤「第0」；沒有標籤「第1」；")
    assert told.endswith("；沒有標籤「第7」；…）")
    assert step_words(not_met(*[off("VIP")] * 9), ENGLISH).count("VIP") == 8
    assert "…" not in step_words(not_met(*[off("VIP")] * 8), ENGLISH)


def because(test: AttributeTest | HasTag, known: str = "") -> tuple[TraceNote, ...]:
    contact = Contact("main:U1", attributes={"t.memo": AttributeValue(known, NOW)})
    return why(test, ConditionContext(contact, "main", When(NOW, ZoneInfo("Asia/Taipei")))).facts


@pytest.mark.parametrize(
    "written", ["x; unless y; tag VIP: not on", "x: it is A", "known", "a or b", "true; no"]
)
def test_what_a_person_wrote_is_told_as_one_value(written: str) -> None:
    """It cannot be taken for parts of the condition, nor for what is asked."""
    facts = because(AttributeTest(HERE, "t.memo", "text", (Is(("A",)),)), written)
    note = not_met(*facts)
    assert step_words(note, ENGLISH) == (
        f'The condition does not hold  (attribute "memo": "{written}" (asked for: "A"))'
    )
    assert step_words(note, CHINESE) == f"條件不成立（屬性「memo」是「{written}」（條件：「A」））"
    [fact] = condition_text(facts).facts
    assert f"“{written}”" in PAGE_SPEAKS[1].words(fact)


def test_a_name_with_the_word_or_is_one_name() -> None:
    note = not_met(*because(HasTag(HERE, ("甲 or 乙", "丙"))))
    assert step_words(note, ENGLISH) == 'The condition does not hold  (tag "甲 or 乙" or "丙" is not on)'
    assert step_words(note, CHINESE) == "條件不成立（沒有標籤「甲 or 乙」或「丙」）"
    added = TraceNote(ADDED, (("a, b", "丙"),))
    assert step_words(added, ENGLISH) == 'Added tags: "a, b", "丙"'
    assert detail_words(added.row, CHINESE) == step_words(added, CHINESE)


def test_what_ended_a_flow_is_in_the_marks_of_the_language() -> None:
    """They were English ones in Chinese, too."""
    ended = TraceNote(notes.FLOW_ENDED, ("quiz", "exit"))
    assert step_words(ended, CHINESE) == "流程「quiz」結束在「依劇本離開」"
    assert step_words(ended, ENGLISH) == 'The flow "quiz" ended at "left by the playbook"'


def test_what_a_person_said_is_no_news() -> None:
    """Who says "code: right" has answered no question."""
    heard: list[NoteValue] = [TraceNote(notes.EVENT, ("code", "right")), "code: right"]
    told = [step_text(TraceNote(notes.RULE_MATCHED, (one,))).message for one in heard]
    assert [ENGLISH.text(one) for one in told] == [
        "The rule matched: the code is right",
        'The rule matched: "code: right"',
    ]
