"""The words of the workbench: each step of each scenario in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.runtime.turn_observer import Watched
from bot.scenario.recorded_turn import PlayedTurn
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.turns import Turns
from tests.playbooks import compiled
from tests.scenario.recording import Played
from tests.simulator.workbench_drawn import Foreign, Walked, drawn, own_words, read, walk

pytestmark = pytest.mark.ring("all", "a day in a simulator, with all its sentences")

ROOT = Path(__file__).parents[2]
Drawn: TypeAlias = Sequence[Mapping[str, Sequence[str]]]
"""Lines in each language of each turn."""
Said: TypeAlias = Mapping[Sequence[str], Drawn]
"""The same by what somebody says in these turns."""


@pytest.fixture(scope="module")
def example() -> Walked:
    return walk(ROOT)


@pytest.fixture(scope="module")
def pages(example: Walked) -> Drawn:
    """What the page shows of it."""
    return drawn(example.turns)


def test_no_word_of_the_other_language_in_any_step_of_any_scenario(example: Walked, pages: Drawn) -> None:
    """L4."""
    foreign = Foreign(example)
    both = list(zip(example.turns, pages, strict=True))
    assert len(both) > 500
    wrong: dict[str, str] = {}
    for given, told in both:
        own = own_words(given)
        for language, lines in told.items():
            for line in lines:
                if left := foreign.words(language, line, own):
                    wrong.setdefault(f"{language} {sorted(left)}", line)
    assert not wrong, "\n".join(f"{which}: {line}" for which, line in wrong.items())


def test_a_visit_says_what_the_page_shows(example: Walked, pages: Drawn) -> None:
    """L4: nobody reads "said nothing" below a page that asks something."""
    on_pages = [told for turn, told in zip(example.turns, pages, strict=True) if turn["page"]]
    assert len(on_pages) > 100
    assert not [told for told in on_pages if "沒有回應" in told["zh-TW"] or "Said nothing" in told["en"]]
    visits: dict[str, list[str]] = {}
    for turn, told in zip(example.turns, pages, strict=True):
        if turn["page"]:
            visits.setdefault(turn["page"]["visit"], []).extend(told["zh-TW"])
    binding = next(told for told in visits.values() if "打開網頁「手機綁定」" in told)
    asked = binding.index("請輸入註冊會員時的手機號碼")
    assert asked < binding.index("驗證碼簡訊寄出了") < binding.index("驗證碼正確")


PLAYBOOK = """
hooks: {crm: {url: "https://crm.example/v1", body: {}, returns: {points: number}}}
rules:
  - {name: 給新客, when: {text: 優惠}, unless: {tag: VIP}, reply: 新客 85 折}
  - {when: {text: 優惠}, if: {tag: VIP}, reply: VIP 七折}
  - {when: {text: 變}, add_tags: VIP}
  - {when: {text: 雙11}, reply: 敬請期待}
  - {when: {text: 雙11}, until: 2026-09-01 00:00, reply: 85 折}
  - {when: {text: 點數}, start: points}
  - {name: 每日, when: {text: 簽到}, once_per: day, reply: 簽到了}
  - {name: 一週, when: {text: 抽獎}, once_per: 7d, reply: 抽到了}
  - {name: 檔期, when: {text: 雙11}, until: 2026-11-12 00:00, reply: 折}
  - {name: 早鳥, when: {text: 早鳥}, first: 100, reply: 搶到了}
flows:
  points:
    title: 查點數
    states:
      ask: {title: 問系統, do: {call: crm}, rules: [{when: {hook: crm}, to: done}], give_up_after: {1m: done}}
      done: {push: 好了, end: true}
"""


def test_a_form_is_told_as_its_questions(example: Walked, pages: Drawn) -> None:
    """L4: the step that only leads on is none of the playbook's, and files know a form by its own name."""
    on_forms = [
        (turn, told)
        for turn, told in zip(example.turns, pages, strict=True)
        if any(step["because"] == "flow form:customer_data" for step in turn["steps"])
    ]
    lines = {line for _, told in on_forms for line in told["zh-TW"]}
    assert "進到「第 1 題（生日）」這一步（流程「客戶資料」）" in lines
    english = {line for _, told in on_forms for line in told["en"]}
    assert "Came to “question 1 (生日)” (flow “客戶資料”)" in english
    names = {name for turn, _ in on_forms for name in read(turn["card"]["zh-TW"]["why"]).names}
    assert "customer_data" in names
    assert not [name for name in names if name.startswith(("{", "form:"))]
    assert not [line for line in lines if "下一題" in line]


