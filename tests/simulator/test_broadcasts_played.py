"""Broadcasts in the simulator: its clock stops where one goes out, by hand it is waited for. I2, I3, L4."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.cli.oaflow import ended
from tests.eventually import PATIENCE
from tests.simulator.lent_pages import complaints
from tests.simulator.member_page import by_button
from tests.simulator.shop import TAIPEI, Shop, open_shop, worked_example, written
from tests.simulator.test_binding_in_chat import bound, codes, new_phone
from tests.simulator.test_binding_with_shop import put

pytestmark = pytest.mark.ring("all", "a bot and a simulator of its own")

DAY = datetime.now(TAIPEI).date() + timedelta(days=3)
BOT = f"""\
bot: 森活選品
channels:
  main: {{id: forest, channel_id: "1234", channel_secret: "${{SECRET}}", access_token: "${{TOKEN}}"}}
tags: {{收過: {{}}, 熱門: {{}}, 買過: {{added_by: staff}}}}
hours: {{夜間: 21:00-09:00}}
rules:
  - {{when: {{text: 你好}}, do: [{{reply: 哈囉}}]}}
  - {{when: {{tag_added: 熱門}}, do: [{{push: 謝謝關注}}]}}
broadcasts:
  週年慶:
    to: everyone
    push: 全館八折！輸入「停止推播」就不再收到
    at: {DAY} 12:00
    add_tags: [收過]
  夜裡: {{to: {{tag: 收過}}, push: 早安！輸入「停止推播」就不再收到, at: {DAY} 23:30, quiet_hours: 夜間}}
  臨時:
    to: everyone
    push: "{{{{ contact.name }}}}您好，臨時公告！輸入「停止推播」就不再收到"
    add_tags: [熱門]
    goal: {{tag_added: 買過, within: 2d}}
