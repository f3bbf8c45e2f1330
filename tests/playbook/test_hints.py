"""What hints are made of: other characters, several values in one text, times as people say them. L1"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.shape.suggest_times import suggest_each, suggest_end, suggest_rate, suggest_wait
from bot.playbook.shape.suggest_words import split_values
from bot.playbook.similar import PAIRS, hint_for, in_other_characters, simplified
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile


def test_each_traditional_character_has_one_simplified_one() -> None:
    pairs = PAIRS.split()
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    traditional = [pair[1] for pair in pairs]
    assert sorted(traditional) == sorted(set(traditional))
    assert simplified("".join(traditional)) == "".join(pair[0] for pair in pairs)


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("结束", ["完成", "結束"], "結束"),
        ("結束", ["结束"], "结束"),
        ("回复", ["回覆", "回應"], "回覆"),
        ("臺北店", ["台北店"], "台北店"),
        ("结束", ["結束了"], None),
        ("完成", ["完成"], None),
        ("ab", ["ab"], None),
    ],
)
def test_a_name_in_other_characters(name: str, known: list[str], found: str | None) -> None:
    assert in_other_characters(name, known) == found
    if found is not None:
        assert "traditional and simplified" in str(hint_for(name, known))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("地址、怎麼去", ("地址", "怎麼去")),
        ("地址, 怎麼去，在哪", ("地址", "怎麼去", "在哪")),
        ("停車場/捷運站", ("停車場", "捷運站")),
        ("1/2", ()),
        ("滿1,000折100", ()),
        ("您好，請問有人嗎？", ()),
        ("我想要預約下個星期三的課程，請幫我安排", ()),
        ("地址、", ()),
        ("地址", ()),
        ("https://forest.example/a", ()),
    ],
)
def test_which_texts_look_like_several(text: str, values: tuple[str, ...]) -> None:
    assert split_values(text) == values


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("隔天早上10點", "next day at 10:00"),
        ("tomorrow at 9:30", "next day at 09:30"),
        ("三天", "3d"),
        ("兩個月", "2mo"),
        ("十天", "十天"),
        ("3天後", "3d"),
        ("3天後早上10點", "3d at 10:00"),
        ("到週一10點", "until mon 10:00"),
        ("直到10點", "until 10:00"),
        ("", ""),
        ("x" * 100, "x" * 100),
    ],
)
def test_waits_as_people_say_them(said: str, meant: str) -> None:
    assert suggest_wait(said) == meant


def test_how_often_as_people_say_it() -> None:
    assert [suggest_each(text) for text in ("每天一次", "每3天", "每個月一次", "一次")] == [
        "1d",
        "3d",
        "1mo",
        "一次",
    ]
    assert [suggest_rate(text) for text in ("每週三次", "每7天最多 3則", "3次")] == [
        "3 per 1w",
        "3 per 7d",
        "3次",
    ]


def test_the_end_of_a_day() -> None:
    assert str(suggest_end("2027/2/28 23:59:59")) == "2027-02-28"
    assert suggest_end("2027-02-28 10:00") is None
    assert suggest_end("2027-02-30") is None


def test_a_few_lines_of_aliases_fill_no_memory() -> None:
    """Each stands for nine of the one before: a thousand million nodes, if they were made."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    found = parsed(SourceFile("bot.yaml", "\n".join(lines)))
    assert {problem.code for problem in found.problems} == {"alias-used"}
    assert not found.whole


def test_an_alias_of_what_it_stands_in_is_nothing() -> None:
    found = parsed(SourceFile("bot.yaml", "rules: &all\n  - {when: follow, do: *all}\n"))
    assert [problem.code for problem in found.problems] == ["alias-used", "alias-used"]
    assert found.refused == {("rules", 0)}


def test_a_folder_with_the_name_of_a_picture_is_not_proposed(tmp_path: Path) -> None:
    head = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: "${S}"}}\n'
    (tmp_path / "bot.yaml").write_text(
        head + "rules: [{when: {text: a}, reply: {image: menu.png}}]\n", "utf-8"
    )
    (tmp_path / "cards" / "menu.png").mkdir(parents=True)
    hints = [str(problem.hint) for problem in load(tmp_path, {"S": "s"}).problems]
    assert len(hints) == 1
    assert "cards/menu.png" not in hints[0]
