"""One call over HTTP within its bounds: of time and of size, and led nowhere else; or why nobody answered.

Whoever calls somebody outside says what the answer means: `hooks/call`, connectors.
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

CallTrouble: TypeAlias = Literal["copy", "inside", "certificate", "unreachable", "late", "broken off"]
"""Nobody may be called; it lies in our own network; it is another host's; there was no connection, no answer
in time, or not all of one."""
PERHAPS_RECEIVED: frozenset[CallTrouble] = frozenset(("late", "broken off"))
"""The other side may have the request, and have done what it asks for."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """An answer, whatever its status; `is_whole`: the body is all of it."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(repr=False)
    is_whole: bool

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def retry_after(self, now: datetime | None = None) -> float | None:
        """Seconds by `Retry-After` (RFC 9110, 10.2.3), a number, or a date where it is said what time it is;
        `None` where it says nothing that can be read."""
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
    """Call once, and read `most` bytes of the answer. Raises nothing for what the network does.

    A status that is no success counts, even if the rest breaks off.
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
