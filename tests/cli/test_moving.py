"""The day of the move, as docs/moving.md has it, with the simulator as LINE. M1, M2, M3, M4, M6, C7, D2"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app.database import open_database
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.rich_menus import RichMenus
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from tests.cli.oaflow import ROOT, Ended, ended_within, serving
from tests.eventually import PATIENCE, eventually
from tests.pictures import png

BOT = """
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1234", channel_secret: opaque}}
stores: {daan: {title: 大安店}, xinyi: {title: 信義店}}
attributes: {skin: {type: text, title: 膚質}}
tags: {會員: {added_by: staff}, VIP: {added_by: staff}}
audiences: {綁定會員: {if: {bound: phone}}}
flows:
  thanks: {once_per: person, when: {tag_added: 會員}, states: {說: {push: 謝謝, next: 完}, 完: {end: true}}}
rules:
  - {when: {text: 嗨}, reply: 哈囉}
"""
CLERKS = "編號,姓名,門市,職務,舊代碼\nE001,林小春,大安店,店員,OMNI-7\nE002,陳大山,信義店,店長,OMNI-8\n"
MAP = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADER = (
    "UID",
    "顧客名稱",
    "手機號碼",
    "綁定日期",
    "標籤",
    "退訂",
    "專員代碼",
    "專員綁定日期",
    "膚質",
    "備註",
)


def omnichat(users: Sequence[str]) -> Iterator[Sequence[str]]:
    """A made-up export: each third is bound, each tenth writes a date of the Republic, some are spoiled."""
    yield HEADER
    for n, user in enumerate(users):
        phone, day = f"9{n + 10_000_000:08d}", "民國114年3月1日" if n % 10 == 0 else "2025/3/1 15:20"
        bound = day if n % 3 == 0 else ""
        if n % 50 == 7:
            phone = "9.12E+11"  # rounded: nobody can say which phone it was
        clerk = ("omni 7", "2025-04-01") if n % 4 == 0 else ("", "")
        tags = "VIP 2025-05-01" if n % 5 == 0 else ""
        yield (user, f"顧客{n}", phone, bound, tags, "1" if n % 20 == 3 else "", *clerk, "乾性", "=1+1")


def written(path: Path, rows: Iterator[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def column_map(number: int) -> str:
    """One of the maps that the document gives."""
    found: list[str] = MAP.findall((ROOT / "docs/moving.md").read_text("utf-8"))
    return found[number]


def menu(name: str) -> dict[str, Any]:
    """A rich menu of the former system."""
    bounds = {"x": 0, "y": 0, "width": 800, "height": 540}
    return {
        "size": {"width": 800, "height": 540},
        "selected": False,
        "name": name,
        "chatBarText": "選單",
        "areas": [{"bounds": bounds, "action": {"type": "message", "text": "嗨"}}],
    }


@asynccontextmanager
async def former_menus(line: str) -> AsyncIterator[RichMenus]:
    """LINE as the former system uses it."""
    channel = Channel("main", "@forest", "1234", "opaque", None, "森活選品")
    async with new_session() as http:
        client = LineClient(channel, line, line, http, SystemClock())
        yield client.rich_menus
        client.close()


async def json_answer(seconds: float, *words: str, **more: str) -> Any:
    end: Ended = await ended_within(seconds, *words, "--json", **more)
    assert end.code == 0, end
    return json.loads(end.out)


@pytest.mark.ring("test", "the walk of the commands")
@pytest.mark.parametrize(
    "friends", [300, pytest.param(50_000, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_the_day_of_the_move(shop: Path, friends: int) -> None:
    bot, patience = str(shop), max(PATIENCE, friends / 50)
    right = partial(json_answer, patience)
    (shop / "bot.yaml").write_text(BOT, "utf-8")
    (shop / "clerks.csv").write_text(CLERKS, "utf-8")
    (shop / "map.yaml").write_text(column_map(0), "utf-8")
    async with serving(bot, "--simulator") as served, ClientSession() as http:
        crowd = {"verified": True, "crowd": friends}
        address = f"{served.address}/simulator/api/channels/main/followers"
        async with http.put(address, json=crowd) as answer:
            assert answer.status == 200, await answer.text()

        line = f"{served.address}/simulator/line"
        async with former_menus(line) as former:
            guest, member = await former.create(menu("訪客")), await former.create(menu("會員"))
            for one in (guest, member):
                await former.upload(one, "image/png", png(800, 540))
            await former.set_default(guest)
        menus = await right("richmenu", "import", bot, "--yes", OAFLOW_LINE_API=line)
        assert [(one["menu"], one["tag"]) for one in menus["menus"]] == [
            ("會員", "選單 會員"),
            ("訪客", None),
        ]
        assert (await ended_within(patience, "check", bot)).code == 0

        done = await right(
            "store", "clerks", "import", bot, str(shop / "clerks.csv"), "--old-codes-until", "2027-12-31"
        )
        assert done["new"] == 2
        assert (await right("friends", "import", bot, "--no-profiles"))["new"] == friends
        opened = await open_database(Settings({}), shop, {}, "test")
        _, pretend = await opened.everywhere()
        contacts = pretend.database.collection("contacts")
        users = sorted([one["_id"].partition(":")[2] async for one in contacts.find({}, {"_id": 1})])

        theirs = str(written(shop / "omnichat.csv", omnichat(users)))
        words = ("members", "import", bot, theirs, "--columns", str(shop / "map.yaml"))
        report = shop / "report.csv"
        dry = await right(*words, "--report", str(report), "--dry-run")
        assert (dry["new"], dry["changed"], dry["refused"], dry["on_line"]) == (0, friends, 0, friends)
        assert await contacts.count_documents({"tags.0": {"$exists": True}}) == 0
        with report.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        assert [int(one["line"]) for one in lines] == list(range(2, friends + 2))
        spoiled = [one for one in lines if "rounded" in one["why"]]
        assert len(spoiled) == len(range(7, friends, 50))

        assert (await right(*words))["changed"] == friends
        proven = len([n for n in range(0, friends, 3) if n % 50 != 7])
        where = {"b.phone": {"$exists": True}}
        count = contacts.count_documents
        assert await eventually(lambda: count(where), lambda n: n == proven, patience) == proven
        asked = len([n for n in range(0, friends, 3) if n % 50 != 7 and n % 20 != 3])
        size = await right("audience", "size", bot, "綁定會員")
        assert size["people"] == {"main": asked}, "without those who have unsubscribed there"
        assert await contacts.count_documents({"b.clerk.no": "E001"}) == len(range(0, friends, 4))
        assert await contacts.count_documents({"flows.0": {"$exists": True}}) == 0, "silently"

        again = await right(*words)
        assert (again["changed"], again["same"]) == (0, friends)

        if friends <= 1_000:  # 1,000 are asked after in a second: a command may not last so long here
            async with former_menus(line) as former:
                await former.bulk_link(member, users[:100])  # LINE takes it, and does it a little later
                last = partial(former.linked, users[99])
                assert await eventually(last, lambda menu: menu == member, patience) == member
                held = str(shop / "held.csv")
                listed = await right("richmenu", "import", bot, "--people", held, OAFLOW_LINE_API=line)
                assert listed["listed"] == 100
            assert (await right("members", "import", bot, held))["changed"] == 100

        lstep = shop / "lstep.csv"
        lstep.write_text(
            "ID,表示名,本名,電話番号,メールアドレス,ユーザーブロック\n71,み,王小美,0955000111,a@b.example,\n",
            "cp932",
        )
        (shop / "lstep.yaml").write_text(column_map(1), "utf-8")
        done = await right("members", "import", bot, str(lstep), "--columns", str(shop / "lstep.yaml"))
        assert (done["new"], done["unused"], done["notes"]) == (1, [], [])

        ids = shop / "line.txt"
        ids.write_text("\n".join(users), "utf-8")
        told = await right("friends", "import", bot, str(ids), "--no-profiles")
        assert (told["new"], told["same"]) == (0, friends)

        back = await ended_within(
            patience, "audience", "export", bot, "綁定會員", "--reveal", "--language", "en"
        )
        assert len(back.out.splitlines()) == asked + 1
        await opened.close()
        await served.stop()
