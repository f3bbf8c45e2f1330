"""L8: the answers of a draft as their form has them; a change touches what it changes, and nothing else."""

from __future__ import annotations

import pytest

from bot.model.translatable import Refusal
from bot.operations.drafts.written_answers import (
    WrittenAnswer,
    answer_at,
    answers_in,
    with_changed_answer,
    without_answer,
)

FILE = """\
channel: main
rules:
  # 常問的
  - when: {text: [停車, 停車？]}    # 停車場
    reply: 對面有停車場   # 到九點
  - when:
      text:
        - 廁所      # 常問
        - 洗手間
    reply: |-
      二樓
      左邊
  - when: {text: 地址}
    if: {tag: VIP}
    reply: 只有您知道
  - when: {text: 菜單}
    reply: menu_card
  - name: 打招呼
    when: follow
    reply: 您好
  - when: {text: 電話}
    reply: {text: phone}
  - when: {text: 會員}
    reply: "{{ contact.name }} 您好"
"""
SOURCES = {"bot.yaml": "plan: {}\n", "rules/a.yaml": FILE, "cards/a.yaml": "cards: {a: {text: 甲}}\n"}


def answer(number: int, text: str = FILE) -> WrittenAnswer:
    found = answer_at({"rules/a.yaml": text}, "main", "rules/a.yaml", number)
    assert found is not None
    return found


def test_rules_of_texts_and_a_reply_are_in_the_form_and_all_others_are_named() -> None:
    answers, others = answers_in(SOURCES, "main")
    assert [(one.number, one.line, one.asked, one.answer, one.question_marks) for one in answers] == [
        (0, 4, "停車", "對面有停車場", True),
        (1, 6, "廁所、洗手間", "二樓\n左邊", False),
        (5, 21, "電話", "phone", False),
    ]
    assert [(one.line, one.says) for one in others] == [
        (13, "地址"),
        (16, "菜單"),
        (18, "打招呼"),
        (23, "會員"),
    ]


def test_rules_of_another_account_and_of_a_card_are_not_in_it() -> None:
    assert answers_in(SOURCES, "second") == ([], [])
    text = "rules:\n  - when: {text: 甲}\n    reply: 卡片\n"
    answers, others = answers_in({"rules/a.yaml": text, "cards/a.yaml": "cards: {卡片: 乙}\n"}, "main")
    assert (answers, [one.says for one in others]) == ([], ["甲"])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("number", [0, 1, 5])
def test_what_is_not_changed_stays_as_it_was_written(number: int, end: str) -> None:
    text = FILE.replace("\n", end)
    one = answer(number, text)
    assert with_changed_answer(text, one, one.asked, one.answer, question_marks=one.question_marks) == text


def test_only_the_answer_changes_and_comments_stay() -> None:
    made = with_changed_answer(FILE, answer(0), "停車", "門口: 右邊", question_marks=True)
    assert made == FILE.replace("reply: 對面有停車場   #", 'reply: "門口: 右邊"   #')
    made = with_changed_answer(FILE, answer(1), "廁所，洗手間", "三樓", question_marks=False)
    assert made == FILE.replace("|-\n      二樓\n      左邊", "三樓")
    made = with_changed_answer(FILE, answer(5), "電話", "tel", question_marks=False)
    assert made == FILE.replace("{text: phone}", "{text: tel}")
    made = with_changed_answer(FILE, answer(0), "停車", "menu_card", question_marks=True)
    assert "reply: {text: menu_card}   # 到九點" in made


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_texts_change_where_they_stand(end: str) -> None:
    text = FILE.replace("\n", end)
    made = with_changed_answer(text, answer(0, text), "停車、車位", "對面有停車場", question_marks=True)
    assert made == text.replace("[停車, 停車？]", "[停車, 停車？, 車位, 車位？]")
    made = with_changed_answer(text, answer(1, text), "廁所、化妝室", "二樓\n左邊", question_marks=False)
    assert made == text.replace("        - 洗手間", "        - 化妝室")
    made = with_changed_answer(text, answer(5, text), "電話, 手機", "phone", question_marks=False)
    assert made == text.replace("{text: 電話}", "{text: [電話, 手機]}")


CONTAINS = """\
rules:
  - when: {text_contains: [運費, 運送費]}   # 全部
    reply: 一百
  - when: {text_contains: [退, 換], strict: true}
    reply: 七天
"""


def test_a_rule_that_hears_texts_within_others_is_in_the_form_too() -> None:
    """N7: and becomes one that hears them exactly, and back; comments stay."""
    answers, others = answers_in({"rules/a.yaml": CONTAINS}, "main")
    assert [(one.asked, one.contains, one.question_marks) for one in answers] == [
        ("運費、運送費", True, True)
    ]
    assert [one.line for one in others] == [4]
    one = answer(0, CONTAINS)
    same = with_changed_answer(CONTAINS, one, one.asked, one.answer, question_marks=True, contains=True)
    assert same == CONTAINS
    exact = with_changed_answer(CONTAINS, one, "運費", one.answer, question_marks=True)
    assert exact == CONTAINS.replace("{text_contains: [運費, 運送費]}", "{text: [運費, 運費？]}")
    again = answer(0, exact)
    assert again.stamp != one.stamp
    back = with_changed_answer(exact, again, "運費、運送費", "兩百", question_marks=True, contains=True)
    assert back == CONTAINS.replace("一百", "兩百")
    bare = CONTAINS.replace("[運費, 運送費]", "運費")
    other = answer(0, bare)
    assert with_changed_answer(bare, other, "運費", "一百", question_marks=False) == bare.replace(
        "text_contains: 運費", "text: 運費"
    )


def test_comments_among_texts_are_not_lost() -> None:
    text = "rules:\n  - when: {text: [停車,   # 一\n      車位]}\n    reply: 對面\n"
    with pytest.raises(Refusal, match=r"rules/a\.yaml"):
        with_changed_answer(text, answer(0, text), "停車", "對面", question_marks=False)
    made = with_changed_answer(text, answer(0, text), "停車、車位", "右邊", question_marks=False)
    assert made == text.replace("對面", "右邊")


def test_one_is_taken_out_and_the_others_stay() -> None:
    made = without_answer(FILE, answer(5))
    assert made == FILE.replace("  - when: {text: 電話}\n    reply: {text: phone}\n", "")
    with pytest.raises(Refusal, match=r"rules/a\.yaml"):
        without_answer("rules: [{when: {text: 甲}, reply: 您好}]\n", answer(5))


@pytest.mark.parametrize(("asked", "said"), [("", "x"), ("停車", "{{ contact.name }}"), ("，", "x")])
def test_what_no_playbook_takes_is_refused(asked: str, said: str) -> None:
    with pytest.raises(Refusal):
        with_changed_answer(FILE, answer(0), asked, said, question_marks=True)
