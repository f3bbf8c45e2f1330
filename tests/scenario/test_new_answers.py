"""A scenario whose bot answers otherwise by now: its steps with the new answers (L2)."""

from __future__ import annotations

import pytest

from bot.scenario.new_answers import with_new_answers
from bot.translations.chinese import CHINESE
from tests.scenario.playing import FILE, NOW, files, result

PLAYBOOK = """\
rules:
  - when: {text: 停車}
    reply: 對面就有
  - when: {text: 你好}
    reply: [歡迎, welcome_card]
  - when: {text: 再見}
    do: [{add_tags: [走了]}]
cards:
  welcome_card: {buttons: {title: 春水茶舖, text: 想看什麼？, taps: [菜單]}}
"""
BEGIN = f"# 停車的問題\nscenario: 停車\ngiven: {NOW}\nsteps:\n"


def renewed(steps: str) -> str | None:
    """The steps with the new answers; all that they expect holds then."""
    made, loaded = files(PLAYBOOK)
    (made.folder / FILE).write_text(BEGIN + steps, "utf-8")
    text = with_new_answers(made, FILE, loaded)
    if text is None:
        return None
    assert text.startswith(BEGIN), "all else in the file stays"
    return text.removeprefix(BEGIN)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - user: 停車\n  - bot: 沒有\n", "  - user: 停車\n  - bot: 對面就有\n"),
        ("- user: 停車\n- bot: nothing\n\n", "- user: 停車\n- bot: 對面就有\n\n"),
        ("  - user: 再見\n  - bot: |-\n      再\n\n      見\n", "  - user: 再見\n  - bot: nothing\n"),
        (
            "  - user: 你好\n  - bot:\n      - 您好\n      - contains: 菜單\n  # 然後\n  - user: 停車\n"
            "  - bot: [沒有]\n",
            "  - user: 你好\n  - bot:\n      - 歡迎\n      - welcome_card\n  # 然後\n  - user: 停車\n"
            "  - bot: 對面就有\n",
        ),
    ],
)
def test_each_answer_that_differs_is_the_one_of_now(before: str, after: str) -> None:
    assert renewed(before) == after
    assert result(PLAYBOOK, BEGIN + after).holds


@pytest.mark.parametrize(
    "steps",
    [
        "  - user: 停車\n  - bot: 對面就有\n",  # it holds
        "  - user: 停車\n  - bot: 對面就有\n  - contact: {tags: [走了]}\n",  # no answer differs
        "  - user: 停車\n  - {bot: 沒有}\n",
        "  - user: 停車\n  - bot: 對面就有\n  - user: 停車\n  - {bot: 沒有}\n",
        "  - user: 停車\n  - bot: [沒有\n",  # a mistake in the file
    ],
)
def test_nothing_is_written_where_it_is_no_answer_that_differs(steps: str) -> None:
    assert renewed(steps) is None


def test_what_fails_for_another_reason_stays() -> None:
    steps = "  - user: 停車\n  - bot: 沒有\n  - contact: {tags: [走了]}\n  - user: 停車\n  - bot: 沒有\n"
    assert renewed(steps) == steps.replace("沒有", "對面就有", 1)


def test_a_failure_says_both_answers_in_words() -> None:
    failure = result(PLAYBOOK, BEGIN + "  - user: 你好\n  - bot: [您好, welcome_card]\n").failure
    assert failure is not None
    assert failure.answer is not None
    said = [CHINESE.words(one) for one in failure.answer.expected]
    assert said == ["您好", "（按鈕） 春水茶舖｜想看什麼？ [菜單]"]
    assert failure.answer.says[0] == "歡迎"
    silent = result(PLAYBOOK, BEGIN + "  - user: 再見\n  - bot: {any_of: [掰掰, {contains: 再}]}\n").failure
    assert silent is not None
    assert silent.answer is not None
    assert [CHINESE.words(one) for one in silent.answer.expected] == ["掰掰，或包含「再」的訊息"]
    assert silent.answer.says == ()
