"""`oaflow friends import` beside a simulator whose LINE has thousands of friends; killed, and again. M1"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.app.database import open_database
from bot.model.settings import Settings
from tests.cli.oaflow import ended, environment, serving
from tests.eventually import eventually
from tests.fakes.fake_line import Answers, FakeLine
from tests.started import started

SALE = "broadcasts: {sale: {to: everyone, push: [全館八折, 輸入「停止推播」就不再收到]}}\n"
TOKEN = {"LINE_CHANNEL_ACCESS_TOKEN": "opensesame"}


async def test_killed_in_the_middle_and_given_again_then_sent_to_all(shop: Path) -> None:
    """Whoever stands on the list is in audiences and broadcasts, once; who has blocked since drops out."""
    file = shop / "bot.yaml"
    file.write_text(SALE + file.read_text("utf-8"), "utf-8")
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:

        async def put(path: str, **body: object) -> None:
            async with http.put(f"{served.address}/simulator/api/channels/main/{path}", json=body) as answer:
                assert answer.status == 200, await answer.text()

        await put("followers", verified=False)
        refused = await ended("friends", "import", str(shop), "--language", "zh-TW")
        assert (refused.code, "LINE 只提供好友名單給認證帳號" in refused.err) == (1, True), refused
        known = await ended("audience", "size", str(shop), "everyone", "--language", "zh-TW")
        assert "main：目前認識 0 位好友" in known.out
        await put("followers", verified=True, crowd=1_200, gone=3)
        await put("faults", slow=0.5)
        words = ("friends", "import", str(shop), "--no-profiles", "--json")
        command = await started(*words, env=environment({}), apart=False)
        opened = await open_database(Settings({}), shop, {}, "test")
        _, pretend = await opened.everywhere()

        async def read_so_far() -> int:
            return (await pretend.friends.list_of("main")).found

        assert await eventually(read_so_far, lambda found: found) == 1_000
        command.kill()
        await command.communicate()
        await put("faults")
        told = json.loads((await ended(*words)).out)
        assert told["resumed"] >= 1_000
        assert (told["new"] + told["same"], told["refused"]) == (1_200 - told["resumed"], 0)
        assert await size(shop) == {"people": {"main": 1_200}, "friends_so_far": {}}

        found = pretend.database.collection("contacts").find({}, {"_id": 1})
        ids = shop / "ids.txt"
        ids.write_text("\n".join([one["_id"].partition(":")[2] async for one in found]), "utf-8")
        done = await ended("friends", "import", str(shop), str(ids), "--language", "en")
        assert done.code == 0, done
        assert done.out.splitlines() == [
            "0 new, 0 changed, 1,200 as before, 0 refused",
            "LINE was asked who 1,200 people are",
            "3 of them LINE does not know as friends any more: nothing is sent to them",
        ]
        assert (await size(shop))["people"] == {"main": 1_197}
        await put("quota", value=None)
        sent = await ended("broadcast", "send", str(shop), "sale", "--yes", "--json")
        assert (sent.code, json.loads(sent.out)["people"]) == (0, 1_197), sent
        await opened.close()
        await served.stop()


async def size(shop: Path) -> dict[str, Any]:
    told = json.loads((await ended("audience", "size", str(shop), "everyone", "--json")).out)
    return {name: told[name] for name in ("people", "friends_so_far")}


async def test_what_is_wrong_is_said(shop: Path, tmp_path: Path) -> None:
    async with FakeLine.running() as line:
        real = {**TOKEN, "OAFLOW_LINE_API": line.url}
        line.script("/v2/bot/followers/ids", Answers(401, {"message": "Authentication failed"}))
        end = await ended("friends", "import", str(shop), **real)
        assert (end.code, "main: LINE says" in end.err, end.out) == (1, True, "")
        end = await ended("friends", "import", str(shop), "a.csv", "b.csv", **real)
        assert (end.code, "write one file" in end.err) == (2, True)
        end = await ended("friends", "import", str(shop), str(tmp_path / "none.csv"), **real)
        assert (end.code, "cannot be read" in end.err) == (1, True), end
        end = await ended("friends", "import", str(shop), "--channel", "man", **real)
        assert (end.code, 'a similar name exists: "main"' in end.err) == (1, True), end
        groups = tmp_path / "groups.csv"
        groups.write_text("line_id\nC" + "0" * 32 + "\n", "utf-8")
        end = await ended("friends", "import", str(shop), str(groups), "--language", "zh-TW", **real)
        assert (end.code, "第 2 行：這是群組的 ID，不是好友" in end.out) == (1, True), end
        assert not [asked for asked in line.requests if "profile" in asked.path]
