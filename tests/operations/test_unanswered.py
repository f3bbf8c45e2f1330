"""N7: questions that nobody answered: what is masked, who would answer by now, what staff have ignored."""

from __future__ import annotations

import time
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI
from bot.operations.contact_view import HIDDEN
from bot.operations.unanswered import (
    LONGEST,
    UnansweredQuestion,
    UnansweredQuestions,
    UnheardText,
    asked_alike,
    ignore_question,
    questions,
    questions_now,
    restore_question,
)
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.playbooks import compiled

BOT = """\
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  b2b: {id: wholesale, channel_id: "2", channel_secret: x}
tags: {VIP: {}}
"""
RULES = """\
rules:
  - {when: {text: [營業時間, 幾點開門]}, reply: 十點}
  - {when: {text_contains: 國際運費}, reply: 看官網}
  - {when: {text: 生日禮}, if: {tag: VIP}, reply: 有}
  - {when: anything_else, reply: 聽不懂}
"""
PLAYBOOK = compiled(BOT + RULES)


def written(*texts: str, on: str = "main") -> list[UnheardText]:
    """Each by somebody else, one a minute."""
    return [UnheardText(text, f"{on}:U{n}", NOW + timedelta(minutes=n)) for n, text in enumerate(texts)]


def asked(*texts: str, playbook: str = RULES, on: str = "main") -> UnansweredQuestions:
    return questions(asked_alike(written(*texts, on=on), TAIPEI), compiled(BOT + playbook), NOW)


def test_the_most_people_come_first_and_each_question_says_how_many() -> None:
    texts = [*written("有停車場嗎"), *written("請問運費多少", "運費多少？", "運費多少")]
    texts += [UnheardText("有停車場嗎", "main:U0", NOW)] * 5
    first, second = questions(asked_alike(texts, TAIPEI), PLAYBOOK, NOW).of("open")
    assert (first.text, first.times, first.people) == ("請問運費多少", 3, 3)
    assert first.last == NOW + timedelta(minutes=2)
    assert list(first.others) == ["運費多少", "運費多少？"]
    assert (second.text, second.times, second.people) == ("有停車場嗎", 6, 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打 0912-345-678 給我", "678"),
        ("我的信箱 amy@forest.example", "amy@"),
        ("訂單 SO20261101 到哪了", "2026"),
        ("訂單123456到哪了", "123456"),
        ("折扣碼 AB3K9FQ 不能用", "AB3K9FQ"),
    ],
)
def test_what_may_be_somebodys_is_masked_and_goes_into_no_rule(text: str, shown: str) -> None:
    [one] = asked(text).of("open")
    assert shown not in one.text
    assert (one.rule, one.near) == (None, None)


@pytest.mark.parametrize("text", ["iPhone 15 有貨嗎", "2026年幾月開始", "VIP要多少點", "3M 口罩有嗎"])
def test_what_is_nobodys_is_not_masked(text: str) -> None:
    [one] = asked(text).of("open")
    assert (one.text, one.rule is None) == (text, False)


@pytest.mark.parametrize("text", ["a" * 5_000, "A-" * 2_500, "好" * 5_000, "9a" * 2_500, "- " * 2_500])
def test_texts_as_long_as_line_takes_cost_no_time_to_speak_of(text: str) -> None:
    """Whoever sends many of them makes no page wait; they are cut, and go into no rule."""
    texts = written(*(f"{text}{number}" for number in range(100)))
    begun = time.process_time()
    found = questions(asked_alike(texts, TAIPEI), PLAYBOOK, NOW).of("open")
    assert time.process_time() - begun < 2.0
    assert all(len(one.text) <= LONGEST + 1 and one.rule is None for one in found)


def test_numbers_of_orders_do_not_part_a_question_and_its_rule_comes_of_the_others() -> None:
    [one] = asked("訂單123456到哪了", "訂單987654到哪了", "訂單到哪了").of("open")
    assert (one.text, one.times, list(one.others)) == ("訂單到哪了", 3, [f"訂單{HIDDEN}到哪了"])
    assert one.rule is not None
    assert (one.rule.texts, one.rule.hears) == (["訂單到哪"], 1)


