"""A scenario that would go on for ever fails, and says where: it never keeps anybody waiting."""

from __future__ import annotations

import pytest

from bot.scenario import played_time, player
from tests.scenario.playing import fails, holds

ROUND = """
tags: {停: {added_by: staff}}
rules:
  - {when: {text: 開始}, start: again}
flows:
  again:
    states:
      等: {wait: WAIT, next: 看}
      看: {branch: [{if: {tag: 停}, to: 完}, {to: 等}]}
      完: {end: true}
"""
WATCHED = """
attributes: {points: {type: number, set_by: staff}}
audiences: {熟客: {if: {attribute: {points: {at_least: 100}}}}}
rules:
  - {when: {enters: 熟客}, push: 歡迎}
"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "MOST_TIMERS", 50)
    monkeypatch.setattr(played_time, "MOST_SWEEPS", 200)


def test_a_timer_that_is_armed_again_and_again() -> None:
    """Each step may have so many: what was before does not count."""
    playbook = ROUND.replace("WAIT", "1m")
    holds(playbook, "user: 開始", "bot: nothing", "wait: 50m", "bot: nothing", "wait: 50m", "bot: nothing")
    assert fails(playbook, "user: 開始", "bot: nothing", "wait: 300d") == (
        "3: more than 50 timers go off in this step, the last in the flow again, at 2026-09-01 14:51"
    )
    holds(playbook, "user: 開始", "bot: nothing", "down: 1d", "bot: nothing")


def test_time_that_is_looked_through_in_small_steps() -> None:
    holds(WATCHED, "wait: 2d", "bot: nothing")
    assert fails(WATCHED, "wait: 3d") == (
        "1: audiences are watched, so that time can go on by 2 days at once at most"
    )
