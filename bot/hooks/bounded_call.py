"""One HTTP call with a limit of time and of the answer's size, without redirects; or why there is no answer.

All calls to systems outside, except LINE's, go through it: web hooks (`hooks/call`) and connectors, which
interpret the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from bot.hooks.outside_connector import InsideAddress
from bot.model.outside import OutsideClosed

CallTrouble: TypeAlias = Literal[
    "copy",  # this database is a copy for trying: no calls outside
    "inside",  # the address is in our own network
    "certificate",  # the certificate is not valid for the host
    "unreachable",  # no connection
    "late",  # no answer in time
    "broken off",  # the connection ended before a whole answer
]
"""Why there is no answer."""
PERHAPS_RECEIVED: frozenset[CallTrouble] = frozenset(("late", "broken off"))
"""Troubles after which the other side may have received the request, and carried it out."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """An answer, whatever its status; `is_whole`: `body` was neither cut at the limit nor broken off."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(repr=False)
    is_whole: bool

    @property
    def text(self) -> str:
        """The body as UTF-8; bytes that are none become U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def retry_after(self, now: datetime | None = None) -> float | None:
        """The seconds of the header `Retry-After` (RFC 9110, 10.2.3): a number, or a date if `now` is given;
        `None`: there is none, or it cannot be read."""
        header = self.headers.get("Retry-After", "")
        if header.isascii() and header.isdigit() and len(header) < 10:
            return float(header)
        try:
            return None if now is None else max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
        except (ValueError, TypeError):
            return None


async def bounded_call(
    session: aiohttp.ClientSession,
    method: str,
    url: URL | str,
    timeout: aiohttp.ClientTimeout,
    most: int,
    *,
    data: bytes | Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> CallAnswer | CallTrouble:
    """Call once, and read at most `most` bytes of the body. Raises nothing for what the network does.

    An answer with a status of 300 and more counts even where its body breaks off.
    """
    try:
        async with session.request(
            method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return CallAnswer(response.status, response.headers, *await _read(response, most))
    except aiohttp.ClientConnectorCertificateError:
        return "certificate"
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, OutsideClosed):
            return "copy"
        return "inside" if isinstance(error.os_error, InsideAddress) else "unreachable"
    except InsideAddress:
        return "inside"
    except aiohttp.ConnectionTimeoutError:
        return "unreachable"
    except TimeoutError:
        return "late"
    except ValueError:  # a header or an address that cannot be written: nothing was sent
        return "unreachable"
    except (aiohttp.ClientError, OSError):
        return "broken off"


async def _read(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    try:
        while len(body) <= most and (piece := await response.content.read(most + 1 - len(body))):
            body += piece
    except (aiohttp.ClientError, OSError):  # a time-out is one
        if response.status < 300:
            raise
        return bytes(body), False
    if len(body) > most:
        response.close()
    return bytes(body[:most]), len(body) <= most
