"""I1, I2, I4, I5, I7: one broadcast: what goes out, to how many, at which price; sent, steered, reported."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.line.client import LineClient
from bot.line.outcome import CallResult
from bot.translations.chinese import CHINESE
from bot.web.admin.broadcast_compose_side import sent_before
from tests.fakes.fake_line import Answers, FakeLine
from tests.people import become_tester
from tests.playbooks import compiled
from tests.runtime.broadcast_world import through, users
from tests.web.admin.broadcast_pages_world import (
    CHANNEL,
    SETTINGS,
    WRITTEN,
    BroadcastPagesWorld,
    broadcast_pages,
)
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff, field_of
from tests.web.admin.test_broadcast_list import part

ONE = "/admin/broadcasts/one"


PUSH = "/v2/bot/message/push"


@pytest.fixture
async def world(worlds: StaffWorlds, line: FakeLine) -> BroadcastPagesWorld:
    line.always("/v2/bot/message/quota", Answers(200, {"type": "limited", "value": 1_000}))
    line.always("/v2/bot/message/quota/consumption", Answers(200, {"totalUsage": 100}))
    return await broadcast_pages(worlds, line.url)


async def offered(browser: Staff, name: str = "sale") -> dict[str, str]:
    """The fields of the button that sends it."""
    status, page = await browser.post(f"{ONE}/offer", ZH, name=name)
    assert status == 200, page
    return {"name": name, **{field: field_of(page, field) for field in ("people", "content", "cost")}}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_goes_out_to_whom_and_when_it_was_last_sent(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "早安 &lt;b&gt;" in part(page, "says")
    assert "<img src=x" not in page
    assert "\u202e" not in page
    whom = part(page, "whom")
    assert ["共 3 位" in whom, "最多 NT$0.6" in whom, "還沒有" in whom] == [True] * 3
    assert (await browser.get(f"{ONE}?name=gone"))[0] == 404
    _, page = await browser.get(f"{ONE}?name=written", **ZH)
    assert f'action="{ONE}/offer' not in page, "a draft is not sent from here"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_sent_by_the_number_the_price_and_a_word(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    offer = part(page, "offer")
    assert ["NT$0.6" in offer, "900" in offer, "發送給 3 人" in offer] == [True] * 3
    assert await world.shop.stores.sendings.open() == [], "nothing is sent by looking"
    fields = await offered(browser)
    for typed in ({}, {"typed": "no"}):
        status, page = await browser.post(f"{ONE}/send", ZH, **fields, **typed)
        assert (status, 'id="offer"' in page) == (422, True)
    assert await world.shop.stores.sendings.open() == []
    assert (await browser.post(f"{ONE}/send", None, **fields, typed="發送"))[0] == 303
    [sending] = await world.shop.stores.sendings.open()
    assert (sending.broadcast, sending.by) == ("sale", "console:admin")
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert f'action="{ONE}/offer' not in page, "what is ordered is not offered a second time"
    assert "再發一次" not in page
    await through(world.shop, sending, world.shop.process())
    assert world.shop.line.got == dict.fromkeys(users(3), 1)
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    end = part(page, "how-far")
    assert ["已送到 3 位" in end, "/admin/broadcasts/report?name=sale" in end] == [True, True]
    assert "admin" in part(page, "history")


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2020-01-01T10:00", "已經過了"),
        ("2027-02-30T10:00", "請選日期和時間"),
        ("tomorrow", "請選日期和時間"),
    ],
)
async def test_a_moment_that_is_none_sends_nothing(
    world: BroadcastPagesWorld, written: str, says: str
) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale", at=written)
    assert says in page
    fields = {**await offered(browser), "at": written}
    assert (await browser.post(f"{ONE}/send", ZH, typed="發送", **fields))[0] == 422
    assert await world.shop.stores.sendings.open() == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_page_that_is_loaded_anew_after_a_form_is_the_broadcast(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.get(f"{ONE}?name=sale")
    assert f'action="{ONE}/offer?name=sale"' in page
    for deed in ("offer", "send", "test", "agree", "cancel"):
        assert await browser.get(f"{ONE}/{deed}?name=sale") == (303, f"{ONE}?name=sale")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_two_who_press_at_once_send_it_once(world: BroadcastPagesWorld) -> None:
    browsers = [
        await world.staff.signed_in(await world.staff.account("admin", name)) for name in ("mei", "lin")
    ]
    forms = [await offered(browser) for browser in browsers]
    done = await asyncio.gather(
        *(
            browser.post(f"{ONE}/send", None, **form, typed="send it")
            for browser, form in zip(browsers, forms, strict=True)
        )
    )
    assert sorted(status for status, _ in done) == [303, 422]
    assert len(await world.shop.stores.sendings.open()) == 1


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_same_within_a_day_only_with_its_own_tick(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    await browser.post(f"{ONE}/send", None, **await offered(browser), typed="send it")
    [sending] = await world.shop.stores.sendings.open()
    await through(world.shop, sending, world.shop.process())
    world.shop.clock.advance(60)
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    assert 'name="again"' in part(page, "offer")
    assert "給同一群人（「sale」）" in page, "it may be called otherwise than this one"
    playbook, now = world.shop.playbook, world.shop.clock.now()
    sale = replace(playbook.broadcasts["sale"], name="renamed")
    for at, called in (
        (None, "「sale」"),
        (now + timedelta(hours=23), "「sale」"),
        (now + timedelta(hours=25), ""),
    ):
        before = await sent_before(world.desk, playbook, sale, at)
        assert CHINESE.words(before["called"]) == called, "and so do the pages that compose and publish it"
    fields = await offered(browser)
    status, page = await browser.post(f"{ONE}/send", None, **fields, typed="send it")
    assert (status, "the same went to the same people" in page) == (422, True)
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    ticked = {**fields, "typed": "send it", "again": "yes", "repeats": field_of(page, "repeats")}
    for wrong in ("", "sale@x"):
        assert (await browser.post(f"{ONE}/send", None, **{**ticked, "repeats": wrong}))[0] == 422
    assert (await browser.post(f"{ONE}/send", None, **ticked))[0] == 303
    [second] = [one for one in await world.shop.stores.sendings.open() if one.broadcast == "sale"]
    await through(world.shop, second, world.shop.process())
    world.shop.clock.advance(60)
    status, page = await browser.post(f"{ONE}/send", None, **ticked)
    assert (status, "the same went to the same people" in page) == (422, True), "which the tick did not mean"
    assert world.shop.line.got == dict.fromkeys(users(3), 2)


async def test_others_by_now_or_another_text_is_not_sent(world: BroadcastPagesWorld) -> None:
    """I1: who has confirmed 3 people does not send to 23; nor what was published since."""
    browser, shop = await world.staff.signed_in(await world.staff.account("admin")), world.shop
    fields = await offered(browser)
    await shop.come(*(f"V{number:032x}" for number in range(20)))
    status, page = await browser.post(f"{ONE}/send", None, **fields, typed="send it")
    assert (status, "they are 23 people by now" in page) == (422, True)
    fields = await offered(browser)
    shop.playbook = compiled(WRITTEN.replace("早安", "晚安"))
    status, page = await browser.post(f"{ONE}/send", None, **fields, typed="send it")
    assert (status, "the playbook was changed meanwhile" in page) == (422, True)
    for wrong in ("", "x", "-1", "３", "9" * 12):
        status, _ = await browser.post(f"{ONE}/send", None, **{**fields, "people": wrong}, typed="send it")
        assert status == 422, wrong
    assert await shop.stores.sendings.open() == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_at_another_price_than_was_shown_nothing_is_sent(
    world: BroadcastPagesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1: dearer by now, or nobody knows what it costs; a few more people at the same price are not meant."""
    browser, shop = await world.staff.signed_in(await world.staff.account("admin")), world.shop
    fields = await offered(browser)
    assert fields["cost"] == "0.6"
    for cost in ("0.5", "0", "", "x", "-1", "１"):
        status, page = await browser.post(f"{ONE}/send", None, **{**fields, "cost": cost}, typed="send it")
        assert (status, "othing was sent" in page) == (422, True), cost
    unknown = replace(SETTINGS, channels={"main": replace(CHANNEL, plan=None)})
    with monkeypatch.context() as patched:
        patched.setattr(world.desk.served, "settings", unknown)
        status, page = await browser.post(f"{ONE}/send", None, **fields, typed="send it")
        assert (status, "nobody knows what" in page) == (422, True)
    assert await shop.stores.sendings.open() == []
    await shop.come("V" + "0" * 32)
    assert (await browser.post(f"{ONE}/send", None, **fields, typed="send it"))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_lost_the_role_while_it_was_counted_sends_nothing(
    world: BroadcastPagesWorld, line: FakeLine
) -> None:
    account = await world.staff.account("supervisor")
    browser = await world.staff.signed_in(account)
    fields = await offered(browser)

    async def demoted() -> None:
        await world.staff.change(account.name, role="agent", epoch="another")

    line.meanwhile = demoted
    status, page = await browser.post(f"{ONE}/send", None, **fields, typed="send it")
    assert (status, "may not send any more" in page) == (422, True)
    assert await world.shop.stores.sendings.open() == []


