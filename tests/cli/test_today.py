"""`oaflow today`: the page Today as text and as data (E3)."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.model.hours import HOUR, hour_of
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.store.counters.quotas import QuotaFigure
from tests.cli.commands import Run, Written

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x, plan: {included: 200, extra: 0.2}}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


async def _written(shop: Path) -> None:
    """Somebody writes, and a bot counts."""
    opened = await open_database(Settings({}), shop, dict(os.environ), "test")
    try:
        now = datetime.now(UTC)
        row = TimelineRow("main:A", "main:U1", part_of("main:U1"), now, "text")
        await opened.stores.journal.timeline([row])
        await opened.stores.hours.count(hour_of(now), now + HOUR)
        await opened.stores.quotas.keep("main", QuotaFigure(None, now, None, 3))
    finally:
        await opened.close()


def test_what_happens_today_is_said_in_both_languages_and_as_data(shop: Path, run: Run) -> None:
    assert run("today", str(shop), "--language", "zh-TW").out.startswith(
        "今天還沒有數字：機器人執行時，每分鐘會算一次\n新加好友：0\n"
    )
    asyncio.run(_written(shop))
    told = run("today", str(shop), "--language", "en").out.splitlines()
    assert "Messages in: 1" in told
    assert told[-1].startswith("hours are counted since ")
    assert "NT$" not in "".join(told), "I7: the plan covers it"
    found = json.loads(run("today", str(shop), "--json").out)
    assert found["figures"]["messages_in"]["today"] == 1
    assert found["figures"]["messages_in"]["week_before"] is None
    assert (found["waiting"], found["extra"]) == ({"people": 0, "since": None}, "0")
    assert found["channels"][0]["trouble"] is None, "only a running bot knows"
    assert run("today", str(shop), "--channel", "mian", code=1).err.endswith(
        'a similar name exists: "main"\n'
    )


def test_what_waits_for_somebody_is_counted(shop: Path, run: Run) -> None:
    run("stop", "pushes", str(shop), "--channel", "main", "--by", "mei")
    told = run("attention", str(shop), "--language", "en").out.splitlines()
    assert told[0] == "People who wait for staff: 0"
    assert told[-1].startswith("pushes are stopped: channel main, since ")
    found = json.loads(run("attention", str(shop), "--json").out)
    assert (found["unsent"], [one["channel"] for one in found["stops"]]) == (0, ["main"])
