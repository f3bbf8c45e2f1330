"""`oaflow broadcast` while a simulator runs on the folder: its pretend people, and its LINE. I1, I2, J4"""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientSession

from tests.cli.oaflow import ended, serving
from tests.fakes.fake_line import FakeLine

TOKEN = {"LINE_CHANNEL_ACCESS_TOKEN": "opensesame"}
SALE = (
    'testers: ["@amy"]\n'
    'broadcasts: {sale: {to: everyone, push: ["{{ contact.name }} 您好", 輸入「停止推播」就不再收到]}}\n'
)


async def test_pretend_people_are_never_told_to_the_real_line(shop: Path) -> None:
    """Whatever the environment says of LINE: the simulator is asked what is left, and gets the test."""
    file = shop / "bot.yaml"
    file.write_text(SALE + file.read_text("utf-8"), "utf-8")
    async with FakeLine.running() as line, ClientSession() as http:
        real = {**TOKEN, "OAFLOW_LINE_API": line.url}
        async with serving(str(shop), "--simulator", **TOKEN) as served:
            api = f"{served.address}/simulator/api"
            async with http.post(f"{api}/friends", json={"channel": "main", "name": "小美"}) as added:
                friend = str((await added.json())["id"])
            for path, body in ((f"friends/{friend}/follow", {}), ("clock", {"by": "0s"})):
                async with http.post(f"{api}/{path}", json=body) as answer:
                    assert answer.status == 200
            assert (await ended("contact", "name", str(shop), friend, "@amy")).code == 0
            found = await ended("broadcast", "check", str(shop), "sale", **real)
            assert (found.code, "the data of 1 people: LINE takes them" in found.out) == (0, True), found
            tried = await ended("broadcast", "test", str(shop), "sale", **real)
            assert (tried.code, tried.out) == (0, "@amy: sent\n"), tried
            async with http.get(f"{api}/friends/{friend}/messages") as told:
                texts = [one["content"].get("text") for one in (await told.json())["messages"]]
            assert texts[-3:] == ["〔測試〕sale", "小美 您好", "輸入「停止推播」就不再收到"]
            await served.stop()
        assert line.requests == []
