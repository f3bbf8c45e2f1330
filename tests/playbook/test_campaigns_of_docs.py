"""The campaigns of the page for marketers, played: for the first hundred people, and a draw (N3)."""

from __future__ import annotations

import re
from pathlib import Path

from bot.operations.new_playbook import folder as new_folder
from bot.operations.new_playbook import starter as starter_files
from bot.playbook.load import load
from bot.scenario.result import in_words
from tests.scenario.playing import holds, result

PAGE = (Path(__file__).parents[2] / "docs" / "language.zh-TW.md").read_text("utf-8")


def blocks(begin: str, end: str) -> list[str]:
    """The YAML of a section of the page."""
    return re.findall(r"```yaml\n(.*?)```", PAGE[PAGE.index(begin) : PAGE.index(end)], re.DOTALL)


CAMPAIGN, SCENARIO = blocks("### 只給前幾名：`first`", "\n## 文字裡的變數\n")
[DRAW] = blocks("\n## 抽獎\n", "\n## 分成幾個檔案\n")
WON, FULL = "bot: 恭喜搶到！折扣碼 FOREST1111。", "bot: 名額已經滿了，下次請早 🙏"
BEFORE, AFTER = "bot: 雙11 活動 11/1 開始，敬請期待！", "bot: 雙11 活動已經結束了，謝謝您！"
AGAIN = "bot: 您已經搶到囉，折扣碼在上面的訊息裡。"
ASK = "user: 搶雙11"


def given(now: str, taken: int) -> str:
    return f"{{now: {now}, taken: {{雙11搶購: {taken}}}}}"


def test_who_is_among_the_first_has_it_once() -> None:
    for moment in ("2027-11-01 00:00", "2027-11-11 23:59"):
        holds(CAMPAIGN, ASK, WON, ASK, AGAIN, given=given(moment, 99))


def test_the_others_are_told_and_before_and_after_it_something_else() -> None:
    holds(CAMPAIGN, ASK, FULL, given=given("2027-11-11 23:59", 100))
    holds(CAMPAIGN, ASK, BEFORE, given=given("2027-10-31 23:59", 0))
    holds(CAMPAIGN, ASK, AFTER, given=given("2027-11-12 00:00", 0))


def test_without_the_rule_for_winners_they_hear_the_same_again() -> None:
    rules = CAMPAIGN.split("  - when:")
    always = "  - when:".join(rule for rule in rules if "if: {tag:" not in rule)
    assert always != CAMPAIGN
    holds(always, ASK, WON, ASK, WON, given=given("2027-11-11 23:59", 99))


def test_the_scenario_of_the_101st_holds() -> None:
    found = result(CAMPAIGN, SCENARIO)
    assert found.problems == ()
    assert found.holds, in_words(found)


def test_pasted_into_a_new_shop_it_is_answered_by_its_own_rules(tmp_path: Path) -> None:
    """No rule of `make new` takes its keyword, and nothing in it is doubtful."""
    new_folder.write(tmp_path, starter_files.files(starter_files.DEFAULTS["zh-TW"], "zh-TW"))
    (tmp_path / "rules" / "double11.yaml").write_text(CAMPAIGN, "utf-8")
    found = load(tmp_path, {}, unset="warning").problems
    assert [problem for problem in found if problem.place.file == "rules/double11.yaml"] == []
    assert not any(problem.level == "error" for problem in found)


def test_once_a_day_a_prize_or_none() -> None:
    given = "{now: 2026-12-01 10:00, draws: {年終抽獎: [折三十, nothing]}}"
    first = ["user: 抽獎", "bot: {contains: 恭喜抽中「折 30 元」}", "user: 抽獎", "bot: 今天抽過囉，明天再來"]
    second = ["wait: 1d", "user: 抽獎", "bot: 這次沒有抽中，明天再來", "contact: {coupons: [抽獎折30]}"]
    holds(DRAW, *first, *second, given=given)


def test_before_it_begins_and_once_all_of_a_prize_are_gone() -> None:
    early = "{now: 2026-11-30 10:00}"
    holds(DRAW, "user: 抽獎", "bot: 抽獎沒有開放", given=early)
    gone = "{now: 2026-12-01 10:00, draws: {年終抽獎: [免單]}, coupons: {免單券: {left: 0}}}"
    holds(DRAW, "user: 抽獎", "bot: 這次沒有抽中，明天再來", given=gone)
