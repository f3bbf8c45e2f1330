"""How journeys stand, as data: for a command, and for a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.engine.flows.starting import journeys
from bot.model.contact import Contact, Identity
from bot.model.instance import Hold, Instance
from bot.operations.declared.flow_standing import status_of
from bot.operations.journeys import flow_counts
from bot.operations.resolve_name import NoSuchFlow, flow_of
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import QUIET_JOURNEY, compiled

PLAYBOOK = compiled(
    f"{QUIET_JOURNEY.replace('LATE', 'skip')}"
    "    max_pushes: {total: 5}\n    states: {greet: {push: 早安, next: over}, over: {end: true}}\n"
)


async def test_a_journey_with_who_is_in_it_and_what_it_has_pushed(stores: Stores) -> None:
    held = Instance("j", "main", "greet", 1, NOW, NOW, held=Hold("quota"))
    amy = Contact("main:U1", identities=(Identity("main", "U1"),), flows=(held,))
    await come(stores.contacts, amy)
    await stores.totals.reserve("j", ["a", "b"], 5)
    await stores.quotas.keep("main", QuotaFigure(0, NOW))
    [journey] = await status_of(stores, PLAYBOOK, list(journeys(PLAYBOOK)), {})
    assert (journey.flow, journey.pushes) == ("j", 2)
    [on_main] = journey.channels
    assert (on_main.channel, on_main.state, on_main.people) == ("main", "live", 1)
    assert (on_main.held, on_main.quota) == ({"quota": 1}, QuotaFigure(0, NOW))


async def test_counts_begin_so_many_days_ago(stores: Stores) -> None:
    found = await flow_counts(stores, PLAYBOOK, "j", 3)
    assert (datetime.now(UTC).date() - datetime.fromisoformat(found.since).date()).days in (1, 2)
    assert (list(found.counts), list(found.here)) == ([], [])


def test_a_flow_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(NoSuchFlow, match="its flows are"):
        flow_of(PLAYBOOK, None)
    assert flow_of(PLAYBOOK, "j").name == "j"
