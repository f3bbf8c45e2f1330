"""What follows an attempt to call LINE: every outcome, kind, doubt and age (A8, A9)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.turn.turn import TOKEN_LIFE
from bot.line.outcome import Accepted, CallResult, NotSent, RefusalKind, Refused, Throttled, Unknown
from bot.model.outgoing import Outgoing, OutgoingKind
from bot.runtime.retry import (
    KEY_LIFE,
    LEAVE_LIFE,
    Again,
    Done,
    GiveUp,
    RetryVerdict,
    backoff,
    expired,
    verdict,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
KINDS: tuple[OutgoingKind, ...] = ("reply", "push", "leave")
LIFE = {"reply": TOKEN_LIFE, "push": KEY_LIFE, "leave": LEAVE_LIFE}
REFUSALS: tuple[RefusalKind, ...] = (
    "invalid-reply-token",
    "quota",
    "bad-request",
    "token",
    "not-found",
    "too-large",
)
OUTCOMES: tuple[CallResult, ...] = (
    Accepted(),
    Accepted(known_already=True),
    *(Refused(400, "LINE's words", None, kind) for kind in REFUSALS),
    Throttled(),
    Throttled(0.0),
    Throttled(3.0),
    Throttled(40.0),
    Throttled(10**9),
    Unknown("timeout"),
    NotSent("refused"),
)
AGES = (
    *(timedelta(seconds=s) for s in (-60, 0, 1, 9, 10, 11, 40, 49, 49.9, 50, 50.1, 60, 600)),
    *(
        HOUR - SECOND,
        HOUR,
        HOUR + SECOND,
        22 * HOUR,
        23 * HOUR - SECOND,
        23 * HOUR,
        23 * HOUR + SECOND,
        48 * HOUR,
    ),
)
ATTEMPTS = (1, 2, 5, 12, 1_000)


def call(kind: OutgoingKind, age: timedelta = timedelta()) -> Outgoing:
    token, key = ("t", None) if kind == "reply" else (None, "k" if kind == "push" else None)
    return Outgoing("e#0", "e", "main", kind, "U1", b"{}", NOW - age, NOW - age, token, key)


def refused(kind: RefusalKind) -> Refused:
    return Refused(400, "words", None, kind)


AGAIN_SURE, AGAIN_UNSURE = Again(0.2, False), Again(0.2, True)

TABLE: list[tuple[str, CallResult, bool, float, RetryVerdict]] = [
    # kind, outcome of the first attempt, uncertain before it, age in seconds, what follows
    *(
        (kind, Accepted(), doubt, age, Done("accepted"))
        for kind in KINDS
        for doubt in (False, True)
        for age in (0, 10**6)
    ),
    ("push", Accepted(known_already=True), False, 0, Done("known-already")),
    ("push", Accepted(known_already=True), True, 10**5, Done("known-already")),
    # a reply's token
    ("reply", refused("invalid-reply-token"), False, 1, GiveUp("reply-token-dead", "words")),
    ("reply", refused("invalid-reply-token"), False, 300, GiveUp("reply-token-dead", "words")),
    ("reply", refused("invalid-reply-token"), True, 1, Done("sent-before")),
    ("reply", refused("invalid-reply-token"), True, 50, Done("sent-before")),
    ("reply", refused("invalid-reply-token"), True, 50.1, GiveUp("unsure", "")),
    # what LINE will never take
    *(
        (kind, refused(reason), doubt, age, GiveUp(reason, "words"))
        for kind in KINDS
        for reason in ("quota", "bad-request", "too-large")
        for doubt in (False, True)
        for age in (0, 10**6)
    ),
    ("reply", refused("not-found"), False, 0, GiveUp("not-found", "words")),
    ("push", refused("not-found"), False, 0, GiveUp("not-found", "words")),
    ("leave", refused("not-found"), False, 0, Done("not-there")),
    # the channel's access token: it may be renewed
    *((kind, refused("token"), False, 0, AGAIN_SURE) for kind in KINDS),
    *((kind, refused("token"), True, 0, AGAIN_UNSURE) for kind in KINDS),
    ("reply", refused("token"), False, 50, GiveUp("access-token-refused", "words")),
    ("push", refused("token"), False, 23 * 3600, GiveUp("access-token-refused", "words")),
    ("leave", refused("token"), False, 3600, GiveUp("access-token-refused", "words")),
    # nothing was sent
    *((kind, out, False, 0, AGAIN_SURE) for kind in KINDS for out in (NotSent("x"), Throttled())),
    *((kind, out, True, 0, AGAIN_UNSURE) for kind in KINDS for out in (NotSent("x"), Throttled())),
    ("reply", NotSent("x"), False, 49.7, AGAIN_SURE),
    ("reply", NotSent("x"), False, 49.9, GiveUp("not-sent", "x")),
    ("reply", NotSent("x"), True, 49.9, GiveUp("unsure", "x")),
    ("push", NotSent("x"), False, 600, AGAIN_SURE),
    ("push", NotSent("x"), False, 23 * 3600, GiveUp("not-sent", "x")),
    ("push", NotSent("x"), True, 23 * 3600, GiveUp("not-sent", "x")),
    ("leave", NotSent("x"), False, 3600, GiveUp("not-sent", "x")),
    ("push", Throttled(), False, 23 * 3600, GiveUp("throttled", "LINE's rate limit")),
    ("push", Throttled(7.0), False, 0, Again(7.0, False)),
    ("push", Throttled(0.0), True, 0, AGAIN_UNSURE),
    ("push", Throttled(10**9), False, 0, Again(300.0, False)),
    ("reply", Throttled(7.0), False, 0, Again(7.0, False)),
    # no answer: from now on it may have been done
    *((kind, Unknown("x"), doubt, 0, AGAIN_UNSURE) for kind in KINDS for doubt in (False, True)),
    ("reply", Unknown("x"), False, 49.9, GiveUp("unsure", "x")),
    ("push", Unknown("x"), False, 23 * 3600, GiveUp("no-answer", "x")),
    ("leave", Unknown("x"), False, 3600, GiveUp("no-answer", "x")),
]


@pytest.mark.parametrize(("kind", "outcome", "uncertain", "age", "follows"), TABLE)
def test_what_follows(
    kind: OutgoingKind, outcome: CallResult, uncertain: bool, age: float, follows: RetryVerdict
) -> None:
    result = verdict(call(kind, timedelta(seconds=age)), outcome, 1, uncertain, NOW)
    if isinstance(follows, GiveUp) and not follows.detail:  # our own words there
        assert isinstance(result, GiveUp)
        assert result.reason == follows.reason
    elif isinstance(result, GiveUp):
        assert replace(result, unsent=False) == follows
    else:
        assert result == follows


@pytest.mark.ring("all", "a bot of its own, and many turns")
def test_what_is_given_up_is_known_to_be_unsent_only_where_no_attempt_may_have_been_made() -> None:
    """A8: what rode in it as a push goes by itself then. A doubtful reply is listed as such: never pushed."""
    for item, outcome, _, uncertain, result in every():
        if isinstance(result, GiveUp):
            sure = not uncertain and not isinstance(outcome, Unknown)
            assert result.unsent == sure, (item.kind, outcome, result)
            assert not (result.unsent and result.reason == "unsure")
            assert sure or item.kind != "reply" or result.reason != "not-sent"


def every() -> list[tuple[Outgoing, CallResult, int, bool, RetryVerdict]]:
    return [
        (item, outcome, attempt, uncertain, verdict(item, outcome, attempt, uncertain, NOW))
        for kind, age, outcome, attempt, uncertain in itertools.product(
            KINDS, AGES, OUTCOMES, ATTEMPTS, (False, True)
        )
        for item in (call(kind, age),)
    ]


def test_every_case_has_an_end_or_a_moment() -> None:
    """Total; waits are positive, and never over five minutes."""
    for item, outcome, attempt, _, result in every():
        if isinstance(result, Again):
            assert 0 < result.delay <= 300, (item.kind, outcome, attempt)
        if isinstance(result, GiveUp):
            assert result.reason
            assert result.detail


def test_a_call_is_never_attempted_beyond_its_life() -> None:
    """A9: a reply not after 50 s of its event, a push not after 23 h of its first attempt."""
    for item, outcome, attempt, _, result in every():
        if isinstance(result, Again):
            began = item.received if item.kind == "reply" else item.created
            again = NOW + timedelta(seconds=result.delay)
            assert again - began <= LIFE[item.kind], (item.kind, NOW - began, outcome, attempt)


def test_what_was_accepted_is_done_and_what_was_surely_not_sent_is_never_called_sent() -> None:
    for _, outcome, _, uncertain, result in every():
        if isinstance(outcome, Accepted):
            assert isinstance(result, Done)
        elif isinstance(result, Done):
            assert isinstance(outcome, Refused)
            assert (outcome.kind == "invalid-reply-token" and uncertain) or outcome.kind == "not-found"


def test_doubt_never_goes_away_by_itself() -> None:
    """An attempt that may have had its effect leaves its doubt on all that follow."""
    for _, outcome, _, uncertain, result in every():
        if isinstance(result, Again):
            assert result.uncertain is (uncertain or isinstance(outcome, Unknown))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("age", AGES)
def test_a_key_that_line_forgets_is_not_used_again(kind: OutgoingKind, age: timedelta) -> None:
    """LINE keeps a retry key for 24 h and would send twice after that."""
    given_up = expired(call(kind, age), NOW)
    if kind == "push" and age > KEY_LIFE:
        assert given_up is not None
        assert given_up.reason == "retry-key-expired"
    else:
        assert given_up is None


def test_waits_double_up_to_five_minutes() -> None:
    waits = [backoff(attempt) for attempt in range(1, 40)]
    assert waits[:5] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2])
    assert waits == sorted(waits)
    assert (waits[-1], backoff(10**9)) == (300.0, 300.0)


@pytest.mark.parametrize(("outcome", "reason"), [(Unknown("timeout"), "unsure"), (NotSent("x"), "not-sent")])
def test_a_reply_is_tried_once_more_at_the_very_end_of_its_token_and_then_listed(
    outcome: CallResult, reason: str
) -> None:
    """A9: the eighth attempt is made after 25.4 s, and the wait behind it would outlive the token."""
    item, now, uncertain = call("reply"), NOW, False
    made = [0.0]
    while isinstance(result := verdict(item, outcome, len(made), uncertain, now), Again):
        now, uncertain = now + timedelta(seconds=result.delay), result.uncertain
        made.append((now - NOW).total_seconds())
    assert made == pytest.approx([0, 0.2, 0.6, 1.4, 3, 6.2, 12.6, 25.4, 49])
    assert isinstance(result, GiveUp)
    assert result.reason == reason


def test_the_last_attempt_of_a_reply_does_not_come_before_line_allows_it() -> None:
    age = timedelta(seconds=30)
    assert verdict(call("reply", age), Throttled(19.0), 9, False, NOW) == Again(19.0, False)
    assert isinstance(verdict(call("reply", age), Throttled(19.5), 9, False, NOW), GiveUp)


def test_a_clock_that_was_set_back_makes_no_key_young_again() -> None:
    """A9: of what seems to be of a time to come nobody knows how old it is; clocks differ by a little."""
    assert expired(call("push", -HOUR), NOW) is None
    old = expired(call("push", timedelta(days=-2)), NOW)
    assert old is not None
    assert (old.reason, "set back" in old.detail) == ("retry-key-expired", True)
    dead = verdict(call("reply", timedelta(days=-2)), refused("invalid-reply-token"), 1, True, NOW)
    assert isinstance(dead, GiveUp)
    assert dead.reason == "unsure"