"""
SENT = ("multicast", "push")
SET = {"SECRET": "s", "TOKEN": "t"}
NOON = datetime.combine(DAY, time(12), TAIPEI)
MORNING = datetime.combine(DAY + timedelta(days=1), time(9), TAIPEI)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """One for each test: what goes out at a date goes out once."""
    async with open_shop(written(tmp_path, BOT)) as shop:
        yield shop


async def messages(shop: Shop, friend: str) -> list[tuple[str, int]]:
    """What this friend got in broadcasts, and when: milliseconds."""
    found = (await shop.get(f"friends/{friend}/messages"))["messages"]
    return [(one["content"]["text"], one["at"]) for one in found if one["via"] in SENT]


async def by_hand(shop: Shop, broadcast: str) -> None:
    """Staff send it, beside the bot that runs."""
    sent = await ended(
        "broadcast", "send", str(shop.folder), broadcast, "--by", "amy", "--detach", "--yes", **SET
    )
    assert sent.code == 0, sent


def soon(at: int, moment: datetime) -> bool:
    """Whether that is this moment: the clock goes on while it is sent."""
    return 0 <= at / 1000 - moment.timestamp() < 600


async def test_the_clock_stops_where_one_goes_out(shop: Shop) -> None:
    """Also where quiet hours have held it: each arrives at its own moment, and not as late as one jumped."""
    friend, other = await shop.friend(), await shop.friend("大明")
    coming: Any = (await shop.get("clock"))["next"]
    assert [(one["of"], one["name"]) for one in coming["changes"]] == [("broadcast", "週年慶")]
    assert coming["due"] == NOON.timestamp() * 1000
    assert (await shop.do("clock", {"to": f"{DAY + timedelta(days=4)}T12:00"}))["stopped"] is None
    for one in (friend, other):
        (first, at), (second, then) = await messages(shop, one)
        assert (first[:4], second[:2]) == ("全館八折", "早安")
        assert soon(at, NOON)
        assert soon(then, MORNING)
    knows = await shop.get(f"friends/{friend}/contact")
    assert [tag["name"] for tag in knows["tags"]] == ["收過"]
    assert (await shop.get("clock"))["next"] is None


async def test_one_by_hand_is_sent_before_the_clock_goes_on(shop: Shop) -> None:
    """Though the bot hears of it from the database alone."""
    friend = await shop.friend()
    await by_hand(shop, "臨時")
    before = (await shop.get("clock"))["now"]
    assert (await shop.do("clock", {"by": "3h"}))["stopped"] is None
    (said, at), (thanks, _) = await messages(shop, friend)
    assert said.startswith("小美您好，臨時公告")
    assert thanks == "謝謝關注", "its tag is heard"
    assert at - before < 600_000


async def test_it_stands_among_the_turns_and_in_the_recording(shop: Shop) -> None:
    """The page says what came, what it left and cost, in both languages; the scenario has it as a step."""
    friend, other = await shop.friend(), await shop.friend("大明")
    await shop.do("clock", {"next": True})
    turn = (await shop.turns(friend))[-1]
    heard = {name: card["heard"] for name, card in turn["card"].items()}
    assert heard == {"zh-TW": "發送了群發「週年慶」", "en": "the broadcast “週年慶” was sent"}
    assert turn["sent"][0]["how"] == "multicast"
    assert turn["sent"][0]["cost"] == 1
    assert [(one["what"], one["after"]) for one in turn["changed"]] == [("tag 收過", "on")]
    got = (await shop.get(f"friends/{friend}/messages"))["messages"][-1]
    assert turn["bubbles"] == [got["id"]]
    await by_hand(shop, "臨時")
    await shop.rest()
    sent, thanks = (await shop.turns(friend))[-2:]
    assert sent["sent"][0]["how"] == "push"
    assert sent["answered"] == ["小美您好，臨時公告！輸入「停止推播」就不再收到"]
    assert len(sent["bubbles"]) == len(thanks["bubbles"]) == 1
    shown = await shop.recorded(friend, f"?with={other}")
    for step in (
        f"- wait: until {DAY} 12:00\n",
        "- sent: {週年慶: [大明, 小美]}\n",
        "- broadcast: 臨時\n",
        "- sent: {臨時: [大明, 小美]}\n",
        "- contact: {tags_exactly: [收過, 熱門]}\n",
        "- cost: 6\n",
    ):
        assert step in shown, shown
    assert "#" not in shown.partition("steps:")[2], shown


async def test_the_recording_of_one_alone_says_who_got_it(shop: Shop) -> None:
    """L4: whom `sent` names, `given` names; it is played again as it was."""
    friend = await shop.friend()
    await shop.say(friend, "你好")
    await shop.do("clock", {"next": True})
    shown = await shop.recorded(friend)
    assert "given:\n" in shown
    assert "  people:\n    小美:" in shown, shown
    assert "- sent: {週年慶: [小美]}\n" in shown, shown


async def test_who_goes_back_has_not_got_it_and_it_stays_sent(shop: Shop) -> None:
    """To what it said: that stays. To before it: tag and message are gone, and no second one comes."""
    friend = await shop.friend()
    await shop.say(friend, "你好")
    hello = (await shop.get(f"friends/{friend}/messages"))["messages"][-1]
    await shop.do("clock", {"next": True})
    await shop.say(friend, "你好")
    *_, got, _, _ = (await shop.get(f"friends/{friend}/messages"))["messages"]
    assert got["via"] == "multicast"
    assert (await shop.do(f"friends/{friend}/back", {"message": got["id"]}))["turns"] == 1
    assert [tag["name"] for tag in (await shop.get(f"friends/{friend}/contact"))["tags"]] == ["收過"]
    await shop.do(f"friends/{friend}/back", {"message": hello["id"]})
    await shop.rest()
    assert await messages(shop, friend) == []
    assert (await shop.get(f"friends/{friend}/contact"))["tags"] == []
    shown = await shop.get(f"friends/{friend}/scenario")
    assert (shown["holds"], "sent:" in shown["yaml"]) == (True, False), shown["yaml"]
    status = await ended("broadcast", "status", str(shop.folder), "週年慶", "--json", **SET)
    assert '"done"' in status.out


async def binds(shop: Shop, friend: str, number: str) -> None:
    """By the button of the last card: phone, code, bound."""
    phone = new_phone()
    await put(shop, f"members/{number}", {"name": "周怡君", "phone": phone})
    page = await by_button(shop, friend, "開始綁定")
    await page.answer(phone)
    [code] = await codes(shop, friend)
    await page.answer(code)
    await shop.rest()
    assert (await bound(shop, friend))[0] == "phone"


async def reported(shop: Shop, broadcast: str) -> dict[str, int | None]:
    """What its report says that people did."""
    end = await ended("broadcast", "report", str(shop.folder), broadcast, "--json")
    assert end.code == 0, end
    [group] = json.loads(end.out)["groups"]
    return {what: cell["number"] for what, cell in group["reactions"].items()}


async def comes_to(shop: Shop, broadcast: str, **numbers: int) -> None:
    """Its report comes to say so: what happened is written down within half a second after it did."""
    async with asyncio.timeout(PATIENCE):
        while not numbers.items() <= (await reported(shop, broadcast)).items():
            pass


async def test_who_binds_by_its_card_is_counted_for_that_broadcast(tmp_path: Path) -> None:
    """I5, issue 18: card, button, page, code, bound; beside them who binds without the card, who does not.

    Of another broadcast that they got meanwhile nobody is told that its card has led there.
    """
    folder = worked_example(tmp_path / "shop")
    rules = folder / "rules" / "broadcasts.yaml"
    another = "  改天綁定: {to: everyone, channel: main, push: [binding, 輸入「停止推播」就不再收到]}\n"
    rules.write_text(rules.read_text("utf-8") + another, "utf-8")
    async with open_shop(folder) as shop:
        friend, other, _ = [await shop.friend(name) for name in ("小美", "大明", "阿凱")]
        for broadcast in ("改天綁定", "邀請綁定"):
            await by_hand(shop, broadcast)
            await shop.rest()
        await binds(shop, friend, "7001")
        phone = new_phone()
        await put(shop, "members/7002", {"name": "李心怡", "phone": phone})
        await shop.say(other, "綁定手機", phone)
        await shop.say(other, *await codes(shop, other))
        assert (await bound(shop, other))[0] == "phone"
        await comes_to(shop, "邀請綁定", bound=2, bound_by_tap=1, tapped=1)
        await comes_to(shop, "改天綁定", bound=2, bound_by_tap=0, tapped=0)


async def test_what_staff_do_happens_at_the_time_of_these_people(shop: Shop) -> None:
    """A command beside a simulator whose clock was moved: its deed lies within the goal's time."""
    friend = await shop.friend()
    await shop.do("clock", {"to": f"{DAY - timedelta(days=1)}T12:00"})
    await by_hand(shop, "臨時")
    await shop.rest()
    tagged = await ended("contact", "tag", str(shop.folder), friend, "買過", **SET)
    assert tagged.code == 0, tagged
    await comes_to(shop, "臨時", goal=1)
    moment = f"{DAY - timedelta(days=1)} 12:"
    said = await ended("contact", "show", str(shop.folder), friend, "--language", "en", **SET)
    [line] = [one for one in said.out.splitlines() if "tag" in one and "買過" in one][-1:]
    assert moment in line, said.out


