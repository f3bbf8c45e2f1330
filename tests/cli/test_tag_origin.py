"""`oaflow contact show` says what has put a tag on: a rule with its file and line, not its path. K1"""

from __future__ import annotations

import pytest

from bot.model.translatable import ENGLISH, Language
from bot.operations.contact_words import origin_words
from bot.translations.chinese import CHINESE
from bot.wording.titles import speaking_titles
from tests.playbooks import compiled

PLAYBOOK = compiled("""
channels: {main: {id: "@shop", channel_id: "1", channel_secret: s, access_token: t}}
links: {poster: {title: 門市海報, send: 優惠, add_tags: [來源_海報]}}
rules:
  - {name: 升等貼 VIP, when: {text: 升等}, do: [{add_tags: [VIP]}, {reply: 好}]}
  - {when: {text: 優惠}, do: [{add_tags: [看過優惠]}, {reply: 好}]}
  - {when: {text: 測}, start: quiz}
flows:
  quiz:
    title: 小測驗
    states:
      first:
        do: [{add_tags: [測過]}]
        end: true
""")


@pytest.mark.parametrize(
    ("by", "tag", "chinese", "english"),
    [
        (
            "rules[0].do[0].add_tags",
            "VIP",
            "由規則「升等貼 VIP」（bot.yaml 第 6 行）",
            'by the rule "升等貼 VIP" (bot.yaml, line 6)',
        ),
        (
            "rules[1].do[0].add_tags",
            "看過優惠",
            "由 bot.yaml 第 7 行的規則",
            "by the rule in bot.yaml, line 7",
        ),
        (
            "flows.quiz.states.first.do[0].add_tags",
            "測過",
            "由流程「小測驗」（bot.yaml 第 14 行）",
            'by the flow "小測驗" (bot.yaml, line 14)',
        ),
        ("links.poster", "來源_海報", "由連結「門市海報」", 'by the link "門市海報"'),
        ("shop", "VIP", "由商店的會員資料", "by the shop's record"),
        ("list", "VIP", "由匯入的名單", "by an imported list"),
        ("command:amy", "VIP", "由 amy（終端機）", "by amy (command line)"),
        ("member", "VIP", "客人自己", "by the customer"),
        ("mei", "VIP", "由 mei", "by mei"),
    ],
)
def test_what_has_put_a_tag_on(by: str, tag: str, chinese: str, english: str) -> None:
    for words, expected in ((CHINESE, chinese), (ENGLISH, english)):
        assert told(by, tag, words) == expected


@pytest.mark.parametrize("by", ["rules[1].do[0].add_tags", "rules[9].do[0].add_tags", "flows.old.do[0]"])
def test_a_place_that_has_changed_since_is_not_taken_for_what_stands_there_now(by: str) -> None:
    """Rules move when a playbook is edited: `rules[1]` is another rule than it was then."""
    assert told(by, "VIP", CHINESE) == f"由以前的規則（{by}）"


def told(by: str, tag: str, words: Language) -> str:
    return speaking_titles(words, PLAYBOOK).text(origin_words(by, tag, PLAYBOOK))
