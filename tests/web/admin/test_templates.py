"""The templates of the staff's pages are compiled as they are drawn, not at each start."""

from __future__ import annotations

import pytest

from bot.web.admin.frame import templates


@pytest.mark.ring("all", "page after page")
def test_each_is_right() -> None:
    for name in templates().list_templates():
        templates().get_template(name)


def test_all_frames_of_a_process_have_the_same() -> None:
    assert templates() is templates()
