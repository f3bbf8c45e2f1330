"""The draw of the page for marketers, played (N3)."""

from __future__ import annotations

import re
from pathlib import Path

from tests.scenario.playing import holds

PAGE = (Path(__file__).parents[2] / "docs" / "language.zh-TW.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("\n## 抽獎\n") : PAGE.index("\n## 分成幾個檔案\n")]
[SHOP] = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)


def test_once_a_day_a_prize_or_none() -> None:
    given = "{now: 2026-12-01 10:00, draws: {年終抽獎: [折三十, nothing]}}"
    first = ["user: 抽獎", "bot: {contains: 恭喜抽中「折 30 元」}", "user: 抽獎", "bot: 今天抽過囉，明天再來"]
    second = ["wait: 1d", "user: 抽獎", "bot: 這次沒有抽中，明天再來", "contact: {coupons: [抽獎折30]}"]
    holds(SHOP, *first, *second, given=given)


def test_before_it_begins_and_once_all_of_a_prize_are_gone() -> None:
    early = "{now: 2026-11-30 10:00}"
    holds(SHOP, "user: 抽獎", "bot: 抽獎沒有開放", given=early)
    gone = "{now: 2026-12-01 10:00, draws: {年終抽獎: [免單]}, coupons: {免單券: {left: 0}}}"
    holds(SHOP, "user: 抽獎", "bot: 這次沒有抽中，明天再來", given=gone)
