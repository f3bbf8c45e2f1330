"""Members before their telephones: what a page does over HTTP, again and again until a process answers."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import aiohttp

from tests.faults.bot_process import ACCOUNT, LOOK_SECONDS, PATIENCE, BotProcess, comes_to
from tests.faults.line_api import id_token
from tests.playbooks import PRIVACY, joining

PAGE = "joining"
TRIGGER = "我加入了"
WELCOME = "歡迎加入"
BINDING = f"""\
{ACCOUNT}\
    sms: printed
    liff: {{login_channel_id: "1657000099", liff_id: 1657000099-abc}}
sms: {{printed: {{provider: console, text: "驗證碼 {{{{ sms.code }}}}"}}}}
{PRIVACY}\
flows:
{joining("none", WELCOME)}"""
_numbers = itertools.count(1)
_CODE = re.compile(r"驗證碼 (\d{6})")


class Member:
    """One person who binds a phone on the page, at whichever process answers."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Callable[[], Sequence[str]]) -> None:
        """`addresses()` are those of the processes that may be asked, asked one after the other."""
        number = next(_numbers)
        self.user = f"Upage{number:04}"
        self.phone = f"09{number:08}"
        self.screen: dict[str, Any] = {}
        self.session = ""
        self._http = session
        self._addresses = addresses
        self._asked = itertools.count()

    async def sign_in(self) -> None:
        told = await self._call("session", {"id_token": id_token(self.user)})
        self.session = told["session"]

    async def open(self) -> None:
        self.screen = await self._call("open", {"inputs": {}})

    async def answer(self, text: str) -> None:
        """Answer what the screen asks, and wait until something else is shown."""
        step = self.screen["step"]
        body = {"visit": self.screen["visit"], "step": step, "text": text}
        self.screen = await self._call("answer", body)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is asked of the world any more."""
        while self.screen["kind"] == "busy":
            self.screen = await self.next_screen()

    async def next_screen(self) -> dict[str, Any]:
        """What comes after the present screen; or that one, if nothing comes."""
        return await self._call(f"screen?after={self.screen['step']}")

    async def _call(self, what: str, body: object = None) -> dict[str, Any]:
        """As the page does it: again until somebody answers, with the same step."""
        method = "GET" if body is None else "POST"
        headers = {"Authorization": f"Bearer {self.session}"} if self.session else {}
        limit = aiohttp.ClientTimeout(total=30)
        async with asyncio.timeout(PATIENCE):
            while True:
                addresses = self._addresses()
                address = addresses[next(self._asked) % len(addresses)]
                try:
                    async with self._http.request(
                        method,
                        f"{address}/liff/main/{PAGE}/{what}",
                        json=body,
                        headers=headers,
                        timeout=limit,
                    ) as answer:
                        if answer.status == 200:
                            told: dict[str, Any] = await answer.json()
                            return told
                        assert answer.status == 503, (answer.status, await answer.text())
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(LOOK_SECONDS)


async def codes_sent(bots: Iterable[BotProcess], least: int = 1) -> list[str]:
    """The codes that these processes have printed, once there are so many."""
    found: list[str] = []

    async def there() -> bool:
        found[:] = [code for bot in bots for line in bot.log for code in _CODE.findall(line)]
        return len(found) >= least

    await comes_to(there)
    return found
