"""Play in the simulator, save the conversation: `oaflow test` runs it green, and red once the bot changes."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.scenario.file_names import file_name
from tests.cli.oaflow import ended
from tests.depth import one_of
from tests.simulator.member_page import opened
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.test_binding_in_chat import codes, new_phone, wrong

pytestmark = pytest.mark.ring("all", "starts a process")


async def _tested(folder: Path, name: str) -> Any:
    """How `oaflow test` finds one scenario of a playbook, in a process of its own."""
    found = await ended("test", str(folder), name, "--json")
    [scenario] = json.loads(found.out)["scenarios"]
    assert found.code == (0 if scenario["holds"] else 1)
    return scenario


async def _monday_afternoon(shop: Shop) -> date:
    """It is the next Monday, 14:00, and shop and staff are there; which day that is."""
    now = datetime.fromtimestamp((await shop.get("clock"))["now"] / 1000, ZoneInfo("Asia/Taipei"))
    monday = now.date() + timedelta(days=7 - now.weekday())
    await shop.do("clock", {"to": f"{monday}T14:00"})
    return monday


async def _tap(shop: Shop, friend: str, label: str) -> None:
    message = (await shop.get(f"friends/{friend}/messages"))["messages"][-1]
    await shop.do(f"friends/{friend}/tap", {"message": message["id"], "label": label})
    await shop.rest()


async def test_played_saved_tested_and_broken(shop: Shop, tmp_path: Path) -> None:
    """Texts, stickers, taps, the clock, an answer that is wrong, a name that is hard to write."""
    await _monday_afternoon(shop)
    friend = await shop.friend('小美: "x" #1')
    await shop.say(friend, "優惠", "營業時間", "ok", "測膚質", "不知道")
    await shop.do("clock", {"next": True, "friend": friend})
    await shop.say(friend, "油性", "1500", "沒錯")
    await shop.do(f"friends/{friend}/send", {"type": "sticker"})
    await shop.do(f"friends/{friend}/send", {"type": "location"})
    await shop.rest()
    await shop.do("clock", {"by": "2d"})
    await shop.say(friend, "營業時間", "找客服")
    shown = await shop.recorded(friend, "?title=%E7%8E%A9%E4%B8%80%E5%A4%A9")
    assert "scenario: 玩一天\n" in shown
    for step in (
        "- user: follows",
        "- bot: 您還在嗎？點選下方按鈕就能繼續測驗。",
        "- wait: 2d\n",
        "- contact: {tags_exactly: [看過優惠]}",
        "- flow: {skin_quiz: 完成}",
        "- cost: 1",
    ):
        assert step in shown

    chinese = (await shop.get(f"friends/{friend}/scenario?language=zh-TW"))["yaml"]
    assert chinese.startswith("# 在模擬器裡錄的；執行 oaflow test 會照著重播一次\n")

    saved = await shop.do(f"friends/{friend}/scenario", {"name": "played", "title": "玩一天"})
    assert saved["path"] == "tests/scenarios/played.yaml"
    assert (shop.folder / saved["path"]).read_text("utf-8") == shown == saved["yaml"]
    assert (await _tested(shop.folder, "played"))["holds"]

    again = await shop.do(f"friends/{friend}/scenario", {"name": "played"}, 409)
    assert (again["error"], again["free"]) == ("exists", "played_2")
    larger = await shop.do(f"friends/{friend}/scenario", {"name": "Played"}, 409)
    assert larger["error"] == "exists"
    assert (shop.folder / saved["path"]).read_text("utf-8") == shown

    broken = tmp_path / "broken"
    shutil.copytree(shop.folder, broken, ignore=shutil.ignore_patterns(".oaflow"))
    rules = broken / "rules" / "keywords.yaml"
    before = rules.read_text("utf-8")
    assert before.count("現在營業中！") == 1
    rules.write_text(before.replace("現在營業中！", "營業中！"), "utf-8")
    failed = await _tested(broken, "played")
    assert not failed["holds"]
    assert "the bot said something else" in failed["failure"]["message"]


async def test_two_friends_in_one_scenario(shop: Shop) -> None:
    one, other = await shop.friend("阿華"), await shop.friend("阿華")
    for friend in (one, other):
        await shop.do(f"friends/{friend}/scenario/begin")
    await shop.say(one, "測膚質")
    await shop.say(other, "優惠", "測膚質")
    await shop.do("clock", {"by": "11m"})
    await shop.say(one, "油性")
    shown = await shop.recorded(one, f"?with={other}")
    assert "  people:\n    阿華:\n    阿華 2:\n" in shown
    assert "  - as: 阿華 2\n" in shown
    alone = await shop.recorded(one)
    assert "優惠" not in alone


async def test_a_button_is_tapped_by_its_label(shop: Shop) -> None:
    friend = await shop.friend("小香")
    await _monday_afternoon(shop)
    await shop.say(friend, "測膚質")
    await _tap(shop, friend, "混合性")
    known = await shop.get(f"friends/{friend}/contact")
    assert known["attributes"] == [{"name": "skin", "value": "混合性"}]
    shown = await shop.recorded(friend)
    assert "- user: {taps: 混合性}\n" in shown


async def test_what_cannot_be_tapped_there_is_not_saved(shop: Shop) -> None:
    """A postback of no button that the person has: the scenario says so when it is tried."""
    friend = await shop.friend("小白")
    await shop.do(f"friends/{friend}/postback", {"data": "show_coupon"})
    await shop.rest()
    shown = await shop.get(f"friends/{friend}/scenario")
    assert (shown["holds"], shown["advice"]) == (False, "other")
    assert 'there is nothing called "show_coupon" to tap' in shown["failure"]
    refused = await shop.do(f"friends/{friend}/scenario", {"name": "never"}, 400)
    assert refused["error"] == "invalid"
    assert not (shop.folder / "tests" / "scenarios" / "never.yaml").exists()


async def test_begun_in_the_middle(shop: Shop) -> None:
    """What was known then is given."""
    friend = await shop.friend("小青")
    await shop.say(friend, "優惠", "測膚質", "油性", "重來")
    assert await shop.do(f"friends/{friend}/scenario/begin") == {"friend": friend}
    assert (await shop.get(f"friends/{friend}/scenario", 409))["error"] == "standing"
    await shop.say(friend, "乾性")
    shown = await shop.recorded(friend)
    assert "tags: [看過優惠], attributes: {skin: 油性}, flow: {skin_quiz: 問膚質}" in shown
    assert "follows" not in shown


async def test_what_was_used_up_before_it_began_is_told(tmp_path: Path) -> None:
    """A scenario does not know how often somebody has heard a rule; what is used up within it is played."""
    async with open_shop(written(tmp_path, ONCE)) as shop:
        friend = await shop.friend()
        await shop.say(friend, "抽獎")
        await shop.do(f"friends/{friend}/scenario/begin")
        await shop.say(friend, "抽獎")
        shown = await shop.get(f"friends/{friend}/scenario")
        assert (shown["holds"], shown["advice"]) == (False, "used")
        friend = await shop.friend("阿明")
        await shop.say(friend, "抽獎", "抽獎")
        assert (await shop.get(f"friends/{friend}/scenario"))["holds"]


ONCE = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rules:
  - {name: 抽獎, when: {text: 抽獎}, once_per: person, reply: 恭喜中獎}
  - {when: {text: 抽獎}, reply: 您抽過了}
"""


