"""Where a clock that is moved stops for broadcasts: as they begin, or as quiet hours let them. I2, L4."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.engine.broadcasts.schedule import next_coming
from bot.model.broadcast import Sending
from tests.playbooks import compiled

NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)
NIGHT, MORNING = NOON + timedelta(hours=11, minutes=30), NOON + timedelta(hours=21)
PLAYBOOK = """
hours: {夜間: 21:00-09:00}
broadcasts:
  noon: {to: everyone, push: "停止推播", at: 2027-03-01 12:00}
  night: {to: everyone, push: "停止推播", at: 2027-03-01 23:30, quiet_hours: 夜間}
  hand: {to: everyone, push: "停止推播", quiet_hours: 夜間}
  held: {to: everyone, push: "停止推播", at: 2027-03-01 11:00, status: paused}
"""


def test_what_begins_by_itself() -> None:
    """Not at its moment where quiet hours hold it, and not what the file keeps back."""
    playbook, stops = compiled(PLAYBOOK), list[tuple[datetime, str]]()
    now = NOON - timedelta(hours=3)
    while (found := next_coming(playbook, (), now)) is not None:
        now = found[0]
        stops.append((now, found[1].name))
    assert stops == [(NOON, "noon"), (MORNING, "night")]


def test_what_was_cancelled_does_not_come() -> None:
    """Of what is repeated the next time does."""
    now = NOON - timedelta(hours=3)
    text = (
        'broadcasts: {noon: {to: everyone, push: "停止推播", every: day at 12:00, until: 2027-03-09 00:00}}'
    )
    for playbook, comes in ((PLAYBOOK, MORNING), (text, NOON + timedelta(days=1))):
        found = next_coming(compiled(playbook), (), now, lambda _, moment: moment == NOON)
        assert found is not None
        assert found[0] == comes


def test_what_is_planned_or_under_way_goes_on_as_quiet_hours_end() -> None:
    """Also what staff have ordered by night; not while somebody has paused it."""
    playbook, now = compiled(PLAYBOOK), NIGHT + timedelta(minutes=10)
    ordered = Sending("hand@", "hand", "main", NIGHT, NIGHT, by="amy")
    for sending in (ordered, replace(ordered, state="sending"), replace(ordered, broadcast="night", by="")):
        found = next_coming(playbook, [sending], now)
        assert found is not None
        assert (found[0], found[1].name) == (MORNING, sending.broadcast)
        assert next_coming(playbook, [replace(sending, paused="amy")], now) is None
    assert next_coming(playbook, [replace(ordered, broadcast="gone")], now) is None
