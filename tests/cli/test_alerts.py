"""Staff are told while `oaflow run` runs, by mail and a signed web hook; a kill loses nothing. A5"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.cli.oaflow import LINE_SETTINGS, PATIENCE, Serving, ended, serving
from tests.cli.test_serving import delivered, said, simulated
from tests.fakes.mail_server import mail_server_fake

SERVED = {**LINE_SETTINGS, "OAFLOW_LINE_API": "http://127.0.0.1:9"}
RULES = """
  - {when: {text: 客服}, hand_over: 客人想問事情}
  - {when: {text: 照片}, notify_staff: 客人要傳照片}
"""


def playbook(shop: Path, alerts: str) -> None:
    file = shop / "bot.yaml"
    text = file.read_text("utf-8")
    before = f"private_hosts: [127.0.0.1]\nalerts:\n{alerts}"
    file.write_text(before + text.replace("rules:\n", f"rules:{RULES}"), "utf-8")


async def test_a_mail_and_a_web_hook_and_the_way_back(shop: Path) -> None:
    called: asyncio.Queue[tuple[Any, dict[str, str]]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        called.put_nowait((await request.json(), dict(request.headers)))
        return web.Response()

    app = web.Application()
    app.router.add_post("/alerts", hook)
    async with TestServer(app, host="127.0.0.1") as crm, mail_server_fake() as mails:
        playbook(
            shop,
            f"  - {{to: mail, who: ops@forest.example, through: 'smtp://127.0.0.1:{mails.port}', "
            "when: [handed_over, notified]}\n"
            f"  - {{to: webhook, who: '{crm.make_url('/alerts')}', secret: opaque, when: handed_over}}\n",
        )
        async with serving(str(shop), **SERVED) as served:
            assert await delivered(served, said("客服", 1)) == 200
            async with asyncio.timeout(PATIENCE):
                await mails.taken_now.wait()
                body, headers = await called.get()
            who = body["alerts"][0]["contact"]
            back = await ended("contact", "hand-back", str(shop), who, **LINE_SETTINGS)
            assert back.code == 0
    [(to, mail)] = mails.taken
    assert (to, mail["From"]) == ("ops@forest.example", "ops@forest.example")
    assert f"oaflow contact hand-back {who}" in mails.text()
    assert "客人想問事情" in mails.text()
    assert "等您回覆" in mail["Subject"]
    assert headers["webhook-signature"].startswith("v1,")
    assert (body["type"], body["alerts"][0]["reason"]) == ("alerts", "handed_over")


async def test_killed_while_the_mail_server_hangs(shop: Path) -> None:
    """What was being told is told by the next process, as the same mail."""
    async with mail_server_fake() as mails:
        mails.hangs = True
        playbook(
            shop,
            f"  - {{to: mail, who: ops@forest.example, through: 'smtp://127.0.0.1:{mails.port}', "
            "when: notified}\n",
        )
        async with serving(str(shop), **SERVED) as served:
            assert await delivered(served, said("照片", 1)) == 200
            async with asyncio.timeout(PATIENCE):
                await mails.asked.wait()
            served.process.kill()
            await served.process.wait()
        mails.hangs = False
        async with serving(str(shop), **SERVED), asyncio.timeout(PATIENCE):
            await mails.taken_now.wait()
    assert len(mails.taken) == 1
    assert "客人要傳照片" in mails.text()


async def test_the_simulator_tells_nobody(shop: Path) -> None:
    """It shows the alert in its log."""
    async with mail_server_fake() as mails:
        playbook(
            shop,
            f"  - {{to: mail, who: ops@forest.example, through: 'smtp://127.0.0.1:{mails.port}', "
            "when: notified}\n",
        )
        async with serving(str(shop), "--simulator") as served, ClientSession() as http:
            friend = (await simulated(served, http, "friends", {"channel": "main", "name": "小美"}))["id"]
            await simulated(served, http, f"friends/{friend}/say", {"text": "照片"})
            async with asyncio.timeout(PATIENCE):
                while not (shown := await shown_alerts(served, http)):
                    pass
    assert shown[0]["what"] == "mail"
    assert "客人要傳照片" in shown[0]["text"]
    assert mails.taken == []


async def shown_alerts(served: Serving, http: ClientSession) -> list[dict[str, Any]]:
    async with http.get(f"{served.address}/simulator/api/state") as answer:
        return [one for one in (await answer.json())["happened"] if one["kind"] == "alert"]
