"""`menus-over-1000`: at its border, faces and channels counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.menu import Menu, Tab
from bot.model.place import Place
from bot.playbook.graph.menus import too_many_menus
from bot.playbook.graph.survey import survey
from bot.playbook.syntax.nodes import Map
from tests.playbooks import compiled


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
