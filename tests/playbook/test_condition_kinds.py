"""No kind of condition is forgotten where nothing else would miss it: in pictures, `check`, MongoDB."""

from __future__ import annotations

import pytest

from bot.engine.conditions.condition import All, Any, Leaf, Not
from bot.playbook.graph.implication import follows, form_of
from bot.store.contacts import filter as in_database
from bot.store.promotions import STORE_PARTS
from tests.simulator.workbench_kinds import LEAVES


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: type(leaf).__name__)
def test_every_kind_is_said_in_short_and_is_like_itself(leaf: Leaf) -> None:
    assert leaf.in_short
    assert follows(form_of(All((leaf,))), form_of(leaf))
    assert not follows(form_of(Not(leaf)), form_of(leaf))


def test_every_kind_has_a_filter() -> None:
    of_kinds = [kind for part in STORE_PARTS for kind in part.filters]
    assert {*in_database._FILTERS, *of_kinds} == {All, Any, Not, *map(type, LEAVES)}