async def test_what_was_answered_before_it_began_is_missed_and_told(shop: Shop) -> None:
    """A scenario can put somebody into a state, not give the answers that led there."""
    friend = await shop.friend("小紫")
    await shop.say(friend, "測膚質", "油性")
    await shop.do(f"friends/{friend}/scenario/begin")
    await shop.say(friend, "1500")
    shown = await shop.get(f"friends/{friend}/scenario")
    assert (shown["holds"], shown["advice"]) == (False, "middle")
    assert "油性，每月 1,500 元，對嗎？" in shown["failure"]
    assert "機器人的回答變了" in (await shop.get(f"friends/{friend}/scenario?language=zh-TW"))["failure"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": " "}, 400),
        ({"name": "x" * 201}, 400),
        ({"name": ["a"]}, 400),
        ({"name": "ok", "title": " "}, 400),
        ({"name": "ok", "with": "U0"}, 400),
        ({"name": "ok", "with": ["U0"]}, 404),
    ],
)
async def test_a_recording_that_cannot_be(shop: Shop, body: dict[str, Any], status: int) -> None:
    friend = await shop.friend("小黑")
    before = sorted(shop.folder.rglob("*.yaml"))
    assert set(await shop.do(f"friends/{friend}/scenario", body, status)) == {"error", "message"}
    assert sorted(shop.folder.rglob("*.yaml")) == before
    await shop.do("friends/U0/scenario", {"name": "ok"}, 404)
    await shop.do("friends/U0/scenario/begin", {}, 404)


async def test_a_binding_on_the_page_at_the_shop(shop: Shop) -> None:
    """Pages by what was done on them, the code as the one that comes, the member as the shop's."""
    number, phone = "6021", new_phone()
    member = {"name": "王小明", "phone": phone, "tier": "銀卡", "points": [{"left": 30, "until": None}]}
    await shop.do(f"shop/forest/members/{number}", member, method="PUT")
    friend = await shop.friend("小綠")
    page = await opened(shop, friend, "phone_binding")
    await page.answer(phone)
    [code] = await codes(shop, friend)
    await page.answer(wrong(code))
    await page.answer(code)
    assert page.screen["say"] == "我已完成手機綁定"
    await page.says(page.screen["say"])
    shown = await shop.recorded(friend)
    for step in (
        "- user: {opens: phone_binding}\n  - page: ask_phone",
        f'- user: {{answers: "{phone}"}}\n  - page: ask_code',
        f'- user: {{answers: "{wrong(code)}"}}\n  - page: ask_code',
        "- user: {answers: code_from_sms}\n  - page: bound",
        "- user: {says_by_page: 我已完成手機綁定}\n  - bot:",
    ):
        assert step in shown, shown
    assert 'member_no: "6021"' in shown.partition("steps:")[0]
    await shop.do(f"shop/forest/members/{number}", method="DELETE")


