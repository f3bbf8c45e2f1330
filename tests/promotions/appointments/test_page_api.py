"""What the page of appointments asks over HTTP: days and times, of who is signed in there (N5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.runtime.limits.personal_limits import MOST
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.fakes.fake_line import FakeLine
from tests.promotions.appointments.examples import HAIRCUT
from tests.runtime.page_world import PAGE, PLAYBOOK, Pages
from tests.web.liff.serving import LiffSite, serving

FREE = "main/my_appointments/free"


@pytest.fixture
async def site(
    database: Database, seal: Seal, clock: ManualClock, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiffSite]:
    book = replace(PLAYBOOK, promotions={**PLAYBOOK.promotions, "appointments": {HAIRCUT.name: HAIRCUT}})
    monkeypatch.setattr("tests.web.liff.serving.PLAYBOOK", book)
    async with serving(Pages(database, seal, clock), line, database, seal) as site:
        yield site


async def test_days_with_their_times(site: LiffSite) -> None:
    status, found = await site.call(f"{FREE}?service=剪髮", session=site.session())
    assert status == 200
    assert len(found["days"]) == 14
    assert found["days"][1]["starts"][0].endswith("T02:00:00Z"), "ten in Taipei"
    asked = f"{FREE}?service=剪髮&with=nobody&from={found['more']}&moving=a9"
    status, later = await site.call(asked, session=site.session())
    assert (status, later["days"]) == (200, []), "somebody who is not there never works"


@pytest.mark.parametrize("query", ["", "?service=gone", "?service=剪髮&from=tomorrow"])
async def test_what_the_page_never_asks(site: LiffSite, query: str) -> None:
    assert (await site.call(f"{FREE}{query}", session=site.session()))[0] == 400


async def test_nobody_else_and_no_other_page(site: LiffSite) -> None:
    assert (await site.call(f"{FREE}?service=剪髮"))[0] == 401
    assert (await site.call(f"main/{PAGE}/free?service=剪髮", session=site.session()))[0] == 404


@pytest.mark.ring("all", "page after page")
async def test_who_asks_too_often_waits(site: LiffSite) -> None:
    for _ in range(MOST):
        assert (await site.call(f"{FREE}?service=剪髮", session=site.session()))[0] == 200
    assert (await site.call(f"{FREE}?service=剪髮", session=site.session()))[0] == 429
    assert (await site.call(f"{FREE}?service=剪髮", session=site.session("U2")))[0] == 200
