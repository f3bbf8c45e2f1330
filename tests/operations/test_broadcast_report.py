"""What a report says of its figures: no more than they tell (I5), in lines, tables and a picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.channel import PricePlan
from bot.model.proportions import Interval, Proportion, differences_of
from bot.model.reports import OF_THE_MESSAGE, BroadcastReport, Reaction, ReportGroup
from bot.model.spending import GroupSpending
from bot.model.translatable import ENGLISH
from bot.operations.broadcasts.report_files import COLUMNS, report_rows, report_svg, reported_broadcast
from bot.operations.broadcasts.report_words import report_lines
from bot.operations.payload import as_json
from bot.operations.report_figures import difference_words
from bot.translations.chinese import CHINESE
from tests.depth import examples

ZONE = ZoneInfo("Asia/Taipei")
AT = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
WITHIN: dict[Reaction, timedelta] = {
    "goal": timedelta(days=7),
    "replied": timedelta(hours=24),
    "blocked": timedelta(hours=24),
}
A = ReportGroup(
    "甲", 4_512, 4_431, {"goal": 240, "replied": 104, "opened": 2_611, "clicked": None, "blocked": 12}
)
B = ReportGroup(
    "乙", 4_478, 4_420, {"goal": 235, "replied": 117, "opened": 2_640, "clicked": 60, "blocked": 15}
)
NOTHING = ReportGroup("不發", 1_010, 0, {"goal": 18, "replied": 19, "blocked": 0}, {"nothing": 1_010}, True)
REPORT = BroadcastReport(
    "雙11",
    "",
    "main",
    "雙11@1",
    AT,
    AT,
    AT + timedelta(minutes=2),
    AT + timedelta(days=8),
    (A, B, NOTHING),
    {"LINE's words": 3},
    WITHIN,
    "shop order_paid",
)
PLAN = PricePlan(monthly_fee=800, included=3_000, extra=0.2)
ALONE = replace(
    REPORT, groups=(replace(A, name=""),), as_of=AT + timedelta(hours=5), goal="", title="雙 11 全館 8 折"
)


def lines(report: BroadcastReport) -> list[str]:
    return [ENGLISH.text(one) for one in report_lines(report, ZONE)]


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("text")]


def test_whatever_can_be_told_is_told_with_how_sure_it_is() -> None:
    assert lines(REPORT) == [
        "雙11  2026-11-11 10:00",
        "  甲: sent to 4,431 of 4,512 people",
        "  乙: sent to 4,420 of 4,478 people",
        "  不發: 1,010 people get nothing, to compare with",
        "    LINE refused it for 3: LINE's words",
        "paid an order, within 7 days:",
        "    甲  240 of 4,512, 5.3% (4.7–6.0%)",
        "    乙  235 of 4,478, 5.2% (4.6–5.9%)",
        "    不發  18 of 1,010, 1.8% (1.1–2.8%)",
        "    甲 and 乙: no difference to be seen (−1.1 to +1.2 points)",
        "    甲 is 3.5 points above 不發 (2.0 to 4.7)",
        "    乙 is 3.5 points above 不發 (2.0 to 4.6)",
        "wrote, within 24 hours:",
        "    甲  104 of 4,512, 2.3% (1.9–2.8%)",
        "    乙  117 of 4,478, 2.6% (2.2–3.1%)",
        "    不發  19 of 1,010, 1.9% (1.2–2.9%)",
        "    甲 and 乙: no difference to be seen (−1.1 to +0.5 points)",
        "    甲 and 不發: no difference to be seen (−1.0 to +1.4 points)",
        "    乙 and 不發: no difference to be seen (−0.7 to +1.7 points)",
        "opened it:",
        "    甲  2,611 of 4,431, 58.9% (57.5–60.4%)",
        "    乙  2,640 of 4,420, 59.7% (58.3–61.2%)",
        "    甲 and 乙: no difference to be seen (−2.8 to +1.2 points)",
        "opened a link:",
        "    甲  fewer than 20: LINE tells no number",
        "    乙  60 of 4,420, 1.4% (1.1–1.7%)",
        "blocked the account, within 24 hours:",
        "    甲  12 of 4,512, 0.27% (0.15–0.46%)",
        "    乙  15 of 4,478, 0.33% (0.20–0.55%)",
        "    不發  0 of 1,010, 0.0% (0.0–0.38%)",
        "    甲 and 乙: no difference to be seen (−0.4 to +0.2 points)",
        "    甲 and 不發: no difference to be seen (−0.3 to +0.5 points)",
        "    乙 and 不發: no difference to be seen (−0.2 to +0.6 points)",
        "in brackets: the interval, 95% sure",
        "the 3 differences of a kind hold together",
        "counted until 2026-11-19 10:00",
    ]


def test_a_digit_more_only_where_it_would_read_as_nothing() -> None:
    """Nobody of a few and nobody of fewer: that the difference is 0 says nothing of how far it is known."""
    (none,) = differences_of([("甲", Proportion(0, 4)), ("乙", Proportion(0, 1))])
    assert ENGLISH.text(difference_words(none)).endswith("(−79.3 to +49.0 points)")
    close = replace(none, between=Interval(-0.0004, 0.002))
    assert ENGLISH.text(difference_words(close)).endswith("(−0.04 to +0.20 points)")


def test_what_it_cost_and_each_goal_of_it() -> None:
    """I7: at most, where LINE had not said what was used; who got nothing has cost nothing."""
    report = replace(REPORT, plan=PLAN)
    assert report.cost == Decimal("0.2") * (4_431 + 4_420)
    assert lines(report)[5:7] == [
        "  messages used: 8,851; at most NT$1,770",
        "    reached the goal: NT$3.73 each",  # of 240 and 235, not of the 18 who got nothing
    ]
    told = answered(report)
    assert told["cost_at_most"] == 1_770.2
    assert told["cost_of_each_at_most"] == {"goal": 3.7267, "bound": None}
    assert [one["cost_at_most"] for one in told["groups"]] == [
        *(886.2, 884.0, 0.0),
    ]
    assert not any("NT$" in line for line in lines(REPORT))
    assert answered(REPORT)["cost_at_most"] is None


def test_what_it_cost_is_reckoned_and_said_as_beforehand() -> None:
    """I7: `broadcast check` said the same of it."""
    within = replace(REPORT, plan=replace(PLAN, included=10_000), month_used=1_000)
    assert within.cost == 0
    assert lines(within)[5] == (
        "  messages used: 8,851; all within the plan, nothing more to pay (NT$ of the month: NT$800)"
    )
    assert "reached the goal: NT$" not in "".join(lines(within))
    assert texts(report_svg(within, CHINESE, ZONE))[1].endswith("8,851 人 · 不另收費")
    beyond = replace(REPORT, plan=PLAN, month_used=2_000)
    assert lines(beyond)[5] == (
        "  messages used: 8,851; NT$1,570: 1,000 are in the plan, 7,851 more cost NT$0.2 each"
    )
    assert beyond.cost == sum(cost for one in beyond.groups if (cost := beyond.cost_of_group(one)))


def test_what_it_cost_stands_in_the_picture_and_for_spreadsheets() -> None:
    """I7: of each group what its messages cost, and each goal of it; nothing where no price is known."""
    report = replace(REPORT, plan=PLAN)
    about = texts(report_svg(report, CHINESE, ZONE))[1]
    assert about.endswith("8,851 人 · 最多 NT$1,770 · 達成目標：平均每人 NT$3.73"), about
    assert "NT$" not in "".join(texts(report_svg(REPORT, CHINESE, ZONE)))
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in in_english(report)]
    costs = {(one["group"], one["reaction"]): one["cost_of_each_at_most"] for one in rows}
    assert (costs["甲", "goal"], costs["乙", "goal"]) == ("3.6925", "3.7617")
    assert costs["不發", "goal"] == costs["甲", "replied"] == ""
    assert [one["cost_at_most"] for one in rows if one["reaction"] == "goal"] == ["886.2", "884", "0"]
    assert {row[-1] + row[-2] for row in in_english(REPORT)} == {""}


def answered(report: BroadcastReport) -> Any:
    """What programs get."""
    return as_json(reported_broadcast(report, None, ENGLISH, ZONE))


def in_english(report: BroadcastReport) -> list[tuple[str, ...]]:
    """The rows of the table for spreadsheets."""
    return [tuple(map(ENGLISH.words, row)) for row in report_rows(report)]


def test_what_still_goes_on_is_told_so() -> None:
    assert ALONE.is_open("blocked")
    assert "blocked the account, within 24 hours (so far):" in lines(ALONE)
    later = replace(ALONE, as_of=AT + timedelta(hours=25))
    assert not later.is_open("blocked")
    assert later.is_open("goal")
    assert replace(later, ended=None).is_open("opened")


def test_groups_stay_as_they_were_drawn() -> None:
    """Whoever could not be sent anything any more counts, for in the other group nobody knows who that is."""
    assert A.rate("goal") == Proportion(240, 4_512)
    assert A.rate("opened") == Proportion(2_611, 4_431)
    assert NOTHING.rate("opened") is None
    assert not replace(NOTHING, counted={"clicked": None}).hidden("clicked")
    assert replace(A, got=9).rate("opened") == Proportion(9, 9)  # LINE's figures are about right only


def test_the_more_is_compared_the_wider_each_difference() -> None:
    """Five groups who do the same: ten comparisons, and none of them a discovery."""
    two = replace(REPORT, groups=(A, B)).differences("goal")
    three = REPORT.differences("goal")
    assert len(two) == 1
    assert len(three) == 3
    assert three[0].between.low < two[0].between.low < two[0].between.high < three[0].between.high


rates = st.integers(0, 400).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


@settings(max_examples=examples(60))
@given(st.lists(rates, min_size=1, max_size=12), st.booleans())
def test_any_figures_can_be_told_and_drawn(found: list[tuple[int, int]], hidden: bool) -> None:
    """Nobody, one, twelve groups: nothing is outside of the picture, nothing breaks it."""
    groups = tuple(
        ReportGroup(
            f"<{number}&" * (number + 1),
            people,
            people,
            {"goal": reached, "opened": None if hidden else reached, "blocked": 0},
            holdout=number == 2,
        )
        for number, (reached, people) in enumerate(found)
    )
    report = replace(REPORT, groups=groups, title="<script>alert(1)</script>")
    assert lines(report)
    svg = report_svg(report, ENGLISH, ZONE)
    root = ElementTree.fromstring(svg)
    assert not [one for one in root.iter() if one.tag.endswith(("script", "a", "image", "foreignObject"))]
    for one in root.iter():
        for name, most in (("x", 1280), ("y", 720), ("cx", 1280), ("cy", 720)):
            assert 0 <= float(one.get(name, 0)) <= most
    assert answered(report)["groups"]
    assert all(len(row) == len(COLUMNS) for row in report_rows(report))


def test_long_names_do_not_hide_what_is_found() -> None:
    names = ("折扣" * 20, "W" * 40, "不發" * 20)
    groups = tuple(replace(one, name=name) for one, name in zip(REPORT.groups, names, strict=True))
    told = "".join(texts(report_svg(replace(REPORT, groups=groups), CHINESE, ZONE)))
    for found in (
        "多 3.5 個百分點（2.0 到 4.7）",
        "多 3.5 個百分點（2.0 到 4.6）",
        "（−1.1 到 +1.2 個百分點）",
    ):
        assert found in told


def test_the_picture_says_the_same_in_both_languages() -> None:
    for report in (REPORT, ALONE):
        english, chinese = (texts(report_svg(report, words, ZONE)) for words in (ENGLISH, CHINESE))
        assert any("240 / 4,512" in one for one in english)
        assert any("240 / 4,512" in one for one in chinese)
    told = texts(report_svg(REPORT, CHINESE, ZONE))
    assert any("甲 和 乙：看不出差別" in one for one in told)
    assert "<20" in told
    assert any("不到 20 人" in one for one in texts(report_svg(ALONE, CHINESE, ZONE)))


def test_a_spreadsheet_has_a_row_for_each_figure() -> None:
    rows = list(in_english(REPORT))
    assert rows[0] == ("甲", "4512", "4431", "goal", "240", "4512", "0.05319", "0.04702", "0.06013") + 4 * (
        "",
    )
    assert ("甲", "4512", "4431", "clicked", "<20", "4431", *7 * ("",)) in rows
    assert not [row for row in rows if row[0] == "不發" and row[3] in OF_THE_MESSAGE]


def spent(people: int, buyers: int, each: int) -> GroupSpending:
    """A group of whom so many bought, half of them for twice as much as the others."""
    return GroupSpending.of(people, [Decimal(each * (1 + number % 2)) for number in range(buyers)])


SPENT = replace(
    REPORT,
    groups=(
        replace(A, spent=spent(4_512, 240, 800)),
        replace(NOTHING, spent=spent(3_010, 100, 400)),
    ),
)


def test_n6_what_each_group_has_spent_per_person_and_by_how_much_they_differ() -> None:
    said = lines(SPENT)
    begins = said.index("spent in the shop, within 7 days:")
    assert said[begins + 1 : begins + 3] == [
        "    甲  NT$63.83 per person (NT$288,000 of 4,512 people, 240 bought)",
        "    不發  NT$19.93 per person (NT$60,000 of 3,010 people, 100 bought)",
    ]
    assert said[begins + 3].startswith("    甲 spent NT$43.9 per person more than 不發 (NT$3")
    assert next(row[-2:] for row in in_english(SPENT)) == ("240", "288000")
    told = answered(SPENT)
    assert told["groups"][0]["spent"]["money"] == "288000"
    assert [one["seen"] for one in told["spent_differences"]] == [True]
    assert answered(REPORT)["spent_differences"] == [], "the shop reports no orders"


def test_n6_too_few_bought_or_no_difference() -> None:
    one = lines(replace(SPENT, groups=(SPENT.groups[0], replace(NOTHING, spent=spent(1_010, 99, 400)))))
    assert "    甲 and 不發: fewer than 100 bought in one of them, too few to compare money" in one
    alike = replace(NOTHING, spent=spent(2_010, 107, 800))
    other = lines(replace(SPENT, groups=(SPENT.groups[0], alike)))
    assert any("不發: no difference to be seen (−NT$" in line and "per person)" in line for line in other)


def test_programs_are_told_which_differences_are_seen() -> None:
    told = answered(REPORT)
    assert [one["seen"] for one in told["differences"]["goal"]] == [False, True, True]
    assert told["groups"][0]["reactions"]["clicked"]["fewer_than"] == 20
    assert told["groups"][0]["reactions"]["goal"]["so_far"] is False


@pytest.mark.parametrize("reaction", ["goal", "replied", "blocked"])
def test_a_difference_names_the_higher_one_first(reaction: Reaction) -> None:
    turned = replace(REPORT, groups=(NOTHING, A))
    [one] = turned.differences(reaction)
    [other] = replace(REPORT, groups=(A, NOTHING)).differences(reaction)
    assert one.is_seen == other.is_seen
    assert one.by == -other.by
