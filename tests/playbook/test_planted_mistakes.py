"""Mistakes of a marketer, all told at once, each at its line: none hides another. L1"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.playbook.load import load
from tests.playbook.corpus import NOW

PLANTED: Mapping[str, str] = {
    "bot.yaml": """\
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: "${S}"}
alert:                                        #! unknown-section
  - {log: all}
hours:
  門市: 9點-25點                              #! bad-time
tags:
  VIP: {added_by: staf}                       #! bad-value
attributes:
  birthday: date
  points: numbr                               #! bad-value
links:
  poster: {open: "htp://forest.example"}      #! uri-scheme
""",
    "rules/keywords.yaml": """\
rules:
  - when: {text: 營業時間, 幾點開}            #! colon-in-text
    reply: 每天 11:00–21:00
  - when: {text: 優惠}
    repley: {card: cupon}                     #! unknown-key, unknown-card
  - when: {text: 測驗}
    reply: 開始囉
    start: quizz                              #! two-actions, unknown-flow
  - when: {text: 樓層}
    reply: 專櫃在 # 3 樓                      #! comment-in-text
  - {when: {text: 停車}, reply: 地下 # 2 樓}  #! comment-in-text
  - when: {text: 活動}
    reply: 時間: 十點                         #! colon-in-text
  - when: {text: 追蹤}
    reply: @森活                              #! unquoted-at
  - when: {text: 名字}
    reply: {{ contact.name }} 您好            #! unquoted-placeholder
  - when: {text: 公告}
    reply: *重要* 明天休息                    #! alias-used
  - when: {text: 標籤}
    reply: 週年慶 #全館85折                   #! glued-comment
  - when: {text: 找我}
    if: {tag: VIPP}                           #! unknown-tag
    reply: 您好
  - when: {text: 折扣}
    reply: "{{ attribute.level }} 您好"       #! unknown-attribute
  - when: folow                               #! bad-value
    reply: 歡迎
  - when: {text: 空的}                        #! missing-key
  - when: {text: 開門}
    if: {during: 門市時間}                    #! unknown-hours
    reply: 開著
  - when: {text: 圖}
    reply: {image: cards/none.png}            #! image-missing
  - when: {text: 兩張}
    do:
      - {add_tags: [VIP], start: nowhere}     #! two-kinds, unknown-flow
      - reply: {cards: 沒有這張}              #! unknown-key
""",
    "flows/quiz.yaml": """\
flows:
  quiz:
    states:
      問:
        ask: 您的膚質？
        answr: [乾性, 油性]                   #! unknown-key
        next: 完成                            #! unknown-state
      再問:
        ask: 生日？
        answer: date
        give_up_after: {3O分: 完}             #! bad-duration
        next: 沒有                            #! unknown-state
      完:
        reply: {card: nocard}                 #! unknown-card
        wait: 三天                            #! bad-duration
        next: 哪裡                            #! unknown-state
      結束: {end: true}
""",
    "cards/cards.yaml": """\
cards:
  coupon:
    buttons:
      text: 85 折
      taps:
        - {label: 領取, send: 優惠, open: "https://forest.example"}   #! two-destinations
        - {label: 這個按鈕的文字實在是太長太長太長太長太長了, send: 好} #! label-too-long
        - {lable: 看看, start: nothing}       #! unknown-key, unknown-flow
""",
}
_PLANTED = re.compile(r"[ ]+#! (.+)")


def planted() -> Iterator[tuple[str, int, str]]:
    """File, line and code of each mistake."""
    for file, text in PLANTED.items():
        for number, line in enumerate(text.splitlines(), 1):
            if match := _PLANTED.search(line):
                yield from ((file, number, code) for code in match[1].split(", "))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, text in PLANTED.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(_PLANTED.sub("", text), "utf-8")
    return tmp_path


def test_all_mistakes_of_a_marketer_are_told_at_once_each_at_its_line(folder: Path) -> None:
    told = [(one.place.file, one.place.line, one.code) for one in load(folder, {"S": "s"}, now=NOW).problems]
    hidden = [one for one in planted() if one not in told]
    assert not hidden, f"{hidden}\n{told}"
    assert len(list(planted())) >= 35
    beside = {one for one in told if one not in set(planted())}
    assert not beside, beside


@pytest.mark.parametrize(
    ("value", "code"), [("$TZ", "bad-value"), ("Mars #x", "glued-comment"), ("@Mars", "unquoted-at")]
)
def test_a_value_that_could_not_be_read_is_not_used(tmp_path: Path, value: str, code: str) -> None:
    """`timezone: $TZ` ended the command with an exception."""
    (tmp_path / "bot.yaml").write_text(f"{PLANTED['bot.yaml'].partition('alert:')[0]}timezone: {value}\n")
    assert [one.code for one in load(tmp_path, {"S": "s"}, now=NOW).problems] == [code]


WAYS = """\
flows:
  quiz:
    states:
      問:
        ask: 尺寸
        answr: [大, 中, 小]
        next: {大: 完}
      完: {reply: {card: nocard}, end: true}
"""


def test_choices_that_lead_nowhere_hide_no_unknown_card(tmp_path: Path) -> None:
    """Two mistakes of one state, each of which makes an end of it while the flow is looked into."""
    (tmp_path / "bot.yaml").write_text(PLANTED["bot.yaml"].partition("alert:")[0] + WAYS)
    codes = {one.code for one in load(tmp_path, {"S": "s"}, now=NOW).problems}
    assert codes >= {"unknown-key", "unknown-card"}
