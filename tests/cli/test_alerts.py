"""Staff are told while `oaflow run` runs, by mail and a signed web hook; a kill loses nothing. A5"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.hooks.signature import signed
from tests.cli.oaflow import LINE_SETTINGS, Serving, ended, serving
from tests.cli.test_serving import delivered, said, simulated
from tests.eventually import PATIENCE
from tests.fakes.fake_line import FakeLine, Hangs
from tests.fakes.mail_server import MailServerFake, mail_server_fake

SERVED = {**LINE_SETTINGS, "OAFLOW_LINE_API": "http://127.0.0.1:9"}
RULES = """
  - {when: {text: 客服}, hand_over: 客人想問事情}
  - {when: {text: 照片}, notify_staff: 客人要傳照片}
"""


def playbook(shop: Path, alerts: str, rules: str = "") -> None:
    file = shop / "bot.yaml"
    text = file.read_text("utf-8")
    before = f"private_hosts: [127.0.0.1]\nalerts:\n{alerts}"
    file.write_text(before + text.replace("rules:\n", f"rules:{RULES}{rules}"), "utf-8")


def by_mail(mails: MailServerFake, when: str) -> str:
    return (
        f"  - {{to: mail, who: ops@forest.example, through: 'smtp://127.0.0.1:{mails.port}', when: {when}}}\n"
    )


@asynccontextmanager
async def hook_server(hook: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """The address where alerts are heard so."""
    app = web.Application()
    app.router.add_post("/alerts", hook)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/alerts"))


async def test_a_mail_and_a_web_hook_and_the_way_back(shop: Path) -> None:
    called: asyncio.Queue[tuple[Any, dict[str, str]]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        called.put_nowait((await request.json(), dict(request.headers)))
        return web.Response()

    async with hook_server(hook) as crm, mail_server_fake() as mails:
        hooked = f"  - {{to: webhook, who: '{crm}', secret: opaque, when: handed_over}}\n"
        playbook(shop, by_mail(mails, "[handed_over, notified]") + hooked)
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
    assert "要交還給機器人：http://" in mails.text()
    assert "/admin/chat\n" in mails.text()
    assert "客人想問事情" in mails.text()
    assert "<blockquote>客人想問事情</blockquote>" in mails.page()
    assert "等您回覆" in mail["Subject"]
    assert headers["webhook-signature"].startswith("v1,")
    assert (body["type"], body["alerts"][0]["reason"]) == ("alerts", "handed_over")


async def test_a_playbook_that_is_refused_and_mended(shop: Path) -> None:
    """K4, L5: which file and line, how it goes on; once although two processes look, and once when over."""
    called: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        for alert in (await request.json())["alerts"]:
            called.put_nowait(alert)
        return web.Response()

    async with hook_server(hook) as address:
        playbook(shop, f"  - {{to: webhook, who: '{address}', secret: opaque, when: playbook_refused}}\n")
        good = (shop / "bot.yaml").read_text("utf-8")
        async with serving(str(shop), **SERVED), serving(str(shop), **SERVED):
            (shop / "bot.yaml").write_text(good.replace("rules:", "ruls:"), "utf-8")
            async with asyncio.timeout(PATIENCE):
                begun = await called.get()
            line = good[: good.index("rules:")].count("\n") + 1
            what, why, *_ = begun["text"].splitlines()
            assert (begun["reason"], begun["over"]) == ("playbook_refused", False)
            assert f"bot.yaml:{line}" in what
            assert "先用上一版繼續回答" in why
            (shop / "bot.yaml").write_text(good, "utf-8")
            async with asyncio.timeout(PATIENCE):
                ended_by = await called.get()
            assert (ended_by["reason"], ended_by["over"]) == ("playbook_refused", True)
        assert called.empty()


async def test_a_new_secret_holds_at_once(shop: Path) -> None:
    """A11: the other side takes the new one alone; what it had refused is told again, as the same."""
    called: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        wanted = signed(headers["webhook-id"], at, await request.read(), "the-new-secret")
        right = headers["webhook-signature"] == wanted["webhook-signature"]
        called.put_nowait((headers["idempotency-key"], right))
        return web.Response(status=200 if right else 401)

    def writes(secret: str) -> None:
        beside = shop / ".env.new"
        beside.write_text(f"ALERT_SECRET={secret}\n", "utf-8")
        beside.replace(shop / ".env")

    writes("the-old-secret")
    async with hook_server(hook) as address:
        playbook(
            shop, f"  - {{to: webhook, who: '{address}', secret: '${{ALERT_SECRET}}', when: notified}}\n"
        )
        async with serving(str(shop), **SERVED) as served:
            assert await delivered(served, said("照片", 1)) == 200
            async with asyncio.timeout(PATIENCE):
                key, right = await called.get()
                assert not right
                writes("the-new-secret")
                while not right:
                    again, right = await called.get()
                    assert again == key
            await served.says("alerts[1] (webhook) is told again")
        assert any("taken over from .env: ALERT_SECRET" in message for message in served.messages)


async def test_a_token_that_line_refuses_is_alerted_to_by_the_first_call(shop: Path) -> None:
    """A3, K4: not at the hourly look; and over by the first call that LINE takes."""
    alerts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        for alert in (await request.json())["alerts"]:
            alerts.put_nowait(alert)
        return web.Response()

    async with hook_server(hook) as address, FakeLine.running() as line:
        playbook(shop, f"  - {{to: webhook, who: '{address}', secret: opaque, when: token_refused}}\n")
        async with serving(str(shop), **{**SERVED, "OAFLOW_LINE_API": line.url}) as served:
            assert await delivered(served, said("營業時間", 1)) == 200
            await line.asked_for("/v2/bot/message/reply")
            line.accepted_tokens = set()
            assert await delivered(served, said("營業時間", 2)) == 200
            async with asyncio.timeout(PATIENCE):
                begun = await alerts.get()
            assert (begun["reason"], begun["over"], begun["channel"]) == ("token_refused", False, "main")
            line.accepted_tokens = None
            assert await delivered(served, said("營業時間", 3)) == 200
            async with asyncio.timeout(PATIENCE):
                assert (await alerts.get())["over"]


async def test_a_push_to_a_tester(shop: Path) -> None:
    """Stored, pushed once at LINE, and not again by the next process; it is no call of anybody's turn."""
    push = "/v2/bot/message/push"
    async with FakeLine.running() as line:
        playbook(shop, "  - {to: line, who: 阿明, when: notified}\ntesters: [阿明]\n")
        async with serving(str(shop), **{**SERVED, "OAFLOW_LINE_API": line.url}) as served:
            await called(
                line, "/v2/bot/message/reply", await delivered(served, by("U2", said("營業時間", 1)))
            )
            named = await ended("contact", "name", str(shop), "main:U2", "阿明", **LINE_SETTINGS)
            assert named.code == 0, named.err
            assert await delivered(served, said("照片", 2)) == 200
            await line.asked_for(push)
            await served.stop()
        async with serving(str(shop), **{**SERVED, "OAFLOW_LINE_API": line.url}) as served:
            assert await delivered(served, by("U2", said("營業時間", 3))) == 200
            await served.stop()
        [pushed] = line.of(push)
    assert pushed.json["to"] == "U2"
    assert pushed.headers["X-Line-Retry-Key"]
    [message] = pushed.json["messages"]
    assert "客人要傳照片" in message["text"]
    assert "main:U1" in message["text"], "staff see whom it is about"


