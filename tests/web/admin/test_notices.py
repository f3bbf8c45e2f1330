"""A browser is notified as its owner says, as long as they are signed in there with that role (E3, K1)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.connectors.push.browser_push import public_key
from bot.model.audit import AuditEntryKind
from bot.model.push_subscription import LIFE, MOST
from bot.operations.admins.sessions import session_id
from bot.operations.audit_trail import entries
from tests.notice_world import KEY, PretendBrowser
from tests.web.admin.staff_world import Staff, StaffWorld

STATE, ON, OFF = (f"/admin/notices/{one}" for one in ("state", "on", "off"))


async def asked(browser: Staff, path: str, **fields: str) -> dict[str, object]:
    status, text = await browser.post(path, None, script="1", **fields)
    assert status == 200, text
    found: dict[str, object] = json.loads(text)
    return found


async def names(staff: StaffWorld) -> list[str]:
    return [one.name for one in await staff.stores.push_subscriptions.all(staff.clock.now())]


async def test_on_renewed_and_off(staff: StaffWorld) -> None:
    """Once for a browser, however often its page says so; what is stored of it is sealed."""
    account = await staff.account("agent")
    browser, phone = await staff.signed_in(account), PretendBrowser()
    assert await asked(browser, STATE, endpoint=phone.endpoint) == {
        "key": public_key(KEY),
        "on": False,
        "sound": False,
    }
    await asked(browser, ON, **phone.fields)
    await asked(browser, ON, **phone.fields, sound="1")
    assert await asked(browser, STATE, endpoint=phone.endpoint) == {
        "key": public_key(KEY),
        "on": True,
        "sound": True,
    }
    (row,) = await staff.database.collection("push_subscriptions").find({}).to_list(None)
    assert phone.endpoint not in str(row)
    assert phone.fields["secret"] not in str(row)
    status, page = await browser.get("/admin/me")
    assert status == 200
    assert page.count("Chrome · Windows") >= 2
    await asked(browser, OFF, endpoint=phone.endpoint)
    assert await names(staff) == []
    kinds: tuple[AuditEntryKind, AuditEntryKind] = ("notices_on", "notices_off")
    assert [one.kind for one in await entries(staff.stores, kinds=kinds)] == ["notices_off", "notices_on"]


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"key": "x"},
        {"secret": ""},
        {"key": "A" * 87},
    ],
)
async def test_what_no_browser_says_is_refused(staff: StaffWorld, changed: dict[str, str]) -> None:
    """CWE-918: nothing but the push services of browsers; the refusal is a sentence."""
    browser = await staff.signed_in(await staff.account("agent"))
    status, text = await browser.post(ON, None, **{**PretendBrowser().fields, **changed})
    assert status == 409
    assert json.loads(text)["error"]
    assert await names(staff) == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_only_the_team_has_notices(staff: StaffWorld) -> None:
    """K1: store people read no chats; nobody sees or ends the browsers of others."""
    clerk = await staff.signed_in(await staff.account("store_manager"))
    assert (await clerk.post(ON, None, **PretendBrowser().fields))[0] == 403
    amy, ben = [await staff.signed_in(await staff.account("agent", name)) for name in ("amy", "ben")]
    phone = PretendBrowser()
    await asked(amy, ON, **phone.fields)
    await asked(ben, OFF, endpoint=phone.endpoint)
    assert await names(staff) == ["amy"]
    assert (await asked(ben, STATE, endpoint=phone.endpoint))["on"] is False
    assert "Notify it no more" not in (await ben.get("/admin/me"))[1]


async def test_a_browser_is_of_who_signed_in_last(staff: StaffWorld) -> None:
    amy, ben = [await staff.signed_in(await staff.account("agent", name)) for name in ("amy", "ben")]
    phone = PretendBrowser()
    await asked(amy, ON, **phone.fields)
    await asked(ben, ON, **phone.fields)
    assert await names(staff) == ["ben"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_signing_out_ends_it_here_and_elsewhere(staff: StaffWorld) -> None:
    """Here, in another browser, everywhere but here; being idle does not: notices are for closed pages."""
    account = await staff.account("agent")
    here, there = await staff.signed_in(account), await staff.signed_in(account)
    mine, other = PretendBrowser(), PretendBrowser()
    await asked(here, ON, **mine.fields)
    await asked(there, ON, **other.fields)
    await here.post("/admin/me/sessions/end", session=session_id(there.secret))
    assert len(await names(staff)) == 1
    await here.post("/admin/sign-out")
    assert await names(staff) == []
    again = await staff.signed_in(account)
    await asked(again, ON, **mine.fields)
    staff.clock.advance(timedelta(days=8).total_seconds())
    assert (await again.get("/admin/me"))[0] == 303
    assert await names(staff) == ["agent"]
    staff.clock.advance(LIFE.total_seconds())
    assert await names(staff) == []


async def test_an_account_has_so_many_browsers(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    phones = [PretendBrowser() for _ in range(MOST + 2)]
    for phone in phones:
        staff.clock.advance(1)
        await asked(browser, ON, **phone.fields)
    left = {one.endpoint for one in await staff.stores.push_subscriptions.all(staff.clock.now())}
    assert left == {one.endpoint for one in phones[2:]}


async def test_the_worker_of_all_pages(staff: StaffWorld) -> None:
    """It lies among the files, and may be that of every page; its old addresses stay."""
    page = (await staff.browser().get("/admin/sign-in"))[1]
    version = page.split("/admin/static/")[1].split("/")[0]
    for one in (version, "0" * 16):
        browser = staff.browser()
        async with browser.http.get(f"{browser.url}admin/static/{one}/service_worker.js") as answer:
            assert answer.status == 200
            assert answer.headers["Service-Worker-Allowed"] == "/admin"
            assert "javascript" in answer.content_type
