"""Journeys by the hundred, while processes are killed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.bot_process import PACE
from tests.faults.journey_run import go_through
from tests.faults.journey_world import CountingLine, user_of

PEOPLE = 300
STEPS = 4


@pytest.mark.ring("soak", "a day of journeys")
async def test_each_person_gets_each_message_once(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H3, A8: with `kill -9` half-way through a day, a second process, and `kill -9` of the first of two."""
    monkeypatch.setenv("OAFLOW_TEST_PACE", PACE)
    went = await go_through(tmp_path_factory.mktemp("j"), PEOPLE, STEPS, patience=60)
    assert (went.people, went.steps, went.kills) == (PEOPLE, STEPS, 2)
    assert went.wrong == Counter()


@pytest.mark.parametrize(
    ("got", "wrong"),
    [
        ([1, 2, 3, 4], {}),
        ([1, 2, 2, 3, 4], {"twice": 1}),
        ([1, 2, 4], {"lost": 1}),
        ([], {"lost": 1}),
        ([1, 3, 2, 4], {"order": 1}),
    ],
)
def test_what_is_wrong_would_be_seen(got: list[int], wrong: dict[str, int]) -> None:
    line = CountingLine("secret", 1)
    line.got[user_of(0)] = [f"訊息 {number}" for number in got]
    assert line.wrong(1, STEPS) == wrong


def test_a_message_that_is_tried_again_counts_once() -> None:
    """As LINE does it: a known retry key is answered with 409."""
    line = CountingLine("secret", 1)
    head = b"POST /v2/bot/message/push HTTP/1.1\r\nX-Line-Retry-Key: %s\r\n"
    body = '{"to":"W0","messages":[{"type":"text","text":"訊息 1"}]}'.encode()
    statuses = [line.answer(head % key, body)[9:12] for key in (b"a", b"a", b"b")]
    assert (statuses, line.got["W0"], line.again) == ([b"200", b"409", b"200"], ["訊息 1"] * 2, 1)
