"""A small bot that runs as `make run` does, and somebody in its console who tries a draft."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
from aiohttp import ClientSession, CookieJar, FormData
from yarl import URL

from bot.web.admin.cookies import NAME, proof
from bot.web.admin.trial_proxy import PHONE
from tests.cli.oaflow import Serving, serving
from tests.eventually import eventually

PLAYBOOK = """\
bot: 春水茶舖
channels:
  main:
    id: "@tea"
    channel_id: ${LINE_CHANNEL_ID}
    channel_secret: ${LINE_CHANNEL_SECRET}
    access_token: ${LINE_CHANNEL_ACCESS_TOKEN}
    liff: {liff_id: 1234567890-AbcdEfgh, login_channel_id: "1234567890"}
links:
  shop: {open: "https://example.com/tea"}
rules:
  - when: {text: 營業時間}
    reply: 每天 11:00
"""
REAL_LOOKING = {
    "LINE_CHANNEL_ID": "2001234567",
    "LINE_CHANNEL_SECRET": "5f1c0e8d2b7a4e6f9c3d1a0b8e7f6d5c",
    "LINE_CHANNEL_ACCESS_TOKEN": "a-real-looking-access-token",
    "OAFLOW_LINE_API": "http://127.0.0.1:9",
    "OAFLOW_SHOP_API": "http://127.0.0.1:9",
    "OAFLOW_PUSH_API": "http://127.0.0.1:9",
    "MITAKE_PASSWORD": "a-real-looking-password",
}
"""As a server's environment may be: nothing of it is for a draft."""
TRY = "/admin/playbook/try"


@dataclass
class Writer:
    """Somebody's browser, without the browser."""

    http: ClientSession
    url: URL

    @property
    def held(self) -> str:
        return self.http.cookie_jar.filter_cookies(self.url)[NAME].value

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        where = URL(str(self.url.origin()) + path, encoded=True)
        async with self.http.get(where, headers=headers or {}, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def post(self, path: str, /, **fields: str) -> tuple[int, str]:
        data = {"proof": proof(self.held), **fields}
        async with self.http.post(self.url.join(URL(path)), data=data, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def state(self) -> dict[str, str]:
        status, text = await self.get(f"{TRY}/state")
        assert status == 200, text
        found: dict[str, str] = json.loads(text)
        return found

    async def tries(self) -> None:
        """Until the phone is there."""
        assert await self.post(TRY) == (303, TRY)
        found = await eventually(self.state, lambda now: now["stage"] not in ("files", "starting"))
        assert found["stage"] == "ready", found

    async def saves(self, text: str, path: str = "bot.yaml") -> None:
        """As the editor does, whatever stood there."""
        page = (await self.get(f"/admin/playbook?file={path}"))[1]
        fields = dict(re.findall(r'name="(revision|base)" value="(\w*)"', page[page.index("data-text") :]))
        form = FormData()
        for name, value in {"proof": proof(self.held), "path": path, "as": "json", **fields}.items():
            form.add_field(name, value)
        form.add_field("file", BytesIO(text.encode()), filename="", content_type="text/plain")
        async with self.http.post(self.url.join(URL("/admin/playbook/save")), data=form) as answer:
            assert answer.status == 200, await answer.text()

    async def mistakes(self) -> Sequence[Mapping[str, Any]]:
        """What the editor shows beside the draft."""
        status, text = await self.post("/admin/playbook/check")
        assert status == 200, text
        found: Sequence[Mapping[str, Any]] = json.loads(text)["problems"]
        return found

    async def api(self, method: str, path: str, body: object | None = None) -> Any:
        """The simulator's own interface, through the console."""
        where = self.url.join(URL(f"{PHONE}/simulator/api/{path}"))
        async with self.http.request(method, where, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def befriends(self) -> str:
        friend: str = (await self.api("POST", "friends", {"channel": "main", "name": "小美"}))["id"]
        await self.api("POST", f"friends/{friend}/follow", {})
        return friend

    async def hears(self, friend: str, text: str) -> str:
        """The answer to a text."""
        await self.api("POST", f"friends/{friend}/say", {"text": text})

        async def said() -> Sequence[Mapping[str, Any]]:
            found: Sequence[Mapping[str, Any]] = (await self.api("GET", f"friends/{friend}/messages"))[
                "messages"
            ]
            return found

        found = await eventually(said, lambda messages: messages and messages[-1]["author"] == "bot")
        return str(found[-1]["content"]["text"])


@dataclass
class TrialWorld:
    """What serves, and its folder."""

    serving: Serving
    folder: Path

    @asynccontextmanager
    async def writer(self, role: str = "admin") -> AsyncIterator[Writer]:
        """Somebody of this role who is signed in."""
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            one = Writer(http, URL(self.serving.address))
            await one.get("/admin/sign-in")
            status, where = await one.post("/admin/try", role=role)
            assert (status, where) == (303, "/admin")
            yield one

    def trials(self) -> list[psutil.Process]:
        """The processes of trials, with their databases."""
        parent = psutil.Process(self.serving.process.pid)
        folders = str(self.folder / ".oaflow/tmp"), "oaflow-trial-"  # of the draft, of a database in memory
        return [
            one for one in parent.children(recursive=True) if any(folder in _words(one) for folder in folders)
        ]

    async def kill(self) -> None:
        self.serving.process.send_signal(signal.SIGKILL)
        await self.serving.process.wait()


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@asynccontextmanager
async def trial_world(folder: Path) -> AsyncIterator[TrialWorld]:
    """It runs."""
    _write(folder)
    async with serving(str(folder), "--simulator", **REAL_LOOKING) as found:
        yield TrialWorld(found, folder)
