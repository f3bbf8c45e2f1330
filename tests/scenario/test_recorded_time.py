"""Which time a recording lets pass: what the clock was moved, and what timers need. M1."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from tests.scenario.recording import Played
from tests.scenario.test_recorded import held, play, written

__all__ = ["play"]


def _thinks(play: Played, **span: float) -> None:
    """Whoever plays takes time; the clock is not moved."""
    play.passes(**span)
    play.happenings.pop()


def test_what_was_thought_in_between_is_no_pause(play: Played) -> None:
    play.follows()
    for seconds, text in ((34, "優惠"), (96, "ok"), (400, "測膚質"), (59, "油性")):
        _thinks(play, seconds=seconds)
        play.says(text)
    assert "wait" not in held(play)


def test_the_clock_goes_as_far_as_it_was_moved(play: Played) -> None:
    """Also where the person has thought before, and with a timer on the way that spoke."""
    play.follows()
    play.says("測膚質")
    _thinks(play, seconds=34)
    play.passes(minutes=15)
    _thinks(play, seconds=61)
    play.passes(days=3)
    text = held(play)
    assert "- wait: 10m\n  - bot: 還在嗎？\n" in text
    waits = [line.strip() for line in text.splitlines() if "wait" in line]
    assert waits[-1] == "- wait: 3d"
    assert not any(line.endswith("s") for line in waits)


def test_a_timer_comes_as_long_after_as_the_playbook_says(play: Played) -> None:
    """Three minutes of thinking before: it is 10m after the question all the same, not 13m."""
    play.follows()
    _thinks(play, minutes=3, seconds=20)
    play.says("測膚質")
    _thinks(play, minutes=4)
    play.passes(minutes=6, seconds=1)
    assert "- wait: 10m\n  - bot: 還在嗎？\n" in held(play)


def test_a_moment_that_was_gone_to_is_named(play: Played) -> None:
    play.follows()
    _thinks(play, seconds=34)
    play.passes(hours=2, seconds=60 - play.now.second, microseconds=-play.now.microsecond)
    assert "- wait: until 2026-11-20 16:01" in written(play)


def test_moves_in_a_row_are_each_as_long_as_they_were(play: Played) -> None:
    play.follows()
    for hours in (1, 2, 1):
        play.passes(hours=hours)
        _thinks(play, seconds=12)
        play.says("ok")
    waits = [line.strip() for line in held(play).splitlines() if "wait" in line]
    assert waits == ["- wait: 1h", "- wait: 2h", "- wait: 1h"]
    assert all(one.now < other.now or one.now == other.now for one, other in pairwise(play.happenings))
    assert timedelta(hours=4) < play.now - play.happenings[0].now
