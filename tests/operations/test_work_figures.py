"""K3: figures of what waits, stands still or is lost, from one process, without a question at a scrape."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.settings import Settings, ShopSettings
from bot.model.shop import ShopWebhook, SyncFigures, SyncRun, SyncStop
from bot.operations.alerts.figures import OVERDUE, WorkFigures
from bot.operations.alerts.lost_calls import LostCalls
from bot.runtime.metrics import Metrics
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW, ManualClock
from tests.operations.test_work_watch import CAPPED, PLAYBOOK
from tests.playbooks import compiled

SHOPS = {"forest": ShopSettings("forest", "cyberbiz"), "pine": ShopSettings("pine", "cyberbiz")}


class Scraped:
    """A process with its figures."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.database = database
        self.stores: Stores = stores_of(database, seal)
        self.playbook = compiled(PLAYBOOK % CAPPED)
        self.owns = True
        self.figures = WorkFigures(
            self.stores,
            lambda: self.playbook,
            lambda: Settings({}, shops=SHOPS),
            LostCalls(self.stores.given_up),
            lambda part: self.owns and part == 0,
            clock,
        )
        self.metrics = Metrics()
        self.metrics.add(*self.figures.levels)

    async def look(self) -> list[str]:
        """The lines of a scrape after a look, without those that are 0."""
        await self.figures.look()
        lines = [line for line in self.metrics.text().decode().splitlines() if not line.startswith("#")]
        names = ("oaflow_dead", "oaflow_people", "oaflow_journey", "oaflow_shop")
        return [line for line in lines if line.startswith(names) and not line.endswith(" 0.0")]


@pytest.fixture
def scraped(database: Database, seal: Seal, clock: ManualClock) -> Scraped:
    return Scraped(database, seal, clock)


async def test_where_all_is_well_everything_is_0(scraped: Scraped) -> None:
    assert await scraped.look() == []
    text = scraped.metrics.text().decode()
    for zero in ("people_overdue", 'journey_stopped{journey="welcome"}', 'shop_news_waiting{shop="forest"}'):
        assert f"oaflow_{zero} 0.0" in text


async def test_what_was_given_up_by_reason(scraped: Scraped) -> None:
    """On whichever account; what somebody has attended to is not among it."""
    call = {"kind": "push", "ch": "main"}
    rows = [
        {"reason": "bad-request", "at": NOW, "call": call},
        {"reason": "bad-request", "at": NOW, "call": {**call, "ch": "other"}},
        {"reason": "too-late", "at": NOW, "call": call},
        {"reason": "too-late", "at": NOW, "call": call, "handled": {"how": "dropped"}},
        {"reason": "token", "at": NOW - timedelta(days=8), "call": call},
    ]
    await scraped.database.collection("deadletters").insert_many(rows)
    assert await scraped.look() == [
        'oaflow_dead_letters{reason="bad-request"} 2.0',
        'oaflow_dead_letters{reason="too-late"} 1.0',
    ]


async def test_people_whose_timers_nobody_wakes(scraped: Scraped) -> None:
    """Those whom the brake holds have no moment at which they are due."""
    late = NOW - OVERDUE
    rows = [
        {"_id": "main:U1", "part": 3, "due": late - timedelta(days=1)},
        {"_id": "main:U2", "part": 255, "due": late},
        {"_id": "main:U3", "part": 3, "due": late + timedelta(seconds=1)},
        {"_id": "main:U4", "part": 4, "braked": True},
    ]
    await scraped.database.collection("contacts").insert_many(rows)
    assert await scraped.look() == ["oaflow_people_overdue 2.0"]


async def test_a_journey_that_has_stopped_by_itself(scraped: Scraped) -> None:
    await scraped.stores.totals.reserve("welcome", ["a", "b"], 2)
    assert await scraped.look() == ['oaflow_journey_stopped{journey="welcome"} 1.0']


async def test_a_shop_says_how_far_it_is_read_what_waits_and_why_it_stands_still(scraped: Scraped) -> None:
    stores, hour = scraped.stores, timedelta(hours=1)
    figures = SyncFigures(read=9, refused={"several-members": 2, "other-shop": 1})
    done = SyncRun("all", "amy", NOW - 3 * hour, state="done", ended=NOW - 2 * hour, figures=figures)
    assert await stores.shop_syncs.order("forest", done, None)
    stop = SyncStop("ShopAway", "no answer", NOW, failures=3, again=NOW + hour, first=NOW - hour)
    poll = SyncRun("poll", "night", NOW, state="stopped", stop=stop)
    assert await stores.shop_syncs.order("forest", poll, None)
    claimed = await stores.shop_syncs.claim("forest", 60, "me", ())
    assert claimed is not None
    assert await stores.shop_syncs.note(replace(claimed, cursor=NOW - 2 * hour), "poll", 60)
    news = [ShopWebhook(f"n{number}", "forest", "member_updated", b"{}", NOW) for number in range(3)]
    await stores.shop_news.keep(news)
    await stores.shop_news.end(["n0"], "done")
    assert await scraped.look() == [
        'oaflow_shop_news_waiting{shop="forest"} 2.0',
        f'oaflow_shop_read_timestamp_seconds{{shop="forest"}} {(NOW - 2 * hour).timestamp():.5e}',
        'oaflow_shop_members_refused{shop="forest"} 3.0',
        'oaflow_shop_failing_seconds{shop="forest"} 3600.0',
    ]


async def test_who_does_not_own_the_first_part_says_nothing(scraped: Scraped) -> None:
    await scraped.stores.shop_news.keep([ShopWebhook("n", "forest", "member_updated", b"{}", NOW)])
    assert await scraped.look() == ['oaflow_shop_news_waiting{shop="forest"} 1.0']
    scraped.owns = False
    assert await scraped.look() == []
    assert "oaflow_shop_news_waiting{" not in scraped.metrics.text().decode()
