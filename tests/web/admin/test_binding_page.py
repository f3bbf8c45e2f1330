"""B1, B8, B12, K5: binding in the console: paused and resumed, its link and QR code, the day's cap."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from bot.model.channel import Channel, Liff
from bot.model.settings import Settings, ShopSettings, SmsSettings
from bot.operations.sms import ProviderCredit
from bot.sms.sender import Credit
from bot.web.admin.binding_pages import BindingPages
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import StaffWorld, field_of

CHINESE = {"Accept-Language": "zh-TW"}
PLAYBOOK = compiled(
    """\
channels:
  main:
    {id: forest, channel_id: "1", channel_secret: x, sms: best, liff: {login_channel_id: "5", liff_id: 5-a}}
  b2b: {id: b2b, channel_id: "2", channel_secret: x}
sms: {best: {provider: console, text: "驗證碼 {{ sms.code }}"}}
limits: {sms_per_day: 500}
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 手機, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: 2026-08}
flows:
  joining:
    title: 手機綁定
    page: true
    states:
      asking: {ask: 手機？, answer: phone, otherwise: 不是。, give_up_after: {30m: over}, next: bound}
      bound: {do: [bind_member], end: true}
      over: {screen: problem, end: true}
"""
)
SMS = SmsSettings("best", "mitake", price=0.85, warn_below=200)


def _channel(name: str, liff: Liff | None = None, sms: str | None = None) -> Channel:
    shop = None if sms is None else "forest"
    return Channel(name, f"@{name}", "1", "x", app_name=f"森活 {name}", liff=liff, sms=sms, shop=shop)


SETTINGS = Settings(
    database="embedded",
    channels={"main": _channel("main", Liff("5", "5-a"), "best"), "b2b": _channel("b2b")},
    sms={"best": SMS},
    shops={"forest": ShopSettings("forest", "shopline")},
)


async def _credits(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
    return [ProviderCredit(one, Credit(120)) for one in providers]


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    world = await worlds(channels={"main": "森活", "b2b": "批發"})

    async def look() -> None: ...

    pages = BindingPages(world.stores, lambda: PLAYBOOK, lambda: SETTINGS, _credits, look, world.clock.now)
    return await worlds(pages.handlers(), channels={"main": "森活", "b2b": "批發"})


async def test_it_is_paused_at_once_and_can_be_undone(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert await browser.post("/admin/binding/pause", channel="main") == (303, "/admin/binding?channel=main")
    brake = await staff.stores.brakes.read()
    assert (not brake, [(one.channel, one.by) for one in brake.bindings]) == (
        True,
        [("main", "console:supervisor")],
    )
    _, page = await browser.get("/admin/binding?channel=main", **CHINESE)
    assert "由 supervisor" in page
    assert "綁定連結暫時無法使用" in page
    assert 'action="/admin/binding/resume"' in page[page.index('class="flash"') :].partition("</form>")[0]
    again = await browser.post("/admin/binding/pause", channel="main")
    assert again == (303, "/admin/binding?channel=main")
    assert (await browser.post("/admin/binding/resume", channel="main"))[0] == 303
    assert not (await staff.stores.brakes.read()).bindings
    assert (await browser.post("/admin/binding/resume", channel="main"))[0] == 422
    deeds = await staff.stores.audit.deeds(["binding_paused", "binding_resumed"], 10)
    assert [(one.kind, one.about, one.before) for one in deeds] == [
        ("binding_resumed", "main", "console:supervisor"),
        ("binding_paused", "main", ""),
    ]


async def test_the_link_is_copied_and_its_code_kept(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/binding?channel=main", **CHINESE)
    assert 'value="https://liff.line.me/5-a/joining"' in page
    where = browser.url.join(browser.url.with_path("/admin/binding/code"))
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        query = {"channel": "main", "page": "joining", "as": kind, "keep": "yes"}
        async with browser.http.get(where, params=query) as answer:
            assert (await answer.read()).startswith(begins)
            assert f"main_joining.{kind}" in answer.headers["Content-Disposition"]
    for wrong in ({"page": "gone", "as": "svg"}, {"page": "joining", "as": "gif"}):
        async with browser.http.get(where, params={"channel": "main", **wrong}) as answer:
            assert answer.status == 404
    _, other = await browser.get("/admin/binding?channel=b2b", **CHINESE)
    assert "liff.line.me" not in other


async def test_the_cap_says_how_many_and_how_much_before_it_is_raised(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/binding?channel=main", **CHINESE)
    assert "NT$0.85" in page
    assert "120" in page
    _, page = await browser.post("/admin/binding/cap", CHINESE, channel="main", most="1,500")
    assert "1,000" in page
    assert "NT$850" in page
    assert (await staff.stores.audit.deeds(["sms_cap_raised"], 10)) == []
    assert (await browser.post("/admin/binding/cap", channel="main", most="1500", sure="yes"))[0] == 303
    [deed] = await staff.stores.audit.deeds(["sms_cap_raised"], 10)
    assert (deed.before, deed.after, deed.by) == ("500", "1500", "console:admin")
    for wrong in ("", "many", "-3", "9" * 12, "1500", "３"):
        status, _ = await browser.post("/admin/binding/cap", channel="main", most=wrong, sure="yes")
        assert status == 422, wrong


async def test_the_checklist_keeps_who_has_looked_and_when(staff: StaffWorld) -> None:
    """C8. Once: a second tick changes neither name nor date; opened again nobody has."""
    mei = await staff.signed_in(await staff.account("admin", "mei"))
    lin = await staff.signed_in(await staff.account("supervisor", "lin"))
    _, page = await mei.get("/admin/binding?channel=main", **CHINESE)
    assert "發送簡訊驗證手機" in page
    item = field_of(page, "item")
    where = "/admin/binding?channel=main#checklist"
    for browser in (mei, lin):
        assert await browser.post("/admin/binding/check", channel="main", item=item, right="yes") == (
            303,
            where,
        )
    [check] = await staff.stores.binding_checks.of("main")
    assert (check.by, check.item, check.at) == ("console:mei", item, staff.clock.now())
    _, page = await lin.get("/admin/binding?channel=main", **CHINESE)
    assert page.count("重新確認") == 1
    assert await lin.post("/admin/binding/check", channel="main", item=item) == (303, where)
    assert await staff.stores.binding_checks.of("main") == []
    deeds = await staff.stores.audit.deeds(["binding_checked"], 10)
    assert [(one.by, one.before, one.after) for one in deeds] == [
        ("console:lin", "checked", "open"),
        ("console:mei", "open", "checked"),
    ]
    for channel, wrong in (("main", "gone"), ("b2b", item)):
        assert (await lin.post("/admin/binding/check", channel=channel, item=wrong, right="yes"))[0] == 422
