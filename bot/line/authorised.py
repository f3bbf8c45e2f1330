"""Calls to LINE with a channel's access token, repeated once with a new token after a 401."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.line.access_token import AccessToken, NoToken
from bot.line.http_call import ask, unheard, unreached
from bot.line.outcome import HttpAnswer, NotSent, Unknown
from bot.line.wire import WireCall, WireResult, Wires

T = TypeVar("T")

RETRY_KEY = "X-Line-Retry-Key"

LineAnswer: TypeAlias = HttpAnswer | NoToken | Unknown
"""The end of a call: an answer, no access token to make it with, or no conclusive answer."""


class _Call(WireCall[T]):
    """A call with a token. `worded(token)` gives the request; after a 401, which refuses the token,
    `refused(call, answer)` has to repeat the call or `end` it."""

    __slots__ = ("_refused", "_worded", "is_repeated", "token")

    def __init__(
        self,
        worded: Callable[[str], bytes],
        token: str,
        read: Callable[[WireResult], T],
        refused: Callable[[_Call[Any], HttpAnswer], None],
    ) -> None:
        super().__init__(worded(token), read)
        self._worded = worded
        self._refused = refused
        self.token = token
        self.is_repeated = False

    def settle(self, result: WireResult) -> None:
        """Take the result of the call; a 401 goes to `refused`."""
        if type(result) is HttpAnswer and result.status == 401 and not self.done():
            self._refused(self, result)
        else:
            super().settle(result)

    def repeat_with(self, token: str) -> None:
        """Prepare the call to be made once more, with this token."""
        self.request, self.token, self.is_repeated = self._worded(token), token, True

    def end(self, answer: HttpAnswer) -> None:
        """Settle the call with the answer, without repeating it."""
        super().settle(answer)


class AuthorisedCalls:
    """HTTP calls with the access token of one channel.

    A 401 drops a token that can be issued anew, and the call is made once more: LINE has done nothing.
    """

    def __init__(self, session: aiohttp.ClientSession, wires: Wires, token: AccessToken) -> None:
        """`session` is for downloads and uploads, `wires` for everything else."""
        self.token = ""
        """The token used last: it must not appear in errors."""
        self._session = session
        self._wires = wires
        self._access = token
        self._common = "", b""
        self._repeating: set[asyncio.Task[None]] = set()

    def begin(
        self,
        line: bytes,
        body: bytes | None,
        retry_key: str | None,
        read: Callable[[LineAnswer], T],
        *,
        yields: bool = False,
    ) -> asyncio.Future[T]:
        """Make one call; the result is what `read` makes of the answer, whatever LINE or the network does.

        `line` is from `request_line`; a call that `yields` waits while others do (`Wires.make`).
        """
        request = partial(self._request, line, body, retry_key)
        token = self._access.at_hand()
        if token is None:
            return asyncio.get_running_loop().create_task(self._begin_later(request, read, yields))
        return self._begin(request, token, read, yields)

    async def ask(
        self,
        method: str,
        url: URL,
        body: bytes | None = None,
        retry_key: str | None = None,
        *,
        yields: bool = False,
    ) -> LineAnswer:
        """Make one call. Never raises for what LINE or the network does."""
        return await self.begin(request_line(method, url), body, retry_key, _as_answer, yields=yields)

    async def _begin_later(
        self, request: Callable[[str], bytes], read: Callable[[LineAnswer], T], yields: bool
    ) -> T:
        token = await self._access.get()
        return await self._begin(request, token, read, yields) if isinstance(token, str) else read(token)

    def _begin(
        self, request: Callable[[str], bytes], token: str, read: Callable[[LineAnswer], T], yields: bool
    ) -> asyncio.Future[T]:
        call = _Call(request, token, read, self._refused)
        self._wires.make(call, yields=yields)
        return call

    def _refused(self, call: _Call[Any], answer: HttpAnswer) -> None:
        if call.is_repeated or not self._access.refused(call.token):
            call.end(answer)
            return
        repeating = asyncio.get_running_loop().create_task(self._repeat(call, answer))
        self._repeating.add(repeating)
        repeating.add_done_callback(self._repeating.discard)

    async def _repeat(self, call: _Call[Any], answer: HttpAnswer) -> None:
        token: str | NoToken | None = None
        try:
            token = await self._access.get()
        finally:
            if isinstance(token, str) and not call.done():  # else it was cancelled, or there is no token
                call.repeat_with(token)
                self._wires.make(call)
            else:
                call.end(answer)

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

    def _request(self, line: bytes, body: bytes | None, retry_key: str | None, token: str) -> bytes:
        self.token = token
        if token != self._common[0]:
            headers = (
                f" HTTP/1.1\r\nHost: {self._wires.host}\r\nAuthorization: Bearer {token}\r\n"
                "Content-Type: application/json\r\nUser-Agent: oaflow\r\nAccept: */*\r\n"
            )
            self._common = token, headers.encode()
        key = b"" if retry_key is None else f"{RETRY_KEY}: {retry_key}\r\n".encode()
        if body is None:
            return b"%b%b%b\r\n" % (line, self._common[1], key)
        return b"%b%b%bContent-Length: %d\r\n\r\n%b" % (line, self._common[1], key, len(body), body)


def request_line(method: str, url: URL) -> bytes:
    """The beginning of an HTTP request line: method and target. Make it once for an address of many calls."""
    return f"{method} {url.raw_path_qs}".encode()


def _as_answer(answer: LineAnswer) -> LineAnswer:
    return answer
