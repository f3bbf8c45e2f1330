"""R14 (D1): names of stores and of their groups are what members see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.contact import Clerk
from tests.engine.chat import NOON, Chat, somebody
from tests.playbooks import compiled, loaded

TEXT = """
stores:
  xinyi: {title: 信義店, group: north}
  zuoying: {title: 左營店}
store_groups: {north: {title: 北部門市}}
rules:
  - when: {text: 專員}
    reply: "{{ clerk.name or 專員 }}，{{ store.title or 門市 }}，{{ store_group.title or 各區 }}"
"""


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("xinyi", "小安，信義店，北部門市"),
        ("zuoying", "小安，左營店，各區"),
        ("gone", "小安，門市，各區"),
        (None, "專員，門市，各區"),
    ],
)
def test_the_group_of_the_clerks_store(store: str | None, said: str) -> None:
    clerk = None if store is None else Clerk("7K3M9QX2TB", "小安", store, NOON)
    assert Chat(compiled(TEXT), replace(somebody(), clerk=clerk)).says("專員") == [said]


def test_without_a_default_it_may_be_empty_also_for_who_has_a_clerk() -> None:
    without = loaded(TEXT.replace("{{ store_group.title or 各區 }}", "{{ store_group.title }}"))
    assert [problem.code for problem in without.problems] == ["placeholder-may-be-empty"]


def test_only_its_title_can_be_shown() -> None:
    wrong = loaded(TEXT.replace("store_group.title", "store_group.name"))
    assert "placeholder-unknown" in [problem.code for problem in wrong.problems]