async def test_it_is_paused_goes_on_and_is_cancelled(world: BroadcastPagesWorld) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    sending = await shop.order("sale")
    shown = {"name": "sale", "sending": sending.id}
    assert (await browser.post(f"{ONE}/pause", None, **shown))[0] == 303
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "已暫停" in part(page, "how-far")
    assert f'action="{ONE}/resume?name=sale"' in part(page, "how-far")
    assert (await browser.post(f"{ONE}/pause", None, **shown))[0] == 422
    assert (await browser.post(f"{ONE}/resume", None, **shown))[0] == 303
    assert (await browser.post(f"{ONE}/cancel", None, **shown, typed="no"))[0] == 422
    assert not (await shop.sending(sending)).is_over
    assert (await browser.post(f"{ONE}/cancel", None, **shown, typed="取消發送"))[0] == 303
    assert (await shop.sending(sending)).state == "cancelled"
    entries = await shop.stores.audit.entries(
        ["broadcast_paused", "broadcast_resumed", "broadcast_cancelled"], 9
    )
    assert {one.by for one in entries} == {"console:supervisor"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_another_sending_than_the_page_shows_is_not_cancelled(world: BroadcastPagesWorld) -> None:
    """I4: today's has ended meanwhile; tomorrow's, which is planned, stays."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    today = await shop.order("sale")
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    shown = field_of(part(page, "how-far"), "sending")
    assert shown == today.id
    await through(shop, today, shop.process())
    tomorrow = await shop.order("sale", shop.clock.now() + timedelta(days=1))
    for deed in ("pause", "resume", "cancel"):
        for sending in ({"sending": shown}, {}):
            status, page = await browser.post(
                f"{ONE}/{deed}", None, name="sale", typed="cancel it", **sending
            )
            assert (status, "another sending of it is open by now" in page) == (422, True), deed
    assert await shop.sending(tomorrow) == tomorrow
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert field_of(part(page, "how-far"), "sending") == tomorrow.id


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_goes_to_testers_first(world: BroadcastPagesWorld, line: FakeLine) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    shop.playbook = compiled(f'testers: ["@amy", "@boss"]\n{WRITTEN}')
    await become_tester(shop.stores, "@amy", f"main:{users(1)[0]}", shop.clock.now())
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "還沒有人叫這個名字" in part(page, "testers")
    fields = {"name": "sale", "form": field_of(part(page, "testers"), "form"), "to @amy": "yes"}
    for _ in range(2):  # a double click
        assert (await browser.post(f"{ONE}/test", ZH, **fields))[0] == 303
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert "已送出給@amy" in page
    assert field_of(part(page, "testers"), "form") != fields["form"]
    push, again = line.of(PUSH)
    assert push.headers["X-Line-Retry-Key"] == again.headers["X-Line-Retry-Key"]
    assert push.json["messages"][0]["text"] == "〔測試〕sale"
    assert (await browser.post(f"{ONE}/test", name="sale"))[0] == 422
    [deed] = await shop.stores.audit.entries(["broadcast_tested"], 9)
    assert deed.by == "console:admin"
    assert await shop.rows(users(1)[0]) == ["broadcast test: sale"], "once, whatever was pressed"
    [turn] = await shop.stores.conversations.page([f"main:{users(1)[0]}"], None, 9)
    assert [one["text"] for one in turn.calls[0].messages][:2] == ["〔測試〕sale", "早安 <b>"]


async def test_testers_who_got_it_are_in_the_audit_log_where_the_rest_breaks(
    world: BroadcastPagesWorld, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    shop.playbook = compiled(f'testers: ["@amy", "@bob"]\n{WRITTEN}')
    for name, user in zip(("@amy", "@bob"), users(2), strict=True):
        await become_tester(shop.stores, name, f"main:{user}", shop.clock.now())
    push = LineClient.push

    async def breaks(*about: Any) -> CallResult:
        if line.of(PUSH):
            raise RuntimeError("away")
        return await push(*about)

    monkeypatch.setattr(LineClient, "push", breaks)
    status, _ = await browser.post(f"{ONE}/test", ZH, name="sale", **{"to @amy": "yes", "to @bob": "yes"})
    assert (status, len(line.of(PUSH))) == (500, 1)
    [deed] = await shop.stores.audit.entries(["broadcast_tested"], 9)
    assert (deed.state, deed.about) == ("began", "sale")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_did_not_get_it_leads_to_the_customer_and_the_look_is_noted(
    world: BroadcastPagesWorld,
) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("admin"))
    await shop.come("V" + "0" * 32, name="小美")
    shop.line.bad = {"V" + "0" * 32}
    await through(shop, await shop.order("sale"), shop.process())
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    skipped = part(page, "skipped")
    assert "/admin/contacts/" in skipped
    assert "main:V0" not in page
    assert "invalid" in skipped
    await browser.get(f"{ONE}?name=sale", **ZH)  # as the page does by itself
    looks = await shop.stores.audit.entries(["people_searched"], 9)
    seen = {(look.by, look.about, look.times) for look in looks}
    assert seen == {("console:admin", "broadcast", 1), ("console:admin", "list", 1)}, "and whom to pick"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_report_compares_and_is_a_table(world: BroadcastPagesWorld) -> None:
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    status, _ = await browser.get("/admin/broadcasts/report?name=sale")
    assert status == 404, "nothing went out yet"
    await through(shop, await shop.order("sale"), shop.process())
    _, page = await browser.get("/admin/broadcasts/report?name=sale", **ZH)
    assert "應發 3 人，已送出 3 人" in page
    assert "24 小時" in page, "blocks within a day"
    assert "有 95% 的把握，真正的數字在這兩個數字之間" in page
    assert "看不出差別" not in page, "nothing is compared"
    for kind, begins in (("csv", "\ufeff"), ("svg", "<")):
        status, text = await browser.get(f"/admin/broadcasts/report/file?name=sale&as={kind}")
        assert (status, text.startswith(begins)) == (200, True), kind
    assert (await browser.get("/admin/broadcasts/report/file?name=sale&as=exe"))[0] == 404


async def test_one_official_account_is_not_named_and_several_by_their_titles(
    world: BroadcastPagesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E4: also in a condition; never by the name that only the playbook knows."""
    world.shop.playbook = compiled(f"{WRITTEN}  here: {{to: {{channel: main}}, push: [早, 停止推播]}}\n")
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.get(f"{ONE}?name=here", **ZH)
    assert ["<bdi>森活</bdi>" in page, "官方帳號「森活」" in part(page, "whom")] == [False, True]
    two = {"main": CHANNEL, "outlet": replace(CHANNEL, name="outlet", app_name="暢貨中心")}
    monkeypatch.setattr(world.desk.served, "settings", replace(SETTINGS, channels=two))
    _, page = await browser.get(f"{ONE}?name=here", **ZH)
    assert "<bdi>森活</bdi>" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_without_a_price_a_link_leads_to_where_it_is_written(
    world: BroadcastPagesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I7"""
    unpriced = replace(SETTINGS, channels={"main": replace(CHANNEL, plan=None)})
    monkeypatch.setattr(world.desk.served, "settings", unpriced)
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get(f"{ONE}?name=sale", **ZH)
    assert ["寫上方案與價格" in part(page, "whom"), 'href="/admin/playbook"' in part(page, "whom")] == [
        True
    ] * 2
    _, page = await browser.post(f"{ONE}/offer", ZH, name="sale")
    assert "寫上方案與價格" in part(page, "offer")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_difference_that_is_not_seen_is_explained(world: BroadcastPagesWorld) -> None:
    """I5: of so few people nobody can say which group did better."""
    shop, browser = world.shop, await world.staff.signed_in(await world.staff.account("supervisor"))
    for number in range(20):
        await shop.come(f"V{number:032x}", seed=number * 500_000_003)
    split = "split: halves, push: {甲: [早安, 停止推播], 乙: [晚安, 停止推播]}"
    broadcasts = f"broadcasts: {{ab: {{channel: main, to: everyone, {split}}}}}"
    shop.playbook = compiled(f"splits: {{halves: {{甲: 50, 乙: 50}}}}\n{broadcasts}\n")
    await through(shop, await shop.order("ab"), shop.process())
    _, page = await browser.get("/admin/broadcasts/report?name=ab", **ZH)
    assert "甲 和 乙：看不出差別" in page
    assert ["<span>早安</span>" in page, "<span>晚安</span>" in page] == [True, True]
    assert "差距可能只是碰巧，或人數還不夠，不代表兩組一樣好" in page
