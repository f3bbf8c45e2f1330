"""L8: one more entry of a list in a playbook's file, with everything around it as it was."""

from __future__ import annotations

import pytest

from bot.playbook.syntax.written_entry import EntriesUnread, with_item

NEW = {
    "menu": "新",
    "grid": ["看 買"],
    "areas": {"看": {"send": "看看"}, "買": {"open": "https://a.example"}},
}
WRITTEN = """\
  - menu: 新
    grid: [看 買]
    areas: {看: {send: 看看}, 買: {open: https://a.example}}
"""
FILE = """\
channel: main
# 由上往下
rich_menus:
  - menu: VIP     # 熟客
    areas: {
      看: {send: 看看}
    }

  # 所有人
  - menu: 訪客
    image: cards/a.png
rules: []
"""


@pytest.mark.parametrize(
    ("before", "follows"),
    [(0, "  - menu: VIP     # 熟客\n"), (1, "  # 所有人\n  - menu: 訪客\n"), (None, "rules: []\n")],
)
def test_it_stands_in_front_of_one_or_last(before: int | None, follows: str) -> None:
    made = with_item(FILE, "rich_menus", NEW, before)
    assert made.text.replace(WRITTEN, "") == FILE
    assert WRITTEN + follows in made.text
    assert "\n".join(made.text.split("\n")[made.first - 1 : made.last]) + "\n" == WRITTEN


@pytest.mark.parametrize("text", ["", "rules: []\n", "rich_menus:\n", "rich_menus:   # 還沒有\n\nrules: []"])
def test_a_section_that_is_empty_or_not_there(text: str) -> None:
    made = with_item(text, "rich_menus", NEW)
    assert "rich_menus:" in made.text
    assert made.text.replace(WRITTEN, "").startswith(text)


@pytest.mark.parametrize(
    "text",
    [
        "rich_menus: [{menu: a}]\n",
        "rich_menus: []\n",
        "rich_menus: {menu: a}\n",
        "rich_menus:\n  -\n    menu: a\n",
        "- rules\n",
        "rich_menus: &all\n  - menu: a\nrules: *all\n",
    ],
)
def test_what_it_cannot_change_is_left_alone(text: str) -> None:
    with pytest.raises(EntriesUnread):
        with_item(text, "rich_menus", NEW, 0)
