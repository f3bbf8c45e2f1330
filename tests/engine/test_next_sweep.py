"""G2, semantics 24 and 25: the moments at which time alone changes something, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.menus.sweep import QUARTER, next_audience_sweep, next_menu_sweep, swept_audiences
from tests.playbooks import compiled

NOON = datetime(2026, 3, 4, 4, 7, 30, tzinfo=UTC)
"""Ten past twelve in Taipei, about."""
HEAD = "attributes: {birthday: date}\ntags: {VIP: }\nhours: {日: {mon-sun: 09:00-21:00}}\n"


def audience(condition: str) -> str:
    return (
        HEAD + f"audiences: {{甲: {{if: {condition}}}}}\nrules: [{{when: {{enters: 甲}}, add_tags: [VIP]}}]\n"
    )


@pytest.mark.parametrize(
    "condition",
    [
        "{tag: {VIP: {within: 3d}}}",
        "{attribute: {birthday: {anniversary_in_days: 3}}}",
        "{not: {contact: {last_seen: {within: 30d}}}}",
        "{any: [{tag: VIP}, {attribute: {birthday: today}}]}",
    ],
)
def test_what_asks_the_time_is_looked_at_each_quarter(condition: str) -> None:
    playbook = compiled(audience(condition))
    assert list(swept_audiences(playbook)) == ["甲"]
    first = next_audience_sweep(playbook, NOON)
    assert first == datetime(2026, 3, 4, 4, 15, tzinfo=UTC)
    assert next_audience_sweep(playbook, first) == first + QUARTER


def test_what_asks_no_time_is_never_looked_at() -> None:
    playbook = compiled(audience("{tag: VIP}"))
    assert swept_audiences(playbook) == {}
    assert next_audience_sweep(playbook, NOON) is None
    assert next_menu_sweep(playbook, NOON) is None


def test_hours_are_looked_at_when_they_open_and_close() -> None:
    playbook = compiled(audience("{during: 日}"))
    closes = next_audience_sweep(playbook, NOON)
    assert closes == datetime(2026, 3, 4, 13, tzinfo=UTC)
    assert next_audience_sweep(playbook, closes) == closes + timedelta(hours=12)
