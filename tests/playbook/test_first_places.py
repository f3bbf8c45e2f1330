"""The campaigns for the first hundred people on the page for marketers, played."""

from __future__ import annotations

import re
from pathlib import Path

from bot.playbook.load import load
from bot.scenario.result import in_words
from tests.playbooks import BOT, CHANNELS
from tests.scenario.playing import holds, result

PAGE = (Path(__file__).parents[2] / "docs" / "language.zh-TW.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("### 只給前幾名：`first`") : PAGE.index("\n## 文字裡的變數\n")]
ALWAYS, ONCE, SCENARIO = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
WON, FULL = "bot: 恭喜搶到！折扣碼 FOREST1111。", "bot: 名額已經滿了，下次請早 🙏"
ASK = "user: 搶優惠"


def given(now: str, taken: int) -> str:
    return f"{{now: {now}, taken: {{雙11搶優惠: {taken}}}}}"


def test_who_has_a_place_hears_the_same_again_though_all_are_taken() -> None:
    holds(ALWAYS, ASK, WON, ASK, WON, given=given("2027-11-11 23:59", 99))


def test_the_others_are_told_and_before_and_after_it_something_else() -> None:
    holds(ALWAYS, ASK, FULL, given=given("2027-11-11 23:59", 100))
    for moment in ("2027-10-31 23:59", "2027-11-12 00:00"):
        holds(ALWAYS, ASK, "bot: 雙11 活動是 11/1 到 11/11，敬請期待！", given=given(moment, 100))


def test_who_is_to_have_it_once_is_told_so_when_asking_again() -> None:
    again = "bot: 您已經搶到囉，折扣碼在上面的訊息裡。"
    holds(ONCE, ASK, WON, ASK, again, given=given("2027-11-11 20:00", 99))
    holds(ONCE, ASK, FULL, given=given("2027-11-11 20:00", 100))


def test_the_scenario_of_the_101st_holds_of_both() -> None:
    for playbook in (ALWAYS, ONCE):
        found = result(playbook, SCENARIO)
        assert found.problems == ()
        assert found.holds, in_words(found)


def test_pasted_they_have_nothing_doubtful(tmp_path: Path) -> None:
    for text in (ALWAYS, ONCE):
        (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + text, "utf-8")
        assert load(tmp_path, {}).problems == ()
