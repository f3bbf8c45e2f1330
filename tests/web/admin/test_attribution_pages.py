"""N6: what was bought after each source, as a page and as files, with which spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.compiled.goal import opened_link
from bot.model.channel import Channel
from bot.model.counts import BOUND, OF_BINDINGS, OF_GOALS, OF_ORDERS, PAID, REACHED, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.web.admin.attribution_pages import AttributionPages, recent_attribution
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, StaffWorld

PLAYBOOK = compiled("""
rules: [{when: {text: 優惠}, reply: 有}]
links: {stand: {title: "立牌 <img src=x>", send: 優惠}}
""")
SETTINGS = Settings(database="embedded", channels={"main": Channel("main", "@forest", "1", "x")})
HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
PLACED = (NOW - HOUR).isoformat()


def row(who: str, ago: timedelta, mark: Mark) -> TimelineRow:
    of, id_ = f"main:U{who}", f"main:{who} {ago} {mark}"
    counted = Counted(id_, f"{NOW - ago:%Y-%m-%d}", (mark,))
    return TimelineRow(id_, of, part_of(of), NOW - ago, "x", (), None, counted)


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    console = worlds.console(lambda: PLAYBOOK, SETTINGS)
    pages = AttributionPages(console, recent_attribution(console, at_once=PATIENCE))
    return await worlds(pages.handlers())


async def bought(staff: StaffWorld) -> None:
    await staff.stores.journal.timeline(
        [
            row("a", 60 * HOUR, Mark("main", OF_BINDINGS, BOUND, ("phone",))),
            row("a", 50 * HOUR, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))),
            row("a", HOUR, Mark("main", OF_ORDERS, PAID, ("s 1", "1200", PLACED))),
        ]
    )


async def test_the_headline_the_sources_and_the_cohorts(staff: StaffWorld) -> None:
    await bought(staff)
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/attribution?days=7", **ZH)
    assert "7 天內，在 LINE 接觸後的訂單有 NT$1,200（1 筆訂單），占已綁定會員消費的 100.0%" in page
    assert "立牌 &lt;img src=x&gt;" in page
    assert f"{NOW - 60 * HOUR:%Y-%m}" in page or f"{NOW - 52 * HOUR:%Y-%m}" in page
    _, day = await browser.get("/admin/attribution?days=7&within=1", **ZH)
    assert "NT$0（0 筆訂單）" in day, "it was opened two days before"


async def test_without_orders_it_says_where_they_come_from(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/attribution", **ZH)
    assert "最近 30 天沒有付款的訂單" in page
    assert "接上商店後會自動出現" in page


async def test_as_files(staff: StaffWorld) -> None:
    await bought(staff)
    browser = await staff.signed_in(await staff.account("admin"))
    where = browser.url.join(browser.url.with_path("/admin/attribution/file"))
    for kind, holds in (("csv", "money_last"), ("svg", "NT$1,200")):
        async with browser.http.get(where, params={"as": kind, "days": "7"}) as answer:
            assert holds in (await answer.text())
            assert f".{kind}" in answer.headers["Content-Disposition"]
    async with browser.http.get(where, params={"as": "exe"}) as answer:
        assert answer.status == 404
