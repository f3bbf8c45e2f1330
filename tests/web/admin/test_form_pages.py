"""E1, E2: answers of forms, masked, by page; choices as bars; CSV; possible matches confirmed or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.engine.compiled.form import flow_of_form
from bot.engine.compiled.goal import sent_form
from bot.model.contact import AttributeValue
from bot.model.counts import OF_GOALS, REACHED
from bot.model.instance import Instance
from bot.model.mark import Mark
from bot.model.match import Match, match_id
from bot.model.processes import part_of
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import WRITTEN, ContactWorld, contact_world, person
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.staff_world import ZH

EVIL = "<img src=x onerror=alert(1)>\u202e王"
FORMS = (
    WRITTEN
    + """\
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 手機, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: 2026-08}
forms:
  survey:
    title: 尺寸調查
    fields:
      - {ask: 什麼尺寸？, answer: [S, M, L], save: size}
      - {ask: 手機？, answer: phone}
      - {ask: 對什麼過敏？, answer: [花生, 牛奶], save: allergy}
    done: {reply: 感謝填寫！}
  old:
    title: 舊表單
    status: closed
    fields: [{ask: 願意收到嗎？, answer: consent}]
    done: {reply: 感謝填寫！}
"""
)


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    return await contact_world(worlds, tmp_path, FORMS)


async def sent(world: ContactWorld, number: int, minutes: int) -> None:
    """The person of this number has sent the survey so many minutes ago."""
    contact, at = f"main:U{number}", world.staff.clock.now() - timedelta(minutes=minutes)
    row = {"_id": f"main:E{number}", "contact": contact, "part": part_of(contact), "at": at, "what": "form"}
    await world.database.collection("timeline").insert_one({**row, "g": [sent_form("survey")]})


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_answers_stand_with_whom_masked_and_the_look_is_noted(world: ContactWorld) -> None:
    await world.add(person(1, EVIL, phone="+886912345678"), person(2, "小安"))
    for number in (1, 2):
        await sent(world, number, number)
    day = f"{NOW:%Y-%m-%d}"
    await world.staff.stores.counts.add(day, Mark("main", OF_GOALS, REACHED, (sent_form("survey"),)))
    browser = await world.signed_in("supervisor")
    _, page = await browser.get("/admin/forms", **ZH)
    assert ["尺寸調查" in page, "30 天內 1 次" in page, "已關閉" in page] == [True] * 3
    _, page = await browser.get("/admin/forms/one?name=survey", **ZH)
    assert page.index("小安") > page.index("/admin/contacts/"), "the last first"
    assert ["<img src=x" in page, "\u202e" in page, "12345678" in page, "main:U1" in page] == [False] * 4
    assert "09••••••78" in page
    [looked] = await world.staff.stores.audit.entries(["people_searched"], 9)
    assert looked.about == "forms"
    assert (await browser.get("/admin/forms/one?name=gone"))[0] == 404


async def test_bars_tell_no_private_answer(world: ContactWorld) -> None:
    """One who has sent it would be known by them."""
    answers = {"t.size": AttributeValue("M", NOW), "x.allergy": AttributeValue("花生", NOW)}
    await world.add(replace(person(1, "小美"), attributes=answers))
    await sent(world, 1, 1)
    browser = await world.signed_in("admin")
    _, page = await browser.get("/admin/forms/one?name=survey", **ZH)
    assert [f"<bdi>{choice}</bdi>" in page for choice in ("S", "M", "L", "花生", "牛奶")] == [True] * 3 + [
        False
    ] * 2


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_page_of_fifty_then_the_others_and_all_of_them_as_csv(world: ContactWorld) -> None:
    await world.add(*(person(number, f"客人{number}") for number in range(60)))
    for number in range(60):
        await sent(world, number, number // 3)  # three at a moment
    browser = await world.signed_in("admin")
    _, page = await browser.get("/admin/forms/one?name=survey", **ZH)
    first = {number for number in range(60) if f"客人{number}<" in page}
    where = page[page.rindex('href="/admin/forms/one?name=survey&amp;after=') + 6 :].partition('"')[0]
    _, page = await browser.get(where.replace("&amp;", "&"), **ZH)
    rest = {number for number in range(60) if f"客人{number}<" in page}
    assert (len(first), first | rest, first & rest) == (50, set(range(60)), set())
    status, table = await browser.post("/admin/forms/one/table", ZH, name="survey")
    assert (status, table.count("客人"), "尺寸" in table) == (200, 60, True)
    [deed] = await world.staff.stores.audit.entries(["many_exported"], 9)
    assert (deed.about, deed.after, deed.state) == ("form survey", "60", "done")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_possible_match_is_confirmed_undone_and_another_refused(world: ContactWorld) -> None:
    told = replace(person(2, "小安"), stated_phone="+886912345678")
    await world.add(person(1, "小美", phone="+886912345678", line=False), told)
    stores = world.staff.stores
    match = Match(match_id("main:U2", "M:1"), "main:U2", "M:1", world.staff.clock.now())
    await stores.matches.keep(match)
    browser = await world.signed_in("supervisor")
    _, page = await browser.get("/admin/forms", **ZH)
    assert "這是同一個人嗎？" in page
    [found] = await stores.matches.oldest(9, refused=False)
    assert (await browser.post("/admin/forms/match", match=found.id, act="refuse"))[0] == 303
    assert await stores.matches.oldest(9, refused=False) == []
    [row] = [one for one in await stores.audit.of("main:U2") if one.what == "match_refused"]
    assert row.actor == "console:supervisor"
    assert (await browser.post("/admin/forms/match", match=found.id, act="refuse"))[0] == 409
    assert (await browser.post("/admin/forms/match", match=found.id, act="confirm"))[0] == 303
    assert (await world.contact("main:U2")).id == (await world.contact("M:1")).id
    assert (await browser.post("/admin/forms/match", match="gone", act="confirm"))[0] == 409


async def test_two_who_cannot_be_one_are_refused_before_the_button(world: ContactWorld) -> None:
    """J2: two entries without LINE, one of them to write by its LINE id, stay two until one has written."""
    by_list = replace(person(2, "小安"), identities=(), stated_phone="+886912345678")
    await world.add(person(1, "小美", phone="+886912345678", line=False), by_list)
    match = Match(match_id("main:U2", "M:1"), "main:U2", "M:1", world.staff.clock.now())
    await world.staff.stores.matches.keep(match)
    browser = await world.signed_in("supervisor")
    _, page = await browser.get("/admin/forms", **ZH)
    assert "都還沒在 LINE 上傳過訊息" in page
    assert ('value="confirm"' in page, 'value="refuse"' in page) == (False, True)
    status, page = await browser.post("/admin/forms/match", match=match.id, act="confirm")
    assert (status, 'value="confirm"' in page) == (409, False)
    await world.add(person(3, "小瑞", phone="+886987654321", line=False))
    told = replace(person(4, "阿瑞"), stated_phone="+886987654321")
    await world.add(told)
    both = ("main:U4", "M:3")
    await world.staff.stores.matches.keep(Match(match_id(*both), *both, world.staff.clock.now()))
    assert (await browser.get("/admin/forms"))[1].count('value="confirm"') == 1


async def test_a_form_is_switched_off_and_on_without_publishing(
    world: ContactWorld, browser: Browser
) -> None:
    """E1: with a reason; how many are in the middle of it stands there, and what a customer reads."""
    halfway = Instance(flow_of_form("survey"), "main", "size", 1, NOW, NOW, on_page=True)
    await world.add(replace(person(1, "小美"), flows=(halfway,)))
    page = await seen_by(await world.signed_in("supervisor"), browser, PHONE)
    await page.goto("/admin/forms/one?name=survey")
    switch = page.get_by_role("region", name="開放填寫中")
    await expect(switch).to_contain_text("1 位客人填到一半")
    await switch.locator("summary").click()
    await fits(page)
    await switch.get_by_label("原因").fill("題目寫錯了")
    await switch.get_by_role("button").click()
    switch = page.get_by_role("region", name="暫停填寫中")
    await expect(switch).to_contain_text("題目寫錯了")
    await expect(switch).to_contain_text("這份表單目前沒有開放填寫")
    await fits(page)
    brakes = world.staff.stores.brakes
    assert [one.flow for one in (await brakes.read()).restrictions] == ["form:survey"]
    await switch.get_by_role("button").click()
    await expect(page.get_by_role("region", name="開放填寫中")).to_be_visible()
    assert not (await brakes.read()).restrictions


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_form_is_not_switched_without_a_reason(world: ContactWorld) -> None:
    browser = await world.signed_in("supervisor")
    status, page = await browser.post("/admin/forms/one/switch", name="survey", act="off", why=" ")
    assert (status, "say why" in page) == (409, True)
    assert (await browser.post("/admin/forms/one/switch", name="survey", act="on"))[0] == 409
    assert (await browser.post("/admin/forms/one/switch", name="gone", act="off", why="x"))[0] == 404
    assert "劇本裡設定為關閉" in (await browser.get("/admin/forms/one?name=old", **ZH))[1]
    agent = await world.signed_in("agent")
    assert (await agent.post("/admin/forms/one/switch", name="survey", act="off", why="x"))[0] == 403