async def test_it_waits_behind_the_reply_of_the_same_person(shop: Path) -> None:
    """Killed while LINE does not answer the reply: the next process replies, then tells, each once."""
    replies = "/v2/bot/message/reply"
    async with FakeLine.running() as line, mail_server_fake() as mails:
        sends = "  - {when: {text: 傳}, do: [{reply: 請傳}, {notify_staff: 客人要傳照片}]}\n"
        playbook(shop, by_mail(mails, "notified"), sends)
        line.script(replies, Hangs())
        environment = {**SERVED, "OAFLOW_LINE_API": line.url}
        async with serving(str(shop), **environment) as served:
            await called(line, replies, await delivered(served, said("傳", 1)))
            assert mails.taken == [], "the reply is first"
            served.process.kill()
            await served.process.wait()
        async with serving(str(shop), **environment), asyncio.timeout(PATIENCE):
            await mails.taken_now.wait()
        assert [one.json["replyToken"] for one in line.of(replies)] == ["token-1"] * 2
    assert len(mails.taken) == 1
    assert "客人要傳照片" in mails.text()


async def called(line: FakeLine, path: str, status: int) -> None:
    """The webhook was taken, and LINE was asked for this."""
    assert status == 200
    await line.asked_for(path)


def by(user: str, event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "source": {"type": "user", "userId": user}}


async def test_killed_while_the_mail_server_hangs(shop: Path) -> None:
    """What was being told is told by the next process, as the same mail."""
    async with mail_server_fake() as mails:
        mails.hangs = True
        playbook(shop, by_mail(mails, "notified"))
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
        playbook(shop, by_mail(mails, "notified"))
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