async def test_a_binding_in_chat(shop: Shop) -> None:
    """B13: the code that was typed is the one that comes."""
    friend = await shop.friend("小橘", channel="outlet")
    await shop.say(friend, "綁定手機", new_phone())
    [code] = await codes(shop, friend)
    await shop.say(friend, code)
    shown = await shop.recorded(friend)
    assert "- user: code_from_sms" in shown
    assert code not in shown


async def test_what_staff_change_by_a_command_is_recorded(shop: Shop) -> None:
    """J1: `oaflow contact tag` and `set` are no message of anybody's, and yet steps; the clock is ahead."""
    friend = await shop.friend("小玉")
    await shop.do("clock", {"by": "3d"})
    for words in (("tag", "VIP"), ("set", "skin", "油性")):
        told = await ended("contact", words[0], str(shop.folder), friend, *words[1:])
        assert told.code == 0, told.err
    await shop.say(friend, "優惠")
    shown = await shop.recorded(friend)
    assert "- staff: {add_tags: VIP}\n" in shown
    assert "- staff: {set: {skin: 油性}}\n" in shown
    assert "- bot: VIP 專屬 8 折，結帳輸入 FOREST8\n" in shown


async def test_one_that_begins_after_an_unbinding(shop: Shop) -> None:
    """B8: who was bound once is no stranger: that is given, and the privacy notice is not shown again."""
    await shop.until_night()
    friend = await shop.friend("小葉")
    await shop.do(f"friends/{friend}/staff", {"binds": "0922333444"})
    await shop.rest()
    await shop.do(f"friends/{friend}/staff", {"unbinds": "phone"})
    await shop.rest()
    await shop.do(f"friends/{friend}/scenario/begin")
    page = await opened(shop, friend, "phone_binding")
    await page.answer("0922333444")
    await page.answer((await codes(shop, friend))[-1])
    await page.says(page.screen["say"])
    shown = await shop.recorded(friend)
    assert "bound_before: phone" in shown.partition("steps:")[0]
    await shop.do(f"friends/{friend}/staff", {"unbinds": "phone"})
    await shop.rest()


NAMES = [
    ("../../evil", "evil"),
    ("a/b\\c: d*?", "a_b_c_d"),
    ("第 1.5 版.yaml", "第_1_5_版_yaml"),
    ("🎉 雙11 🎉", "雙11"),
    ("nul", "nul_"),
    ("很" * 200, "很" * 60),
    ("COM1", "COM1_"),
    ("~!@", "scenario"),
    ("買了 兩次 的客人", "買了_兩次_的客人"),
    ("นี่คือ", "นี่คือ"),
]


def test_any_name_has_its_file() -> None:
    """Nothing in it leads elsewhere, or is what a system keeps for itself."""
    assert [(name, file_name(name)) for name, _ in NAMES] == NAMES


@pytest.mark.parametrize(("name", "file"), one_of(5, NAMES))
async def test_any_name_becomes_a_file(shop: Shop, name: str, file: str) -> None:
    """What it is called is its title; its file has what every system can have."""
    friend = await shop.friend("小名")
    saved = await shop.do(f"friends/{friend}/scenario", {"name": name, "language": "zh-TW"})
    assert saved["path"] == f"tests/scenarios/{file}.yaml"
    written = shop.folder / saved["path"]
    assert written.read_text("utf-8").startswith(
        "# 在模擬器裡錄的；執行 oaflow test 會照著重播一次\nscenario: "
    )
    taken = await shop.do(f"friends/{friend}/scenario", {"name": name}, 409)
    assert len(taken["free"]) <= 60
    again = await shop.do(f"friends/{friend}/scenario", {"name": taken["free"], "title": name})
    (shop.folder / again["path"]).unlink()
    written.unlink()


async def test_the_clock_as_it_was_moved_and_no_seconds(shop: Shop) -> None:
    """M1: an hour is an hour, to the next thing is what the playbook says, a moment is that moment."""
    friend = await shop.friend("小時")
    await shop.do(f"friends/{friend}/scenario/begin")
    await shop.say(friend, "測膚質")
    await shop.do("clock", {"next": True, "friend": friend})
    await shop.say(friend, "油性")
    await shop.do("clock", {"by": "1h"})
    await shop.do("clock", {"by": "3d"})
    await shop.say(friend, "優惠")
    shown = await shop.recorded(friend)
    waits = [line.strip() for line in shown.splitlines() if "wait:" in line]
    assert waits == ["- wait: 10m", "- wait: 1h", "- wait: 3d"]
