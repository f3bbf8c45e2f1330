"""A8, H4: an outage of LINE is over, and what waited for its end goes out at once, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.line.outcome import Accepted, NotSent, Unknown
from bot.model.outgoing import Outgoing
from bot.runtime.sending.retries import HELD_BACK
from tests.conftest import ManualClock
from tests.runtime.test_send import ANNA, BERT, Post, call, post

__all__ = ["post"]

CARL = "main:U3"
AWAY = Unknown("status 500")
DOWN = 10_000
"""More outcomes than there are attempts in any outage of these tests."""


def push(post: Post, name: str) -> Outgoing:
    """A push that is decided now."""
    return replace(call(name, "push"), created=post.clock.now(), received=post.clock.now())


async def line_is_away(post: Post, seconds: float) -> None:
    """Until LINE answers again; nobody knows it before a call of others succeeds."""
    while seconds > 0:
        await post.wait(min(10.0, seconds))
        seconds -= 10.0
    post.line.outcomes.clear()
    post.line.calls.clear()


async def answers_again(post: Post) -> None:
    """A call of others shows it."""
    post.watch.on_call_end("main", Accepted(), post.clock.now(), sends_message=False)
    for _ in range(30):  # LINE's rate is cut into slots
        await post.wait(0.01)


async def test_s27_what_waits_goes_at_once_oldest_first(post: Post) -> None:
    post.answers(*[AWAY] * DOWN)
    for name, who in (("p1", CARL), ("p2", ANNA), ("p3", BERT)):
        await post.put(who, push(post, name))
        await post.wait(1)
    await line_is_away(post, 1_000)
    await answers_again(post)
    assert post.line.texts() == ["p1", "p2", "p3"]
    assert sorted(post.ends.done) == ["p1", "p2", "p3"]


async def test_s27_in_an_outage_a_new_push_goes_behind_those_that_wait(post: Post) -> None:
    """Not attempted: it would be the first to find out that the outage is over, and overtake."""
    post.answers(*[AWAY] * DOWN)
    await post.put(ANNA, push(post, "p1"))
    await line_is_away(post, 600)
    await post.put(BERT, push(post, "p2"))
    assert post.line.texts() == []
    await answers_again(post)
    assert post.line.texts() == ["p1", "p2"]


async def test_s27_in_a_long_outage_a_persons_pushes_stay_in_order(post: Post) -> None:
    """27: a push holds back the later ones as long as the outage lasts, not for a minute only."""
    post.answers(*[AWAY] * DOWN)
    for number in range(5):
        await post.put(ANNA, push(post, f"p{number}"))
        await post.wait(2 * HELD_BACK)
    await line_is_away(post, 600)
    await answers_again(post)
    assert post.line.texts() == [f"p{number}" for number in range(5)]


async def test_s27_what_is_decided_while_the_backlog_goes_out_does_not_overtake(post: Post) -> None:
    post.answers(*[AWAY] * DOWN)
    people = [f"main:U{number}" for number in range(100)]
    for number, who in enumerate(people):
        await post.put(who, push(post, f"p{number}"))
        await post.wait(0.01)
    await line_is_away(post, 60)
    post.watch.on_call_end("main", Accepted(), post.clock.now(), sends_message=False)
    await post.put("main:Unew", push(post, "new"))
    for _ in range(200):
        await post.wait(0.001)
    assert post.line.texts() == [*(f"p{number}" for number in range(100)), "new"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s27_lines_rate_holds_after_an_outage(clock: ManualClock) -> None:
    rate, many = 40, 120
    post = Post(clock, slots={"push": rate, "multicast": 1})
    post.answers(*[AWAY] * DOWN)
    for number in range(many):
        await post.put(f"main:U{number}", push(post, f"p{number}"))
    await line_is_away(post, 60)
    post.watch.on_call_end("main", Accepted(), post.clock.now(), sends_message=False)
    calls: Counter[int] = Counter()
    while len(post.line.calls) < many:
        before, second = len(post.line.calls), int(post.clock.now().timestamp())
        await post.wait(0.02)
        calls[second] += len(post.line.calls) - before
    assert max(calls.values()) <= rate * 1.1
    assert len(calls) <= 5


@pytest.mark.ring("all", "a crowd")
async def test_s27_line_fails_again_while_the_backlog_goes_out(post: Post) -> None:
    """So few have been attempted in vain, and all go when it is over, in order."""
    post.answers(*[AWAY] * DOWN)
    for number in range(200):
        await post.put(f"main:U{number}", push(post, f"p{number:03}"))
        await post.wait(0.001)
    await line_is_away(post, 90)
    post.answers(*[AWAY] * DOWN)
    await answers_again(post)
    assert len(post.line.calls) < 60
    await line_is_away(post, 60)
    await answers_again(post)
    assert post.line.texts() == [f"p{number:03}" for number in range(200)]


async def test_s27_a_push_that_line_never_takes_is_not_repeated_at_each_success(post: Post) -> None:
    """It alone fails, between many that succeed: it goes by its backoff, and holds back nobody."""
    post.line.fails = {"poison"}
    await post.put(ANNA, push(post, "poison"))
    for number in range(300):
        await post.put(f"main:V{number}", push(post, f"p{number}"))
        post.watch.on_call_end("main", Accepted(), post.clock.now(), sends_message=False)
        await post.wait(0.1)
    attempts = post.line.texts().count("poison")
    assert 6 <= attempts <= 9  # 0.2 + 0.4 + … + 12.8 s
    assert len(post.ends.done) == 300


async def test_replies_go_first(post: Post) -> None:
    """A reply's token ends; a push has a day."""
    post.answers(*[AWAY] * DOWN)
    await post.put(ANNA, push(post, "p"))
    await post.wait(100)
    await post.put(BERT, replace(call("r"), created=post.clock.now(), received=post.clock.now()))
    await line_is_away(post, 20)
    await answers_again(post)
    assert post.line.texts() == ["r", "p"]


async def test_what_failed_before_the_end_begins_no_outage_when_its_time_out_comes(post: Post) -> None:
    post.watch.on_call_end("main", NotSent("x"), post.clock.now())
    began = post.clock.now()
    post.clock.advance(7)
    post.watch.on_call_end("main", Accepted(), post.clock.now())
    post.clock.advance(3)
    post.watch.on_call_end("main", Unknown("no answer in time"), began)
    assert post.watch.outage("main") is None
    post.watch.on_call_end("main", Unknown("no answer in time"), began + timedelta(seconds=8))
    assert post.watch.outage("main") == timedelta()


async def test_a_read_that_fails_holds_no_message_back(post: Post) -> None:
    """K3: LINE's figures may be away while it takes messages."""
    post.watch.on_call_end("main", AWAY, post.clock.now(), sends_message=False)
    await post.put(ANNA, push(post, "p"))
    assert post.line.texts() == ["p"]
