"""The templates of the staff's pages are compiled as they are drawn, not at each start."""

from __future__ import annotations

import pytest

from bot.look.drawings import speaking
from bot.model.translatable import ENGLISH
from bot.web.admin.frame import templates


@pytest.mark.ring("all", "page after page")
def test_each_is_right() -> None:
    for name in templates().list_templates():
        templates().get_template(name)


def test_all_frames_of_a_process_have_the_same() -> None:
    assert templates() is templates()


def test_a_sentence_may_say_its_number_in_another_way() -> None:
    says = speaking(ENGLISH)
    assert says["plural"]("1 person", "{number} people", 1_000, number="999+") == "999+ people"
    assert says["tr"]("{sentence}!", sentence="Go") == "Go!"
