"""D3, D4, D5, L4: clerks' codes in the simulator, scanned with the phone of the worked example."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import ended
from tests.eventually import PATIENCE
from tests.simulator.lent_pages import PHONE, Pages, complaints
from tests.simulator.shop import Shop, open_shop, worked_example

SUSPENDED = "這位門市人員的代碼已經停用，請洽門市人員，改掃新的 QR code。"
UNKNOWN = "現在查不到這個門市人員代碼。請再掃一次門市的 QR code，或洽門市人員協助。"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One of this module's own: its clerks are suspended. Its mongod is, too, for commands ask its people."""
    folder = worked_example(tmp_path_factory.mktemp("stores") / "shop")
    (folder / OWN_NAME).mkdir()
    async with open_shop(folder) as shop:
        await shop.until_night()
        yield shop


async def clerks(shop: Shop, friend: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in (await shop.get(f"friends/{friend}/clerks"))["clerks"]}


async def member(shop: Shop, phone: str) -> str:
    """A friend whose phone is bound, by staff."""
    friend = await shop.friend()
    await shop.do(f"shop/forest/members/9{phone[-3:]}", {"phone": phone}, method="PUT")
    await shop.do(f"friends/{friend}/staff", {"binds": phone})
    await shop.rest()
    return friend


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_there_is_somebody_in_each_store(shop: Shop) -> None:
    found = await clerks(shop, await shop.friend())
    assert {(one["store"], one["suspended"]) for one in found.values()} == {
        ("信義店", False),
        ("信義店", True),
        ("板橋店", False),
        ("左營店", False),
    }
    assert all(one["link"].endswith(one["code"]) for one in found.values())
    assert await clerks(shop, await shop.friend(channel="outlet")) == {}, "the flow is paused there"


async def test_scanned_said_and_bound_then_nobody_elses(shop: Shop, desk: Page) -> None:
    """D4, in a real browser: the code's text stands in the field, and the bot answers it."""
    friend = await member(shop, "0912300001")
    with complaints(desk) as wrong:
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-stores").click()
        await desk.get_by_role("button", name="掃描小安的 QR code").click()
        code = (await clerks(shop, friend))["小安"]["code"]
        await expect(desk.locator("#text")).to_have_value(f"聯絡專員 {code}")
        await desk.locator("#text").press("Enter")
        await expect(desk.get_by_text("謝謝！信義店的小安會為您服務。", exact=True)).to_be_visible()
        other = (await clerks(shop, friend))["小寧"]["code"]
        await desk.get_by_role("button", name="掃描小寧的 QR code").click()
        await expect(desk.locator("#text")).to_have_value(f"聯絡專員 {other}")
        await desk.locator("#text").press("Enter")
        await expect(desk.get_by_text("您的專屬門市人員是信義店的小安。", exact=True)).to_be_visible()
        await desk.get_by_role("button", name="停用小柏").click()
        await expect(desk.get_by_role("button", name="恢復小柏")).to_be_visible()
    assert wrong == []
    assert (await clerks(shop, friend))["小柏"]["suspended"] is True
    bound = (await shop.get(f"friends/{friend}/contact"))["bound"]
    assert [(one["kind"], one.get("name")) for one in bound] == [("phone", None), ("clerk", "小安")]


async def scans(page: Page, shop: Shop, friend: str, phone: str) -> None:
    """On a telephone: a clerk's code, which opens a page; there the number, and the code of the SMS."""
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#fold").click()
    await page.locator("#tab-stores").click()
    await page.get_by_role("button", name="掃描小寧的 QR code").click()
    liff = page.frame_locator("#liff iframe")
    await liff.locator("input[autocomplete=tel]").fill(phone)
    await liff.get_by_role("button", name="同意並傳送驗證碼").click()
    await expect(liff.locator("input[autocomplete=one-time-code]")).to_be_visible()
    await page.locator("#sms").get_by_role("button", name=re.compile("填入")).click()


