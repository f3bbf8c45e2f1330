"""N6: what was bought after each source, and by month of binding, over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.compiled.goal import opened_link
from bot.model.counts import BOUND, OF_BINDINGS, OF_GOALS, OF_ORDERS, PAID, REACHED, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from tests.web.api.api_world import ApiWorld

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
PLACED = (NOW - HOUR).isoformat()


def row(ago: timedelta, mark: Mark) -> TimelineRow:
    of, id_ = "main:U1", f"main:{ago} {mark}"
    counted = Counted(id_, f"{NOW - ago:%Y-%m-%d}", (mark,))
    return TimelineRow(id_, of, part_of(of), NOW - ago, "x", (), None, counted)


@pytest.mark.ring("all", "page after page")
async def test_sources_and_cohorts(api: ApiWorld) -> None:
    await api.stores.journal.timeline(
        [
            row(3 * HOUR, Mark("main", OF_BINDINGS, BOUND, ("phone",))),
            row(2 * HOUR, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))),
            row(HOUR, Mark("main", OF_ORDERS, PAID, ("s 1", "99.5", PLACED))),
        ]
    )
    caller = await api.caller("supervisor")
    found = (await caller.get("/attribution/report", days="7", within="1")).content
    sold = {"orders": 1, "money": "99.5"}
    [source] = found["sources"]
    assert (source["kind"], source["name"], source["last"], source["cost"]) == ("link", "stand", sold, None)
    assert (found["total"], found["within_seconds"]) == (sold, 86_400)
    [cohort] = (await caller.get("/attribution/cohorts")).content["cohorts"]
    assert (cohort["people"], cohort["money"]) == (1, "99.5")
    assert (await caller.get("/attribution/report", within="31")).status == 422
