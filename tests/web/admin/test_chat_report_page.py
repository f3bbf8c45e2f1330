"""E3: staff's conversations in figures, as a page and as a table, for who may see whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.chat_figures import BEGUN, HAD, IN_TIME, LATE, OF_STAFF, WAITED, answer_mark
from bot.model.counts import Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.translatable import ENGLISH
from bot.web.admin.chat_report_page import ChatReportPage, short_time
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, ZH, StaffWorld

AMY, BEN = "console:amy", "console:ben"
PAGE = "/admin/chat/report"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    console = worlds.console(lambda: PLAYBOOK, now=lambda: NOW)
    return await worlds(ChatReportPage(console).handlers())


async def answered(staff: StaffWorld) -> None:
    """Amy a minute after the customer asked, Ben after ten."""
    marks = [
        Mark("main", OF_STAFF, BEGUN),
        Mark("main", OF_STAFF, WAITED, ("09",)),
        Mark("main", OF_STAFF, HAD, (AMY,)),
        answer_mark("main", AMY, MINUTE, is_first=True, hour="09"),
        Mark("main", OF_STAFF, IN_TIME, (AMY,)),
        Mark("main", OF_STAFF, LATE, (BEN,)),
        answer_mark("main", BEN, 10 * MINUTE, is_first=False, hour="09"),
    ]
    counted = Counted("e1", f"{NOW:%Y-%m-%d}", tuple(marks))
    await staff.stores.journal.timeline(
        [TimelineRow("e1", "main:U1", part_of("main:U1"), NOW, "x", counted=counted)]
    )


async def test_a_supervisor_sees_everybody_and_takes_the_table_away(staff: StaffWorld) -> None:
    await answered(staff)
    browser = await staff.signed_in(await staff.account("supervisor"))
    status, page = await browser.get(f"{PAGE}?days=7", **ZH)
    assert (status, "聊天報表" in page) == (200, True)
    assert "<bdi>amy</bdi>" in page
    assert "<bdi>ben</bdi>" in page
    assert "1 分" in page
    assert "<dd>50%</dd>" in page
    assert "09:00" in page
    where = browser.url.join(browser.url.with_path(f"{PAGE}/file"))
    async with browser.http.get(where, params={"days": "7"}) as answer:
        lines = (await answer.text()).splitlines()
        assert ".csv" in answer.headers["Content-Disposition"]
    assert [line.split(",")[1] for line in lines[1:]] == [AMY, BEN]


async def test_an_agent_sees_the_team_and_themselves(staff: StaffWorld) -> None:
    await answered(staff)
    browser = await staff.signed_in(await staff.account("agent"))
    _, page = await browser.get(PAGE, **ZH)
    assert "新的對話" in page
    assert "amy" not in page[page.index("<main") :]


async def test_before_anything_is_counted_it_says_what_will_be_here(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get(PAGE, **ZH)
    assert "這段期間客服沒有對話" in page
    assert "<table" not in page


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (45, "45 s"),
        (60, "1 min"),
        (92, "1.5 min"),
        (608, "10 min"),
        (3600, "1 h"),
        (32_768, "9.1 h"),
        (86_400, "24 h"),
    ],
)
def test_a_time_is_in_one_unit(seconds: int, text: str) -> None:
    shown = short_time(seconds)
    assert shown is not None
    assert ENGLISH.text(shown) == text