async def test_in_one_go_with_a_certified_provider(shop: Shop, pages: Pages) -> None:
    """D3, on a telephone: scanned by a stranger, phone and code on the page, bound to both, told, counted."""
    await shop.do("shop/forest/members/9200", {"phone": "0912300200"}, method="PUT")
    friend = await shop.friend()
    before = await shop.get("state")
    book = shop.folder / "bot.yaml"
    told = book.read_text("utf-8").replace("certified_provider: false", "certified_provider: true")
    book.write_text(told, "utf-8")
    await shop.until("playbook", before["last"], lambda told: told["taken"] > before["playbook"]["taken"])
    async with pages.lend(PHONE) as page:
        with complaints(page, console=True, home=shop.address) as wrong:
            await scans(page, shop, friend, "0912300200")
            thanks = page.locator(".said .bubble", has_text="謝謝！板橋店的小寧會為您服務。")
            await expect(thanks).to_have_count(1)
            await expect(page.locator("#liff")).to_be_hidden()  # back in the chat by itself
            await expect(thanks).to_be_in_viewport()
    assert wrong == []
    contact = await shop.get(f"friends/{friend}/contact")
    bound = [(one["kind"], one.get("name")) for one in contact["bound"]]
    assert bound == [("phone", None), ("clerk", "小寧")]
    assert contact["member_no"] == "9200"
    said = [m for m in (await shop.get(f"friends/{friend}/messages"))["messages"] if m["via"] != "friend"]
    assert {one["via"] for one in said} == {"reply"}, "nothing of it costs"
    number = (await clerks(shop, friend))["小寧"]["number"]
    async with asyncio.timeout(PATIENCE):
        while (counted := await _counted(shop, number)) == 0:
            await shop.rest()  # counts follow within half a second
    assert counted == 1


async def _counted(shop: Shop, number: str) -> int:
    """How many people the command says were bound to a clerk today."""
    answer = await ended("store", "clerks", "counts", str(shop.folder), "--json")
    assert answer.code == 0, answer.err
    return sum(row["bound"] for row in json.loads(answer.out)["counts"] if row["number"] == number)


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_of_who_has_left_and_of_nobody(shop: Shop) -> None:
    friend = await member(shop, "0912300002")
    gone = (await clerks(shop, friend))["小離"]
    for code in (gone["code"], "0000000000", "';drop"):
        await shop.say(friend, f"聯絡專員 {code}")
    texts = await shop.texts(friend)
    assert (texts.count(SUSPENDED), texts.count(UNKNOWN)) == (1, 2)
    await shop.do(f"clerks/{gone['number']}", {"suspended": False}, method="PUT")
    await shop.say(friend, f"聯絡專員 {gone['code'].lower()}")
    assert "謝謝！信義店的小離會為您服務。" in await shop.texts(friend)
    await shop.do(f"clerks/{gone['number']}", {"suspended": True}, method="PUT")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("clerks/S99", {"suspended": True}, 404),
        ("clerks/S01", {"suspended": 1}, 400),
        ("clerks/S01", {}, 400),
        ("clerks/S01", {"suspended": True, "name": "x"}, 400),
    ],
)
async def test_what_is_refused(shop: Shop, path: str, body: dict[str, Any], status: int) -> None:
    await shop.do(path, body, status=status, method="PUT")


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_what_was_played_is_recorded_with_its_clerks(shop: Shop) -> None:
    """The scenario that is saved holds by itself: it says whose codes these are."""
    friend = await member(shop, "0912300003")
    await shop.do(f"friends/{friend}/scenario/begin", {})
    found = await clerks(shop, friend)
    for name in ("小離", "小安", "小寧"):
        await shop.say(friend, f"聯絡專員 {found[name]['code']}")
    told = await shop.get(f"friends/{friend}/scenario?title=x")
    assert told["failure"] is None, told
    given = next(line for line in told["yaml"].splitlines() if line.startswith("  clerks:"))
    assert all(found[name]["code"] in given for name in ("小離", "小安", "小寧"))
