"""K1, K3, K4: the installation in the console: what is wrong, channels, servers, keys; no secret on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from bot.model.alert import AlertReason
from bot.model.audit import AuditEntry
from bot.model.brake import PushStop
from bot.model.channel import Channel, PricePlan
from bot.model.processes import Serving
from bot.model.settings import Settings
from bot.model.translatable import Translatable
from bot.operations.system import KEY_LIFE, SystemSource, SystemView, system_of
from bot.store.counters.quotas import QuotaFigure
from bot.store.events.alerts import OngoingTrouble
from bot.web.admin.system_page import SystemPage, size_words
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, Staff, StaffWorld

SECRET, TOKEN = "channel-secret-q8zx", "access-token-w7vy"
MAIN = Channel("main", "@forest", "1", SECRET, TOKEN, app_name="森活<b>", plan=PricePlan(800, 4_000, 0.2))
OUTLET = Channel("outlet", "@outlet", "2", SECRET)
SETTINGS = Settings({"main": MAIN, "outlet": OUTLET})


@dataclass
class SystemWorld:
    """The page over a database."""

    staff: StaffWorld
    source: SystemSource
    trouble: dict[str, Translatable]

    async def view(self) -> SystemView:
        return await system_of(self.source)

    async def browser(self, role: str = "admin") -> Staff:
        account = await self.staff.account("admin" if role == "admin" else "supervisor", role)
        return await self.staff.signed_in(account)

    async def says(self) -> list[str]:
        return [str(one.says) for one in (await self.view()).troubles]


@pytest.fixture
async def world(worlds: StaffWorlds) -> SystemWorld:
    trouble = dict[str, Translatable]()
    source = SystemSource(
        *(worlds.stores, worlds.seal, lambda: SETTINGS, worlds.clock.now),
        *(lambda channel: f"https://bot.example/webhook/{channel}", "p1", lambda: trouble),
    )
    page = SystemPage(source, worlds.console(lambda: PLAYBOOK, SETTINGS))
    return SystemWorld(await worlds(page.handlers()), source, trouble)


async def test_a_well_one_says_so_and_shows_no_secret(world: SystemWorld) -> None:
    await world.staff.stores.quotas.keep("main", QuotaFigure(1_200, NOW))
    _, page = await (await world.browser()).get("/admin/system")
    assert "Nothing to look at" in page
    assert "1,200 / 4,000" in page
    assert "https://bot.example/webhook/outlet" in page
    assert "a fixed one" in page
    assert "short ones" in page
    assert "森活&lt;b&gt;" in page
    for secret in (SECRET, TOKEN, SECRET[-4:], TOKEN[-4:]):
        assert secret not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_supervisor_sees_no_machines(world: SystemWorld) -> None:
    await world.staff.stores.processes.heartbeat(Serving("p1", "srv1:/srv/shop", "a" * 64, None))
    _, page = await (await world.browser("amy")).get("/admin/system")
    assert "森活" in page
    for mine in ("srv1", "MongoDB", "To be rotated by"):
        assert mine not in page
    _, page = await (await world.browser()).get("/admin/system")
    for mine in ("srv1", "/srv/shop", "MongoDB", "To be rotated by", "this one"):
        assert mine in page


async def test_what_is_wrong_is_named_with_where_to_go(world: SystemWorld) -> None:
    stores = world.staff.stores
    world.trouble["main"] = Translatable("status 401: <script>")
    await stores.quotas.keep("outlet", QuotaFigure(0, NOW))
    await stores.brakes.pull(
        PushStop("main", None, "mei", NOW), AuditEntry("pushes_stopped", "mei", NOW, id="s")
    )
    _, page = await (await world.browser()).get("/admin/system")
    assert "3 things to look at" in page
    assert "status 401: &lt;script&gt;" in page
    assert "the month&#39;s messages are used up" in page
    assert 'href="/admin/stop"' in page
    found = await world.view()
    assert [one.place for one in found.troubles] == ["channels", "channels", "stop"]


async def test_servers_that_differ_are_told(world: SystemWorld) -> None:
    processes, playbooks = world.staff.stores.processes, world.staff.stores.playbooks
    for name, runs, program in (("p1", "a", "0.2.0"), ("p2", "b", "")):
        await processes.heartbeat(Serving(name, f"srv-{name}:/shop", runs * 64, None, program=program))
    assert await playbooks.live() is None
    says = await world.says()
    assert says == ["processes run different versions of oaflow"]
    found = await world.view()
    assert found.keys is not None
    shown = [(one.machine, one.program, one.is_own, one.is_current) for one in found.processes or ()]
    assert shown == [("srv-p1", "0.2.0", True, True), ("srv-p2", "", False, True)], "nothing is live yet"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_age_of_the_key_is_known_and_when_another_is_due(world: SystemWorld) -> None:
    stores, used = world.staff.stores, world.source.seal.used.sealing
    began = NOW - KEY_LIFE + timedelta(days=1)
    await stores.audit.record(AuditEntry("keys_added", "root", began, f"{used} index", id="k"))
    found = await world.view()
    assert found.keys is not None
    assert (found.keys.since, found.keys.due) == (began, NOW + timedelta(days=1))
    assert found.troubles == []
    later = replace(world.source, now=lambda: NOW + timedelta(days=2))
    assert [one.place for one in (await system_of(later)).troubles] == ["keys"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_database_says_its_size_and_replica_set(world: SystemWorld) -> None:
    found = await world.view()
    state = found.database
    assert state is not None
    assert state.members == 1
    assert state.indexes > 0
    assert state.lag is not None
    assert state.oplog is not None
    assert state.version.count(".") >= 2


def test_sizes_are_written_as_people_do() -> None:
    sizes = (0, 999, 1_500, 188_416, 12_345_678, 5_000_000_000)
    assert [size_words(one) for one in sizes] == ["0 B", "999 B", "1.5 kB", "188 kB", "12 MB", "5.0 GB"]


async def test_what_is_wrong_with_the_set_up_is_shown_once_an_account(world: SystemWorld) -> None:
    """K3, K4, A3: two items of one account's webhook, and codes that run out, each in its words."""
    alerts = world.staff.stores.alerts
    for reason, about in (
        ("webhook_off", "main use_webhook"),
        ("webhook_off", "main certificate"),
        ("token_refused", "outlet token"),
        ("sms_low", "mitake 2026-11-01T00:00 95"),
    ):
        await alerts.lasts(cast(AlertReason, reason), about, OngoingTrouble(about, NOW, kept=True))
    found = [(one.place, one.about) for one in (await world.view()).troubles]
    assert found == [("setup", "outlet"), ("setup", "main"), ("sms", "mitake")]
    _, page = await (await world.browser()).get("/admin/system")
    assert 'href="/admin/setup"' in page
