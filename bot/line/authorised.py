"""How does a channel ask LINE in its own name? With its access token, and once more with a fresh one."""

from __future__ import annotations

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.line.access_token import AccessToken, NoToken
from bot.line.http_call import Headers, ask, unheard, unreached
from bot.line.outcome import Answer, NotSent, Unknown

RETRY_KEY = "X-Line-Retry-Key"


class AuthorisedCalls:
    """HTTP calls with the access token of one channel.

    A 401 drops a token that can be issued anew, and the call is made once more: LINE has done nothing.
    """

    def __init__(
        self, session: aiohttp.ClientSession, token: AccessToken, timeout: aiohttp.ClientTimeout
    ) -> None:
        self.token = ""
        """The token used last: it must not appear in errors."""
        self._session = session
        self._access = token
        self._timeout = timeout
        self._headers: Headers = CIMultiDict()

    async def ask(
        self, method: str, url: URL, body: bytes | None = None, retry_key: str | None = None
    ) -> Answer | NoToken | Unknown:
        """Make one call. Never raises for what LINE or the network does."""
        token = await self._access.get()
        if not isinstance(token, str):
            return token
        answer = await self._ask_with(token, method, url, body, retry_key)
        if type(answer) is Answer and answer.status == 401 and self._access.refused(token):
            token = await self._access.get()
            if isinstance(token, str):
                answer = await self._ask_with(token, method, url, body, retry_key)
        return answer

    async def open(
        self, url: URL, timeout: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse | NoToken | Unknown:
        """Begin a download, to be closed by the caller; a 401 is not tried again."""
        token = await self._access.get()
        if not isinstance(token, str):
            return token
        headers = self._headers_for(token)
        try:
            return await self._session.get(url, headers=headers, timeout=timeout, allow_redirects=False)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotSent(unreached(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unknown(unheard(error))

    async def _ask_with(
        self, token: str, method: str, url: URL, body: bytes | None, retry_key: str | None
    ) -> Answer | Unknown | NotSent:
        headers = self._headers_for(token)
        if retry_key is not None:
            headers = headers.copy()
            headers[RETRY_KEY] = retry_key
        return await ask(self._session, method, url, headers, body, self._timeout)

    def _headers_for(self, token: str) -> Headers:
        if token != self.token:
            self.token = token
            self._headers = CIMultiDict(
                {
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                    "User-Agent": "oaflow",
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                }
            )
        return self._headers
