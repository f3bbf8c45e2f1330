"""Of which playbooks the files are kept: as many as one goes back, and all that a trace may name."""

from __future__ import annotations

from datetime import timedelta

from bot.model.published_version import LAST, LAST_EDITS, AcceptedBy, AcceptedPlaybook, to_forget
from tests.conftest import NOW

PUBLISH: AcceptedBy = "publish"
EDIT: AcceptedBy = "reload"
LATER = NOW + timedelta(days=30)


def accepted(*hows: AcceptedBy) -> list[AcceptedPlaybook]:
    """One a minute, the last first."""
    ones = [
        AcceptedPlaybook(number, "a" * 64, NOW + timedelta(minutes=number), how=how, is_kept=True)
        for number, how in enumerate(hows, 1)
    ]
    return ones[::-1]


def test_the_last_fifty_stay() -> None:
    assert to_forget(accepted(*[PUBLISH] * LAST), LATER) == []
    assert to_forget(accepted(*[PUBLISH] * (LAST + 2)), LATER) == [2, 1]


def test_a_day_of_edits_pushes_nothing_out() -> None:
    ones = accepted(*[PUBLISH] * LAST, *[EDIT] * 500)
    assert to_forget(ones, LATER) == list(range(LAST + 500 - LAST_EDITS, LAST, -1))


def test_what_a_trace_may_name_stays() -> None:
    ones = accepted(*[PUBLISH] * (LAST + 9))
    assert to_forget(ones, NOW + timedelta(days=7)) == []
    long_live = [AcceptedPlaybook(2, "b" * 64, NOW + timedelta(days=400), how="reload", is_kept=True)]
    long_live += [AcceptedPlaybook(1, "a" * 64, NOW, how="reload", is_kept=True)]
    assert to_forget(long_live, NOW + timedelta(days=401)) == [], "it was live until yesterday"


def test_the_live_one_stays_whatever_it_is() -> None:
    for how in (EDIT, PUBLISH):
        assert 1 not in to_forget(accepted(how), LATER + timedelta(days=900))