async def test_to_the_broadcast_and_why_it_came(shop: Shop, desk: Page) -> None:
    """In the workbench: what comes next, what came, through what; in both languages."""
    friend = await shop.friend()
    with complaints(desk, console=True) as wrong:
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-clock").click()
        clock = desk.locator("#panel-clock")
        await expect(clock.locator(".next-timer")).to_contain_text("群發「週年慶」開始")
        await clock.locator(".next-timer").click()
        await expect(clock.locator(".clock-notice")).to_have_text("到了：群發「週年慶」開始。")
        await expect(clock.locator(".turn-head").first).to_contain_text("小美發送了群發「週年慶」")
        await expect(desk.locator("#chat .said:not(.mine)").last).to_contain_text("全館八折")
        await desk.locator("#tab-why").click()
        turn = desk.locator("#turns .turn").first
        await expect(turn.locator(".turn-heard")).to_have_text("發送了群發「週年慶」")
        await expect(turn.locator(".turn-head .cost")).to_have_text("用掉額度 1 則")
        await expect(turn.locator(".change-name").first).to_have_text("收過")
        await expect(turn.locator(".sendings")).to_contain_text("群發 1 則訊息")
        await desk.locator("#tab-person").click()
        tag = desk.frame_locator(".person-page").locator(".tag-lines")
        await expect(tag).to_contain_text("群發「週年慶」")
        await desk.locator("#language").click()
        await expect(tag).to_contain_text("broadcast")
        await desk.locator("#tab-why").click()
        await expect(turn.locator(".turn-heard")).to_have_text("the broadcast “週年慶” was sent")
        await expect(turn.locator(".sendings")).to_contain_text("Multicast 1 message")
    assert wrong == []
