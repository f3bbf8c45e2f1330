"""E3, K1: the team's first page is today; store people keep theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.connectors.sms.sender import Credit
from bot.engine.notes import NO_RULE
from bot.model.admin import STORE_PEOPLE, TEAM, AdminRole
from bot.model.broadcast import Sending
from bot.model.chat_figures import answer_mark
from bot.model.clerk import StoreClerk
from bot.model.contact import Contact, Identity
from bot.model.hours import HOUR, hour_of
from bot.model.settings import Settings, ShopSettings, SmsSettings
from bot.model.staff_chat import StaffChat
from bot.model.translatable import ENGLISH, tr
from bot.operations.recent_credit import RecentCredit
from bot.operations.sms import ProviderCredit
from bot.operations.today import today_of
from bot.operations.unanswered import ignore_question
from bot.translations.chinese import CHINESE
from bot.web.admin.frame import near_moment
from bot.web.admin.today_page import TodayPage
from bot.web.admin.visit import AdminAnswer, RenderedPage, Visit
from tests.conftest import NOW
from tests.operations.test_today import counted, row, said
from tests.people import come
from tests.playbooks import channel
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, ZH, StaffWorld

SHOP = ShopSettings("erp", "cyberbiz", None, {"username": "u", "secret": "s"})
SMS = {"best": SmsSettings("best", "mitake", price=0.85, warn_below=200)}
ZONE = ZoneInfo("Asia/Taipei")
MINUTE, IN_MAIN = timedelta(minutes=1), (Identity("main", "U1", friend=True),)
CHANNELS = {"main": "森活", "b2b": "批發"}


async def _credits(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
    return [ProviderCredit(one, Credit(120)) for one in providers]


async def _other(visit: Visit) -> AdminAnswer:
    return RenderedPage("message.html", tr("Start"))


@pytest.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    settings = Settings({name: channel(name) for name in CHANNELS}, shops={"erp": SHOP}, sms=SMS)
    console = worlds.console(
        *(lambda: PLAYBOOK, settings),
        now=lambda: NOW,
        trouble=lambda: {"b2b": tr("LINE refuses the access token")},
    )
    page = TodayPage(console, credit=RecentCredit(_credits), other=_other)
    return await worlds(page.handlers(), channels=CHANNELS)


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", sorted(TEAM))
async def test_the_team_sees_today_in_their_language(world: StaffWorld, role: AdminRole) -> None:
    browser = await world.signed_in(await world.account(role))
    status, page = await browser.get("/admin", **ZH)
    assert (status, "<h1>今天" in page or ">今天</h1>" in page) == (200, True)
    assert "今天還沒有數字" in page
    assert "LINE 不接受這個官方帳號的 Channel access token" in page
    content = page[page.index("<main") : page.index("</main>")]
    assert ('href="/admin/shops"' in content) == (role != "agent"), (
        "who may not open a page has no link to it"
    )
    assert "erp" in content


@pytest.mark.parametrize(
    ("at", "english", "chinese"),
    [
        ("2026-11-20 00:00", "00:00", "00:00"),
        ("2026-11-19 14:05", "yesterday 14:05", "昨天 14:05"),
        ("2026-11-21 09:30", "tomorrow 09:30", "明天 09:30"),
        ("2026-11-18 23:59", "11-18 23:59", "11-18 23:59"),
        ("2027-03-01 10:00", "2027-03-01 10:00", "2027-03-01 10:00"),
    ],
)
def test_a_moment_near_is_short(at: str, english: str, chinese: str) -> None:
    said = near_moment(ZONE, NOW, datetime.fromisoformat(at).replace(tzinfo=ZONE))
    assert (ENGLISH.words(said), CHINESE.words(said)) == (english, chinese)


async def test_one_is_one_and_a_moment_of_today_is_a_time(world: StaffWorld) -> None:
    await counted(world.stores, row("A", NOW - HOUR, details=(NO_RULE.row,)))
    await world.stores.conversations.add([said("A", "U1", "運費多少")])
    later = NOW + timedelta(days=40)
    assert await world.stores.sendings.add(Sending("late@1", "late", "main", later, NOW))
    browser = await world.signed_in(await world.account("agent"))
    _, page = await browser.get("/admin", **{"Accept-Language": "en"})
    content = page[page.index("<main") : page.index("</main>")]
    assert (content.count("1 person"), "1 people" in content, "1 times" in content) == (1, False, False)
    assert ("1 more broadcast is planned" in content, "late" in content.replace("later", "")) == (True, False)
    assert f"{NOW:%Y-}" not in content
    assert "in the hour from 11:00" in content


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", sorted(STORE_PEOPLE))
async def test_store_people_keep_their_own_page(world: StaffWorld, role: AdminRole) -> None:
    await world.stores.clerks.write([(StoreClerk("A01", "Amy", store="xinyi"), None)])
    browser = await world.signed_in(await world.account(role, clerk="A01" if role == "clerk" else ""))
    _, page = await browser.get("/admin", **ZH)
    assert "沒有回答的訊息" not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_people_wrote_is_text_and_a_channel_is_chosen_by_the_address(world: StaffWorld) -> None:
    await counted(world.stores, row("A", hour_of(NOW), details=(NO_RULE.row,)))
    await world.stores.conversations.add([said("A", "U1", "<script>alert(1)</script>\u202e")])
    browser = await world.signed_in(await world.account("agent"))
    _, page = await browser.get("/admin")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    _, page = await browser.get("/admin?channel=b2b")
    assert "alert(1)" not in page
    status, _ = await browser.get("/admin?channel=nobody")
    assert status == 200


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_credit_of_sms_stands_there(world: StaffWorld) -> None:
    """E3, B12: what is left at the provider, and that it is low; a link for whoever may open its page."""
    roles: list[tuple[AdminRole, bool]] = [("admin", True), ("agent", False)]
    for role, may in roles:
        browser = await world.signed_in(await world.account(role))
        _, page = await browser.get("/admin", **ZH)
        health = page[page.index('id="health"') :].partition("</section>")[0]
        assert "三竹（best）" in health
        assert "120" in health
        assert "is-warn" in health.partition("120")[2].partition("</li>")[0]
        assert ('href="/admin/binding#sms"' in health) == may


async def test_a_question_in_several_words_is_one_with_a_rule_to_copy(world: StaffWorld) -> None:
    """N7: grouped, with the rule that would answer all of them; markup of customers stays text."""
    stores, evil = world.stores, "<script>alert(1)</script>"
    await counted(stores, *(row(name, NOW, details=(NO_RULE.row,)) for name in "ABCD"))
    await stores.conversations.add(
        [
            *(said("A", "U1", "運費多少"), said("B", "U2", "請問運費多少錢？")),
            *(said("C", "U3", "運費多少"), said("D", "U4", evil)),
        ]
    )
    browser = await world.signed_in(await world.account("agent"))
    _, page = await browser.get("/admin", **ZH)
    unheard = page[page.index('id="unheard"') :].partition("</section>")[0]
    first = unheard.partition("<details")[2].partition("</li>")[0]
    assert "3 人" in first
    assert "- when: {text_contains: 運費多少}\n  reply: …" in first
    assert "data-copies" in first
    assert "/simulator/" not in page, "there is none here"
    assert evil not in page


async def test_what_is_answered_by_now_or_ignored_is_said_as_on_its_own_page(world: StaffWorld) -> None:
    """N7: it read as if the texts were gone, while the page of unanswered questions had them."""
    stores = world.stores
    await counted(stores, *(row(name, NOW, details=(NO_RULE.row,)) for name in "AB"))
    await stores.conversations.add([said("A", "U1", "可以退貨嗎"), said("B", "U2", "有停車場嗎")])
    today = await today_of(stores, PLAYBOOK, Settings({"main": channel()}), NOW)
    for one in today.unanswered.of("open"):
        await ignore_question(stores, one, "console:mei")
    browser = await world.signed_in(await world.account("agent"))
    _, page = await browser.get("/admin", **ZH)
    unheard = page[page.index('id="unheard"') :].partition("</section>")[0]
    assert "略過 2 題" in unheard
    assert "內容沒有保存" not in unheard


async def test_who_waits_comes_first_by_name_then_what_is_stuck_then_the_team_then_figures(
    world: StaffWorld,
) -> None:
    """E3: an agent sees what is to be done, and their own work; no chart is drawn of nothing."""
    waits = StaffChat("main", "waits", NOW - 20 * MINUTE, NOW)
    await come(world.stores.contacts, Contact("main:U1", name="小美<b>", identities=IN_MAIN, chats=(waits,)))
    account = await world.account("agent")
    names, wait = (f"console:{account.name}", "console:amy"), 2 * MINUTE
    marks = [answer_mark("main", one, wait, is_first=True, hour="11") for one in names]
    await counted(world.stores, row("A", NOW, "text", *marks))
    browser = await world.signed_in(account)
    _, page = await browser.get("/admin", **ZH)
    content = page[page.index("<main") : page.index("</main>")]
    places = [content.index(f'id="{one}"') for one in ("waits", "stuck", "team", "numbers", "health")]
    assert places == sorted(places)
    first = content[places[0] : places[1]]
    assert "小美&lt;b&gt;" in first
    assert "等了 20 分鐘" in first
    assert "/admin/chat?list=waits&amp;chat=" in first
    assert "LINE 不接受這個官方帳號的 Channel access token" in content[places[1] : places[2]]
    team = content[places[2] : places[3]]
    assert "首次回覆 2 分" in team
    assert "amy" not in team
    assert "data-chart" not in content
