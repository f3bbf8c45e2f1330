"""The campaigns for the first hundred people on the page for marketers, played."""

from __future__ import annotations

import re
from pathlib import Path

from bot.operations.new_playbook import folder as new_folder
from bot.operations.new_playbook import starter as starter_files
from bot.playbook.load import load
from bot.scenario.result import in_words
from tests.scenario.playing import holds, result

PAGE = (Path(__file__).parents[2] / "docs" / "language.zh-TW.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("### 只給前幾名：`first`") : PAGE.index("\n## 文字裡的變數\n")]
CAMPAIGN, SCENARIO = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
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
