"""Who has finished a flow, and who was asked in it and gave up (H7)."""

from __future__ import annotations

from bot.engine.compiled.machine import TOO_MANY
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter
from bot.model.counts import ENTERED, FINISHED, MISSED, PASSED, SKIPPED, Count
from bot.model.mark import Mark
from bot.model.translatable import ENGLISH, Language
from bot.operations.catalog.answers import answer_lines
from bot.operations.declared.flow_figures import history_of
from bot.operations.journeys import Ended, FlowCounts, ends
from bot.translations.chinese import CHINESE
from tests.playbooks import BOT, CHANNELS, loaded

FLOW = """
flows:
  quiz:
    states:
      問膚質:
        ask: 您的膚質是？
        answer: [乾性, 油性]
        tries: 3
        too_many: 結束
        give_up_after: {30m: 放棄}
        next: 問預算
      問預算: {ask: 預算是？, answer: number, give_up_after: {30m: 結束}, next: 等一天}
      等一天: {wait: 1d, next: 結束}
      放棄: {end: true}
      結束: {end: true}
rules: [{when: {text: 測驗}, start: quiz}]
"""


def playbook(text: str = FLOW) -> Playbook:
    found = loaded(BOT + CHANNELS + text)
    assert found.playbook is not None, found.problems
    return found.playbook


def counts(*marks: tuple[str, tuple[str, ...], int], day: str = "2026-11-20") -> list[Count]:
    return [Count(day, Mark("main", "quiz", what, about), number) for what, about, number in marks]


def time_out(book: Playbook, state: str) -> str:
    """The key of what `give_up_after` became."""
    rules = book.flows["quiz"].states[state].rules
    [key] = [rule.key for rule in rules if any(isinstance(trigger, OnAfter) for trigger in rule.when)]
    return key


def lines(book: Playbook, counts: list[Count], words: Language) -> list[str]:
    """What a terminal shows of these."""
    found = history_of(book, book.flows["quiz"], FlowCounts("2026-11-01", counts, ()))
    return list(answer_lines(found, words, str))


def test_who_gives_no_answer_has_given_up() -> None:
    """By a time-out or too many tries, straight from a question; a wait that is over is none."""
    book = playbook()
    found = counts(
        (PASSED, ("問膚質", time_out(book, "問膚質"), "放棄"), 5),
        (FINISHED, ("放棄",), 5),
        (PASSED, ("問膚質", TOO_MANY, "結束"), 2),
        (PASSED, ("問預算", time_out(book, "問預算"), "結束"), 1),
        (PASSED, ("等一天", time_out(book, "等一天"), "結束"), 7),
        (FINISHED, ("結束",), 10),
    )
    assert ends(book, book.flows["quiz"], found) == [
        Ended("2026-11-20", "放棄", 5, 5),
        Ended("2026-11-20", "結束", 10, 3),
    ]


def test_an_end_to_which_nothing_else_leads_outlives_an_edit() -> None:
    """The rule that was counted then has another key now."""
    book, later = playbook(), playbook(FLOW.replace("30m", "1h"))
    found = counts((PASSED, ("問膚質", time_out(book, "問膚質"), "放棄"), 5), (FINISHED, ("放棄",), 5))
    assert ends(later, later.flows["quiz"], found) == [Ended("2026-11-20", "放棄", 5, 5)]


def test_no_more_have_given_up_than_have_ended() -> None:
    """What was folded of one and not yet of the other is no negative number of those who have finished."""
    book = playbook()
    found = counts((PASSED, ("問膚質", TOO_MANY, "結束"), 2), (FINISHED, ("結束",), 1))
    assert ends(book, book.flows["quiz"], found) == [Ended("2026-11-20", "結束", 1, 1)]


def test_who_was_not_sent_everything_has_not_simply_finished() -> None:
    """H6: a reminder that was skipped; who gave no answer, too, is counted as that."""
    book = playbook()
    found = counts(
        (PASSED, ("問膚質", TOO_MANY, "結束"), 2),
        (FINISHED, ("結束",), 5),
        (MISSED, ("結束",), 4),
        (SKIPPED, ("問膚質", "quiet"), 3),
        (SKIPPED, ("問膚質", "blocked"), 1),
    )
    ended = ends(book, book.flows["quiz"], found)
    assert ended == [Ended("2026-11-20", "結束", 5, 2, 3)]
    shown = lines(book, found, CHINESE)
    assert shown[1].split() == ["2026-11-20", "0", "0", "3", "2", "0", "4", "0", "0", "4", "0"]
    assert shown[4:6] == [
        "推播：應發 4 則，已送出 0，失敗 0，未發 4（勿擾時段 3、封鎖 1），等待中 0",
        "結束：5",
    ]
    assert shown[6] == "  結束：5（2 人沒回答）（其中 3 人有推播未發）"


def test_the_table_tells_them_apart_and_names_the_ends() -> None:
    book = playbook()
    found = counts(
        (ENTERED, (), 9),
        (PASSED, ("問膚質", TOO_MANY, "結束"), 2),
        (FINISHED, ("結束",), 5),
        (FINISHED, ("放棄",), 3),
    )
    shown = lines(book, found, ENGLISH)
    assert shown[0].split()[:6] == ["day", "entered", "finished", "missed", "gave", "up"]
    assert shown[1].split()[:5] == ["2026-11-20", "9", "3", "0", "5"]
    assert shown[4:] == [
        "ended: 8",
        "  放棄: 3 (3 gave no answer)",
        "  結束: 5 (2 gave no answer)",
        "now in it: 0",
    ]
