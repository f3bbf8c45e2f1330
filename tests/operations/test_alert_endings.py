"""When a trouble is over, and when that is certain. K4, E6"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.translatable import Translatable, tr
from bot.operations.alerts.standing import EndedTrouble
from bot.operations.alerts.watch import LONG, OFTEN, Endings
from bot.operations.alerts.work import waiting_look
from tests.conftest import NOW
from tests.playbooks import playbook

LOOK = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("says", "waits"), [(None, timedelta()), (tr("it is over"), LONG)], ids=["silent", "told"]
)
def test_what_comes_and_goes_is_over_later_where_somebody_is_alerted(
    says: Translatable | None, waits: timedelta
) -> None:
    endings, ended, now = Endings(), EndedTrouble("waiting", "main", says), NOW
    for _ in range(OFTEN):
        assert endings.certain([ended], now) == [ended]
        assert endings.certain([], now + LOOK) == []
        now += 2 * LOOK
    assert endings.certain([ended], now) == ([] if waits else [ended])
    assert endings.certain([ended], now + waits) == [ended]


@pytest.mark.parametrize(
    ("waits", "alerted", "others"),
    [((600, 40), 120, True), ((600,), 120, False), ((600, 130), 90, False), ((600, 40), 50, False)],
    ids=["somebody came late since", "nobody else", "the alert counted both", "within the hour"],
)
def test_who_is_left_unserved_hides_nobody_who_becomes_late_later(
    waits: tuple[int, ...], alerted: int, others: bool
) -> None:
    """E6: an hour after the alert it ends without a word where others are late since, and begins anew.

    `waits`: minutes for which each has waited; `alerted`: minutes since the alert.
    """
    waiting = [(NOW - timedelta(minutes=one), "main") for one in waits]
    lasting = {"main": NOW - timedelta(minutes=alerted)}
    look = waiting_look(waiting, (), playbook(), {}, lasting, NOW, "")
    assert [one.subject for one in look.standing] == ["main"]
    assert [(one.subject, one.says) for one in look.ended] == ([("main", None)] if others else [])
