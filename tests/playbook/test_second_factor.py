"""K1: who has to have a second factor at /admin."""

from __future__ import annotations

import pytest

from tests.playbooks import loaded


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("", {"admin", "supervisor"}),
        ("second_factor: none\n", set()),
        ("second_factor: [none]\n", set()),
        ("second_factor: clerk\n", {"clerk"}),
        ("second_factor: [admin, none]\n", {"admin"}),
    ],
)
def test_who_may_do_most_has_to_unless_the_playbook_says_otherwise(written: str, roles: set[str]) -> None:
    found = loaded(f"{written}rules:\n  - {{when: follow, reply: 歡迎}}\n")
    assert found.playbook is not None
    assert found.settings.second_factor == roles