def test_what_was_waited_for_is_waited_for_no_more(pages: Drawn) -> None:
    """L4."""
    lines = {line for told in pages for line in told["zh-TW"]}
    ended = [line for line in lines if line.startswith("不再等候 流程「手機綁定」，30 分鐘後（原本 ")]
    assert ended, sorted(line for line in lines if "手機綁定" in line)[:20]
    assert not [line for line in lines if line.startswith("計時")]


SAID = (("優惠", "變", "優惠"), ("雙11",), ("點數",), ("簽到", "簽到", "抽獎", "抽獎", "雙11"))
"""What people say to it, each in a conversation of their own."""


@pytest.fixture(scope="module")
def played() -> Said:
    """What is shown of the turns in which somebody says these texts."""
    playbook, said = compiled(PLAYBOOK), dict[Sequence[str], Drawn]()
    for texts in SAID:
        person, turns = Played(playbook), Turns(Feed(), dict)
        for text in texts:
            person.says(text)
        for one in person.happenings:
            if isinstance(one, PlayedTurn):
                turns.watched(Watched(playbook, one.before, one.event, one.decision, one.now))
        said[texts] = drawn(turns.of("U-小美"))
    return said


def test_if_and_unless_are_the_right_way_round(played: Said) -> None:
    stranger, _, vip = played["優惠", "變", "優惠"]
    assert "條件不成立" not in stranger["zh-TW"]
    assert "文字符合，但條件不成立" in stranger["zh-TW"]
    assert stranger["zh-TW"].count("沒有標籤「VIP」") == 1
    assert "符合排除的條件，所以不做" in vip["zh-TW"]
    assert "What rules it out holds, so it is not done" in vip["en"]
    assert any(line.startswith("有標籤「VIP」（2026-11-20 ") for line in vip["zh-TW"])
    assert "條件不成立" not in vip["zh-TW"]


def test_a_rule_that_is_over_does_not_come_later(played: Said) -> None:
    (asked,) = played["雙11",]
    assert "文字符合，但這條規則現在不回答" in asked["zh-TW"]
    assert "這條規則到 2026-08-31 24:00 為止，已經過了，這次跳過" in asked["zh-TW"]
    assert "也符合，但排在後面" not in asked["zh-TW"]
    assert "The text matches, but this rule does not answer now" in asked["en"]
    assert "This rule ended at 2026-08-31 24:00: it is over" in asked["en"]


def test_who_waits_for_an_answer_is_told_what_is_waited_for(
    played: Said,
) -> None:
    """Waiting is no red mark, and no silence."""
    asked, *_ = played["點數",]
    assert "等外部系統回應，才會回覆" in asked["zh-TW"]
    assert "The answer comes once the outside system has answered" in asked["en"]
    assert "沒有回應" not in asked["zh-TW"]
    assert "等待中" in asked["zh-TW"]


def test_titles_stand_where_the_playbook_has_them(played: Said) -> None:
    asked, *_ = played["點數",]
    assert "開始流程「查點數」" in asked["zh-TW"]
    assert "進到「問系統」這一步（流程「查點數」）" in asked["zh-TW"]


def test_a_limit_says_which_one_it_is(played: Said) -> None:
    """Issue 14: 「設了次數，這次跳過」 said nothing."""
    _, daily, _, weekly, over = played["簽到", "簽到", "抽獎", "抽獎", "雙11"]
    assert "這條規則設了「每人每天一次」，這次跳過；隔天 00:00 以後才會再回" in daily["zh-TW"]
    assert "This rule is for once per person and day: not this time, but again after midnight" in daily["en"]
    assert "這條規則設了「每人 7 天一次」，這次跳過" in weekly["zh-TW"]
    assert "這條規則到 2026-11-11 24:00 為止，已經過了，這次跳過" in over["zh-TW"]