def test_what_a_rule_takes_by_now_is_answered_and_not_counted() -> None:
    """From anybody, on the account where it was written: not where a condition asks for a tag."""
    found = asked("營業時間", "生日禮", "國際運費多少")
    assert [one.text for one in found.of("open")] == ["生日禮"]
    assert {one.text: str(one.answered_by) for one in found.of("answered")} == {
        "營業時間": str(PLAYBOOK.rules[0].place),
        "國際運費多少": str(PLAYBOOK.rules[1].place),
    }
    here = "rules: [{when: {text: 目錄}, if: {channel: main}, reply: 好}]\n"
    assert asked("目錄", playbook=here).of("open") == []
    assert [one.text for one in asked("目錄", playbook=here, on="b2b").of("open")] == ["目錄"]
    also = "rules: [{when: {text: 目錄}, also: true, add_tags: [VIP]}]\n"
    assert [one.text for one in asked("目錄", playbook=also).of("open")] == ["目錄"], "it answers nothing"


def test_of_a_question_that_is_answered_in_some_words_the_others_are_counted() -> None:
    [one] = asked("營業時間", "營業時間？", "營業時間幾點").of("open")
    assert (one.times, sorted([one.text, *one.others])) == (2, ["營業時間幾點", "營業時間？"])


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("營業時間？", "營業時間"),
        ("營葉時間", "營業時間"),
        ("請問你們營業時間", "營業時間"),
        ("您好，請問營業時間呢", "營業時間"),
        ("營業時間表", "營業時間"),
        ("你們的生日禮物有什麼", None),  # a small part of it, and of a rule for others
        ("有停車場嗎", None),
    ],
)
def test_a_rule_that_nearly_hears_it_is_named_with_its_list(text: str, near: str | None) -> None:
    [one] = asked(text).of("open")
    assert (None if one.near is None else one.near.text) == near
    if one.near is not None:
        assert one.near.yaml == f"when: {{text: [營業時間, 幾點開門, {text}]}}"
        assert list(one.near.texts) == [text]


WORDS = "營業時間 營葉時間 運費多少 請問運費多少錢 國際運費 國際運費多少 停車場 有停車嗎 0912345678"
ASKED = st.lists(
    st.sampled_from(WORDS.split()) | st.text("運費停車多少 ?？a1", min_size=1, max_size=6).filter(str.strip),
    max_size=20,
)


@given(ASKED, st.randoms(use_true_random=False))
def test_each_message_is_in_exactly_one_question_whatever_their_order(texts: list[str], dice: Random) -> None:
    """The law: whoever else wrote what, and when."""
    messages = written(*texts)
    mixed = messages.copy()
    dice.shuffle(mixed)
    found, again = (questions(asked_alike(some, TAIPEI), PLAYBOOK, NOW) for some in (messages, mixed))
    assert found == again
    texts_of = [{one.text for one in some} for some in asked_alike(messages, TAIPEI)]
    assert sum(map(len, texts_of)) == len(set[str]().union(*texts_of))
    assert sum(one.times for some in asked_alike(messages, TAIPEI) for one in some) == len(texts)


async def now(stores: Stores, *texts: str) -> UnansweredQuestions:
    return await questions_now(stores, asked_alike(written(*texts), TAIPEI), PLAYBOOK, NOW)


async def test_an_ignored_question_stays_so_in_other_words_and_comes_back(
    stores: Stores, database: Database
) -> None:
    texts = ["哈哈哈哈", "哈哈哈哈", "哈哈哈哈!", "哈哈哈哈笑"]
    [one] = (await now(stores, *texts)).of("open")
    await ignore_question(stores, one, "console:mei")
    found = await now(stores, *texts, *["哈哈哈哈笑"] * 2)
    assert (found.of("open"), [one.text for one in found.of("ignored")]) == ([], ["哈哈哈哈笑"])
    [row] = await database.collection("ignored_questions").find({}).to_list(None)
    assert "哈" not in str(row)
    ignored: UnansweredQuestion = found.of("ignored")[0]
    await restore_question(stores, ignored, "console:mei")
    await restore_question(stores, ignored, "console:mei")
    assert len((await now(stores, *texts)).of("open")) == 1
    entries = await stores.audit.entries(["question_ignored", "question_restored"], 9)
    assert [(one.kind, one.about, one.by) for one in entries] == [
        ("question_restored", "哈哈哈哈笑", "console:mei"),
        ("question_ignored", "哈哈哈哈", "console:mei"),
    ]


async def test_what_few_have_written_is_not_in_the_audit_log(stores: Stores) -> None:
    [one] = (await now(stores, "我是陳美玲")).of("open")
    await ignore_question(stores, one, "console:mei")
    [deed] = await stores.audit.entries(["question_ignored"], 9)
    assert deed.about == ""
