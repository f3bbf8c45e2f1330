"""K5: stopping all pushes in the console: the word, what it holds, who has, and letting them go on."""

from __future__ import annotations

import pytest

from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, StaffWorld


async def test_without_the_word_nothing_is_stopped(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    for typed in ("", "go", "停", "stop pushes", "停止推播", "x" * 10_000):
        status, page = await browser.post("/admin/stop", ZH, typed=typed)
        assert (status, "沒有停止任何推播：確認文字不符" in page) == (422, True), typed[:20]
    assert not await staff.stores.brakes.read()


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("typed", ["停止", "stop", " STOP "])
async def test_with_it_all_is_stopped_and_can_be_undone(staff: StaffWorld, typed: str) -> None:
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert await browser.post("/admin/stop", typed=typed) == (303, "/admin/stop")
    [stop] = (await staff.stores.brakes.read()).stops
    assert (stop.channel, stop.flow, stop.by) == (None, None, "console:supervisor")
    _, page = await browser.get("/admin/stop", **ZH)
    assert "由 supervisor 停止" in page
    assert 'action="/admin/stop/resume"' in page[page.index('class="flash"') :].partition("</form>")[0]
    assert await browser.post("/admin/stop/resume", channel="", flow="") == (303, "/admin/stop")
    assert not await staff.stores.brakes.read()
    entries = await staff.stores.audit.entries(["pushes_stopped", "pushes_resumed"], 10)
    assert [(one.kind, one.by) for one in entries] == [
        ("pushes_resumed", "console:supervisor"),
        ("pushes_stopped", "console:supervisor"),
    ]


async def test_of_one_channel_only_and_none_that_there_is_not(worlds: StaffWorlds) -> None:
    staff = await worlds(channels={"main": "森活", "b2b": "批發"})
    browser = await staff.signed_in(await staff.account("admin"))
    assert (await browser.post("/admin/stop", typed="停止", channel="gone"))[0] == 409
    assert (await browser.post("/admin/stop", typed="停止", channel="b2b"))[0] == 303
    [stop] = (await staff.stores.brakes.read()).stops
    assert stop.channel == "b2b"
    _, page = await browser.get("/admin/stop", **ZH)
    assert "只停 森活" in page
    assert "只停 批發" not in page, "it is stopped already"


async def test_two_who_do_it_at_once_read_who_was_first(staff: StaffWorld) -> None:
    mei, lin = [await staff.signed_in(await staff.account("admin", name)) for name in ("mei", "lin")]
    await mei.post("/admin/stop", typed="停止")
    assert (await lin.post("/admin/stop", ZH, typed="停止"))[0] == 303
    _, page = await lin.get("/admin/stop", **ZH)
    assert "已經停止了，由 mei 停止" in page
    await mei.post("/admin/stop/resume", channel="", flow="")
    status, page = await lin.post("/admin/stop/resume", ZH, channel="", flow="")
    assert (status, "沒有停止任何推播，全部照常" in page) == (409, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_says_who_is_in_what(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/stop", **ZH)
    assert "目前沒有人在流程裡，也沒有群發" in page
