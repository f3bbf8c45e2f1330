"""B1, B8, B12, K5: binding in the console: paused and resumed, its link and QR code, the day's cap."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from bot.connectors.sms.sender import Credit
from bot.engine.compiled.pages import binding_flows
from bot.model.audit import AuditEntry, AuditRow
from bot.model.brake import FlowRestriction
from bot.model.channel import Channel, Liff
from bot.model.contact import Binding, BindingKind, Contact
from bot.model.settings import Settings, ShopSettings, SmsSettings
from bot.operations.sms import ProviderCredit
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.web.admin.binding_pages import BindingPages
from tests.playbooks import compiled
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, StaffWorld, field_of

EVIL = "<img src=x onerror=alert(1)>\u202e王"
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
rules:
  - {when: {text: [綁定手機, 綁定]}, start: joining}
cards:
  in_chat: {buttons: {text: 來綁定手機吧, taps: [綁定手機]}}
  inviting: {buttons: {text: 30 秒完成, taps: [{label: 開始綁定, page: joining}]}}
flows:
  joining:
    title: 手機綁定
    page: true
    states:
      asking: {ask: 手機？, answer: phone, otherwise: 不是。, give_up_after: {30m: over}, next: bound}
      bound:
        do: [bind_member, {result: {trigger: 我加入了, do: {reply: 歡迎加入 <b>}}}]
        end: true
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
    pages = BindingPages(worlds.console(lambda: PLAYBOOK, SETTINGS), _credits)
    return await worlds(pages.handlers(), channels={"main": "森活", "b2b": "批發"})


async def test_it_is_paused_at_once_and_can_be_undone(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert await browser.post("/admin/binding/pause", channel="main") == (303, "/admin/binding?channel=main")
    brake = await staff.stores.brakes.read()
    assert not brake
    assert [(one.channel, one.by) for one in brake.bindings] == [("main", "console:supervisor")]
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    assert "由 supervisor" in page
    assert "綁定連結暫時無法使用" in page
    assert 'action="/admin/binding/resume"' in page[page.index('class="flash"') :].partition("</form>")[0]
    again = await browser.post("/admin/binding/pause", channel="main")
    assert again == (303, "/admin/binding?channel=main")
    assert (await browser.post("/admin/binding/resume", channel="main"))[0] == 303
    assert not (await staff.stores.brakes.read()).bindings
    assert (await browser.post("/admin/binding/resume", channel="main"))[0] == 422
    entries = await staff.stores.audit.entries(["binding_paused", "binding_resumed"], 10)
    assert [(one.kind, one.about, one.before) for one in entries] == [
        ("binding_resumed", "main", "console:supervisor"),
        ("binding_paused", "main", ""),
    ]


async def test_a_flow_that_staff_have_paused_on_its_own_page_is_named(staff: StaffWorld) -> None:
    """H6: it is not the playbook that has paused it."""
    flow = next(iter(binding_flows(PLAYBOOK, "main")))
    stop = FlowRestriction(flow, "paused", "console:mei", staff.clock.now())
    assert await staff.stores.brakes.pull(
        stop, AuditEntry("flow_paused", "console:mei", stop.at, flow, id="x")
    )
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    assert "也要在那裡恢復" in page
    assert "劇本裡暫停" not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_link_is_copied_and_its_code_kept(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
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
    _, other = await browser.get("/admin/binding?channel=b2b", **ZH)
    assert "liff.line.me" not in other


async def test_codes_that_go_into_the_log_reach_nobody(
    staff: StaffWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B12: outside of a simulator; with a provider, and in a simulator, nothing is amiss."""
    browser = await staff.signed_in(await staff.account("admin"))
    said = "客人收不到簡訊"
    assert said not in (await browser.get("/admin/binding?channel=main", **ZH))[1]
    monkeypatch.setitem(SETTINGS.sms, "best", SmsSettings("best", "console"))
    assert said in (await browser.get("/admin/binding?channel=main", **ZH))[1]


