"""A8, K3: what the answers of LINE say of a channel: when a trouble begins, goes on, is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.line.outcome import Accepted, CallResult, NotSent, Refused, Throttled, Unknown
from bot.runtime.line_trouble import (
    OF_CHANNEL,
    TroubleSign,
    after,
    begun_in_words,
    failure_of,
    now_in_words,
    with_dead_letter,
)
from bot.runtime.trouble import CALM, Trouble, Troubles, next_look, over, span_in_words
from bot.translations.chinese import CHINESE
from tests.conftest import NOW

REQUEST = "7c8f4f1e"
DOWN = Unknown("status 500", REQUEST)
DENIED = Refused(401, "Authentication failed.", REQUEST, "token")
BAD = Refused(400, "The request body has 1 error(s)", REQUEST, "bad-request")
OK = Accepted(REQUEST)


def second(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def played(*answers: tuple[float, float, CallResult]) -> tuple[Troubles, list[TroubleSign]]:
    """What stands after calls that began and ended at these seconds, and what was new."""
    troubles: Troubles = ()
    told: list[TroubleSign] = []
    for began, ended, outcome in answers:
        troubles, failure = after(troubles, outcome, second(began), second(ended))
        told += [failure] if failure is not None else []
    return troubles, told


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        (OK, None),
        (Accepted(known_already=True), None),
        (BAD, None),
        (Refused(400, "Invalid reply token", None, "invalid-reply-token"), None),
        (Refused(429, "You have reached your monthly limit.", None, "quota"), None),
        (Refused(404, "", None, "not-found"), None),
        (Refused(413, "", None, "too-large"), None),
        (DOWN, TroubleSign("away", "status 500", REQUEST)),
        (Unknown("no answer in time"), TroubleSign("away", "no answer in time")),
        (NotSent("could not connect"), TroubleSign("away", "could not connect")),
        (DENIED, TroubleSign("token", "status 401: Authentication failed.", REQUEST)),
        (Refused(403, "", None, "token"), TroubleSign("token", "status 403")),
        (Throttled(3.0, REQUEST), TroubleSign("throttled", "status 429", REQUEST)),
    ],
)
def test_what_is_a_trouble_of_the_channel(outcome: CallResult, failure: TroubleSign | None) -> None:
    """What LINE refuses of one call alone is none: the month's limit has its own line."""
    assert failure_of(outcome) == failure


def test_a_trouble_begins_once() -> None:
    troubles, told = played((0, 1, DOWN), (0, 2, DOWN), (3, 4, NotSent("could not connect")))
    assert told == [TroubleSign("away", "status 500", REQUEST)]
    assert troubles == (Trouble("away", second(1), second(4), attempts=3),)
    assert next_look(troubles) is None


def test_a_success_that_began_before_the_last_failure_ends_nothing() -> None:
    """Many calls side by side: one that was made before LINE went down says nothing of now."""
    troubles, _ = played((0, 1, DOWN), (0.5, 2, OK))
    assert next_look(troubles) is None
    troubles, _ = played((0, 1, DOWN), (1, 2, OK))
    assert next_look(troubles) == second(2) + CALM


def test_it_is_over_when_all_was_well_for_a_while() -> None:
    troubles, _ = played((0, 1, DOWN), (61, 62, OK), (63, 64, OK))
    assert over(troubles, second(91.9)) == (troubles, ())
    ended = Trouble("away", second(1), second(1), well=second(62))
    assert over(troubles, second(92)) == ((), (ended,))


def test_what_comes_and_goes_is_one_trouble() -> None:
    troubles: Troubles = ()
    told = []
    for n in range(100):
        for outcome in (DOWN, OK):
            troubles, failure = after(troubles, outcome, second(n), second(n))
            told += [failure] if failure is not None else []
            troubles, ended = over(troubles, second(n))
            assert ended == ()
    assert len(told) == 1
    assert troubles[0].attempts == 100
    assert over(troubles, second(99) + CALM)[0] == ()


def test_a_late_failure_from_before_the_recovery_does_not_put_it_off() -> None:
    """A time-out of a call that was made while LINE was away is counted, and is not news."""
    troubles, _ = played((0, 1, DOWN), (5, 6, OK), (2, 12, Unknown("no answer in time")))
    assert troubles == (Trouble("away", second(1), second(1), attempts=2, well=second(6)),)
    troubles, _ = played((0, 1, DOWN), (5, 6, OK), (7, 8, DOWN))
    assert troubles == (Trouble("away", second(1), second(8), attempts=2),)


@pytest.mark.parametrize(
    ("answer", "away_is_well", "token_is_well"),
    [
        (OK, True, True),
        (BAD, True, True),
        (DENIED, True, False),
        (Throttled(), True, False),
        (DOWN, False, False),
    ],
)
def test_what_an_answer_shows(answer: CallResult, away_is_well: bool, token_is_well: bool) -> None:
    """Who refuses answers; who answers with 5xx has looked at no token."""
    troubles, _ = played((0, 0, DOWN), (0, 0, DENIED))
    troubles = tuple(replace(one, well=None) for one in troubles)
    troubles, _ = after(troubles, answer, second(1), second(2))
    well = {one.kind: one.well is not None for one in troubles}
    assert (well["away"], well["token"]) == (away_is_well, token_is_well)


def test_dead_letters_are_counted_for_the_trouble_that_cost_them() -> None:
    troubles, _ = played((0, 0, DOWN), (0, 0, DENIED))
    for reason in ("no-answer", "not-sent", "unsure", "access-token-refused", "bad-request", "throttled"):
        troubles = with_dead_letter(troubles, reason)
    assert {one.kind: one.lost for one in troubles} == {"away": 3, "token": 1}


def test_the_words() -> None:
    """Nothing in them is anybody's: the channel, LINE's words, LINE's request id, numbers."""
    assert begun_in_words(TroubleSign("away", "status 500", REQUEST), "main") == (
        "LINE does not answer main: status 500 (X-Line-Request-Id 7c8f4f1e); "
        "calls are tried again, replies for 50 s, pushes for 23 h; what is lost is counted"
    )
    assert begun_in_words(TroubleSign("token", "status 401: {no}"), "main") == (
        "LINE refuses the access token of main: status 401: {no}; nothing reaches anybody there: "
        "put a good one into .env, or into the environment and start again"
    )
    trouble = Trouble("away", second(0), second(50), attempts=1, lost=1, well=second(61))
    assert OF_CHANNEL.ended(trouble, "main") == (
        "LINE answers main again: the trouble took 1 min 1 s, 1 attempt has failed, "
        "1 call was given up:  oaflow deadletters list"
    )
    other = Trouble("throttled", second(0), second(1), attempts=1200, well=second(7205))
    assert OF_CHANNEL.ended(other, "main") == (
        "LINE does not limit the rate of calls of main any more: "
        "the trouble took 2 h 0 min, 1,200 attempts have failed, 0 calls were given up"
    )
    now = list(now_in_words((trouble, other), second(65)))
    assert list(map(str, now)) == [
        "LINE does not answer, for 1 min 5 s",
        "LINE limits the rate of calls, for 1 min 5 s",
    ]
    assert list(map(CHINESE.text, now)) == [
        "LINE 沒有回應，已經 1 分 5 秒",
        "LINE 限制了呼叫的速度，已經 1 分 5 秒",
    ]
    assert str(span_in_words(timedelta(seconds=-3))) == "0 s"
