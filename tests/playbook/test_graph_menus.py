"""`menus-over-1000`: at its border, faces and channels counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.menu import Menu, Tab
from bot.model.place import Place
from bot.playbook.graph.menus import too_many_menus
from bot.playbook.graph.survey import survey
from bot.playbook.syntax.nodes import Map
from tests.playbooks import compiled, loaded


def menus(number: int) -> tuple[Menu, ...]:
    """So many menus of two faces each."""
    tabs = {name: Tab(name, "", "", ()) for name in ("甲", "乙")}
    return tuple(Menu(f"選單{n}", Place("bot.yaml", n + 1, 1, ""), None, tabs) for n in range(number))


@pytest.mark.parametrize(("number", "lines"), [(500, []), (501, [501]), (900, [501])])
def test_a_channel_has_a_thousand_faces(number: int, lines: list[int]) -> None:
    playbook = replace(compiled(""), menus=menus(number))
    found = list(too_many_menus(survey(playbook, Map("", (), 1, 1))))
    assert [problem.place.line for problem in found] == lines
    assert {problem.code for problem in found} <= {"menus-over-1000"}


def test_who_has_no_menu_is_named_where_the_only_one_is_for_a_tag() -> None:
    menu = """
tags: {VIP: {added_by: staff}, 會員: {added_by: staff}}
rich_menus:
  - menu: 貴賓
    if: {tag: %s}
    image: cards/menu.png
    chat_bar: 貴賓
    grid: [甲 乙]
    areas:
      甲: {label: 甲, reply: 甲}
      乙: {label: 乙, reply: 乙}
"""
    one, several = (
        next(p for p in loaded(menu % tags).problems if p.code == "menu-no-default")
        for tags in ("VIP", "[VIP, 會員]")
    )
    assert str(one.message) == 'on the channel "main", people without the tag "VIP" have no rich menu'
    assert str(several.message) == 'some people on the channel "main" have no rich menu'
    assert "one more, for all" in str(one.hint)