async def test_without_pages_members_bind_in_the_chat(staff: StaffWorld) -> None:
    """B1, B13: what they say, the card with that button, and the answers; no hint for engineers."""
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/binding?channel=b2b", **ZH)
    assert "客人說「綁定手機」「綁定」" in page
    assert "來綁定手機吧" in page
    assert "30 秒完成" not in page
    assert "login_channel_id" not in page
    assert "我加入了" not in page, "the page would say it"
    assert "歡迎加入 &lt;b&gt;" in page
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    assert "30 秒完成" in page
    assert "我加入了" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_cap_says_how_many_and_how_much_before_it_is_raised(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    assert "NT$0.85" in page
    assert "120" in page
    _, page = await browser.post("/admin/binding/cap", ZH, channel="main", most="1,500")
    assert "1,000" in page
    assert "NT$850" in page
    assert (await staff.stores.audit.entries(["sms_cap_raised"], 10)) == []
    assert (await browser.post("/admin/binding/cap", channel="main", most="1500", sure="yes"))[0] == 303
    [deed] = await staff.stores.audit.entries(["sms_cap_raised"], 10)
    assert (deed.before, deed.after, deed.by) == ("500", "1500", "console:admin")
    for wrong in ("", "many", "-3", "9" * 12, "1500", "３"):
        status, _ = await browser.post("/admin/binding/cap", channel="main", most=wrong, sure="yes")
        assert status == 422, wrong


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_checklist_keeps_who_has_looked_and_when(staff: StaffWorld) -> None:
    """C8. Once: a second tick changes neither name nor date; opened again nobody has."""
    mei = await staff.signed_in(await staff.account("admin", "mei"))
    lin = await staff.signed_in(await staff.account("supervisor", "lin"))
    _, page = await mei.get("/admin/binding?channel=main", **ZH)
    assert "發送簡訊驗證手機" in page
    item = field_of(page, "item")
    where = "/admin/binding?channel=main#checklist"
    for browser in (mei, lin):
        done = await browser.post("/admin/binding/check", channel="main", item=item, right="yes")
        assert done == (303, where)
    [check] = await staff.stores.binding_checks.of("main")
    assert (check.by, check.item, check.at) == ("console:mei", item, staff.clock.now())
    _, page = await lin.get("/admin/binding?channel=main", **ZH)
    assert page.count("重新確認") == 1
    assert await lin.post("/admin/binding/check", channel="main", item=item) == (303, where)
    assert await staff.stores.binding_checks.of("main") == []
    entries = await staff.stores.audit.entries(["binding_checked"], 10)
    assert [(one.by, one.before, one.after) for one in entries] == [
        ("console:lin", "checked", "open"),
        ("console:mei", "open", "checked"),
    ]
    for channel, wrong in (("main", "gone"), ("b2b", item)):
        assert (await lin.post("/admin/binding/check", channel=channel, item=wrong, right="yes"))[0] == 422


async def test_what_the_page_gives_is_shown_as_members_get_it(staff: StaffWorld) -> None:
    """B1, B2, B4, B5: the trigger, the reply and that it is free, the card with its button, the picture."""
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    assert "我加入了" in page
    assert "歡迎加入 &lt;b&gt;" in page, "words of the playbook are text"
    assert "回覆，免費" in page
    assert "data-message" in page
    assert "開始綁定" in page
    assert "官方帳號的大頭貼" in page


async def test_who_was_bound_lately_leads_to_the_customer(
    staff: StaffWorld, database: Database, seal: Seal
) -> None:
    """B1, B7: masked, with when and through which page; the look is a line of the audit log."""
    at = staff.clock.now()
    bound: Mapping[BindingKind, Binding] = {"phone": Binding(at, flow="joining")}
    people = [
        Contact("main:U1", name=EVIL, phone="+886912345678", bindings=bound, bound_before=at),
        Contact("main:U2", name="小美", phone="+886912345679", bound_before=at),
        Contact("b2b:U3", name="別的", bindings=bound),
    ]
    for person in people:
        await store(database, seal, person)
        await staff.stores.audit.add(AuditRow(f"bound:{person.id}", at, "member", "bound", person.id))
    gone = AuditRow("bound:x", at + timedelta(seconds=1), "member", "bound", "main:U9", erased="E1")
    await staff.stores.audit.add(gone)
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/binding?channel=main", **ZH)
    recent = page[page.index('id="recent"') :].partition("</section>")[0]
    rows = recent.split("<li")[1:]
    assert [word in row for row, word in zip(rows, ("已刪除", "已解除綁定", "第一次綁定"), strict=True)] == [
        True
    ] * 3
    assert "手機綁定" in rows[2]
    assert "78" in rows[2]
    assert "12345678" not in page
    assert "main:U1" not in page
    assert "<img src=x" not in page
    link = re.search(r'href="(/admin/contacts/[\w-]+)"', rows[2])
    assert link is not None
    assert "別的" not in page
    [looked] = await staff.stores.audit.entries(["people_searched"], 10)
    assert (looked.by, looked.about) == ("console:supervisor", "bindings")
