"""The pages of broadcasts over friends on the real database, a process that sends, and a LINE that counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from bot.model.channel import Channel, PricePlan
from bot.model.settings import Settings
from bot.web.admin.audience_pages import AudiencePages
from bot.web.admin.broadcast_context import BroadcastContext, recent_counts
from bot.web.admin.broadcast_list_pages import BroadcastListPages
from bot.web.admin.broadcast_pages import BroadcastPages
from bot.web.admin.broadcast_report_pages import BroadcastReportPages
from bot.web.admin.tester_pages import TesterPages
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Shop, users
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import StaffWorld

EVIL = "<img src=x onerror=alert(1)>\u202e王"
TITLE = json.dumps(f"週年慶 {EVIL}")
WRITTEN = f"""\
tags: {{VIP: {{added_by: staff}}}}
audiences: {{vips: {{title: 熟客, if: {{tag: VIP}}}}}}
broadcasts:
  sale: {{title: {TITLE}, channel: main, to: everyone, push: [早安 <b>, 輸入「停止推播」就不再收到]}}
  weekly: {{title: 每週新品, channel: main, to: vips, push: [新品, 停止推播], every: week on mon at 10:00}}
  later: {{title: 年終, channel: main, to: everyone, push: [年終, 停止推播], at: "2026-11-27 20:00"}}
  written: {{title: 草稿一份, channel: main, to: everyone, push: [草稿, 停止推播], status: draft}}
"""
EVERYBODY = timedelta(days=36_500)
CHANNEL = Channel(
    "main",
    "@forest",
    "1",
    "x",
    access_token="t",
    app_name="森活",
    plan=PricePlan(monthly_fee=800, included=0, extra=0.2),
)
SETTINGS = Settings(database="embedded", channels={"main": CHANNEL})


@dataclass
class BroadcastPagesWorld:
    """`shop` has the people, and makes processes; `staff` the pages."""

    shop: Shop
    staff: StaffWorld
    desk: BroadcastContext


async def nothing_drafted(account: str) -> list[tuple[str, str]]:
    """Nobody has a draft."""
    return []


async def broadcast_pages(worlds: StaffWorlds, api: str = "http://127.0.0.1:9") -> BroadcastPagesWorld:
    """Three friends, and a process that runs."""
    shop = Shop(worlds.database, worlds.seal, worlds.clock, compiled(WRITTEN))
    await shop.come(*users(3))
    runs = {"rev": 1, "processes": {"me": shop.clock.now() + EVERYBODY}, "owners": [], "fences": []}
    await shop.database.collection("leases").insert_one({"_id": "parts", **runs})
    console = worlds.console(
        *(lambda: shop.playbook, SETTINGS),
        stores=shop.stores,
        clock=shop.clock,
        line_api=api,
        line_data_api=api,
    )
    desk = BroadcastContext(**console.fields_by_name(), counts=recent_counts(console))
    lists = BroadcastListPages(desk, nothing_drafted)
    pages = {
        **lists.handlers(),
        **BroadcastPages(desk).handlers(),
        **TesterPages(desk).handlers(),
        **BroadcastReportPages(desk).handlers(),
        **AudiencePages(desk).handlers(),
    }
    staff = await worlds(pages, channels={"main": "森活"}, topics={"broadcasts": lists.topic()})
    return BroadcastPagesWorld(shop, staff, desk)
