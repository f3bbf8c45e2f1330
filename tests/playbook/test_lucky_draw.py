"""The lucky draws of the page for marketers, played: one for good, and one for each day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scenario.playing import holds

PAGE = (Path(__file__).parents[2] / "docs" / "language.zh-TW.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("\n## 抽獎\n") : PAGE.index("\n## 分成幾個檔案\n")]
ONCE, DAILY = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
FIRST, SECOND, NOTHING = (
    "恭喜抽中頭獎：千元購物金！",
    "恭喜抽中二獎：百元購物金！",
    "這次沒有抽中，謝謝參加 🙏",
)


@pytest.mark.parametrize(
    ("group", "taken", "said"),
    [
        ("頭獎", 2, FIRST),
        ("頭獎", 3, SECOND),
        ("二獎", 0, SECOND),
        ("銘謝惠顧", 0, NOTHING),
    ],
)
def test_who_draws_a_prize_has_it_for_good_while_there_are_any(group: str, taken: int, said: str) -> None:
    given = f"{{split: {{雙11抽獎: {group}}}, taken: {{雙11頭獎: {taken}}}}}"
    holds(ONCE, "user: 抽獎", f"bot: {said}", "user: 抽獎", f"bot: {said}", given=given)


def test_each_day_is_drawn_anew_and_once() -> None:
    given = "{now: 2027-11-10 20:00, split: {抽獎1110: 沒中, 抽獎1111: 中獎}}"
    first = ["user: 抽獎", "bot: 今天沒有抽中，明天再來試試 🙏", "user: 抽獎", "bot: 今天抽過囉，明天再來。"]
    second = [
        "wait: until 00:00",
        "user: 抽獎",
        "bot: 恭喜中獎！",
        "user: 抽獎",
        "bot: 今天抽過囉，明天再來。",
    ]
    holds(DAILY, *first, *second, given=given)
