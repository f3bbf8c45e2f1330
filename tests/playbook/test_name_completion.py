"""L8: names of the playbook are offered where they belong, each with what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.name_completion import named, names_of
from bot.playbook.read import read
from bot.playbook.shape.sections import Section
from bot.translations.chinese import CHINESE

KEYS: dict[str, Section] = {"start": "flows", "pin_menu": "menus", "call": "hooks"}
ROOT = Path(__file__).parents[2]
HEAD = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: "${SECRET}"}}
tags: {VIP: {expires: 30d}}
attributes: {points: {type: number, title: 點數}}
hours: {客服時間: 09:00-18:00}
cards: {coupon: {text: 85 折}}
audiences: {熟客: {if: {tag: VIP}}}
rich_menus: [{menu: 會員, image: a.png, chat_bar: 選, grid: [甲], areas: {甲: {send: 優惠}}}]
rules:
  - {when: {text: 優惠}, reply: coupon, add_tags: [領過]}
"""


def offered(folder: Path, text: str, head: str = HEAD) -> dict[str, str]:
    """What is offered at the mark in another file of this playbook, and what is said of it."""
    (folder / "bot.yaml").write_text(head, "utf-8")
    found = read(folder, {}, unset="warning")
    names = names_of(found.root, found.left_out, CHINESE)
    before, _, after = text.partition("|")
    line = before.count("\n") + 1
    at = named(names, before + after, line, len(before.rpartition("\n")[2]) + 1)
    return {one.whole: one.says for one in at}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rules:\n  - when: {text: a}\n    add_tags: |", {"VIP", "領過"}),
        ("rules:\n  - when: {text: a}\n    add_tags: [VIP, |]", {"VIP", "領過"}),
        ("rules:\n  - when: {text: a}\n    add_tags:\n      - |", {"VIP", "領過"}),
        ("rules:\n  - when: {text: a}\n    if: {tag: |}", {"VIP", "領過"}),
        ("rules:\n  - when: {text: a}\n    reply: |", {"coupon"}),
        ("rules:\n  - when: {text: a}\n    if: {attribute: {|}}", {"points: "}),
        ("rules:\n  - when: {text: a}\n    set:\n      |", {"points: "}),
        ("rules:\n  - when: {text: a}\n    if: {during: |}", {"客服時間"}),
        ("rules:\n  - when: {text: a}\n    pin_menu: |", {"會員"}),
        ("broadcasts:\n  雙11:\n    to: |", {"熟客", "everyone"}),
        ("flows:\n  a:\n    quiet_hours: |", {"客服時間"}),
        ("flows:\n  a:\n    states:\n      b: {ask: |}", {"coupon"}),
        ("flows:\n  a:\n    settings:\n      c: {do: [{add_tags: |}]}", {"VIP", "領過"}),
        ("channels:\n  main:\n    settings:\n      a:\n        c: {reply: |}", {"coupon"}),
        ("shops:\n  a:\n    attributes:\n      |", {"points: "}),
        ("hooks:\n  a:\n    save: {points: |}", set()),
        ("flows:\n  a:\n    page: |", set()),
        ("cards:\n  coupon:\n    |", set()),
        ("rich_menus:\n  - menu: |", set()),
        ("rules:\n  - when: {text: |}", set()),
        ("rules:\n  - |", set()),
        ("|", set()),
    ],
)
def test_names_where_they_belong(tmp_path: Path, text: str, names: set[str]) -> None:
    assert set(offered(tmp_path, text)) == names


def test_what_it_is_stands_beside(tmp_path: Path) -> None:
    tags = offered(tmp_path, "rules:\n  - add_tags: |")
    assert (tags["VIP"], tags["領過"]) == ("標籤\nbot.yaml:3", "標籤")
    assert offered(tmp_path, "rules:\n  - clear: |")["points"] == "屬性\n點數\nbot.yaml:4"


def test_of_a_playbook_with_mistakes_too(tmp_path: Path) -> None:
    """Somebody is in the middle of writing it."""
    broken = HEAD + "  - {when: {txt: 二}, reply: 好\nflows: {quiz: [}\n"
    assert "VIP" in offered(tmp_path, "rules:\n  - add_tags: |", broken)


def test_every_name_of_the_example_is_offered_where_it_stands() -> None:
    """Whatever the worked example names behind a key that takes names of one kind."""
    found = read(ROOT, {}, unset="warning")
    names = names_of(found.root, found.left_out, CHINESE)
    missing, seen = [], 0
    for file in found.files.values():
        for number, line in enumerate(file.lines, 1):
            for key, section in KEYS.items():
                before, mark, after = line.partition(f" {key}: ")
                name = after.split("#")[0].strip()
                if not mark or "#" in before or name not in names.sections[section]:
                    continue
                seen += 1
                column = len(before + mark) + 1
                there = [one.word for one in named(names, file.text, number, column)]
                if name not in there:
                    missing.append((file.file, number, line))
    assert missing == []
    assert seen > 5
