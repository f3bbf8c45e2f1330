"""How does a channel ask LINE in its own name? With its access token, and once more with a fresh one."""

from __future__ import annotations

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.line.access_token import AccessToken, NoToken
from bot.line.http_call import ask, unheard, unreached
from bot.line.outcome import HttpAnswer, NotSent, Unknown
from bot.line.wire import Wires

RETRY_KEY = "X-Line-Retry-Key"


class AuthorisedCalls:
    """HTTP calls with the access token of one channel.

    A 401 drops a token that can be issued anew, and the call is made once more: LINE has done nothing.
    """

    def __init__(self, session: aiohttp.ClientSession, wires: Wires, token: AccessToken) -> None:
        """`session` is for downloads, `wires` for everything else."""
        self.token = ""
        """The token used last: it must not appear in errors."""
        self._session = session
        self._wires = wires
        self._access = token
        self._common = "", b""

    async def ask(
        self, method: str, url: URL, body: bytes | None = None, retry_key: str | None = None
    ) -> HttpAnswer | NoToken | Unknown:
        """Make one call. Never raises for what LINE or the network does."""
        token = await self._access.get()
        if not isinstance(token, str):
            return token
        answer = await self._wires.ask(self._request(token, method, url, body, retry_key))
        if type(answer) is HttpAnswer and answer.status == 401 and self._access.refused(token):
            token = await self._access.get()
            if isinstance(token, str):
                answer = await self._wires.ask(self._request(token, method, url, body, retry_key))
        return answer

    async def open(
        self, url: URL, timeout: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse | NoToken | Unknown:
        """Begin a download, to be closed by the caller; a 401 is not tried again."""
        token = await self._access.get()
        if not isinstance(token, str):
            return token
        self.token = token
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        try:
            return await self._session.get(url, headers=headers, timeout=timeout, allow_redirects=False)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotSent(unreached(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unknown(unheard(error))

    async def upload(
        self, url: URL, kind: str, content: bytes, timeout: aiohttp.ClientTimeout
    ) -> HttpAnswer | NoToken | Unknown:
        """Send a file of this media type; a 401 is not tried again."""
        token = await self._access.get()
        if not isinstance(token, str):
            return token
        self.token = token
        headers = CIMultiDict({"Authorization": f"Bearer {token}", "Content-Type": kind})
        return await ask(self._session, "POST", url, headers, content, timeout)

    def _request(self, token: str, method: str, url: URL, body: bytes | None, retry_key: str | None) -> bytes:
        self.token = token
        if token != self._common[0]:
            headers = (
                f" HTTP/1.1\r\nHost: {self._wires.host}\r\nAuthorization: Bearer {token}\r\n"
                "Content-Type: application/json\r\nUser-Agent: oaflow\r\nAccept: */*\r\n"
            )
            self._common = token, headers.encode()
        key = b"" if retry_key is None else f"{RETRY_KEY}: {retry_key}\r\n".encode()
        length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
        line = f"{method} {url.raw_path_qs}".encode()
        return b"%b%b%b%b\r\n%b" % (line, self._common[1], key, length, body or b"")
