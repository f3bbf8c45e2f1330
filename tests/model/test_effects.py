"""What may be asked of the world: each question holds together."""

from __future__ import annotations

from bot.model.asked import ASKED, FROM_THE_WORLD, REQUESTS, fields_of, outcomes_of
from bot.model.effects import RefreshMember, WriteMember
from bot.model.news import NEWS


def test_each_question_is_asked_by_an_action_of_its_own() -> None:
    """But for `WriteMember`: what is set asks by itself, and is told as of a member who was read anew."""
    asking = [kind for kind in REQUESTS if kind is not WriteMember]
    assert [kind.question for kind in asking] == list(ASKED.values())
    assert WriteMember.question is RefreshMember.question


def test_what_says_that_it_failed_and_what_brings_fields_is_one_of_the_outcomes() -> None:
    wrong = [
        (action, outcome)
        for action, asked in ASKED.items()
        for outcome in (asked.failed, *asked.fields)
        if outcome not in asked.outcomes
    ]
    assert wrong == []


def test_an_outcome_of_one_news_is_told_in_one_sentence() -> None:
    """Whatever was asked: who reads a trace sees the news alone."""
    told: dict[tuple[str, str], set[str]] = {}
    for asked in ASKED.values():
        for outcome, sentence in asked.outcomes.items():
            told.setdefault((asked.answer, outcome), set()).add(sentence)
    assert [where for where, sentences in told.items() if len(sentences) > 1] == []


def test_all_of_it_is_news() -> None:
    assert NEWS.keys() >= set(FROM_THE_WORLD)
    assert outcomes_of("code") == (
        *("sent", "too_soon", "refused", "failed"),
        *("right", "wrong", "locked", "expired"),
    )
    assert fields_of("code", "wrong") == {"left": "number"}
    assert fields_of("member", "found") == {}
