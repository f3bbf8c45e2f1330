"""One HTTP request to LINE by aiohttp, for calls that `wire` does not make; without an answer, whether LINE
may have received the request. And the sessions for such calls."""

from __future__ import annotations

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.hooks.outside_connector import OutsideConnector, outside_socket
from bot.line.outcome import HttpAnswer, LineError, NotSent, Unknown
from bot.line.wire import ANSWER_LIMIT, CONNECT_SECONDS, TOTAL_SECONDS
from bot.model.outside import IS_COPY, WHY_CLOSED, OutsideClosed, is_outside_closed
from bot.model.translatable import Refusal

_REQUEST_ID = "X-Line-Request-Id"
_ACCEPTED_REQUEST_ID = "X-Line-Accepted-Request-Id"
_RETRY_AFTER = "Retry-After"
_LONGEST_ID = 100

Headers = CIMultiDict[str]


class NothingLeaves(Refusal):
    """Calls outside are closed (a copy for trying), so work that only calls somebody is not begun."""


def new_session(*, outside: bool = False) -> aiohttp.ClientSession:
    """A session for one piece of work; its owner closes it. Raises `NothingLeaves` at once, where each of its
    calls would be made in vain, again and again."""
    if is_outside_closed():
        raise NothingLeaves(IS_COPY)
    return lasting_session(outside=outside)


def lasting_session(connections: int = 100, *, outside: bool = False) -> aiohttp.ClientSession:
    """The HTTP session that the clients of all channels share; its owner closes it.

    It keeps no cookies (LINE sets none that matter; a jar costs time on each call) and reads no proxy from
    the environment: `OAFLOW_LINE_API` names one. `outside`: it calls the public internet, and nothing else.
    """
    factory = outside_socket if outside else None
    connector = OutsideConnector(
        limit=connections, ttl_dns_cache=60, keepalive_timeout=30, socket_factory=factory
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def time_outs(connect: float = CONNECT_SECONDS, total: float = TOTAL_SECONDS) -> aiohttp.ClientTimeout:
    """Time-outs in seconds: until there is a connection (a free place in the pool included), and in all."""
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect)


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    headers: Headers,
    data: bytes | None,
    timeout: aiohttp.ClientTimeout,
) -> HttpAnswer | Unknown | NotSent:
    """Make one request, without redirects or retries. Never raises for what the network does.

    An answer whose status line has come counts, even if the rest breaks off. `data` is the body.
    """
    try:
        response = await session.request(
            method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
        )
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        return NotSent(unreached(error))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Unknown(unheard(error))
    return await answer_in(response)


async def answer_in(response: aiohttp.ClientResponse) -> HttpAnswer:
    """What the response says, read as far as `ANSWER_LIMIT` or until it breaks off; then it is closed."""
    content = response.content
    body = b""
    try:
        body = await content.read(ANSWER_LIMIT)
        while not content.at_eof() and len(body) < ANSWER_LIMIT:
            body += await content.read(ANSWER_LIMIT - len(body))
    except (aiohttp.ClientError, TimeoutError, OSError):
        pass  # the status line counts, and what came of the body
    finally:
        if not content.at_eof():
            response.close()
    headers, status = response.headers, response.status
    request_id = _id(headers, _REQUEST_ID)
    if status < 400:
        return HttpAnswer(status, body, request_id)
    return HttpAnswer(status, body, request_id, _id(headers, _ACCEPTED_REQUEST_ID), _seconds(headers))


async def whole(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole body, which may be longer than `ANSWER_LIMIT`.

    Raises `LineError` beyond `most` bytes, and where it breaks off.
    """
    body = bytearray()
    try:
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > most:
                raise LineError(response.status, f"the answer is larger than {most} bytes")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise LineError(None, unheard(error)) from error
    return bytes(body)


def unreached(error: Exception) -> str:
    """Why there was no connection, without addresses."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "could not connect: no address for this name"
        case aiohttp.ClientSSLError():
            return "could not connect: TLS failed"
        case aiohttp.ConnectionTimeoutError():
            return "could not connect in time"
        case aiohttp.ClientConnectorError(os_error=OutsideClosed()):
            return WHY_CLOSED
        case _:
            return "could not connect"


def unheard(error: Exception) -> str:
    """Why there was no answer on a connection, without anything of the request."""
    match error:
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return "the answer is not HTTP"
        case _:
            return "the connection was closed"


def _id(headers: CIMultiDictProxy[str], name: str) -> str | None:
    value = headers.get(name)
    return value if value and len(value) <= _LONGEST_ID and value.isascii() and value.isprintable() else None


def _seconds(headers: CIMultiDictProxy[str]) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); LINE documents none, and a date is not waited for."""
    value = headers.get(_RETRY_AFTER, "")
    return float(value) if len(value) <= 6 and value.isascii() and value.isdigit() else None
